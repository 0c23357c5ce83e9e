package summary

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/ssax"
)

// inEachTest reports whether every run of a test that returns comes to a finding, and no other goroutine has a part in that. Such a test would
// hang or crash each time: either it is there to show that, or it does not happen.
func inEachTest(f flow.Finding) bool {
	switch f.Kind {
	case flow.LockedAgain, flow.Upgraded, flow.ReadUnderWrite, flow.UnlockedTwice, flow.UnlockMismatch:
		if !isTest(f.Fn) && (f.Fn.Parent() == nil || !isSubtest(f.Fn)) {
			return false
		}
		at := ssax.CallAt(f.Fn, f.Pos)
		return at != nil && inEachRun(at)
	}
	return false
}

// inEachRun reports whether a function cannot return without having come to an instruction.
func inEachRun(at ssa.Instruction) bool {
	returns := false
	for _, b := range at.Parent().Blocks {
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && b != at.Parent().Recover {
			if returns = true; !at.Block().Dominates(b) {
				return false
			}
		}
	}
	return returns
}
