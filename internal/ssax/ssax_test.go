package ssax

import (
	"fmt"
	"go/types"
	"slices"
	"testing"

	"github.com/lockvet/lockvet/internal/ssax/ssatest"
	"golang.org/x/tools/go/ssa"
)

// calls returns the calls, go statements and defer statements of functions, by the callee's name.
func calls(fn *ssa.Function) map[string]ssa.CallInstruction {
	found := make(map[string]ssa.CallInstruction)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if c, ok := instr.(ssa.CallInstruction); ok && c.Common().StaticCallee() != nil {
				found[c.Common().StaticCallee().Name()] = c
			}
		}
	}
	return found
}

func TestOrder(t *testing.T) {
	pkg := ssatest.Build(t, "x", `
func a() {}
func b() {}
func c() {}
func d() {}
func e() {}
func f(x bool) {
	defer d()
	a()
	for x {
		b()
		if x { continue }
		c()
	}
	defer e()
}`).SSA
	fn := pkg.Func("f")
	at := calls(fn)
	o := NewOrder(fn)
	for _, test := range []struct {
		from, to, avoid string
		want            bool
	}{
		{"a", "b", "", true},
		{"b", "a", "", false},
		{"b", "b", "", true},
		{"c", "b", "", true},
		{"a", "c", "b", false},
		{"c", "c", "b", false},
		// Deferred calls run at the end, the last one first.
		{"d", "a", "", false},
		{"a", "d", "", true},
		{"e", "d", "", true},
		{"d", "e", "", false},
	} {
		var avoid ssa.Instruction
		if test.avoid != "" {
			avoid = at[test.avoid]
		}
		if got := o.Precedes(at[test.from], at[test.to], avoid); got != test.want {
			t.Errorf("%s precedes %s, avoiding %q: %t, want %t", test.from, test.to, test.avoid, got, test.want)
		}
	}
	for name, want := range map[string]bool{"a": false, "b": true, "c": true, "d": false} {
		if got := o.Loops(at[name]); got != want {
			t.Errorf("%s loops: %t, want %t", name, got, want)
		}
	}
	if !Dominates(at["a"], at["b"]) || Dominates(at["c"], at["b"]) || !Dominates(at["b"], at["c"]) {
		t.Error("a dominates b, and b dominates c, but c does not dominate b")
	}
	if !o.Always(at["a"], at["d"]) || o.Always(at["b"], at["d"]) {
		t.Error("the deferred d comes after a always, and not after b")
	}
}

// A path exists from one instruction to another whenever one exists that avoids a third.
func TestLeadsIsMonotone(t *testing.T) {
	fn := ssatest.Build(t, "x", `
func g(int) bool { return true }
func f(n int) {
	for i := range n {
		if g(i) { g(1); continue }
		for g(n) { if g(2) { return } }
	}
	g(3)
}`).SSA.Func("f")
	var all []ssa.Instruction
	for _, b := range fn.Blocks {
		all = append(all, b.Instrs...)
	}
	o := NewOrder(fn)
	for _, a := range all {
		for _, b := range all {
			for _, avoid := range all {
				if o.Leads(a, b, avoid) && !o.Leads(a, b, nil) {
					t.Fatalf("%s leads to %s only if %s is avoided", a, b, avoid)
				}
			}
		}
	}
}

func TestOnlyStore(t *testing.T) {
	pkg := ssatest.Build(t, "x", `
func once(p *int) func() int { q := p; return func() int { return *q } }
func twice(p, r *int) func() int { q := p; q = r; return func() int { return *q } }
func captured(p, r *int) func() int { q := p; func() { q = r }(); return func() int { return *q } }
`).SSA
	for name, want := range map[string]bool{"once": true, "twice": false, "captured": false} {
		for _, b := range pkg.Func(name).Blocks {
			for _, instr := range b.Instrs {
				if alloc, ok := instr.(*ssa.Alloc); ok && alloc.Comment == "q" {
					if got := OnlyStore(alloc) != nil; got != want {
						t.Errorf("%s: q has an only store: %t, want %t", name, got, want)
					}
				}
			}
		}
	}
}

func TestPublications(t *testing.T) {
	pkg := ssatest.Build(t, "x", `
type T struct{ n int }
func (t *T) method() {}
var reg = map[int]*T{}
var global *T
func publish(t *T) { global = t }
func look(t *T) int { return t.n }
func stored() { t := &T{}; global = t }
func inMap() { t := &T{}; reg[1] = t }
func kept() { t := &T{}; t.method(); look(t) }
func passed() { t := &T{}; publish(t) }
func started() { t := &T{}; go look(t) }
func deferred() { t := &T{}; defer publish(t); look(t) }
func literal() { t := &T{}; defer func() { global = t }(); look(t) }
func run(f func()) { f() }
func inPlace() { t := &T{}; run(func() { look(t) }) }
func runLater() { t := &T{}; go run(func() { look(t) }) }
func storedThere() { t := &T{}; run(func() { global = t }) }
func deeper() { t := &T{}; run(func() { run(func() { go look(t) }) }) }
func keep(f func()) { later = f }
var later func()
func literalKept() { t := &T{}; keep(func() { look(t) }) }
type ring struct { t *T; next *ring }
func (t *T) ring() *ring { r := &ring{t: t}; r.next = &ring{t: t, next: r}; return r }
func inRing() { t := &T{}; t.ring() }
type copied struct { n int; s string }
func (c copied) with(s string) (d copied) { d = c; d.s += s; return d }
func inResult() { c := &copied{}; c.with("x") }
`).SSA
	for name, want := range map[string]string{
		"stored": "*ssa.Store", "inMap": "*ssa.MapUpdate", "kept": "", "passed": "*ssa.Call", "started": "*ssa.Go",
		"deferred": "*ssa.RunDefers", "literal": "*ssa.RunDefers",
		"inPlace": "", "runLater": "*ssa.Go", "storedThere": "*ssa.MakeClosure", "deeper": "*ssa.MakeClosure", "literalKept": "*ssa.Call",
		"inRing": "", "inResult": "",
	} {
		got := ""
		for _, b := range pkg.Func(name).Blocks {
			for _, instr := range b.Instrs {
				alloc, ok := instr.(*ssa.Alloc)
				if !ok || got != "" {
					continue
				}
				for _, p := range Publications(alloc) {
					got = typeName(p)
				}
			}
		}
		if got != want {
			t.Errorf("%s: published by %q, want %q", name, got, want)
		}
	}
}

func typeName(instr ssa.Instruction) string {
	switch instr.(type) {
	case *ssa.Store:
		return "*ssa.Store"
	case *ssa.MapUpdate:
		return "*ssa.MapUpdate"
	case *ssa.Call:
		return "*ssa.Call"
	case *ssa.Go:
		return "*ssa.Go"
	case *ssa.RunDefers:
		return "*ssa.RunDefers"
	case *ssa.MakeClosure:
		return "*ssa.MakeClosure"
	}
	return instr.String()
}

func TestVisibility(t *testing.T) {
	const body = `
type T struct{ In inner }
type inner struct{ n int }
type hidden struct{ n int }
func F(T) {}
func (T) M() {}
func (hidden) M() {}
`
	lib, prog := ssatest.Build(t, "x", body).SSA, ssatest.Build(t, "main", body).SSA
	named := func(pkg *ssa.Package, name string) types.Type { return pkg.Pkg.Scope().Lookup(name).Type() }
	v, p := NewVisibility(lib), NewVisibility(prog)
	for name, want := range map[string]bool{"T": true, "inner": true, "hidden": false} {
		if got := v.Type(named(lib, name)); got != want {
			t.Errorf("others can name or get %s: %t, want %t", name, got, want)
		}
		if p.Type(named(prog, name)) {
			t.Errorf("nobody imports a program, but %s is visible", name)
		}
	}
	if !v.Callable(lib.Func("F")) || p.Callable(prog.Func("F")) {
		t.Error("F can be called from outside of the library, and not of the program")
	}
}

func TestElements(t *testing.T) {
	pkg := ssatest.Build(t, "x", `
func take(xs ...any) {}
func f(a, b, c any, xs []any) {
	take(a, b)
	take(xs...)
	take([]any{2: a}...)
	func() { func() { take(c) }() }()
}`).SSA
	var got []string
	f := pkg.Func("f")
	for _, instr := range f.Blocks[0].Instrs {
		c, ok := instr.(*ssa.Call)
		if !ok || c.Call.StaticCallee() != pkg.Func("take") {
			continue
		}
		vals, ok := Elements(c.Call.Args[0])
		text := fmt.Sprint(ok)
		for _, v := range vals {
			if v == nil {
				text += " -"
			} else {
				text += " " + v.Name()
			}
		}
		got = append(got, text)
	}
	if want := []string{"true a b", "false", "true - - a"}; !slices.Equal(got, want) {
		t.Errorf("the elements are %q, want %q", got, want)
	}
	inner := f.AnonFuncs[0].AnonFuncs[0]
	if !Within(inner, f) || !Within(inner, f.AnonFuncs[0]) || Within(f, f) || Within(f.AnonFuncs[0], inner) {
		t.Error("a literal stands in the functions around it, and in no other")
	}
}
