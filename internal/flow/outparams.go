package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
)

// outParams forgets what the variables hold whose addresses a callee gets and may store to, or may have got some other way. Fields have names, by
// which what the callee writes is known: see effects.
func (w *walker) outParams(s *state, c Callee) {
	for i := range s.mem {
		if alloc, ok := s.mem[i].Addr.Val.(*ssa.Alloc); ok && s.mem[i].Addr.Kind == path.Value && s.mem[i].Val != nil && w.info.addressKept(alloc) {
			s.mem[i].Val = nil
		}
	}
	for i, arg := range c.Args {
		if arg == nil {
			continue
		}
		arg = path.Concrete(arg)
		if arg.Kind != path.Value {
			continue
		}
		if _, ok := s.cell(arg); !ok {
			continue
		}
		if c.Fn == nil || len(c.Fn.Blocks) == 0 || i >= len(c.Fn.Params) || storesTo(c.Fn.Params[i], 0) {
			w.store(s, arg, nil)
		}
	}
}

// addressKept reports whether the address of a variable is kept somewhere, as an argument of fmt.Sscan is.
func (fi *funcInfo) addressKept(alloc *ssa.Alloc) bool {
	kept, ok := fi.keptAddr[alloc]
	if !ok {
		kept = slices.ContainsFunc(*alloc.Referrers(), func(r ssa.Instruction) bool {
			switch r := r.(type) {
			case *ssa.MakeInterface, *ssa.Phi, *ssa.ChangeType, *ssa.Convert, *ssa.Send, *ssa.MapUpdate:
				return true
			case *ssa.Store:
				return r.Val == alloc
			}
			return false
		})
		fi.keptAddr[alloc] = kept
	}
	return kept
}

// storesTo reports whether a function may store something to the variable that a parameter points to.
func storesTo(p *ssa.Parameter, depth int) bool {
	if depth > limits.MaxCalls {
		return true
	}
	for _, r := range *p.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef, *ssa.UnOp, *ssa.BinOp, *ssa.FieldAddr, *ssa.IndexAddr:
		case ssa.CallInstruction:
			fn := r.Common().StaticCallee()
			if fn == nil || len(fn.Blocks) == 0 || len(fn.Params) != len(r.Common().Args) {
				return true
			}
			for i, arg := range r.Common().Args {
				if arg == p && storesTo(fn.Params[i], depth+1) {
					return true
				}
			}
		default:
			return true
		}
	}
	return false
}
