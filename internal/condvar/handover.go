package condvar

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
)

// Handovers returns the places where a Wait of the condition variable is given to
// another goroutine to run, which does not lock anything before it.
func (p *Package) Handovers(v *Var) (places []ssa.Instruction) {
	for _, wait := range v.Waits {
		if _, ok := wait.(*ssa.Go); ok {
			places = append(places, wait)
		}
	}
	for _, value := range v.WaitValues {
		for _, use := range *value.Referrers() {
			if c, ok := use.(ssa.CallInstruction); ok && p.flow.givesAway(c, value, 0) {
				places = append(places, use)
			}
		}
	}
	return places
}

// givesAway reports whether a call runs the function value f in another goroutine.
func (d *dataflow) givesAway(c ssa.CallInstruction, f ssa.Value, depth int) bool {
	common := c.Common()
	if _, isGo := c.(*ssa.Go); isGo && common.Value == f {
		return true
	}
	arg := slices.Index(common.Args, f)
	if arg < 0 || depth > limits.MaxCondCalls {
		return false
	}
	if callee := common.StaticCallee(); callee != nil {
		obj, _ := callee.Object().(*types.Func)
		for _, cb := range model.Callbacks(obj) {
			i := cb.Arg
			if callee.Signature.Recv() != nil {
				i++
			}
			if cb.Run == model.Another && i == arg {
				return true
			}
		}
	}
	fn := d.callee(common)
	if fn == nil || arg >= len(fn.Params) {
		return false
	}
	if _, isGo := c.(*ssa.Go); isGo {
		return d.runs(fn, fn.Params[arg]) && !locks(fn)
	}
	return d.startsWith(fn.Params[arg], depth+1)
}

// startsWith reports whether a function value, or the variable it is in, gets to
// another goroutine.
func (d *dataflow) startsWith(f ssa.Value, depth int) bool {
	refs := f.Referrers()
	if refs == nil || depth > limits.MaxCondCalls {
		return false
	}
	return slices.ContainsFunc(*refs, func(use ssa.Instruction) bool {
		switch use := use.(type) {
		case *ssa.Store:
			alloc, ok := use.Addr.(*ssa.Alloc)
			return ok && use.Val == f && d.startsWith(alloc, depth+1)
		case *ssa.UnOp:
			return d.startsWith(use, depth+1)
		case *ssa.ChangeType:
			return d.startsWith(use, depth+1)
		case *ssa.MakeClosure:
			lit := use.Fn.(*ssa.Function)
			i := slices.Index(use.Bindings, f)
			return i >= 0 && i < len(lit.FreeVars) && d.startedClosure(use) && d.runs(lit, lit.FreeVars[i]) && !locks(lit)
		case ssa.CallInstruction:
			return d.givesAway(use, f, depth)
		}
		return false
	})
}

// startedClosure reports whether a closure is run by another goroutine.
func (d *dataflow) startedClosure(mc *ssa.MakeClosure) bool {
	return slices.ContainsFunc(*mc.Referrers(), func(use ssa.Instruction) bool {
		c, ok := use.(ssa.CallInstruction)
		return ok && d.givesAway(c, mc, 0)
	})
}

// runs reports whether fn calls the function value v, or the one in the variable v.
func (d *dataflow) runs(fn *ssa.Function, v ssa.Value) bool {
	return slices.ContainsFunc(*v.Referrers(), func(use ssa.Instruction) bool {
		switch use := use.(type) {
		case *ssa.UnOp:
			return d.runs(fn, use)
		case *ssa.Call:
			return use.Call.Value == v
		}
		return false
	})
}

// locks reports whether a function has a call that may lock something.
func locks(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			c, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			m := c.Common().Method
			if callee := c.Common().StaticCallee(); callee != nil {
				m, _ = callee.Object().(*types.Func)
				if callee.Pkg == fn.Pkg && callee.Parent() == nil {
					return true // it may
				}
			}
			if k := model.OpOf(m).Kind; k == model.Lock || k == model.TryLock {
				return true
			}
		}
	}
	return false
}
