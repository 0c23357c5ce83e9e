package flow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
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
	steps := []*Step{{Pos: instr.Pos(), Func: w.name, What: "waits"}}
	a := w.needed(s, &demand{by: Need, lock: lock, mode: mode, site: instr, steps: steps})
	if h := a.Entry; a.Place >= 0 && a.Verdict != lockset.Violated && directlyAfter(instr, h.By.site) {
		w.report(nil, nil, Finding{Kind: WaitUntested, Pos: instr.Pos(), Lock: lock, Mode: mode, First: h.By.steps, Again: steps, Site: h.By.site})
	}
	return a.Verdict != lockset.Violated
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

// needed answers the demand of an operation or a callee that a lock be held, and notes with which acquisition of the function it is met.
func (w *walker) needed(s *state, d *demand) answer {
	a := w.demand(s, d)
	if a.Place >= 0 && a.Verdict != lockset.Violated {
		w.waitsOwn(s, *a.Entry, d.site)
	}
	return a
}

// needs checks a callee's demand e that its caller hold the lock.
func (w *walker) needs(s *state, lock *path.Node, instr ssa.CallInstruction, c Callee, e *Event, steps []*Step) {
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
	w.needed(s, &demand{by: e.Kind, lock: lock, mode: e.Mode, site: instr, steps: steps, guard: w.guardOf(s, e.Guard, c, instr), maybe: !certain})
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

func (w *walker) waitsOwn(s *state, h known, site ssa.Instruction) {
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
		d := demands[e.Kind]
		if !d.keeps {
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
		kind, ok := Unheld(e.Kind)
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
		start := &Step{Pos: instr.Pos(), Func: w.name, What: "starts " + c.Name}
		w.report(nil, nil, Finding{Kind: kind, Pos: pos, Lock: lock, Mode: e.Mode, Again: append([]*Step{start}, e.Steps...), Site: instr, Start: true, Lent: mine})
	}
}

// releases reports whether a function unlocks a lock of its caller, or some lock that
// it cannot name.
func releases(sum *Summary, lock *path.Node) bool {
	return len(sum.Strays) > 0 || slices.ContainsFunc(sum.Events, func(e Event) bool {
		return e.Kind == Release && (e.Lock == lock || e.Lock.Class() == lock.Class() || e.Lock.Class() == "" || lock.Class() == "")
	})
}
