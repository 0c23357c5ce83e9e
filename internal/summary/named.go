package summary

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// funcType returns the declaration of a named type of functions in this package, nil if t is none.
func (a *analysis) funcType(t types.Type) *types.TypeName {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() != a.pkg.Pkg {
		return nil
	}
	if _, ok := named.Underlying().(*types.Signature); !ok {
		return nil
	}
	return named.Obj()
}

// scanNamed notes the functions of a named type that exported functions make: users of the package can give them to others that
// take this type.
func (a *analysis) scanNamed(instr *ssa.ChangeType) {
	t := a.funcType(instr.Type())
	if t == nil || !a.usersCall(instr.Parent()) {
		return
	}
	var fn *ssa.Function
	switch v := instr.X.(type) {
	case *ssa.Function:
		fn = v
	case *ssa.MakeClosure:
		fn = v.Fn.(*ssa.Function)
	}
	if fn != nil && a.info[fn] != nil && len(a.ofType[t]) < limits.MaxValues {
		a.ofType[t] = append(a.ofType[t], fn)
	}
}

// usersCall reports whether code outside the package may call a function.
func (a *analysis) usersCall(fn *ssa.Function) bool {
	return !ssax.InTest(fn) && a.vis.Callable(ssax.Outermost(fn))
}

// OfType implements [flow.Env].
func (a *analysis) OfType(by *ssa.Function, t types.Type) (out []flow.Callee) {
	obj := a.funcType(t)
	if obj == nil || len(a.ofType[obj]) == 0 || !a.usersCall(by) {
		return nil
	}
	for _, fn := range a.ofType[obj] {
		c := flow.Callee{Fn: fn, Name: a.settled.Name(fn), Captured: make([]*path.Node, len(fn.FreeVars))}
		c.Summary, c.Writes = a.Static(fn)
		out = append(out, c)
	}
	return out
}
