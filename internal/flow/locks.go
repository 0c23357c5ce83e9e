package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// verbs say what an operation does to its lock.
var verbs = map[model.OpKind]string{model.Lock: "locks", model.TryLock: "locks", model.Unlock: "unlocks"}

// lockOp executes an operation of the model on the lock named by its receiver.
func (w *walker) lockOp(s *state, op model.Op, lock *path.Node, instr ssa.CallInstruction) []*state {
	lock, _ = w.behind(lock)
	mode := op.Mode
	if lock.Kind == path.RLocker {
		lock, mode = lock.X, model.Read
	}
	// A method of a field works only if there is an object that has the field.
	base := lock
	for base.Kind == path.Field {
		base = base.X
	}
	if base.IsNil() {
		return nil // the call crashes
	}
	if base != lock && base.HasValue() && op.Kind != model.RLocker {
		s.assume(binop(w.t, tokenEQL, base, w.t.Const(nil)), false)
	}
	verb := verbs[op.Kind]
	if mode == model.Read {
		verb = "read-" + verb
	}
	steps := []*Step{{Pos: instr.Pos(), Func: w.name, What: verb}}
	yes, no := w.t.Bool(true), w.t.Bool(false)
	if op.Err {
		yes, no = w.t.Const(nil), NotNil(w.t)
		if endless(instr) {
			op.Kind = model.Lock
			w.bindResults(s, instr, []*path.Node{yes})
		}
	}
	if op.Kind == model.Lock || op.Kind == model.TryLock {
		w.acquiresAt(instr, lock, mode)
	}
	switch op.Kind {
	case model.Lock:
		if w.tries(instr) {
			w.hold(s, lockset.Lock, known{Lock: lock, Mode: mode, By: &act{site: instr, steps: steps}})
			break
		}
		w.locksAt(instr, lock, mode)
		if mode == model.Slot {
			w.blocks(s, instr, nil, "waits")
		}
		w.acquires(s, lock, mode, instr, steps)
		if !w.acquire(s, lock, mode, instr, steps, nil) {
			return nil
		}
	case model.TryLock:
		got, not := s.clone(), s
		if w.inTheWay(s, lock, mode, instr) {
			w.bindResults(not, instr, []*path.Node{no})
			return []*state{not}
		}
		if lock.InEntry() && s.locks.Free(lock) == nil {
			got.assume(w.t.Op(freeFor(mode), lock, nil), true) // at least when it was called
		}
		if answerTold(instr.Value()) {
			w.hold(got, lockset.Get, known{Lock: lock, Mode: mode, Doubt: lockset.Unsure, By: &act{site: instr, steps: steps}})
			return []*state{got}
		}
		w.hold(got, lockset.Get, known{Lock: lock, Mode: mode, By: &act{site: instr, steps: steps}})
		w.bindResults(got, instr, []*path.Node{yes})
		w.bindResults(not, instr, []*path.Node{no})
		if !lock.Old() {
			not.locks.Do(lockset.Fail, known{Lock: lock, Mode: mode,
				By: &act{site: instr, steps: []*Step{{Pos: instr.Pos(), Func: w.name, What: "does not get"}}}})
		}
		return []*state{got, not}
	case model.Unlock:
		if !w.release(s, lock, mode, instr, steps) {
			return nil
		}
	case model.RLocker:
		w.bindResults(s, instr, []*path.Node{w.t.RLocker(lock)})
	case model.Wait:
		w.callsHolding(s, instr)
		if !w.checkWait(s, lock, instr) {
			return nil
		}
		w.condWait(s, lock, instr)
	case model.Signal, model.Broadcast:
		w.callsHolding(s, instr)
	}
	return []*state{s}
}

// IsUnlock reports whether a call unlocks a lock.
func IsUnlock(c *ssa.CallCommon) bool {
	if c.IsInvoke() {
		return model.OpOf(c.Method).Kind == model.Unlock
	}
	fn := c.StaticCallee()
	return fn != nil && model.OpOf(funcObject(fn)).Kind == model.Unlock
}

// answerSent reports whether the result of an operation is sent on a channel: who receives the answer of a TryLock
// unlocks.
func answerSent(op ssa.Instruction) bool {
	v, ok := op.(*ssa.Call)
	return ok && slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		_, ok := r.(*ssa.Send)
		return ok
	})
}

// answerTold reports whether the answer of a TryLock is nothing but an operand of a print or a comparison by reflection:
// what follows goes by what is expected.
func answerTold(v *ssa.Call) bool {
	told := false
	if v == nil {
		return false
	}
	for _, r := range *v.Referrers() {
		switch r.(type) {
		case *ssa.MakeInterface:
			told = true
		case *ssa.DebugRef:
		default:
			return false
		}
	}
	return told
}

// endless reports whether a call waits until it gets what it wants, as its context never ends.
func endless(call ssa.CallInstruction) bool {
	for _, arg := range call.Common().Args {
		c, ok := ssax.Origin(arg).(*ssa.Call)
		if !ok || c.Call.StaticCallee() == nil {
			continue
		}
		switch c.Call.StaticCallee().String() {
		case "context.Background", "context.TODO":
			return true
		}
	}
	return false
}

// acquiresAt notes that an operation of the function acquires a lock.
func (w *walker) acquiresAt(instr ssa.Instruction, lock *path.Node, mode model.Mode) {
	if !slices.ContainsFunc(w.res.Acquires[instr], func(h HeldLock) bool { return h.Lock == lock && h.Mode == mode }) {
		w.res.Acquires[instr] = append(w.res.Acquires[instr], HeldLock{Lock: lock, Mode: mode})
	}
}

// acquire waits for a lock and holds it. It returns false if it never gets it.
func (w *walker) acquire(s *state, lock *path.Node, mode model.Mode, site ssa.CallInstruction, steps []*Step, guard []Literal) bool {
	if !w.waitFor(s, lock, mode, site, steps, guard) {
		return false
	}
	w.hold(s, lockset.Lock, known{Lock: lock, Mode: mode, By: &act{site: site, steps: steps}})
	return true
}

// waitFor reports what is wrong with waiting for the lock in this state, or
// tells callers that the function does. It returns false if the wait never ends.
func (w *walker) waitFor(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction, steps []*Step, guard []Literal) bool {
	a := w.demand(s, &demand{by: Acquire, lock: lock, mode: mode, site: site, steps: steps, guard: guard})
	return a.Verdict != lockset.Violated || a.Violation == lockset.RecursiveRead
}

// freeFor names the condition that nobody holds a lock in a way that makes a TryLock of
// the mode fail.
func freeFor(mode model.Mode) string {
	if mode == model.Read {
		return "free to read"
	}
	return "free"
}

// asksFree reports whether a condition is one that freeFor names.
func asksFree(key *path.Node) bool {
	return key.Kind == path.Op && (key.Name == freeFor(model.Read) || key.Name == freeFor(model.Write))
}

// heldAgainst answers the conditions that freeFor names, if the lock is held.
func (w *walker) heldAgainst(s *state, key *path.Node) bool {
	if !asksFree(key) {
		return false
	}
	mode := model.Write
	if key.Name == freeFor(model.Read) {
		mode = model.Read
	}
	return w.inTheWay(s, key.X, mode, nil)
}

// inTheWay reports whether TryLock is sure to fail, and Lock never to return, because this
// goroutine itself holds the lock.
func (w *walker) inTheWay(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction) bool {
	a := w.meets(s, &demand{by: Acquire, lock: lock, mode: mode, site: site})
	return a.Verdict == lockset.Violated && a.Violation != lockset.RecursiveRead
}

// hold adds an acquisition to the lock set.
func (w *walker) hold(s *state, op lockset.Operation, h known) {
	if s.locks.Free(h.Lock) == nil {
		s.locks.Forget(h.Lock)
		// It may well be one that the function has given up, found through pointers that have changed since.
		for i := range s.locks.Others() {
			if k := &s.locks.Others()[i]; k.Phase == lockset.GivenUp && !k.Sure() && k.Lock.Class() == h.Lock.Class() {
				k.Lock = h.Lock
				break
			}
		}
	}
	if len(s.locks.Held()) >= limits.MaxHeld {
		w.giveUp(limits.Held)
		return
	}
	// A TryLock does not wait, and so keeps no reader out.
	if h.Mode == model.Write && op != lockset.Get && !slices.Contains(w.res.Writes, h.Lock) {
		w.res.Writes = append(w.res.Writes, h.Lock)
	}
	if i := s.locks.Find(h.Lock, h.Mode); i >= 0 {
		if old := &s.locks.Held()[i]; old.Mode == h.Mode && (old.By.site == h.By.site || isOpaque(h.By.site, h.Lock)) {
			old.Doubt |= lockset.Unsure // held once per iteration of a loop, or through a Locker: nobody counts
			s.locks.Forget(h.Lock)
			return
		}
	}
	s.locks.Do(op, h)
	w.disturb(s, false)
}

// isOpaque reports whether an operation on lock is one on a Locker of unknown type:
// two Locks of it may be fine, as those of an RLocker are.
func isOpaque(site ssa.Instruction, lock *path.Node) bool {
	c, ok := site.(ssa.CallInstruction)
	if !ok || !c.Common().IsInvoke() || model.OpOf(c.Common().Method).Kind == model.None {
		return false
	}
	switch lock.Kind {
	case path.Field, path.Global, path.FreeVar:
		return false // the address of a lock
	case path.Value:
		_, isVar := lock.Val.(*ssa.Alloc)
		return !isVar
	}
	return true
}

// isLocker reports whether a lock is known as an interface value only. Its other
// methods, which nobody here knows, may lock it.
func (w *walker) isLocker(lock *path.Node) bool {
	switch {
	case lock.Kind == path.Value:
		return types.IsInterface(lock.Val.Type())
	case lock.Kind == path.Param && lock.Index < len(w.fn.Params):
		return types.IsInterface(w.fn.Params[lock.Index].Type())
	}
	return false
}
