package path

import (
	"go/constant"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax/ssatest"
)

// What the names of a small method's locks, pointers and conditions are called.
func TestNames(t *testing.T) {
	p := ssatest.Build(t, "x/p", `
type T struct { mu int; in struct{ mu int }; next *T; all []*T; base }
type base struct { lock int }
func (t *T) F(i int) (err error) { return nil }
`)
	fn := p.Func(t, "T.F")
	w := NewTable()
	self, i := w.Param(0), w.Param(1)
	field := func(x *Node, name string) *Node { return w.Field(x, name, "x/p.T", false) }
	all := w.Deref(field(self, "all"))
	for _, c := range []struct {
		n                                       *Node
		str, spell, class, cell, declared, home string
	}{
		{n: self, str: "arg0", spell: "t", cell: "*"},
		{n: w.Global("x/p.mu"), str: "x/p.mu", spell: "mu", class: "x/p.mu", cell: "x/p.mu"},
		{n: field(self, "mu"), str: "arg0.mu", spell: "t.mu", class: "x/p.T.mu", cell: "x/p.T.mu", declared: "x/p.T.mu"},
		{n: w.RLocker(field(self, "mu")), str: "arg0.mu", spell: "t.mu", class: "x/p.T.mu", declared: "x/p.T.mu"},
		{n: w.Field(field(self, "in"), "mu", "", false), str: "arg0.in.mu", spell: "t.in.mu", class: "x/p.T.in.mu", cell: ".mu", declared: "x/p.T.in.mu"},
		{n: w.Field(w.Field(self, "base", "x/p.T", true), "lock", "x/p.base", true), str: "arg0.base.lock", spell: "t", class: "x/p.T.base.lock", cell: "x/p.base.lock", declared: "x/p.base.lock"},
		{n: field(w.Deref(field(self, "next")), "mu"), str: "arg0.next.mu", spell: "t.next.mu", class: "x/p.T.mu", cell: "x/p.T.mu", declared: "x/p.T.mu", home: "x/p.T.next"},
		{n: field(w.Deref(w.Elem(all, i)), "mu"), str: "arg0.all[arg1].mu", spell: "t.all[i].mu", class: "x/p.T.mu", cell: "x/p.T.mu", declared: "x/p.T.mu", home: "x/p.T.all"},
		{n: field(w.Key(all, i), "mu"), str: "keys of arg0.all[arg1].mu", spell: "t.all[i].mu", class: "x/p.T.mu", cell: "x/p.T.mu", declared: "x/p.T.mu", home: "x/p.T.all"},
		{n: w.Key(all, i).X, str: "keys of arg0.all[arg1]", spell: "t.all[i]", cell: "x/p.T.all{}", home: "x/p.T.all"},
		{n: w.Elem(all, i), str: "arg0.all[arg1]", spell: "t.all[i]", class: "x/p.T.all[]", cell: "x/p.T.all[]", declared: "x/p.T.all[]", home: "x/p.T.all"},
		{n: field(w.Deref(w.Deref(self)), "mu"), str: "arg0.mu", spell: "t.mu", class: "x/p.T.mu", cell: "x/p.T.mu", declared: "x/p.T.mu"},
		{n: field(w.Deref(self), "mu"), str: "arg0.mu", spell: "t.mu", class: "x/p.T.mu", cell: "x/p.T.mu", declared: "x/p.T.mu", home: "?0"},
		{n: w.Field(w.Global("x/p.box"), "mu", "x/p.T", false), str: "x/p.box.mu", spell: "box.mu", class: "x/p.box.mu", cell: "x/p.T.mu", declared: "x/p.T.mu"},
		{n: w.Class("x/p.T.mu", "x/p.base.lock", "x/p.T.next"), str: "x/p.T.mu", spell: "p.T.mu", class: "x/p.T.mu", declared: "x/p.base.lock", home: "x/p.T.next"},
		{n: w.Result(0), str: "result0", spell: "err"},
		{n: w.Op("==", w.Deref(field(self, "next")), w.Const(nil)), str: "(arg0.next==nil)"},
		{n: w.Op("len", all, nil), str: "len arg0.all"},
		{n: w.Const(constant.MakeInt64(7)), str: "Int7", spell: "7"},
		{n: CellOf(w, self), str: "cell of arg0"},
	} {
		spell, ok := c.n.Spell(fn)
		if got := c.n.String(); got != c.str {
			t.Errorf("String of %s is %s", c.str, got)
		}
		if spell != c.spell || ok != (c.spell != "") {
			t.Errorf("%s is spelled %q, %t, want %q", c.str, spell, ok, c.spell)
		}
		if got := c.n.Class(); got != c.class {
			t.Errorf("the class of %s is %q, want %q", c.str, got, c.class)
		}
		if got := w.Cell(c.n); got != c.cell {
			t.Errorf("the cell of %s is %q, want %q", c.str, got, c.cell)
		}
		if got := c.n.Declared(); got != c.declared {
			t.Errorf("%s is declared as %q, want %q", c.str, got, c.declared)
		}
		if got := c.n.Within(); got != c.home {
			t.Errorf("%s is within %q, want %q", c.str, got, c.home)
		}
	}
}

// Where functions find the objects that they give to f.
func TestWithin(t *testing.T) {
	const types = `
type T struct { mu int }
type U struct { t *T; ts []*T; m map[int]*T; ch chan *T; *T }
func f(*T) {}
func g(u *U) *T { return u.t }
func id(t *T) *T { return t }
`
	for _, c := range []struct{ body, want string }{
		{"f(u.t)", "x/p.U.t"},
		{"f(u.ts[0])", "x/p.U.ts"},
		{"f(u.m[1])", "x/p.U.m"},
		{"f(u.T)", "*x/p.U.T"},
		{"f(<-u.ch)", "<x/p.U.ch"},
		{"f(t)", "?1"},
		{"f(g(u))", "x/p.U.t"},
		{"f(id(u.t))", "x/p.U.t"},
		{"f(id(t))", "?1"},
		{"t = u.t; u.t = nil; f(t)", "!x/p.U.t"},
		{"t = u.t; f(t); u.t = t", "x/p.U.t"},
		{"t = u.m[i]; delete(u.m, i); f(t)", "!x/p.U.m"},
		{"t = u.m[i]; delete(u.m, j); f(t)", "x/p.U.m"},
		{"for _, t := range u.ts { f(t) }", "x/p.U.ts"},
		{"select { case t := <-u.ch: f(t); default: }", "<x/p.U.ch"},
		{"n := &T{}; u.t = n; f(n)", "x/p.U.t"},
		{"f(&T{})", ""},
		{"if u == nil { t = u.t }; f(t)", ""},
	} {
		p := ssatest.Build(t, "x/p", types+"func F(u *U, t *T, i, j int) { "+c.body+" }")
		w := NewTable()
		found := false
		for _, b := range p.Func(t, "F").Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(*ssa.Call); ok && call.Call.StaticCallee() == p.Func(t, "f") {
					found = true
					lock := w.Field(w.Value(call.Call.Args[0], 0), "mu", "x/p.T", false)
					if got := lock.Within(); got != c.want {
						t.Errorf("%s: within %q, want %q", c.body, got, c.want)
					}
				}
			}
		}
		if !found {
			t.Errorf("%s does not call f", c.body)
		}
	}
}

// Local variables have classes in the functions that declare them, and in the literals that capture them.
func TestClassIn(t *testing.T) {
	p := ssatest.Build(t, "x/p", `
func f(*int) {}
func F() func() {
	var mu int
	return func() { f(&mu) }
}`)
	outer, lit := p.Func(t, "F"), p.Func(t, "F$1")
	w := NewTable()
	free := w.FreeVar(0)
	if got, want := free.ClassIn(lit), "x/p.F.mu@4"; got != want {
		t.Errorf("the class is %q, want %q", got, want)
	}
	if free.Class() != "" || !free.Local(lit) || free.OwnVariable(lit) {
		t.Errorf("the variable is a class of all functions: %q, local: %t, the literal's own: %t", free.Class(), free.Local(lit), free.OwnVariable(lit))
	}
	for _, instr := range outer.Blocks[0].Instrs {
		if mu, ok := instr.(*ssa.Alloc); ok {
			n := w.Value(mu, 0)
			if n.ClassIn(outer) != free.ClassIn(lit) || !n.OwnVariable(outer) {
				t.Errorf("the variable is %q where it is declared", n.ClassIn(outer))
			}
		}
	}
}

// The cell that an instruction's operand has is that of its name.
func TestStaticCell(t *testing.T) {
	p := ssatest.Build(t, "x/p", `
var V, VS = 0, []int{}
type T struct { f int; fs []int; a [4]int }
func F(t *T, s []int) { t.f = 1; V = 1; t.fs[0] = 1; VS[0] = 1; s[0] = 1; t.a[0] = 1 }`)
	want := []string{"x/p.T.f", "x/p.V", "x/p.T.fs[]", "x/p.VS[]", "*[]", "x/p.T.a[]"}
	for _, instr := range p.Func(t, "F").Blocks[0].Instrs {
		st, ok := instr.(*ssa.Store)
		if !ok {
			continue
		}
		if len(want) == 0 {
			t.Fatalf("there is one store too many: %v", st)
		}
		if got := StaticCell(st.Addr); got != want[0] {
			t.Errorf("the cell of %v is %q, want %q", st.Addr, got, want[0])
		}
		want = want[1:]
	}
	if len(want) > 0 {
		t.Errorf("no stores to %q", want)
	}
}
