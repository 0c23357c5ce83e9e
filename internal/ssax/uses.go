package ssax

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// AllUses reports whether ok holds for everything that is done with a function literal: for each
// instruction that uses it, or the closure made of it, and the value by which it does.
func AllUses(lit *ssa.Function, ok func(instr ssa.Instruction, v ssa.Value) bool) bool {
	refs := lit.Referrers()
	if refs == nil {
		return true
	}
	return !slices.ContainsFunc(*refs, func(r ssa.Instruction) bool {
		mc, isClosure := r.(*ssa.MakeClosure)
		if !isClosure {
			return !ok(r, lit)
		}
		return slices.ContainsFunc(*mc.Referrers(), func(r ssa.Instruction) bool { return !ok(r, mc) })
	})
}

// Within reports whether a literal stands in a function, or in a literal of it.
func Within(lit, fn *ssa.Function) bool {
	for lit = lit.Parent(); lit != nil; lit = lit.Parent() {
		if lit == fn {
			return true
		}
	}
	return false
}

// Elements returns the elements of the slice that a composite literal, or the arguments of a variadic
// function, make, by position; nil for what is not set. ok is false if the slice is made otherwise.
func Elements(v ssa.Value) (vals []ssa.Value, ok bool) {
	sl, ok := v.(*ssa.Slice)
	if !ok {
		return nil, false
	}
	alloc, ok := sl.X.(*ssa.Alloc)
	if !ok {
		return nil, false
	}
	for _, ref := range *alloc.Referrers() {
		ia, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		idx, ok := ia.Index.(*ssa.Const)
		if !ok {
			return nil, false
		}
		for _, r := range *ia.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Addr == ia {
				k := int(idx.Int64())
				if k >= len(vals) {
					vals = append(vals, make([]ssa.Value, k+1-len(vals))...)
				}
				vals[k] = st.Val
			}
		}
	}
	return vals, true
}
