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
