package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
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
	if base != lock && base.HasValue() && op.Kind != model.RLocker {
		s.assume(binop(w.t, tokenEQL, base, w.t.Const(nil)), false)
	}
	verb := verbs[op.Kind]
	if mode == model.Read {
		verb = "read-" + verb
	}
	steps := []Step{{Pos: instr.Pos(), Func: w.name, What: verb}}
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
			w.hold(s, held{lock: lock, mode: mode, site: instr, steps: steps})
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
		if lock.InEntry() && s.status(lock) == nil {
			got.assume(w.t.Op(freeFor(mode), lock, nil), true) // at least when it was called
		}
		if answerTold(instr.Value()) {
			w.hold(got, held{lock: lock, mode: mode, site: instr, steps: steps, unsure: true})
			return []*state{got}
		}
		w.hold(got, held{lock: lock, mode: mode, site: instr, steps: steps})
		w.bindResults(got, instr, []*path.Node{yes})
		w.bindResults(not, instr, []*path.Node{no})
		if not.status(lock) == nil && not.find(lock, mode) < 0 && !lock.Old() {
			not.setStatus(known{lock: lock, mine: true, tried: true, mode: mode, site: instr,
				steps: []Step{{Pos: instr.Pos(), Func: w.name, What: "does not get"}}})
		}
		return []*state{got, not}
	case model.Unlock:
		if !w.release(s, lock, mode, instr, steps) {
			return nil
		}
	case model.RLocker:
		w.bindResults(s, instr, []*path.Node{w.t.RLocker(lock)})
	case model.Wait:
		if !w.checkWait(s, lock, instr) {
			return nil
		}
		w.condWait(s, lock, instr)
	case model.Signal, model.Broadcast:
		w.callsHolding(s, instr)
	}
	return []*state{s}
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
		c, ok := arg.(*ssa.Call)
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
func (w *walker) acquire(s *state, lock *path.Node, mode model.Mode, site ssa.CallInstruction, steps []Step, guard []Literal) bool {
	if !w.waitFor(s, lock, mode, site, steps, guard) {
		return false
	}
	w.hold(s, held{lock: lock, mode: mode, site: site, steps: steps})
	return true
}

// waitFor reports what is wrong with waiting for the lock in this state, or
// tells callers that the function does. It returns false if the wait never ends.
func (w *walker) waitFor(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction, steps []Step, guard []Literal) bool {
	i := s.find(lock, mode)
	if i < 0 {
		if s.status(lock) == nil && lock.InEntry() {
			w.event(Event{Kind: Acquire, Lock: lock, Mode: mode, Guard: append(w.guard(s), guard...), Steps: steps})
		}
		return true
	}
	if mode == model.Slot {
		return true // there are others
	}
	// Hold in the worse mode: a write lock excludes everything.
	for j := range s.held {
		if s.held[j].lock == lock && s.held[j].mode == model.Write {
			i = j
		}
	}
	h := s.held[i]
	kind := LockedAgain
	switch {
	case h.mode == model.Read && mode == model.Write:
		kind = Upgraded
	case h.mode == model.Write && mode == model.Read:
		kind = ReadUnderWrite
	case h.mode == model.Read && mode == model.Read:
		kind = RecursiveRead
	}
	if h.unsure || h.moved || lock.Lumped() || isOpaque(site, lock) {
		if w.why != nil {
			w.silentAgain(h, kind, lock, site, steps)
		}
		return true
	}
	_, isDefer := site.(*ssa.Defer)
	w.report(s, guard, Finding{Kind: kind, Pos: site.Pos(), Lock: lock, Mode: mode, First: h.steps, Again: steps, Site: h.site, Defer: isDefer})
	return kind == RecursiveRead
}

// freeFor names the condition that nobody holds a lock in a way that makes a TryLock of
// the mode fail.
func freeFor(mode model.Mode) string {
	if mode == model.Read {
		return "free to read"
	}
	return "free"
}

// heldAgainst answers the conditions that freeFor names, if the lock is held.
func (w *walker) heldAgainst(s *state, key *path.Node) bool {
	if key.Kind != path.Op || key.Name != freeFor(model.Read) && key.Name != freeFor(model.Write) {
		return false
	}
	return slices.ContainsFunc(s.held, func(h held) bool {
		return h.lock == key.X && !h.unsure && !h.moved && !h.lock.Lumped() && (h.mode == model.Write || key.Name == freeFor(model.Write))
	})
}

// inTheWay reports whether TryLock is sure to fail, and Lock never to return, because this
// goroutine itself holds the lock.
func (w *walker) inTheWay(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction) bool {
	if lock.Lumped() || isOpaque(site, lock) {
		return false
	}
	return slices.ContainsFunc(s.held, func(h held) bool {
		return h.lock == lock && !h.unsure && !h.moved && (h.mode == model.Write || mode == model.Write)
	})
}

// hold adds an acquisition to the lock set.
func (w *walker) hold(s *state, h held) {
	if k := w.dropped(s, h.lock); k != nil {
		h.back, h.was = true, k.mode
		s.forget(k.lock)
	}
	s.forget(h.lock)
	if len(s.held) >= limits.MaxHeld {
		w.giveUp(limits.Held)
		return
	}
	if h.mode == model.Write && !slices.Contains(w.res.Writes, h.lock) {
		w.res.Writes = append(w.res.Writes, h.lock)
	}
	if i := s.find(h.lock, h.mode); i >= 0 && s.held[i].mode == h.mode && (s.held[i].site == h.site || isOpaque(h.site, h.lock)) {
		s.held[i].unsure = true // held once per turn of a loop, or through a Locker: nobody counts
		return
	}
	s.held = append(s.held, h)
	w.disturb(s, false)
}

// dropped returns the entry of a lock that the function released for its caller
// and that lock may well be: the same, or one of its class found through pointers
// that have changed since.
func (w *walker) dropped(s *state, lock *path.Node) *known {
	if k := s.status(lock); k != nil {
		if k.mine {
			return nil
		}
		return k
	}
	for i := range s.known {
		if k := &s.known[i]; !k.mine && k.moved && k.lock.Class() == lock.Class() {
			return k
		}
	}
	return nil
}

// release gives a lock back. It returns false if the program ends there.
func (w *walker) release(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction, steps []Step) bool {
	w.releasesAt(site, lock)
	_, isDefer := site.(*ssa.Defer)
	i := s.find(lock, mode)
	if i >= 0 && s.held[i].mode != mode {
		if h := s.held[i]; !h.unsure && !h.moved {
			w.report(s, nil, Finding{Kind: UnlockMismatch, Pos: site.Pos(), Lock: lock, Mode: mode, First: h.steps, Again: steps, Site: h.site, Defer: isDefer})
			return false
		} else if w.why != nil {
			w.silentHeld(Finding{Kind: UnlockMismatch, Pos: site.Pos(), Lock: lock, First: h.steps, Again: steps, Site: h.site}, h)
		}
	}
	if i < 0 {
		i = w.alike(s, lock, mode, site)
	}
	if i >= 0 {
		h := s.held[i]
		if h.given != nil && h.lock == lock && !h.moved && h.mode == mode {
			w.report(s, nil, Finding{Kind: UnlockedTwice, Pos: site.Pos(), Lock: lock, Mode: mode, First: h.given, Again: steps, Site: h.site, Defer: isDefer, Sure: true})
			return false
		}
		s.held = slices.Delete(s.held, i, i+1)
		if !slices.Contains(w.res.Releases[h.site], site) {
			w.res.Releases[h.site] = append(w.res.Releases[h.site], site)
		}
		w.paired(&h)
		if h.lock == lock && !h.unsure {
			if !h.back {
				w.own[site] = h
			}
			if s.find(lock, mode) < 0 {
				// A loop has locked it, which may have done so as often as another loop unlocks it.
				counted := w.loops(h.site) && !w.leads(site, h.site)
				s.setStatus(known{lock: lock, mine: !h.back, moved: counted, mode: mode, site: site, steps: steps})
			}
		} else if s.status(lock) == nil {
			// It may be held as often again, or be another one.
			s.setStatus(known{lock: lock, mine: true, moved: h.lock == lock || w.unstable(lock), mode: mode, site: site, steps: steps})
		}
		return true
	}
	if lock.Old() {
		w.stray(lock)
		return true // nothing is known of all the objects of earlier turns
	}
	if k := s.status(lock); k != nil {
		if k.calls {
			w.stray(lock) // only a callee has had it
		}
		// Of a lock that callers hold, nobody knows how often: a loop may unlock it once for each.
		each := !k.mine && k.site != nil && w.loops(site) && w.leads(site, k.site) && !w.ahead(k.site, site)
		if !isOpaque(site, lock) && !k.moved && !each {
			w.report(s, nil, Finding{Kind: UnlockedTwice, Pos: site.Pos(), Lock: lock, Mode: mode, First: k.steps, Again: steps, Site: k.site, Defer: isDefer})
			return false
		}
		if w.why != nil {
			w.silentTwice(k, lock, site, steps)
		}
		return true
	}
	if k := s.failed(lock); k != nil && k.mode == mode && !isOpaque(site, lock) && !wins(site, k.site) {
		w.report(s, nil, Finding{Kind: TryFailed, Pos: site.Pos(), Lock: lock, Mode: mode, First: k.steps, Again: steps, Site: k.site, Defer: isDefer})
		return false
	}
	// Whoever calls us must hold it.
	if lock.InEntry() {
		w.event(Event{Kind: Release, Lock: lock, Mode: mode, Guard: w.guard(s), Steps: steps})
		w.enteredAt(site, lock, s)
	} else {
		w.stray(lock)
		if w.neverLocked(s, lock, mode, site, steps) {
			return false
		}
	}
	s.setStatus(known{lock: lock, mode: mode, site: site, steps: steps})
	return true
}

// loops reports whether an instruction of the function is in a loop, leads whether b can run after a, and ahead whether it can in the same
// iteration of all loops.
func (w *walker) loops(i ssa.Instruction) bool {
	b := i.Block()
	return b != nil && b.Parent() == w.fn && w.info.inLoop[b.Index]
}

func (w *walker) leads(a, b ssa.Instruction) bool {
	from, to := a.Block(), b.Block()
	return from != nil && to != nil && from.Parent() == w.fn && to.Parent() == w.fn && w.info.run.After(from, to)
}

func (w *walker) ahead(a, b ssa.Instruction) bool {
	return a.Block() != b.Block() && w.info.run.Ahead(a.Block(), b.Block()) || a.Block() == b.Block() && ssax.Index(a) < ssax.Index(b)
}

// neverLocked reports the unlock of a lock that the function has just made, and that nobody has locked.
func (w *walker) neverLocked(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction, steps []Step) bool {
	alloc, ok := path.Concrete(lock).Root().Val.(*ssa.Alloc)
	if !ok || mode == model.Slot || s.panics || !w.fresh(lock, site) || handedToCalls(alloc) {
		return false
	}
	_, isDefer := site.(*ssa.Defer)
	w.report(s, nil, Finding{Kind: NeverLocked, Pos: site.Pos(), Lock: lock, Mode: mode, Again: steps, Site: site, Defer: isDefer, Sure: true})
	return true
}

// handedToCalls reports whether an object, or a part of it, is an argument of a call of anything but its
// methods' lock operations, or is copied: somebody else may have locked it.
func handedToCalls(object ssa.Value) bool {
	for _, ref := range *object.Referrers() {
		switch r := ref.(type) {
		case *ssa.FieldAddr:
			if handedToCalls(r) {
				return true
			}
		case *ssa.Store:
			if _, isStruct := r.Val.Type().Underlying().(*types.Struct); r.Val == object || isStruct && !isZero(r.Val) {
				return true
			}
		case *ssa.UnOp, *ssa.DebugRef, *ssa.Return:
		case ssa.CallInstruction:
			fn := r.Common().StaticCallee()
			if fn == nil || model.OpOf(funcObject(fn)).Kind == model.None {
				return true
			}
		default:
			return true
		}
	}
	return false
}

func isZero(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value == nil
}

// paired notes that an acquisition is, or may be, ended by this function.
func (w *walker) paired(h *held) {
	if class := h.lock.Class(); !slices.Contains(w.res.Paired[h.site], class) {
		w.res.Paired[h.site] = append(w.res.Paired[h.site], class)
	}
}

// stray records the release of a lock that neither this function acquired nor its
// callers have a name for.
func (w *walker) stray(lock *path.Node) {
	if w.told {
		return
	}
	if !slices.Contains(w.res.Strays, lock) {
		w.res.Strays = append(w.res.Strays, lock)
	}
	w.strayClass(lock.Class())
}

func (w *walker) strayClass(class string) {
	if class == "" || slices.Contains(w.strays, class) {
		return
	}
	if len(w.strays) >= limits.MaxStrays {
		w.t.Limits.Hit(limits.Strays)
		return
	}
	w.strays = append(w.strays, class)
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

// alike finds an acquisition that an unlock of lock may well end although the
// names differ: the same class, reached another way that cannot be shown to lead
// elsewhere. It returns -1 if there is none. Where an unlock's class is unknown,
// acquisitions that it may end become unsure.
func (w *walker) alike(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction) int {
	class := lock.Class()
	for i := len(s.held) - 1; i >= 0; i-- {
		h := &s.held[i]
		if h.mode != mode && !h.unsure || definitelyOther(lock, h.lock) || lock != h.lock && w.given(lock) && w.given(h.lock) {
			continue
		}
		if lock.Old() && !h.lock.Old() {
			continue // an object of an earlier turn is not one of this turn
		}
		hc := h.lock.Class()
		if class == hc && class != "" {
			return i
		}
		if (class == "" && !isLocalVar(lock) || hc == "" && !isLocalVar(h.lock)) && isOpaque(h.site, h.lock) == isOpaque(site, lock) {
			h.unsure = true
			w.paired(h)
		}
	}
	return -1
}

// isLocalVar reports whether the lock is, or lies in, a variable of the function.
func isLocalVar(n *path.Node) bool {
	root := n.Root()
	if root.Kind != path.Value || n.Loads() {
		return false
	}
	_, ok := root.Val.(*ssa.Alloc)
	return ok
}

// definitelyOther reports whether two names denote two locks: the same fields
// of two different parameters, say.
func definitelyOther(a, b *path.Node) bool {
	if a.Root().Kind == path.Const || b.Root().Kind == path.Const {
		return a != b // a nil pointer has no lock
	}
	if a.Kind == path.Field && b.Kind == path.Field && (reached(a.X, b.X) || reached(b.X, a.X)) {
		return true
	}
	if a.HasValue() || b.HasValue() || a.Loads() || b.Loads() {
		return false
	}
	return a != b
}

// event records something that callers need to know.
func (w *walker) event(e Event) {
	if w.later != nil {
		return
	}
	if len(e.Steps) > limits.MaxSteps {
		w.t.Limits.Hit(limits.Steps)
		return
	}
	at, same := len(w.events), 0
	for i := 0; i < len(w.events); i++ {
		old := &w.events[i]
		if old.Kind != e.Kind || old.Lock != e.Lock || old.Mode != e.Mode || old.Param != e.Param || old.Method != e.Method || !sameHeld(old.Held, e.Held) || !slices.Equal(old.Gone, e.Gone) {
			continue
		}
		g, ok := eitherGuard(old.Guard, e.Guard)
		switch same++; {
		case ok && len(g) == len(old.Guard):
			old.Guard = g
			return
		case ok:
			if len(g) < len(e.Guard) {
				e.Steps = old.Steps
			}
			e.Guard = g
		case same >= limits.MaxAlike:
			w.t.Limits.Hit(limits.Alike)
			old.Guard = commonGuard(old.Guard, e.Guard)
			return
		default:
			continue
		}
		// e stands for both; others may go into it as well.
		w.events = slices.Delete(w.events, i, i+1)
		at, same, i = min(at, i), 0, -1
	}
	if len(w.events) >= limits.MaxEvents {
		w.t.Limits.Hit(limits.Events)
		return
	}
	w.events = slices.Insert(w.events, at, e)
}

// eitherGuard returns the literals that a and b have in common; ok reports whether they say the same
// as "a or b".
func eitherGuard(a, b []Literal) (g []Literal, ok bool) {
	g = commonGuard(a, b)
	x, inA := others(a, g)
	y, inB := others(b, g)
	return g, inA == 0 || inB == 0 || inA == 1 && inB == 1 && x.Cond == y.Cond
}

// others returns how many literals of a guard another one does not have, and the last of them.
func others(guard, g []Literal) (last Literal, n int) {
	for _, l := range guard {
		if !says(g, l.Cond, l.Val) {
			last = l
			n++
		}
	}
	return last, n
}

func sameHeld(a, b []HeldLock) bool {
	return slices.EqualFunc(a, b, func(a, b HeldLock) bool {
		return a.Lock == b.Lock && a.Mode == b.Mode && a.Crossed == b.Crossed && a.Joint == b.Joint && a.Link == b.Link
	})
}

// commonGuard returns the literals that a and b have in common: a itself, if those are all.
func commonGuard(a, b []Literal) (c []Literal) {
	if !slices.ContainsFunc(a, func(l Literal) bool { return !slices.Contains(b, l) }) {
		return a
	}
	for _, l := range a {
		if says(b, l.Cond, l.Val) {
			l.Before = l.Before || !slices.Contains(b, l)
			c = append(c, l)
		}
	}
	return c
}
