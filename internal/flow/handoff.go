package flow

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// escape hands a value to somebody who may use it at any time. If it is a function
// that releases locks, or the handle that came with a lock, those locks are no
// longer ours to release.
func (w *walker) escape(s *state, n *path.Node) {
	if n == nil {
		return
	}
	n = path.Concrete(n)
	for i := range s.locks.Held() {
		h := &s.locks.Held()[i]
		// Who gets the pointer to a lock that is held, itself, may be meant to unlock it.
		if slices.ContainsFunc(h.By.handles, n.Mentions) || n == h.Lock && n.Kind == path.Value {
			h.Doubt |= lockset.Unsure
			w.handed(h, nil)
		}
	}
	if n.Kind == path.Func {
		w.handOff(s, n.Val.(*ssa.Function), nil, n.Args)
	}
}

// lockReturned notes that a lock which is held is a result itself: the caller is to unlock it.
//
//	func (c *Client) LockLimits() (map[string]int, *sync.Mutex) { c.mu.Lock(); return c.limits, &c.mu }
func (w *walker) lockReturned(s *state, result *path.Node) {
	for i := range s.locks.Held() {
		if h := &s.locks.Held()[i]; h.Lock == path.Concrete(result) {
			h.Doubt |= lockset.Unsure
			w.handed(h, nil)
		}
	}
}

// keptByResult notes the locks that are given to the call which makes a result: what is returned may be meant to unlock them, as a writer
// is whose Close does.
func (w *walker) keptByResult(s *state, result ssa.Value) {
	if len(s.locks.Held()) == 0 {
		return
	}
	v := ssax.Origin(result)
	if iface, ok := v.(*ssa.MakeInterface); ok {
		v = iface.X
	}
	call, ok := v.(*ssa.Call)
	if !ok || call.Call.StaticCallee() == nil || ssax.IsError(call.Type()) {
		return
	}
	for _, arg := range call.Call.Args {
		if _, isPointer := arg.Type().Underlying().(*types.Pointer); !isPointer {
			continue
		}
		given := path.Concrete(w.spelled(s, arg))
		for i := range s.locks.Held() {
			if h := &s.locks.Held()[i]; h.Lock == given {
				h.Doubt |= lockset.Unsure
				w.handed(h, nil)
			}
		}
	}
}

// handed notes that somebody else gets an acquisition of the function to release.
func (w *walker) handed(h *known, to *ssa.Function) {
	w.paired(h)
	same := func(n Handed) bool { return n.Lock == h.Lock && n.To == to && n.Site == h.By.site }
	if !slices.ContainsFunc(w.res.Handed, same) {
		w.res.Handed = append(w.res.Handed, Handed{h.Lock, to, h.By.site, h.By.steps})
	}
}

// handlesOf returns the results of a call that may be handles for the lock that the
// call acquired: functions, and anything with methods, unless the lock is found
// through it anyway.
func (w *walker) handlesOf(s *state, instr ssa.CallInstruction, lock *path.Node) (handles []*path.Node) {
	v := instr.Value()
	if v == nil {
		return nil
	}
	results := v.Call.Signature().Results()
	for i := range results.Len() {
		t := results.At(i).Type()
		switch t.Underlying().(type) {
		case *types.Pointer, *types.Interface, *types.Struct, *types.Signature:
			if ssax.IsError(t) || isStream(t) {
				continue
			}
			if n := w.named(s, instr, i); n != nil && n.Kind != path.Const && !lock.Mentions(n) {
				handles = append(handles, n)
			}
		}
	}
	return handles
}

// isStream reports whether a type is an interface with no other methods than those that package io declares, and without Close: an io.Writer, by which
// no lock can be given back.
func isStream(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok || iface.NumMethods() == 0 {
		return false
	}
	for m := range iface.Methods() {
		if m.Pkg() == nil || m.Pkg().Path() != "io" || m.Name() == "Close" {
			return false
		}
	}
	return true
}

// named returns the name of result i of a call that has been executed.
func (w *walker) named(s *state, instr ssa.CallInstruction, i int) *path.Node {
	own := w.result(s, instr, i)
	if own == nil {
		return nil
	}
	if n := s.bound(own.Val); n != nil {
		return path.Concrete(n)
	}
	return own
}

// spawn executes a go statement: a goroutine that releases a lock gets it from us.
func (w *walker) spawn(s *state, d deferred) {
	for _, a := range d.args {
		w.escape(s, a)
	}
	if d.value == nil || d.value.Kind != path.Func {
		return
	}
	w.handOff(s, d.value.Val.(*ssa.Function), d.args, d.value.Args)
	w.givenTo(s, d)
}

// givenTo notes the locks that a goroutine is sure to unlock.
func (w *walker) givenTo(s *state, d deferred) {
	fn := d.value.Val.(*ssa.Function)
	sum, _ := w.env.Static(fn)
	if sum == nil || fn.Parent() != w.fn || len(sum.Outcomes) == 0 {
		return
	}
	c := Callee{Args: d.args, Captured: d.value.Args}
	for _, net := range sum.Outcomes[0].Nets {
		if net.Delta >= 0 || slices.ContainsFunc(sum.Outcomes, func(o Outcome) bool { return !o.hasNet(net) }) {
			continue
		}
		lock := w.translate(s, net.Lock, c, nonResult{})
		for i := range s.locks.Held() {
			if h := &s.locks.Held()[i]; lock != nil && h.Lock == lock && h.Mode == net.Mode {
				by := *h.By
				by.given = net.Steps
				h.By = &by
			}
		}
	}
}

func (w *walker) handOff(s *state, fn *ssa.Function, args, captured []*path.Node) {
	give := func(lock *path.Node, class string) (held bool) {
		for i := range s.locks.Held() {
			h := &s.locks.Held()[i]
			if (h.Lock == lock || class != "" && h.Lock.Class() == class) && !s.defersUnlock(h.Lock) {
				h.Doubt |= lockset.Unsure
				w.handed(h, fn)
				held = true
			}
		}
		return held
	}
	if strings.HasSuffix(fn.Name(), "$bound") && len(captured) == 1 {
		args, captured = append(captured, args...), nil
	}
	if obj := funcObject(fn); obj != nil && len(args) > 0 {
		if op := model.OpOf(obj); op.Kind == model.Unlock {
			lock := path.Concrete(args[0])
			switch own := give(lock, ""); {
			case !w.told:
				w.stray(lock)
			case !own:
				w.handsOn(s, lock, nil, nil)
			}
			return
		}
		if m := concreteMethodOf(fn.Prog, obj); m != nil {
			fn = m
		}
	}
	sum, _ := w.env.Static(fn)
	if sum == nil {
		return
	}
	c := Callee{Args: args, Captured: captured}
	nets := sum.Released()
	for _, o := range sum.Outcomes {
		nets = append(nets, o.Nets...)
	}
	for _, net := range nets {
		if net.Delta >= 0 {
			continue
		}
		lock := w.translate(s, net.Lock, c, nonResult{})
		give(lock, net.Lock.Class())
		if lock != nil && lock.InEntry() && s.locks.Find(lock, net.Mode) < 0 && s.locks.Free(lock) == nil {
			// What the caller holds is released some time.
			s.locks.Do(lockset.Unlock, known{Lock: lock, Mode: net.Mode, Doubt: lockset.Unsure, By: &act{steps: net.Steps}})
		}
	}
}

// handsOn notes that somebody gets the Unlock of a lock that the function does not hold itself.
func (w *walker) handsOn(s *state, lock *path.Node, guard []Literal, steps []*Step) {
	if !slices.Contains(w.res.HandedOn, lock) {
		w.res.HandedOn = append(w.res.HandedOn, lock)
	}
	if lock.InEntry() {
		w.event(Event{Kind: HandsOn, Lock: lock, Guard: append(w.guard(s), guard...), Steps: steps})
	}
}

// mayUnlock executes the part of a call in which the callee gives somebody the Unlock of a lock. Where the call's result is known to be that
// Unlock, nothing has happened yet.
func (w *walker) mayUnlock(s *state, instr ssa.CallInstruction, c Callee, e *Event, call *Step) {
	if !w.feasible(s, instr, c, e.Guard, true) {
		return
	}
	results := instr.Common().Signature().Results()
	for i := range results.Len() {
		if n := w.named(s, instr, i); n != nil && n.Kind == path.Func {
			return
		}
	}
	lock := w.translate(s, e.Lock, c, instr)
	if lock == nil {
		return
	}
	own := false
	for i := range s.locks.Held() {
		if h := &s.locks.Held()[i]; h.Lock == lock && !s.defersUnlock(lock) {
			h.Doubt |= lockset.Unsure
			w.handed(h, nil)
			own = true
		}
	}
	if !own {
		w.handsOn(s, lock, w.guardOf(s, e.Guard, c, instr), w.via(call, e.Steps))
	}
}

// defersUnlock reports whether a deferred call unlocks a lock, whatever happens until then.
func (s *state) defersUnlock(lock *path.Node) bool {
	return slices.ContainsFunc(s.defers, func(d deferred) bool {
		return d.instr != nil && IsUnlock(d.instr.Common()) && len(d.args) > 0 && path.Concrete(d.args[0]) == lock
	})
}

// Released returns what a function that never returns releases on its way.
func (s *Summary) Released() (nets []Net) {
	if !s.Never {
		return nil
	}
	for _, e := range s.Events {
		if e.Kind == Release {
			nets = append(nets, Net{Lock: e.Lock, Mode: e.Mode, Delta: -1, Steps: e.Steps})
		}
	}
	return nets
}
