package peers

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/ssax"
)

// answers reports whether an operation of f answers what the goroutine has received before, and whether all who ask hold the lock from before
// they ask until they have the answer. Nobody waits for an answer then while another goroutine holds the lock.
func (a *asker) answers(f *function, op *Op) bool {
	return slices.ContainsFunc(f.ops, func(r *Op) bool {
		if r.Kind != Receive || r.class == op.class || r.class.outside&sends != 0 || len(r.class.of(Close)) > 0 || !follows(r, op) {
			return false
		}
		asks := r.class.of(Send)
		return len(asks) > 0 && !slices.ContainsFunc(asks, func(s *Op) bool { return !a.holdsUntil(s, op.class) })
	})
}

// follows reports whether an operation comes after another one only, in the same function: if that is a case of a select statement, after this case.
func follows(first, op *Op) bool {
	sel, ok := first.Instr.(*ssa.Select)
	if !ok {
		return ssax.Dominates(first.Instr, op.Instr)
	}
	taken := ssax.Case(sel, first.Case)
	return taken != nil && len(taken.Preds) == 1 && taken.Dominates(op.Instr.Block())
}

// holdsUntil reports whether the function that sends has locked before, and does not unlock until it has received from the class.
func (a *asker) holdsUntil(send *Op, class *Class) bool {
	f := a.funcs[send.Fn]
	i := slices.IndexFunc(f.ops, func(r *Op) bool { return r.class == class && r.Kind == Receive && ssax.Dominates(send.Instr, r.Instr) })
	if i < 0 {
		return false
	}
	received := f.ops[i].Instr
	return slices.ContainsFunc(a.acquires(send.Fn, a.class), func(q acq) bool {
		return len(q.steps) == 1 && a.conflicts(q) && ssax.Dominates(q.at, send.Instr) && !unlocksBetween(f, q.at, received)
	})
}

// unlocksBetween reports whether a function may unlock something after one instruction and before another one.
func unlocksBetween(f *function, from, to ssa.Instruction) bool {
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if ok && flow.IsUnlock(&call.Call) && f.Precedes(from, call, nil) && f.Precedes(call, to, nil) {
				return true
			}
		}
	}
	return false
}
