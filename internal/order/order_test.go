package order

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
)

// parse reads pairs, one per line: `root: a, r b > c` says that the function root
// waits for c while it holds a and read-holds b. A root with a ! runs in one goroutine
// only, a lock with a ? may have been released, and *T/a is a in
// what T embeds.
func parse(t *testing.T, text string) (pairs []*Pair) {
	t.Helper()
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		root, rest, ok := strings.Cut(strings.TrimSpace(line), ": ")
		held, want, ok2 := strings.Cut(rest, " > ")
		if !ok || !ok2 {
			t.Fatalf("bad line %q", line)
		}
		pkg, name, ok := strings.Cut(root, ".")
		if !ok {
			pkg, name = "p", root
		}
		p := &Pair{Pkg: pkg, Root: strings.TrimSuffix(name, "!"), Alone: strings.HasSuffix(name, "!"), Want: lock(want, i)}
		for _, h := range strings.Split(held, ", ") {
			p.Held = append(p.Held, lock(h, i))
		}
		pairs = append(pairs, p)
	}
	return pairs
}

func lock(text string, line int) Lock {
	l := Lock{Mode: model.Write, Steps: []*flow.Step{{Line: line, File: "p.go"}}}
	if rest, ok := strings.CutPrefix(text, "r "); ok {
		text, l.Mode = rest, model.Read
	}
	if within, rest, ok := strings.Cut(text, "/"); ok {
		l.Within, text = within, rest
	}
	if text, l.Maybe = strings.CutSuffix(text, "?"); text != "" {
		l.Class = "p." + text
	}
	return l
}

var cycleTests = []struct {
	name, pairs, want string
}{
	{"opposite", `
		F: a > b
		G: b > a`, "F a, G b"},
	{"one order", `
		F: a > b
		G: a > b`, ""},
	{"one function, many goroutines", `
		F: a > b
		F: b > a`, "F a, F b"},
	{"one goroutine", `
		F!: a > b
		F!: b > a`, ""},
	{"a common lock keeps them apart", `
		F: gate, a > b
		G: gate, b > a`, ""},
	{"two readers of it do not", `
		F: r gate, a > b
		G: r gate, b > a`, "F a, G b"},
	{"one that may have been released still may", `
		F: gate?, a > b
		G: gate, b > a`, ""},
	{"but it is no half", `
		F: a? > b
		G: b > a`, ""},
	{"three", `
		F: a > b
		G: b > c
		H: c > a`, "F a, G b, H c"},
	{"a short one covers the long one", `
		F: a > b
		G: b > c
		H: c > a
		I: b > a`, "F a, I b"},
	{"five are too many", `
		A: a > b
		B: b > c
		C: c > d
		D: d > e
		E: e > a`, ""},
	{"readers only, with a writer around", `
		F: r a > r b
		G: r b > r a`, "F a, G b reader"},
	{"readers only, and nobody writes", `
		F: r still > r quiet
		G: r quiet > r still`, ""},
	{"a reader waits for a writer", `
		F: r a > b
		G: b > r a`, "F a, G b reader"},
	{"two kinds of objects that embed one", `
		F: a > *S/b
		G: *T/b > a`, ""},
	{"the same kind", `
		F: a > *S/b
		G: *S/b > a`, "F a, G b"},
	{"not known which kind", `
		F: a > *S/b
		G: b > a`, "F a, G b"},
	{"local variables need a writer among the same goroutines", `
		F: r x@1 > r y@2
		G: r y@2 > r x@1`, ""},
}

func TestCycles(t *testing.T) {
	writes := func(class string) bool { return class != "p.still" && class != "p.quiet" }
	for _, test := range cycleTests {
		pairs := parse(t, test.pairs)
		got := show(Cycles(pairs, Known{Writes: writes, Apart: neverApart}))
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		slices.Reverse(pairs)
		if again := show(Cycles(pairs, Known{Writes: writes, Apart: neverApart})); again != got {
			t.Errorf("%s: %q depends on the order of the pairs: %q", test.name, got, again)
		}
	}
}

func show(cycles []Cycle) string {
	var all []string
	for _, c := range cycles {
		var links []string
		for _, l := range c.Links {
			links = append(links, l.Root+" "+strings.TrimPrefix(l.Holding().Class, "p."))
		}
		text := strings.Join(links, ", ")
		if c.Reader {
			text += " reader"
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

// Tests run with what they call, and nothing else.
func TestWith(t *testing.T) {
	pairs := parse(t, `
		TestF: a > b
		G: b > a
		H: b > a`)
	only := func(name string) func(string) bool { return func(root string) bool { return root == name } }
	pairs[0].With = only("H")
	if got := show(Cycles(pairs, Known{Apart: neverApart})); got != "TestF a, H b" {
		t.Errorf("got %q", got)
	}
	pairs[0].With = only("I")
	if got := show(Cycles(pairs, Known{Apart: neverApart})); got != "" {
		t.Errorf("got %q", got)
	}
}

// Join reports what no package of the cycle could.
func TestJoin(t *testing.T) {
	bundle := func(pkg, pairs string, sees ...string) *Bundle {
		b := &Bundle{Pkg: pkg, Pairs: parse(t, pairs), Sees: sees}
		b, err := DecodeBundle(b.Encode())
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	all := func(string) bool { return false }
	join := func(bundles ...*Bundle) string { return show(Join(bundles, all)) }
	f, g := bundle("one", "one.F: a > b"), bundle("two", "two.G: b > a")
	if got := join(f, g, g); got != "F a, G b" {
		t.Errorf("siblings: got %q", got)
	}
	g = bundle("two", "two.G: b > a", "one")
	if got := join(f, g); got != "" {
		t.Errorf("two sees one: got %q", got)
	}
	// One of the locks, p.b, is in no module of the bundles.
	f, g = bundle("m/one", "m/one.F: a > b"), bundle("m/two", "m/two.G: b > a")
	f.Module, f.Pairs[0].Held[0].Class = "m", "m/one.a"
	g.Module, g.Pairs[0].Want.Class = "m", "m/one.a"
	for kind, want := range map[string]int{"opposite": 1, "modules": 0} {
		if got := Join([]*Bundle{f, g}, func(k string) bool { return k == kind }); len(got) != want {
			t.Errorf("a lock of another module, without %s: %d cycles, want %d", kind, len(got), want)
		}
	}
}

// The bounds hold for many locks that are taken in all orders.
func TestManyOrders(t *testing.T) {
	var text strings.Builder
	const n = 60
	for i := range n {
		for j := range n {
			if i != j {
				fmt.Fprintf(&text, "F%d: l%d > l%d\n", i, i, j)
			}
		}
	}
	if got := len(Cycles(parse(t, text.String()), Known{Apart: neverApart})); got != n*(n-1)/2 {
		t.Errorf("%d cycles, want each of the %d pairs of locks once", got, n*(n-1)/2)
	}
}

// A cycle of one package's locks that callers come to by one call each is that package's affair, and its
// own business where it is looked at, whatever dots its path has.
func TestForeign(t *testing.T) {
	step := func(file string, line int) *flow.Step { return &flow.Step{File: file, Line: line, Func: "f"} }
	pair := func(pkg, owner, held, want string, line int) *Pair {
		call := step("user.go", line)
		return &Pair{Pkg: pkg, Root: "F" + held, Want: Lock{Class: owner + want, Steps: []*flow.Step{call, step("bank.go", 2)}},
			Held: []Lock{{Class: owner + held, Steps: []*flow.Step{call, step("bank.go", 1)}}}}
	}
	for _, test := range []struct {
		pkg, other, owner string
		want              int
	}{
		{"x/user", "x/user", "x/bank.", 0},
		{"x/user", "x/bank", "x/bank.", 0}, // one of the two is the package's own: the other one is so there, too
		{"x/bank", "x/bank", "x/bank.", 1},
		{"x/user", "x/user", "gopkg.in/bank.v3.", 0},
		{"gopkg.in/bank.v3", "gopkg.in/bank.v3", "gopkg.in/bank.v3.", 1},
	} {
		pairs := []*Pair{pair(test.pkg, test.owner, "T.a", "T.b", 1), pair(test.other, test.owner, "T.b", "T.a", 2)}
		got := Cycles(pairs, Known{Writes: func(string) bool { return true }, Apart: neverApart})
		if len(got) != test.want {
			t.Errorf("in %s, %d cycles of the locks of %s, want %d", test.pkg, len(got), test.owner, test.want)
		}
	}
}

// A cycle all of whose locks are those of other modules is theirs, by however many calls and callbacks the goroutines come to it. With one lock of
// this module it is a kind of its own.
func TestElsewhere(t *testing.T) {
	pair := func(held, want string, line int) *Pair {
		return &Pair{Pkg: "m/user", Root: "F" + held, Want: Lock{Class: want, Steps: []*flow.Step{{Pos: token.Pos(line), Func: "f"}}},
			Held: []Lock{{Class: held, Steps: []*flow.Step{{Pos: token.Pos(line + 1), Func: "f"}}}}}
	}
	known := Known{
		Writes: func(string) bool { return true }, Apart: neverApart,
		Elsewhere: func(class string) bool { return !InModule("m", class) },
	}
	for _, test := range []struct {
		a, b string
		want string
	}{
		{"bank/db.T.a", "bank/db.T.b", ""},
		{"bank/db.T.a", "cash/box.T.b", ""},
		{"bank/db.T.a", "m/user.T.b", "modules"},
		{"m/user.T.a", "bank/db.T.b", "modules"},
		{"m/store.T.a", "m/user.T.b", "opposite"},
	} {
		var got string
		for _, c := range Cycles([]*Pair{pair(test.a, test.b, 1), pair(test.b, test.a, 11)}, known) {
			got += c.Kind()
		}
		if got != test.want {
			t.Errorf("cycles of %s and %s: %q, want %q", test.a, test.b, got, test.want)
		}
	}
}

func TestInModule(t *testing.T) {
	for _, test := range []struct {
		module, class string
		want          bool
	}{
		{"m", "m.T.mu", true}, {"m", "m/p.T.mu", true}, {"m", "m_test.T.mu", true}, {"m", "more.T.mu", false}, {"m", "log.Logger.outMu", false},
		{"gopkg.in/y.v2", "gopkg.in/y.v2.T.mu", true}, {"gopkg.in/y.v2", "gopkg.in/y.v3.T.mu", false}, {"", "p.T.mu", false},
	} {
		if got := InModule(test.module, test.class); got != test.want {
			t.Errorf("%s in %q: %t", test.class, test.module, got)
		}
	}
}

func neverApart(x, y string) bool { return false }

// A package may come to a call of another one by several functions of its own.
func TestSameCall(t *testing.T) {
	own := func(pos int) *flow.Step { return &flow.Step{Pos: token.Pos(pos)} }
	other := func(line int) *flow.Step { return &flow.Step{File: "sql.go", Line: line} }
	for _, test := range []struct {
		name string
		a, b []*flow.Step
		same bool
	}{
		{"one call", []*flow.Step{own(1), other(1)}, []*flow.Step{own(1), other(2)}, true},
		{"through own functions", []*flow.Step{own(1), own(2), other(1)}, []*flow.Step{own(1), own(2), other(2)}, true},
		{"two calls", []*flow.Step{own(1), other(1)}, []*flow.Step{own(2), other(2)}, false},
		{"they part in an own function", []*flow.Step{own(1), own(2), other(1)}, []*flow.Step{own(1), own(3), other(2)}, false},
		{"one locks itself", []*flow.Step{own(1)}, []*flow.Step{own(1), other(2)}, false},
		{"back in the package", []*flow.Step{own(1), other(1), own(3)}, []*flow.Step{own(1), other(2)}, false},
	} {
		if got := sameCall(test.a, test.b); got != test.same {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}

// Who holds one lock of an object and waits for another one of it meets those only who mean one object.
func TestDivided(t *testing.T) {
	in := func(class, declared string) Lock { return Lock{Class: class, Declared: declared} }
	joint := func(l Lock) Lock { l.Joint = true; return l }
	s := &search{Known: Known{Apart: func(x, y string) bool { return false }}}
	own := Link{Pair: &Pair{Held: []Lock{joint(in("g.Gate.outer", "g.Gate.outer"))}, Want: in("g.Gate.inner", "g.Gate.inner")}}
	two := Link{Pair: &Pair{Held: []Lock{in("p.Set.gate.inner", "g.Gate.inner")}, Want: in("p.Pool.gate.outer", "g.Gate.outer")}}
	one := Link{Pair: &Pair{Held: []Lock{in("p.Set.gate.inner", "g.Gate.inner")}, Want: in("p.Set.gate.outer", "g.Gate.outer")}}
	if !s.divided([]Link{own, two}) || !s.divided([]Link{two, own}) {
		t.Error("two gates are taken for one")
	}
	if s.divided([]Link{own, one}) {
		t.Error("one gate is taken for two")
	}
}
