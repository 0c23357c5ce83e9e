package ordergraph

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func all(string) bool { return true }

// edges makes a bundle of "a>b" edges; a mark behind it makes it a test's (t) or a
// reader's (r).
func edges(list ...string) *Bundle {
	var c Collect
	b := &Bundle{Pkg: "m/p", Packages: make(map[string]string)}
	for i, e := range list {
		e, mark, _ := strings.Cut(e, " ")
		from, to, _ := strings.Cut(e, ">")
		place := []Place{{File: "p.go", Line: i, Func: "f", What: "locks"}}
		c.Add("m/p."+from, "m/p."+to, &Way{Pkg: "m/p", Root: "f", Held: place, Want: place, Test: mark == "t", Read: mark == "r"})
		b.Packages["m/p."+from], b.Packages["m/p."+to] = "m/p", "m/p"
	}
	b.Edges = c.Edges()
	return b
}

func (g *Graph) list() (out []string) {
	for _, l := range g.Edges {
		out = append(out, l.From.Label+">"+l.To.Label)
	}
	return out
}

func TestReduce(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"a>b b>c a>c", "a>b b>c"},
		{"a>b b>c c>d a>d a>c b>d", "a>b b>c c>d"},
		{"a>b b>a a>c b>c", "a>b b>a b>c"},         // one way from the circle to c stays
		{"a>b b>c c>b a>c", "a>c b>c c>b"},         // and one to a circle
		{"a>b,t b>c a>c", "a>b a>c b>c"},           // a test's edge stands for no other
		{"a>b b>c a>c,t", "a>b b>c"},               // but others for it
		{"a>b,r b>c,r a>c a>d", "a>b a>c a>d b>c"}, // nor does a reader's
	} {
		var in []string
		for _, e := range strings.Fields(test.in) {
			in = append(in, strings.Replace(e, ",", " ", 1))
		}
		g := New([]*Bundle{edges(in...)}, all)
		g.Reduce()
		if got := strings.Join(g.list(), " "); got != test.want {
			t.Errorf("%s: got %s, want %s", test.in, got, test.want)
		}
	}
}

// Reduction keeps what can be reached, on random graphs, and red is just what is in a circle.
func TestRandom(t *testing.T) {
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		n := 3 + rnd.IntN(6)
		var list []string
		has := make(map[string]bool)
		for range rnd.IntN(n * n) {
			a, b := rnd.IntN(n), rnd.IntN(n)
			if e := fmt.Sprintf("l%d>l%d", a, b); a != b && !has[e] {
				has[e] = true
				list = append(list, e)
			}
		}
		g := New([]*Bundle{edges(list...)}, all)
		if len(g.Edges) != len(list) {
			t.Fatalf("seed %d: %d edges of %d", seed, len(g.Edges), len(list))
		}
		before := reach(g)
		for _, l := range g.Edges {
			if back := before[l.To.ID+">"+l.From.ID]; back != l.Cycle {
				t.Fatalf("seed %d: %v: %s>%s in a circle: %v, want %v", seed, list, l.From.Label, l.To.Label, l.Cycle, back)
			}
			if !l.Cycle && l.From.Level >= l.To.Level {
				t.Fatalf("seed %d: %v: %s is not above %s", seed, list, l.From.Label, l.To.Label)
			}
		}
		g.Reduce()
		after := reach(g)
		for pair := range before {
			if !after[pair] {
				t.Fatalf("seed %d: %v: reduction loses %s", seed, list, pair)
			}
		}
	}
}

func reach(g *Graph) map[string]bool {
	r := make(map[string]bool)
	for _, l := range g.Edges {
		r[l.From.ID+">"+l.To.ID] = true
	}
	for _, k := range g.Nodes {
		for _, i := range g.Nodes {
			for _, j := range g.Nodes {
				if r[i.ID+">"+k.ID] && r[k.ID+">"+j.ID] {
					r[i.ID+">"+j.ID] = true
				}
			}
		}
	}
	return r
}

// A large graph folds until it can be read; what matters stays.
func TestFold(t *testing.T) {
	b := &Bundle{Pkg: "m", Packages: make(map[string]string)}
	var c Collect
	place := []Place{{File: "p.go", Line: 1, Func: "f", What: "locks"}}
	add := func(from, to string) {
		c.Add(from, to, &Way{Pkg: "m", Root: "f", Held: place, Want: place})
		for _, class := range []string{from, to} {
			b.Packages[class], _, _ = strings.Cut(class, ".")
		}
	}
	for p := range 10 {
		for i := range 8 {
			add(fmt.Sprintf("m/p%d.T%d.mu", p, i), fmt.Sprintf("m/p%d.T%d.mu", p, i+1))
			add(fmt.Sprintf("m/p%d.T%d.mu", p, i), fmt.Sprintf("m/p%d.leaf%d", p, i%2))
		}
		add(fmt.Sprintf("m/p%d.T8.mu", p), fmt.Sprintf("m/p%d.T0.mu", (p+1)%10))
	}
	add("m/p3.T1.mu", "m/p3.T0.mu")
	b.Edges = c.Edges()
	g := New([]*Bundle{b}, all)
	red := func() (n int) {
		for _, l := range g.Edges {
			if l.Cycle {
				n++
			}
		}
		return n
	}
	if len(g.Edges) < 150 || red() != 90+1 {
		t.Fatalf("%d edges, %d of them red", len(g.Edges), red())
	}
	g = New([]*Bundle{edges(chainOf(100)...), b}, all)
	for _, l := range g.Edges {
		l.Cycle = l.Cycle && strings.HasPrefix(l.From.ID, "m/p3")
	}
	g.Fold(60)
	if len(g.Edges) > 160 || g.Hidden.Folded == 0 {
		t.Errorf("%d edges after folding, %d folded away", len(g.Edges), g.Hidden.Folded)
	}
	if !slices.ContainsFunc(g.Edges, func(l *Link) bool { return l.From.ID == "m/p3.T1.mu" && l.To.ID == "m/p3.T0.mu" }) {
		t.Error("an edge in a circle is folded away")
	}
}

// What folding of packages cannot help loses its weak edges, and the ends that are alike.
func TestFoldOne(t *testing.T) {
	list := append(chainOf(70), "a>x1", "b>x1", "d>x1", "d>x2", "x1>m", "x1>n", "x9>w r", "w>x20 r")
	g := New([]*Bundle{edges(list...)}, all)
	g.Fold(60)
	got := strings.Join(g.list(), " ")
	for edge, want := range map[string]bool{"a>x1": true, "b>x1": false, "d>x1": true, "d>x2": true, "x1>m": true, "x1>n": false, "x9>w": false, "w>x20": false} {
		if strings.Contains(" "+got+" ", " "+edge+" ") != want {
			t.Errorf("is %s shown: %v, want %v", edge, !want, want)
		}
	}
	if g.Hidden.Weak != 2 || len(g.Edges) != 69+4 {
		t.Errorf("%d edges, %d weak ones hidden", len(g.Edges), g.Hidden.Weak)
	}
	if i := slices.IndexFunc(g.Nodes, func(n *Node) bool { return n.Label == "a" }); i < 0 || g.Nodes[i].Folded != "3 locks with none over them" {
		t.Error("locks over the same one are not folded: a, b and the first of the chain")
	}
}

func chainOf(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("x%d>x%d", i, i+1))
	}
	return list
}

// What a program calls its locks and files never means anything to a format.
func TestHostile(t *testing.T) {
	hostile := "\"];x<script>alert(1)</script>`|end\nend #35; \\"
	place := []Place{{File: hostile + ".go", Line: 1, Func: hostile, What: hostile}}
	var c Collect
	c.Add("m/p."+hostile, "m/p.b", &Way{Pkg: hostile, Root: hostile, Held: place, Want: place})
	g := New([]*Bundle{{Pkg: "m/p", Edges: c.Edges(), Packages: map[string]string{"m/p.b": "m/p"}}}, all)
	mermaid := string(g.mermaid())
	if strings.Contains(mermaid, "<script") || strings.Contains(mermaid, "`") || strings.Count(mermaid, "\n") != 8 {
		t.Errorf("mermaid:\n%s", mermaid)
	}
	for line := range strings.Lines(string(g.DOT())) {
		quotes := strings.Count(strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\"`, ""), `"`)
		if quotes%2 != 0 {
			t.Errorf("DOT: a quote is open at the end of %s", line)
		}
	}
}

func TestLabel(t *testing.T) {
	const pkg = "example.com/m/server"
	for class, want := range map[string]string{
		pkg + ".Server.mu":                   "Server.mu",
		"(*" + pkg + ".Server).run.mu@196":   "(*Server).run.mu",
		pkg + ".run.mu@12.Mutex":             "run.mu.Mutex",
		"(" + pkg + ".Server).run.gates@7[]": "(Server).run.gates[]",
		"example.com/other.Server.mu":        "example.com/other.Server.mu",
	} {
		if got := label(class, pkg); got != want {
			t.Errorf("label(%q) = %q, want %q", class, got, want)
		}
	}
}

// Parts that nothing joins stand in rows, below parts of the row before.
func TestRows(t *testing.T) {
	b := &Bundle{Pkg: "m", Packages: make(map[string]string)}
	var c Collect
	place := []Place{{File: "p.go", Line: 1, Func: "f", What: "locks"}}
	add := func(pkg, from, to string) {
		from, to = pkg+"."+from, pkg+"."+to
		c.Add(from, to, &Way{Pkg: pkg, Root: "f", Held: place, Want: place})
		b.Packages[from], b.Packages[to] = pkg, pkg
	}
	for i := range 7 {
		add("m/wide", "top", fmt.Sprint("under", i))
	}
	for i := range 6 {
		pkg := fmt.Sprint("m/p", i)
		add(pkg, "a", "b")
		add(pkg, "a", "c")
	}
	add("m/p0", "c", "d") // one level more, so it comes first
	add("m/p5", "x", "y") // is in one part with the rest of its package
	b.Edges = c.Edges()
	g := New([]*Bundle{b}, all)
	if n := len(g.parts()); n != 7 {
		t.Errorf("%d parts, want 7", n)
	}
	var got []string
	for _, pair := range g.rows() {
		got = append(got, pair[0].Pkg+"."+pair[0].Label+" "+pair[1].Pkg+"."+pair[1].Label)
	}
	// The first row has m/p0 to m/p4, the second one m/p5 and m/wide.
	want := "m/p0.d m/p5.a, m/p1.b m/wide.top"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
	if small := New([]*Bundle{edges("a>b", "c>d", "e>f")}, all); len(small.rows()) != 0 {
		t.Error("one part is divided into rows")
	}
}

// What contradicts a declaration is no order to declare.
func TestPropose(t *testing.T) {
	b := edges("a>b", "b>c", "l>a")
	b.Leaves = []string{"m/p.l"}
	got := string(New([]*Bundle{b}, all).Propose())
	if !strings.Contains(got, "//lockvet:before a b c\n") || strings.Contains(got, "l a") {
		t.Errorf("got\n%s", got)
	}
}
