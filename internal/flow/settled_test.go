package flow

import (
	"testing"

	"github.com/lockvet/lockvet/internal/ssax/ssatest"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// The names that Settled keeps are those of FuncName.
func TestNames(t *testing.T) {
	pkg := ssatest.Build(t, "p", `
type T struct{}
func (T) Value() { func() { func() {}() }() }
func (*T) Pointer() { func() {}(); func() { go func() {}() }() }
func Loop(seq func(func(int) bool)) { for range seq { defer func() {}() } }
func Generic[E any](e E) { func() { _ = e }() }
var V = func() { func() {}() }
func init() { func() {}() }
`).SSA
	var m Settled
	n := 0
	var check func(fn *ssa.Function)
	check = func(fn *ssa.Function) {
		for _, lit := range fn.AnonFuncs {
			check(lit)
		}
		if got, want := m.name(fn), FuncName(fn); got != want {
			t.Errorf("%s is named %s", want, got)
		}
		n++
	}
	for fn := range ssautil.AllFunctions(pkg.Prog) {
		if fn.Parent() == nil {
			check(fn)
		}
	}
	if n < 14 {
		t.Errorf("only %d functions", n)
	}
}
