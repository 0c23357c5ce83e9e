package path

import (
	"go/constant"
	"math/rand"
	"reflect"
	"testing"
	"testing/quick"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
)

// world is the table of the names that the laws are tried with.
var world = NewTable()

// A name is a random node of the world.
type name struct{ *Node }

// Generate implements [quick.Generator].
func (name) Generate(r *rand.Rand, size int) reflect.Value {
	return reflect.ValueOf(name{build(world, r, r.Intn(min(size, 6)+1))})
}

// build makes a random name with up to some operations above its deepest root. It draws from r alone.
func build(t *Table, r *rand.Rand, depth int) *Node {
	if depth == 0 {
		switch r.Intn(6) {
		case 0:
			return t.Param(r.Intn(3))
		case 1:
			return t.FreeVar(r.Intn(3))
		case 2:
			return t.Global([]string{"p.a", "p.b"}[r.Intn(2)])
		case 3:
			return t.Const([]constant.Value{nil, constant.MakeInt64(0), constant.MakeString(""), constant.MakeBool(true)}[r.Intn(4)])
		case 4:
			return t.Result(r.Intn(2))
		}
		return t.Value(values[r.Intn(len(values))], r.Intn(4))
	}
	x := func() *Node { return build(t, r, depth-1) }
	switch r.Intn(6) {
	case 0:
		i := r.Intn(3)
		return t.Field(x(), []string{"mu", "f", "T"}[i], []string{"p.T", "p.U", ""}[r.Intn(3)], i == 2)
	case 1:
		return t.Deref(x())
	case 2:
		return t.Elem(x(), x())
	case 3:
		return t.Op("==", x(), x())
	case 4:
		return t.Op("len", x(), nil)
	}
	return t.RLocker(x())
}

var values = []ssa.Value{new(ssa.Alloc), new(ssa.Alloc)}

func check(t *testing.T, law any) {
	t.Helper()
	if err := quick.Check(law, &quick.Config{MaxCount: 2000, Rand: rand.New(rand.NewSource(1))}); err != nil {
		t.Error(err)
	}
}

// Names that are made in the same way are one node of a table, and nodes of two tables are not.
func TestOneNode(t *testing.T) {
	check(t, func(seed int64) bool {
		make := func(t *Table) *Node { return build(t, rand.New(rand.NewSource(seed)), 4) }
		a, other := make(world), make(NewTable())
		return a == make(world) && a != other && a.Class() == other.Class() && a.Depth() == other.Depth()
	})
	x := world.Param(0)
	var many []*Node // more than hang on the node itself
	for i := range 3 * limits.MaxAbove {
		many = append(many, world.Elem(x, world.Const(constant.MakeInt64(int64(i)))))
	}
	for i, n := range many {
		if world.Elem(x, world.Const(constant.MakeInt64(int64(i)))) != n {
			t.Errorf("element %d has two names", i)
		}
	}
}

// Each part of a name tells it from others.
func TestDifferentNodes(t *testing.T) {
	w := NewTable()
	x, y := w.Param(0), w.Param(1)
	seen := make(map[*Node]int)
	for i, n := range []*Node{
		x, y, w.FreeVar(0), w.Result(0), w.Global("p.a"), w.Global("p.b"),
		w.Const(nil), w.Const(constant.MakeInt64(0)), w.Const(constant.MakeString("0")), w.Const(constant.MakeBool(false)),
		w.Value(values[0], 0), w.Value(values[0], 1), w.Value(values[0], 2), w.Value(values[1], 0),
		w.Field(x, "mu", "p.T", false), w.Field(x, "mu", "p.U", false), w.Field(x, "f", "p.T", false), w.Field(y, "mu", "p.T", false),
		w.Deref(x), w.RLocker(x), w.Elem(x, y), w.Elem(y, x), w.Op("==", x, y), w.Op("==", y, x), w.Op("!=", x, y), w.Op("==", x, nil),
		w.Class("c", "", ""), w.Class("c", "d", ""), w.Class("c", "d", "p.T.f"),
	} {
		if j, ok := seen[n]; ok {
			t.Errorf("names %d and %d are one: %v", j, i, n)
		}
		seen[n] = i
	}
	if old, older := w.Value(values[0], MaxGeneration), w.Value(values[0], MaxGeneration+5); old != older || !old.Lumped() {
		t.Error("values of long ago are told apart")
	}
}

// Rewriting by the identity, or by what knows no node, changes nothing; two rewritings of roots are one that does both.
func TestRewrite(t *testing.T) {
	same := func(n *Node) *Node { return n }
	nothing := func(*Node) *Node { return nil }
	check(t, func(n name) bool {
		return world.Rewrite(n.Node, same) == n.Node && world.Rewrite(n.Node, nothing) == n.Node
	})
	replace := func(root, by *Node) func(*Node) *Node {
		return func(n *Node) *Node {
			if n == root {
				return by
			}
			return nil
		}
	}
	check(t, func(n, a, b name) bool {
		p, q := world.Param(0), world.Param(1)
		first, second := replace(p, a.Node), replace(q, b.Node)
		both := func(n *Node) *Node {
			if n == p {
				return world.Rewrite(a.Node, second)
			}
			return second(n)
		}
		return world.Rewrite(world.Rewrite(n.Node, first), second) == world.Rewrite(n.Node, both)
	})
	check(t, func(n name) bool {
		p, fresh := world.Param(0), world.Param(7)
		there := world.Rewrite(n.Node, replace(p, fresh))
		return !there.Mentions(p) && there.Mentions(fresh) == n.Mentions(p) && world.Rewrite(there, replace(fresh, p)) == n.Node
	})
}

// A literal is rewritten in what it has captured, and in nothing else.
func TestRewriteFunc(t *testing.T) {
	fn := new(ssa.Function)
	p, q := world.Param(0), world.Param(1)
	swap := func(n *Node) *Node {
		if n == p {
			return q
		}
		return nil
	}
	if got := world.Rewrite(world.Func(fn, []*Node{p, q}), swap); got != world.Func(fn, []*Node{q, q}) || len(got.Args) != 2 {
		t.Errorf("got %d captured variables of %p", len(got.Args), got)
	}
}

func TestAge(t *testing.T) {
	v, u := values[0], values[1]
	check(t, func(n name) bool {
		aged := world.Age(n.Node, v)
		mentions := false
		for gen := range MaxGeneration + 1 {
			mentions = mentions || n.Mentions(world.Value(v, gen))
		}
		return !aged.Mentions(world.Value(v, 0)) && (mentions || aged == n.Node)
	})
	n := world.Elem(world.Value(v, 0), world.Value(u, 1))
	for i := 1; i <= MaxGeneration+1; i++ {
		n = world.Age(n, v)
		if want := world.Elem(world.Value(v, i), world.Value(u, 1)); n != want || !n.Old() {
			t.Errorf("after %d turns got %d, want %d", i, n.X.Index, want.X.Index)
		}
	}
}

// Each operation is one step deeper than what it is made of, up to where nothing more is to be built.
func TestDepth(t *testing.T) {
	check(t, func(n, m name) bool {
		return world.Deref(n.Node).Depth() == n.Depth()+1 && world.Elem(n.Node, m.Node).Depth() == max(n.Depth(), m.Depth())+1
	})
	w := NewTable()
	n := w.Param(0)
	for i := 0; i < 2*limits.MaxNameDepth && !n.TooDeep(); i++ {
		n = w.Deref(n)
	}
	if n.Depth() != limits.MaxNameDepth {
		t.Errorf("names are too deep from %d, want %d", n.Depth(), limits.MaxNameDepth)
	}
}

// What is known of a name follows from its parts.
func TestParts(t *testing.T) {
	check(t, func(n, m name) bool {
		both := world.Elem(n.Node, m.Node)
		return both.Loads() == (n.Loads() || m.Loads()) && both.InEntry() == (n.InEntry() && m.InEntry()) &&
			both.HasValue() == (n.HasValue() || m.HasValue()) && both.Lumped() == (n.Lumped() || m.Lumped()) &&
			both.Mentions(n.Node) && both.Mentions(m.Node) && both.Through(n.Node) && both.Root() == n.Root() &&
			world.Deref(n.Node).Loads()
	})
}

func TestIsZero(t *testing.T) {
	w := NewTable()
	for _, c := range []struct {
		n         *Node
		zero, nil bool
	}{
		{w.Const(nil), true, true},
		{w.Bool(false), true, false},
		{w.Bool(true), false, false},
		{w.Const(constant.MakeInt64(0)), true, false},
		{w.Const(constant.MakeInt64(-1)), false, false},
		{w.Const(constant.MakeFloat64(0)), true, false},
		{w.Const(constant.MakeFloat64(0.5)), false, false},
		{w.Const(constant.MakeString("")), true, false},
		{w.Const(constant.MakeString("0")), false, false},
		{w.Param(0), false, false},
		{w.Global("p.a"), false, false},
	} {
		if c.n.IsZero() != c.zero || c.n.IsNil() != c.nil {
			t.Errorf("%v is zero: %t, nil: %t", c.n, c.n.IsZero(), c.n.IsNil())
		}
	}
}

// Two objects are apart whichever is asked about first, and no field that is known by its name alone holds another object than
// itself.
func TestApart(t *testing.T) {
	homes := []string{"", "?0", "?1", "p.T.f", "p.U.f", "*p.T.f", "*p.U.f", "!p.T.f", "!p.U.f", "!*p.T.f", "<p.T.f", "<p.U.f", "<*p.T.f"}
	for _, a := range homes {
		for _, b := range homes {
			if Apart(a, b) != Apart(b, a) {
				t.Errorf("%q and %q are apart: %t, the other way round: %t", a, b, Apart(a, b), Apart(b, a))
			}
		}
		if message := a != "" && a[0] == '<'; Apart(a, a) != message {
			t.Errorf("%q is apart from itself: %t", a, !message)
		}
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"*p.T.f", "p.U.f", true},   // what is embedded is found nowhere else
		{"*p.T.f", "*p.U.f", true},  // nor is it in two places
		{"p.T.f", "p.U.f", false},   // two pointers may be equal
		{"*p.T.f", "", false},       // nothing is known of one
		{"*p.T.f", "?0", false},     // it may be this one
		{"!p.T.f", "p.T.f", true},   // taken out, and put in
		{"!p.T.f", "!p.T.f", false}, // both taken out
		{"!p.T.f", "p.U.f", false},  // it may have been put there
		{"!*p.T.f", "*p.U.f", true}, // embedded, both
		{"<p.T.f", "<p.T.f", true},  // two messages
		{"<p.T.f", "<p.U.f", false}, // of two channels
		{"<p.T.f", "p.T.f", false},  // the channel is not what is in it
	} {
		if got := Apart(c.a, c.b); got != c.want {
			t.Errorf("%q and %q are apart: %t", c.a, c.b, got)
		}
	}
}

func TestTaken(t *testing.T) {
	for _, c := range []struct {
		within string
		out    bool
		want   string
	}{
		{"p.T.f", true, "!p.T.f"}, {"p.T.f", false, "p.T.f"}, {"*p.T.f", true, "!*p.T.f"},
		{"!p.T.f", true, "!p.T.f"}, {"?1", true, "?1"}, {"", true, ""},
	} {
		if got := Taken(c.within, c.out); got != c.want {
			t.Errorf("Taken(%q, %t) is %q, want %q", c.within, c.out, got, c.want)
		}
	}
	for within, want := range map[string]string{"p.T.f": "p.T.f", "*p.T.f": "p.T.f", "!p.T.f": "p.T.f", "!*p.T.f": "p.T.f", "<p.T.f": "", "?0": "", "": ""} {
		if got := FieldOf(within); got != want {
			t.Errorf("FieldOf(%q) is %q, want %q", within, got, want)
		}
	}
}
