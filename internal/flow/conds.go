package flow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/why"
)

// A Cond's Wait unlocks the Cond's L, waits, and locks it again, so whoever calls it
// must hold L: https://pkg.go.dev/sync#Cond.Wait. It is a run-time error otherwise,
// or it unlocks the lock of another goroutine.

// checkWait checks that a call of Wait on cond is reached with the Cond's lock held. It
// returns false if the program ends there.
func (w *walker) checkWait(s *state, cond *path.Node, instr ssa.CallInstruction) bool {
	lock, mode := w.condLock(s, cond)
	if lock == nil {
		return true
	}
	steps := []Step{{Pos: instr.Pos(), Func: w.name, What: "waits"}}
	if !w.waitsWith(s, lock, mode, instr, steps, nil, true) {
		return false
	}
	if i := s.locks.Find(lock, mode); i >= 0 {
		if h := s.locks.Held()[i]; directlyAfter(instr, h.By.site) {
			w.report(nil, nil, Finding{Kind: WaitUntested, Pos: instr.Pos(), Lock: lock, Mode: mode, First: h.By.steps, Again: steps, Site: h.By.site})
		}
	}
	return true
}

// condLock names the lock that is the L of a Cond, nil if that is no lock of package
// sync or has no name here.
func (w *walker) condLock(s *state, cond *path.Node) (lock *path.Node, mode model.Mode) {
	lock = w.load(s, w.t.Field(cond, "L", condType, false), nil)
	if lock == nil {
		return nil, mode
	}
	lock, ok := w.behind(lock)
	if !ok || lock.IsNil() {
		return nil, mode
	}
	if lock.Kind == path.RLocker {
		return lock.X, model.Read
	}
	return lock, model.Write
}

const condType = "sync.Cond"

// behind returns the lock that the methods of a Locker lock and unlock: itself, or
// the embedded one whose methods it has. ok is false if it has methods of its own.
func (w *walker) behind(n *path.Node) (lock *path.Node, ok bool) {
	if n.Kind != path.Iface {
		return n, true
	}
	obj, index, _ := types.LookupFieldOrMethod(n.Type, true, nil, "Lock")
	m, isMethod := obj.(*types.Func)
	if !isMethod || model.OpOf(m).Kind != model.Lock {
		return path.Concrete(n), false
	}
	lock = path.Concrete(n)
	t := n.Type
	for _, i := range index[:len(index)-1] {
		name, owner, embedded := path.StructField(t, i)
		lock = w.t.Field(lock, name, owner, embedded)
		t = fieldType(t, i)
		switch t.Underlying().(type) {
		case *types.Pointer, *types.Interface:
			lock = w.t.Deref(lock)
		}
	}
	return lock, true
}

func fieldType(t types.Type, i int) types.Type {
	u := t.Underlying()
	if p, ok := u.(*types.Pointer); ok {
		u = p.Elem().Underlying()
	}
	return u.(*types.Struct).Field(i).Type()
}

// waitsWith executes a Wait, here or in a callee, that gives back lock. certain says
// that it is reached whenever this point is. It returns false if the program ends
// there.
func (w *walker) waitsWith(s *state, lock *path.Node, mode model.Mode, instr ssa.CallInstruction, steps []Step, guard []Literal, certain bool) bool {
	return w.demanded(s, Event{Kind: Need, Lock: lock, Mode: mode, Guard: guard, Steps: steps}, instr, certain)
}

// demanded checks the demand e, of an operation or of a callee, that the lock be held.
func (w *walker) demanded(s *state, e Event, instr ssa.CallInstruction, certain bool) bool {
	lock, d := e.Lock, demands[e.Kind]
	_, isDefer := instr.(*ssa.Defer)
	f := Finding{Kind: d.unheld, Pos: instr.Pos(), Lock: lock, Mode: e.Mode, Again: e.Steps, Site: instr, Defer: isDefer}
	if i := s.locks.Find(lock, e.Mode); i >= 0 {
		h := s.locks.Held()[i]
		enough := h.Mode == e.Mode || e.Kind == Hold && h.Mode == model.Write
		if !enough && h.Sure() && certain {
			f.Kind, f.First, f.Site = d.mismatch, h.By.steps, h.By.site
			w.report(nil, nil, f)
			return false
		}
		if !enough && w.why != nil {
			f.Kind, f.First, f.Site = d.mismatch, h.By.steps, h.By.site
			w.silentHeld(f, h)
		}
		w.waitsOwn(s, h, instr)
		return true
	}
	if lock.Old() || mayHold(s, lock) {
		if w.why != nil {
			w.silent(f, why.MaybeAnother, why.Evidence{})
		}
		return true
	}
	if k := s.locks.Free(lock); k != nil {
		if !certain || !k.Sure() || isOpaque(instr, lock) {
			if w.why != nil {
				w.silentKnown(f, k, lock, instr)
			}
			return true
		}
		f.First, f.Site = k.By.steps, k.By.site
		w.report(nil, nil, f)
		return false
	}
	switch {
	case w.contract.mayDemand(lock):
		if w.why != nil {
			w.silent(f, why.ContractSays, Evident(w.fn))
		}
	case lock.InEntry():
		e.Guard = append(w.guard(s), e.Guard...)
		w.event(e)
	case certain && isLocalVar(lock):
		w.report(nil, nil, f)
		return false
	}
	return true
}

// needs checks a callee's demand e that its caller hold the lock.
func (w *walker) needs(s *state, lock *path.Node, instr ssa.CallInstruction, c Callee, e *Event, steps []Step) {
	lock, ok := w.behind(lock)
	if !ok {
		return
	}
	// What the Wait waits for may be so or not; what else it depends on must be known.
	var others []Literal
	for _, l := range e.Guard {
		if !l.Cond.Loads() {
			others = append(others, l)
		}
	}
	certain := w.certain(s, instr, c, others)
	if k := s.locks.Free(lock); k != nil && k.Phase == lockset.Used && len(others) < len(e.Guard) {
		certain = false
	}
	own := Event{Kind: e.Kind, Lock: lock, Mode: e.Mode, Guard: w.guardOf(s, e.Guard, c, instr), Steps: steps}
	w.demanded(s, own, instr, certain)
}

// mayHold reports whether something in the lock set may well be lock by another
// name.
func mayHold(s *state, lock *path.Node) bool {
	class := lock.Class()
	return slices.ContainsFunc(s.locks.Held(), func(h known) bool {
		if definitelyOther(lock, h.Lock) && !Unresolved(lock) && !Unresolved(h.Lock) {
			return false
		}
		if isLocalVar(lock) && isLocalVar(h.Lock) {
			return h.Lock == lock
		}
		other := h.Lock.Class()
		return class == other || class == "" && !isLocalVar(lock) || other == "" && !isLocalVar(h.Lock) ||
			Unresolved(lock) || Unresolved(h.Lock)
	})
}

// Unresolved reports whether a lock is known only as the L of some Cond.
func Unresolved(lock *path.Node) bool {
	return lock.Kind == path.Deref && lock.X.Kind == path.Field && lock.X.Owner == condType
}

// ownWait is an acquisition of this function with which a Wait is reached, and what
// callers know of the conditions it is reached under.
type ownWait struct {
	held  known
	guard []Literal
}

func (w *walker) waitsOwn(s *state, h known, site ssa.CallInstruction) {
	if h.Is(lockset.Unsure) || h.Phase == lockset.Retaken {
		return
	}
	guard := w.guard(s)
	if old, ok := w.ownWaits[site.Pos()]; ok {
		guard = commonGuard(old.guard, guard)
	}
	w.ownWaits[site.Pos()] = ownWait{h, guard}
}

// mixedWaits looks at the Waits that are reached with the lock held by this function on
// one path, and as the caller left it on another. If nothing that callers know tells
// the two apart, callers cannot be asked for the lock.
func (w *walker) mixedWaits() {
	w.events = slices.DeleteFunc(w.events, func(e Event) bool {
		d, ok := demands[e.Kind]
		if !ok {
			return false
		}
		own, ok := w.ownWaits[e.Steps[0].Pos]
		if !ok || own.held.Lock != e.Lock || slices.ContainsFunc(e.Guard, func(l Literal) bool {
			return says(own.guard, l.Cond, !l.Val)
		}) {
			return false
		}
		if !w.res.GaveUp {
			w.report(nil, nil, Finding{Kind: d.onPath, Pos: e.Steps[0].Pos, Lock: e.Lock, Mode: e.Mode, First: own.held.By.steps, Again: e.Steps, Site: own.held.By.site})
		}
		return true
	})
}

// directlyAfter reports whether nothing that could test or change anything stands
// between the Lock call at site and a Wait.
func directlyAfter(wait, site ssa.Instruction) bool {
	lock, ok := site.(*ssa.Call)
	if !ok || wait.Block() != lock.Block() {
		return false
	}
	fn := lock.Call.Method
	if callee := lock.Call.StaticCallee(); callee != nil {
		fn = funcObject(callee)
	}
	if model.OpOf(fn).Kind != model.Lock {
		return false
	}
	instrs := wait.Block().Instrs
	for _, between := range instrs[slices.Index(instrs, site)+1:] {
		switch between := between.(type) {
		case *ssa.FieldAddr, *ssa.MakeInterface, *ssa.ChangeType, *ssa.DebugRef, *ssa.Defer:
		case *ssa.UnOp:
			if between.Op != token.MUL {
				return false
			}
		default:
			return between == wait
		}
	}
	return false
}

// startWaits executes the start of a goroutine that runs fn. It holds nothing but what
// it is handed, so a Wait whose lock nobody here holds is reached without it.
func (w *walker) startWaits(s *state, instr ssa.CallInstruction, fn *path.Node, args []*path.Node) {
	if fn == nil || fn.Kind != path.Func {
		return
	}
	f, captured := fn.Val.(*ssa.Function), fn.Args
	if obj := funcObject(f); f.Synthetic != "" && obj != nil {
		args, captured = append(slices.Clone(captured), args...), nil
		if f = concreteMethodOf(f.Prog, obj); f == nil {
			return
		}
	}
	if origin := f.Origin(); origin != nil {
		f = origin
	}
	sum, _ := w.env.Static(f)
	if sum == nil {
		return
	}
	c := Callee{Fn: f, Name: FuncName(f), Summary: sum, Args: args, Captured: captured}
	for _, e := range sum.Events {
		d, ok := demands[e.Kind]
		if !ok || !w.feasible(s, instr, c, e.Guard, true) {
			continue
		}
		lock := w.translate(s, e.Lock, c, nonResult{})
		if lock == nil {
			continue
		}
		lock, ok = w.behind(lock)
		if !ok {
			continue
		}
		// The goroutine may get the lock from here, to release it when it is done.
		mine := s.locks.Find(lock, e.Mode) >= 0
		if mine && releases(sum, e.Lock) || !mine && mayHold(s, lock) {
			continue
		}
		pos := instr.Pos()
		if p := e.Place(); p.IsValid() {
			pos = p
		}
		start := Step{Pos: instr.Pos(), Func: w.name, What: "starts " + c.Name}
		w.report(nil, nil, Finding{Kind: d.unheld, Pos: pos, Lock: lock, Mode: e.Mode, Again: append([]Step{start}, e.Steps...), Site: instr, Start: true})
	}
}

// releases reports whether a function unlocks a lock of its caller, or some lock that
// it cannot name.
func releases(sum *Summary, lock *path.Node) bool {
	return len(sum.Strays) > 0 || slices.ContainsFunc(sum.Events, func(e Event) bool {
		return e.Kind == Release && (e.Lock == lock || e.Lock.Class() == lock.Class() || e.Lock.Class() == "" || lock.Class() == "")
	})
}
