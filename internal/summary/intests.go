package summary

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
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

// aloneInTest reports whether a test read-locks twice a lock of an object of its own, and nothing in sight runs in another goroutine that could lock
// it for writing: the test starts none, itself or by a helper, and those that the package starts don't lock it so.
func (j *judgement) aloneInTest(f flow.Finding) bool {
	test := ssax.Outermost(f.Fn)
	if !isTest(test) || f.Lock.Root().Kind == path.Global || j.startsGoroutines(test, make(map[*ssa.Function]bool)) {
		return false
	}
	class := lockName(f.Fn, f.Lock, model.Write)
	return !slices.ContainsFunc(j.funcs, func(fn *ssa.Function) bool {
		res := j.results[fn]
		return res != nil && j.info[fn].spawned > 0 && !ssax.InTest(fn) && slices.ContainsFunc(res.Summary.Points, func(p flow.Point) bool {
			return p.Kind == flow.Acquires && p.Mode == model.Write && lockName(fn, p.Lock, model.Write) == class
		})
	})
}

// startsGoroutines reports whether a function, a literal in it, or a helper in a test file that one of them calls, starts a goroutine, or runs
// beside other tests.
func (j *judgement) startsGoroutines(fn *ssa.Function, seen map[*ssa.Function]bool) bool {
	if seen[fn] {
		return false
	}
	seen[fn] = true
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if _, ok := instr.(*ssa.Go); ok {
				return true
			}
			call, ok := instr.(ssa.CallInstruction)
			if !ok || call.Common().StaticCallee() == nil {
				continue
			}
			callee := call.Common().StaticCallee()
			obj, _ := callee.Object().(*types.Func)
			if slices.ContainsFunc(model.Callbacks(obj), func(cb model.Callback) bool { return cb.Run == model.Another }) ||
				obj != nil && obj.Name() == "Parallel" && obj.Pkg() != nil && obj.Pkg().Path() == "testing" ||
				ssax.InTest(callee) && j.startsGoroutines(callee, seen) {
				return true
			}
		}
	}
	return slices.ContainsFunc(fn.AnonFuncs, func(lit *ssa.Function) bool { return j.startsGoroutines(lit, seen) })
}
