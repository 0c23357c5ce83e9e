package peers

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// notRunning reports whether the goroutine that calls Done does not run while a function waits for the group, as a flag says. The function has
// found the flag not set, under the lock, and has set it; the goroutine is only started by who has done so, too; and the flag is reset only
// after a wait for the group: whatever was started before has ended, and nothing is started since.
func (a *asker) notRunning(done, wait *Op) bool {
	f := a.funcs[done.Fn]
	if f.open || len(f.in) == 0 {
		return false
	}
	for flag := range flags(wait.Instr) {
		if !a.claims(wait.Instr, flag, true) || !a.resetAfter(flag, wait.class) {
			continue
		}
		all := true
		for _, e := range f.in {
			all = all && e.kind == spawns && a.claims(e.instr, flag, false)
		}
		if all {
			return true
		}
	}
	return false
}

// claims reports whether a function comes to an instruction only when it has found a flag not set, with the lock held, and sets it: before the
// instruction, or, if that may be so, after it.
func (a *asker) claims(at ssa.Instruction, flag any, before bool) bool {
	for _, branch := range deciders(at) {
		side := ssax.Side(branch.Block(), at.Block())
		if side < 0 || !a.lockedAt(branch.Parent(), branch, 0) {
			continue
		}
		for _, b := range at.Parent().Blocks {
			for _, instr := range b.Instrs {
				if st, ok := instr.(*ssa.Store); ok && variable(st.Addr) == flag && ssax.IsTrue(st.Val) && makes(st, branch.Cond, side != 0) && ssax.Dominates(branch, st) &&
					(ssax.Dominates(st, at) || !before && ssax.Dominates(at, st)) {
					return true
				}
			}
		}
	}
	return false
}

// resetAfter reports whether a flag gets another value than true only after a wait for a group.
func (a *asker) resetAfter(flag any, group *Class) bool {
	only := map[any]bool{flag: true}
	for fn := range a.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Store:
					if _, isNew := ssax.Base(instr.Addr).(*ssa.Alloc); variable(instr.Addr) == flag && !ssax.IsTrue(instr.Val) && !isNew && !waitsBefore(instr, group) {
						return false
					}
				case ssa.CallInstruction:
					if atomicWrite(instr.Common(), only) {
						return false
					}
				}
			}
		}
	}
	return true
}

// waitsBefore reports whether a function has always waited for a group when it comes to an instruction.
func waitsBefore(instr ssa.Instruction, group *Class) bool {
	for _, w := range group.of(Wait) {
		if w.Fn == instr.Parent() && ssax.Dominates(w.Instr, instr) {
			return true
		}
	}
	return false
}
