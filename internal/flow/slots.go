package flow

import (
	"go/constant"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// A channel can be a semaphore: its buffer is the slots, one operation takes a slot and the other one
// gives it back. Env.Slots tells which channels are. A slot is held in the mode [model.Slot]: nobody is
// kept out by it, but it must be given back.

// slotOp executes an operation on the channel ch, if that is a semaphore.
func (w *walker) slotOp(s *state, instr ssa.Instruction, ch ssa.Value, sends bool) {
	taken, ok := w.env.Slots(ch)
	if !ok {
		return
	}
	lock := w.node(s, ch)
	if sends == taken {
		steps := slotSteps(instr, w.fn, "takes a slot")
		w.acquiresAt(instr, lock, model.Slot)
		mode := model.Slot
		if _, chooses := instr.(*ssa.Select); !chooses && w.env.OneSlot(ch) {
			mode = model.Write // nothing is left for whoever has the only one
		}
		w.waitFor(s, lock, mode, instr, steps, nil)
		w.hold(s, lockset.Lock, known{Lock: lock, Mode: model.Slot, By: &act{site: instr, steps: steps}})
		return
	}
	if s.locks.Find(lock, model.Slot) < 0 && w.fresh(lock, instr) {
		return // it is filled with slots
	}
	w.release(s, lock, model.Slot, instr, slotSteps(instr, w.fn, "gives a slot back"))
}

// FlagSet is what a step says that takes a lock made by hand.
const FlagSet = "sets the flag"

// busyOp executes a store to a boolean field that is a lock made by hand, see [Env.Busy]. It is taken like the slot of a semaphore: what is
// wanted is that it is given back. Who waits for it lets go of the mutex that guards it, so that it orders nothing.
func (w *walker) busyOp(s *state, st *ssa.Store, lock *path.Node) {
	sets, ok := w.env.Busy(st)
	if !ok {
		return
	}
	if sets {
		w.acquiresAt(st, lock, model.Slot)
		w.hold(s, lockset.Lock, known{Lock: lock, Mode: model.Slot, By: &act{site: st, steps: slotSteps(st, w.fn, FlagSet)}})
		return
	}
	w.release(s, lock, model.Slot, st, slotSteps(st, w.fn, "clears the flag"))
}

func slotSteps(instr ssa.Instruction, fn *ssa.Function, what string) []*Step {
	return []*Step{{Pos: instr.Pos(), Func: FuncName(fn), What: what}}
}

// slotSelect executes a select statement with a case that takes or gives back a slot: it leads to one
// state for each case. It returns nil for other select statements.
func (w *walker) slotSelect(s *state, sel *ssa.Select) (out []*state) {
	found := false
	for _, st := range sel.States {
		if _, ok := w.env.Slots(st.Chan); ok {
			found = true
		}
	}
	var index ssa.Value
	for _, r := range *sel.Referrers() {
		if e, ok := r.(*ssa.Extract); ok && e.Index == 0 {
			index = e
		}
	}
	if !found || index == nil {
		return nil
	}
	first := 0
	if !sel.Blocking {
		first = -1
	}
	for i := first; i < len(sel.States); i++ {
		c := s.clone()
		c.bind(index, w.t.Const(constant.MakeInt64(int64(i))))
		if i >= 0 {
			w.slotOp(c, sel, sel.States[i].Chan, sel.States[i].Send != nil)
		} else if !w.nothingToGive(c, sel) {
			continue
		}
		out = append(out, c)
	}
	return out
}

// nothingToGive learns from the default case of a select statement, which is taken only if no slot can be given back, that nobody has taken
// one. It returns false if this goroutine has.
func (w *walker) nothingToGive(s *state, sel *ssa.Select) bool {
	for _, st := range sel.States {
		taken, ok := w.env.Slots(st.Chan)
		if !ok || taken == (st.Send != nil) {
			continue
		}
		lock := w.node(s, st.Chan)
		free := w.t.Op(freeFor(model.Slot), lock, nil)
		if w.heldAgainst(s, free) {
			return false
		}
		if lock.InEntry() && s.locks.Free(lock) == nil {
			s.conds = append(s.conds, cond{key: free, val: true, entry: true}) // at any time: the caller has none
		}
	}
	return true
}

func isSlot(h known) bool { return h.Mode == model.Slot }
