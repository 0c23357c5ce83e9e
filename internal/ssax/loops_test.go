package ssax

import (
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax/ssatest"
)

func TestEachTurn(t *testing.T) {
	pkg := ssatest.Build(t, "x", `
func a() {}
func b() bool { return true }
func always(n int) { for range n { b(); a() } }
func sometimes(n int) { for range n { if b() { a() } } }
func often(n int) { for range n { for b() { a() } } }
func never(n int) { for range n { b() }; a() }
`).SSA
	for name, want := range map[string]bool{"always": true, "sometimes": false, "often": false, "never": false} {
		fn := pkg.Func(name)
		at := calls(fn)["a"].Block()
		loop := LoopAround(at)
		var last *ssa.BasicBlock
		for b := range loop {
			for _, s := range b.Succs {
				if !loop[s] {
					last = b
				}
			}
		}
		if got := last != nil && EachTurn(last, at); got != want {
			t.Errorf("%s: got %t, want %t", name, got, want)
		}
	}
}

func TestAlwaysAfter(t *testing.T) {
	pkg := ssatest.Build(t, "x", `
func a() {}
func b() {}
func both(x bool) { if x { a() }; b() }
func early(x, y bool) { if y { return }; if x { a() }; b() }
func late(x, y bool) { if x { a() }; if y { return }; b() }
func same(x bool) { if x { a(); b() } }
func inLoop(x, y bool) { for y { if x { a() }; if y { continue }; b() } }
func again(x bool) { for { if x { a() }; b() } }
`).SSA
	for name, want := range map[string]bool{"both": true, "early": true, "late": false, "same": false, "inLoop": false, "again": true} {
		c := calls(pkg.Func(name))
		if got := AlwaysAfter(c["a"], c["b"].Pos()); got != want {
			t.Errorf("%s: got %t, want %t", name, got, want)
		}
	}
}

func TestMadeFunc(t *testing.T) {
	pkg := ssatest.Build(t, "x", `
func make() func() { return func() {} }
func try() (func(), error) { return func() {}, nil }
var kept func()
func called() { f := make(); f() }
func deferred() { defer make()() }
func tried() { f, err := try(); if err == nil { f() } }
func stored() { f := make(); kept = f; f() }
func given() { use(make()) }
func use(f func()) { f() }
`).SSA
	for name, want := range map[string]bool{"called": true, "deferred": true, "tried": true, "stored": false, "given": false} {
		fn := pkg.Func(name)
		c := calls(fn)["make"]
		if c == nil {
			c = calls(fn)["try"]
		}
		if got := OnlyCalled(c); got != want {
			t.Errorf("%s: only called: %t, want %t", name, got, want)
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok && call.Common().StaticCallee() == nil && ssa.CallInstruction(MadeFunc(call.Common())) != c {
					t.Errorf("%s: %s is not made by %s", name, call, c)
				}
			}
		}
	}
}
