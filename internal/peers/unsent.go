package peers

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
)

// unsent returns a receive from a channel on which nobody sends, tests aside, if the goroutine comes to the wait only after that receive; nil if there
// is none.
func (a *asker) unsent() *Op {
	for _, e := range a.way {
		if op := a.behindUnsent(e.caller, e.instr); op != nil {
			return op
		}
	}
	if op := a.behindUnsent(a.asked.Op.Parent(), a.asked.Op); op != nil {
		return op
	}
	return a.calledUnsent(a.asked.Root, 0)
}

// calledUnsent returns such a receive if all calls of a function come after one.
func (a *asker) calledUnsent(fn *ssa.Function, depth int) (op *Op) {
	f := a.funcs[fn]
	if f == nil || f.open || depth > limits.MaxWaits || ssax.InTest(fn) {
		return nil
	}
	for _, e := range f.in {
		if ssax.InTest(e.caller) {
			continue
		}
		by := a.behindUnsent(e.caller, e.instr)
		if by == nil {
			by = a.calledUnsent(e.caller, depth+1)
		}
		if by == nil {
			return nil
		}
		op = by
	}
	return op
}

// behindUnsent returns such a receive of a function if the function comes to an instruction only after it.
func (a *asker) behindUnsent(fn *ssa.Function, site ssa.Instruction) *Op {
	f := a.funcs[fn]
	if f == nil || ssax.InTest(fn) {
		return nil
	}
	for _, op := range f.ops {
		if op.Kind != Receive && op.Kind != Range || op.class == nil || !op.class.silent() {
			continue
		}
		if b := received(op); b != nil && len(b.Preds) == 1 && b.Dominates(site.Block()) {
			return op
		}
	}
	return nil
}

// silent reports whether nobody sends on a channel of the class or closes it, tests aside, and the package has made it.
func (c *Class) silent() bool {
	return c.outside&sends == 0 && len(c.Makes) > 0 && !slices.ContainsFunc(c.of(Send, Close), func(op *Op) bool { return !ssax.InTest(op.Fn) })
}

// received returns the block that runs when a receive has got a message and the receive is one of several, or stands in a range statement; nil
// for others.
func received(op *Op) *ssa.BasicBlock {
	switch instr := op.Instr.(type) {
	case *ssa.Select:
		return ssax.Case(instr, op.Case)
	default:
		if op.Kind == Range && len(instr.Block().Succs) == 2 {
			return instr.Block().Succs[0]
		}
	}
	return nil
}
