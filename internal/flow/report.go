package flow

import (
	"go/token"
	"go/types"
	"slices"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/why"
)

type leakKind uint8

const (
	leakReturn leakKind = iota
	leakPanic
	leakLoop
)

// leak records that a lock is held at an exit, and returns what it has recorded; nil if it had done so before.
func (w *walker) leak(s *state, h known, exit token.Pos, kind leakKind, answer Answer) *Leak {
	k := leakKey{h.By.site, exit, kind == leakPanic}
	claim := w.claim(k, w.guard(s))
	if w.leaked[k] {
		return nil
	}
	w.leaked[k] = true
	l := Leak{
		Fn: w.fn, Lock: h.Lock, Mode: h.Mode, Site: h.By.site, First: h.By.steps,
		Exit: exit, Panic: kind == leakPanic, Thrown: w.thrown, RecoveredBy: w.recoveredBy, Loop: kind == leakLoop, Answer: answer, Claim: claim,
	}
	// The newest branch after the acquisition leads here.
	if t := s.trail; t != nil && t.pos > h.By.site.Pos() {
		l.Branch, l.Taken = t.pos, t.taken
	}
	w.res.Leaks = append(w.res.Leaks, l)
	return &w.res.Leaks[len(w.res.Leaks)-1]
}

// report records a finding. s is the state it happens in and guard on what else it depends;
// s is nil if that does not matter.
func (w *walker) report(s *state, guard []Literal, f Finding) {
	if w.panicking {
		if w.why != nil {
			w.silent(f, why.Panicking, why.Evidence{})
		}
		return // the panic is what is wrong
	}
	if f.Mode == model.Slot && f.Kind != TryFailed {
		return // who gives back what is not taken waits, or is told so
	}
	if w.later != nil {
		if !w.later.findings || !locksAgain(f.Kind) {
			return
		}
		f.Again = w.later.by(f.Again)
	}
	for _, s := range f.Again {
		if f.Pos.IsValid() {
			break
		}
		f.Pos = s.Pos
	}
	k := findingKey{f.Kind, f.Pos, f.Site}
	if t, ok := f.Site.(*turn); ok {
		k.site = t.nonResult // each run of a loop's body has a turn of its own
	}
	if s != nil && !f.Sure {
		if at, ok := w.chosen(s, f.Lock); ok {
			w.silent(f, why.OtherWays, at)
			return
		}
	}
	if s != nil {
		f.Claim = w.claim(k, append(w.guard(s), guard...))
	}
	if w.seen[k] {
		return
	}
	w.seen[k] = true
	f.Fn = w.fn
	w.res.Findings = append(w.res.Findings, f)
}

// guard returns what the state knows about conditions that callers can check, those
// that are parameters first: callers know best what they pass.
func (w *walker) guard(s *state) []Literal {
	var g []Literal
	for _, params := range []bool{true, false} {
		for _, c := range s.conds {
			if (c.key.Kind == path.Param) != params || !c.key.InEntry() {
				continue
			}
			stays := w.staysTrue(c.key)
			if isCallNode(c.key) && !stays {
				continue
			}
			if len(g) >= limits.MaxGuard {
				w.t.Limits.Hit(limits.Guard)
				return g
			}
			if stays && !c.val {
				g = append(g, Literal{c.key, false, true}) // it was not set at the beginning either
				continue
			}
			if c.stale && w.lasting(c.key) {
				g = append(g, Literal{c.key, c.val, false})
				continue
			}
			if c.stale && !c.entry {
				g = append(g, Literal{w.t.Op(meanwhile, c.key, nil), c.val, true})
				continue
			}
			g = append(g, Literal{c.key, c.val, c.stale})
		}
	}
	return g
}

// meanwhile is the operator of a condition that the function has tested at a time which is neither its
// beginning nor its end. Callers cannot know the answer, but that there is one.
const meanwhile = "meanwhile"

// lockSet returns the locks of s that callers can name.
func (s *state) lockSet() (locks []HeldLock) {
	for _, h := range s.locks.Held() {
		if !h.Is(lockset.Unsure) && !isSlot(h) && h.Lock.InEntry() {
			locks = append(locks, HeldLock{Lock: h.Lock, Mode: h.Mode, Steps: h.By.steps})
		}
	}
	return locks
}

// A called is what a call runs that does not name a function: what is at a place, or a method of it.
type called struct {
	at     *path.Node
	method string           // "" if what is there is a function
	sig    *types.Signature // of the function; nil if it is not known
	args   []*path.Node     // what it is called with; nil where that is not known
}

// callsGiven tells callers that the function runs one it was given (or a method of what
// it was given), with the locks of s and extra held, and the locks gone and those s has
// released given back. always says that it does so whenever it comes here; given is [Event.Given].
func (w *walker) callsGiven(s *state, f called, always bool, given []*path.Node, extra []known, gone []*path.Node, guard []Literal, steps []*Step) {
	fn := w.anyElement(f.at)
	if always && !slices.Contains(s.ran, fn) {
		s.ran = append(s.ran, fn)
	}
	locks := slices.DeleteFunc(s.lockSet(), func(h HeldLock) bool { return slices.Contains(gone, h.Lock) })
	for _, h := range extra {
		if h.Lock.InEntry() {
			locks = append(locks, HeldLock{Lock: h.Lock, Mode: h.Mode, Steps: h.By.steps})
		}
	}
	for _, h := range w.onces.Held() {
		if h.Lock.InEntry() {
			locks = append(locks, HeldLock{Lock: h.Lock, Mode: model.Doing, Steps: h.By.steps})
		}
	}
	for _, k := range s.locks.Others() {
		if k.Phase == lockset.GivenUp && k.Lock.InEntry() {
			gone = append(gone, k.Lock)
		}
	}
	w.event(Event{Kind: Call, Param: fn, Method: f.method, Sig: f.sig, Given: given, Held: locks, Gone: gone, Guard: append(w.guard(s), guard...), Steps: steps})
}

// anyElement names an element of a container for callers: which one it is, they cannot know.
func (w *walker) anyElement(n *path.Node) *path.Node {
	return w.t.Rewrite(n, func(n *path.Node) *path.Node {
		if n.Kind == path.Elem && !n.Y.InEntry() {
			return w.t.Elem(w.anyElement(n.X), w.t.Const(nil))
		}
		return nil
	})
}
