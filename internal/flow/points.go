package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// PointKind is what happens at a Point.
type PointKind uint8

// The kinds of points.
const (
	Acquires PointKind = iota // waits for Lock, and gets it
	Blocks                    // waits until another goroutine does something: Op
)

// A Point is an operation that may wait for another goroutine, with the locks held
// when it is reached: the critical pairs of Gorogiannis et al., "A compositional
// static deadlock detector" (ASE 2021). Locks that the function's callers hold are
// not in it, but what the function has released of them is.
//
// A lock that callers cannot name is named by its class.
type Point struct {
	Kind  PointKind
	Lock  *path.Node // Acquires
	Taken bool       // Acquires: see HeldLock.Taken
	Mode  model.Mode
	Op    ssa.Instruction // Blocks: the operation, in this package
	Held  []HeldLock
	Gone  []*path.Node // what of the callers' locks has been released by then
	Since []Passed     // acquired since the function began: see HeldLock.Then
	Guard []Literal
	Steps []*Step
	Site  ssa.Instruction // the operation, or the call that leads to it, in the function
	Origin
	// Kept: one of several functions that a field or a container may hold was called on the way: see [Callee].
	Kept bool
	// read and base are of the first call on the way that runs a function out of an object: the object, and the struct in which the package keeps
	// the function (see HeldLock.Made). They are nil if there is no such call, or if two ways differ in it.
	read *path.Node
	base ssa.Value
	// Later is the function of another package that calls what leads here, which this function has
	// handed on; "" if it does it itself.
	Later string
	// OneWay: what was handed on is an object that this function has made, and from which no way leads back to the one that keeps it.
	OneWay bool
}

// acquires records that the function waits for a lock.
func (w *walker) acquires(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction, steps []*Step) {
	if mode == model.Slot || mode == model.Doing && w.onces.Find(lock, model.Write) >= 0 || s.locks.Find(lock, mode) >= 0 || w.freshUnder(lock, site, func(place ssa.Instruction) bool { return w.underHeld(s, place) }) {
		return // the same goroutine's: waitFor reports it; or nobody else's
	}
	if name := w.pointName(lock); name != nil {
		w.point(Point{Kind: Acquires, Lock: name, Taken: replacedOn(s, lock), Mode: mode, Held: w.crossings(s, append(w.heldAt(s, site, nil), w.running(site)...), lock, nil), Gone: w.gone(s),
			Guard: w.guard(s), Steps: steps, Site: site})
	}
}

// underHeld reports whether a lock that is held now has been held since before an instruction.
func (w *walker) underHeld(s *state, place ssa.Instruction) bool {
	return slices.ContainsFunc(s.locks.Held(), func(h known) bool { return h.By.site.Parent() == w.fn && ssax.Dominates(h.By.site, place) })
}

// blocks records that the function waits for another goroutine. dropped is a lock
// that the operation gives back meanwhile, nil if none.
func (w *walker) blocks(s *state, op ssa.Instruction, dropped *path.Node, what string) {
	gone := w.gone(s)
	if dropped != nil && s.locks.Find(dropped, model.Write) < 0 && dropped.InEntry() {
		gone = append(gone, dropped)
	}
	steps := []*Step{{Pos: op.Pos(), Func: w.name, What: what}}
	w.slowWait(s, op, dropped, steps)
	w.waits(s, op, dropped, gone, steps)
}

// polls records that the function is in a loop until a field has another value.
func (w *walker) polls(s *state, load ssa.Instruction) {
	w.waits(s, load, nil, w.gone(s), []*Step{{Pos: load.Pos(), Func: w.name, What: "loops until this changes"}})
}

// waits records a wait for what another goroutine does.
func (w *walker) waits(s *state, op ssa.Instruction, dropped *path.Node, gone []*path.Node, steps []*Step) {
	w.point(Point{Kind: Blocks, Op: op, Held: w.heldAt(s, op, []*path.Node{dropped}), Gone: gone, Guard: w.guard(s), Steps: steps, Site: op})
}

// pointsOf records the points of a callee as the function's own, with what is held
// at the call.
func (w *walker) pointsOf(s *state, instr ssa.CallInstruction, c Callee, call *Step) {
	if len(c.Summary.Points) == 0 {
		return
	}
	gone := w.gone(s)
	held, onces := w.heldAt(s, instr, nil), w.running(instr)
	done := w.tried(s, instr, c)
	judged := w.uncalled && len(held) == 0 && c.Fn != nil && w.env.Root(c.Fn)
	var scratch []HeldLock
	for i := range c.Summary.Points {
		p := &c.Summary.Points[i]
		if done != nil && done[i] {
			continue
		}
		if p.Later != "" || w.uncalled && len(held) == 0 && len(p.Held) == 0 {
			continue // a wait with no lock held is no half of a deadlock, and nobody calls a test with one
		}
		if judged && p.named(c.Fn) {
			continue // the test adds no lock to it
		}
		if !w.feasible(s, instr, c, p.Guard, true) {
			continue
		}
		q := Point{Kind: p.Kind, Mode: p.Mode, Op: p.Op, Site: instr, Kept: p.Kept || c.Kept}
		if q.Origin = w.origin(p.Origin, c, instr); w.readsOther(q.Origin) {
			continue
		}
		if c.Base != nil && c.Holder != nil {
			q.read, q.base = c.Holder, c.Base
		} else if p.read != nil && p.read.InEntry() {
			if q.read = w.translate(s, p.read, c, instr); q.read != nil {
				q.base = p.base
			}
		}
		var dropped []*path.Node
		for _, g := range p.Gone {
			if lock := w.lockHere(s, g, c, instr); lock != nil {
				dropped = append(dropped, lock)
				if i := s.locks.Find(lock, model.Write); lock.InEntry() && (i < 0 || s.locks.Held()[i].Phase == lockset.Retaken) { // it is a caller's
					q.Gone = append(q.Gone, lock)
				}
			}
		}
		twice := w.sameTwice(s, instr, c, p, call)
		if done != nil && !twice {
			done[i] = true // unless it will say otherwise
		}
		if p.Lock != nil {
			lock, ok := w.callersLock(s, p.Lock, c, instr)
			if ok && p.Lock.Kind != path.Class {
				n := w.translate(s, p.Lock, c, instr)
				ok = n == nil || !w.freshUnder(n, instr, func(place ssa.Instruction) bool {
					return place == instr && p.publishesHeld(c, instr, n, w.env.Settled()) || place != instr && w.underHeld(s, place)
				})
			}
			if !ok || s.locks.Find(lock, p.Mode) >= 0 && !slices.Contains(dropped, lock) {
				continue
			}
			q.Lock = lock
			q.Taken = p.Taken || replacedOn(s, w.translate(s, p.Lock, c, instr))
		}
		if w.unreachable(s, instr, c, p, dropped) {
			continue
		}
		scratch = append(scratch[:0], held...)
		if len(dropped) > 0 {
			scratch = append(scratch[:0], w.heldAt(s, instr, dropped)...)
		}
		if p.Kind == Acquires {
			scratch = append(scratch, onces...)
		}
		q.Held = scratch
		for i := range q.Held {
			object := q.Held[i].Lock.Struct()
			if object == c.Holder {
				q.Held[i].Home = c.Home
			}
			if object == q.read {
				q.Held[i].Made = q.base
			}
		}
		if p.Lock != nil && len(q.Held) > 0 {
			q.Held = w.crossings(s, q.Held, w.translate(s, p.Lock, c, instr), slices.Concat(c.Args, c.Captured))
		}
		bare := w.uncalled && len(q.Held) == 0 && len(p.Held) == 0 // what is held here is given back by then
		if !bare {
			q.Since = w.callersPassed(s, p.Since, c, instr)
		}
		for i := range q.Held {
			q.Held[i].Then = q.Since
		}
		own := len(q.Held)
		for _, h := range p.Held {
			named := w.callersLock
			if p.Kind == Blocks {
				named = w.heldByWaiter
			}
			lock, ok := named(s, h.Lock, c, instr)
			if !ok {
				continue
			}
			then := w.callersPassed(s, h.Then, c, instr)
			if i := slices.IndexFunc(q.Held, func(o HeldLock) bool { return o.Lock == lock }); i >= 0 {
				q.Held[i].Crossed = q.Held[i].Crossed && h.Crossed
				q.Held[i].Joint = q.Held[i].Joint && h.Joint
				if h.Mode != model.Read || c.Summary.releases(h.Lock) { // else it is read-locked twice, and has been held since the first
					q.Held[i].Then, q.Held[i].site = then, nil // the callee has taken it back, or will release it
				}
				continue
			}
			link := h.Link
			if here := w.translate(s, h.Lock, c, instr); link == "" && here != nil && p.Lock != nil {
				link = w.linkOf(here, w.translate(s, p.Lock, c, instr))
			}
			q.Held = append(q.Held, HeldLock{Lock: lock, Mode: h.Mode, Steps: h.Steps, Maybe: h.Maybe, Entry: h.Entry, Crossed: h.Crossed, Joint: h.Joint, Link: link, Taken: h.Taken, Home: h.Home, Made: h.Made, Then: then})
		}
		scratch = q.Held
		q.Gone = append(q.Gone, gone...)
		q.Steps = p.Steps
		settled := w.found(&q, own, call, func() []Literal {
			if bare {
				return nil
			}
			if w.names.own == nil {
				w.names.own = slices.Clip(append([]Literal{}, w.guard(s)...))
			}
			return append(w.names.own, w.guardOf(s, p.Guard, c, instr)...)
		})
		if done != nil {
			done[i] = settled && !twice
		}
	}
}

// named reports whether all locks of a point of fn have a class, so that callers have no better name for them.
func (p *Point) named(fn *ssa.Function) bool {
	return (p.Lock == nil || p.Lock.ClassIn(fn) != "") && !slices.ContainsFunc(p.Held, func(h HeldLock) bool { return h.Lock.ClassIn(fn) == "" })
}

// callersPassed names the locks that a callee has passed. The result is shared: it is not to be changed.
func (w *walker) callersPassed(s *state, passed []Passed, c Callee, instr ssa.CallInstruction) []Passed {
	if len(passed) == 0 {
		return nil
	}
	k := part[Passed]{&passed[0], len(passed)}
	out, ok := w.names.passed[k]
	if !ok {
		for _, l := range passed {
			if lock, ok := w.callersLock(s, l.Lock, c, instr); ok {
				out = append(out, Passed{lock, l.Mode})
			}
		}
		w.names.passed[k] = out
	}
	return out
}

// sameTwice reports a callee that waits for one lock while it holds another, where the caller gives it the
// same object for both. It returns whether the caller does, be that reported or not.
func (w *walker) sameTwice(s *state, instr ssa.CallInstruction, c Callee, p *Point, call *Step) (same bool) {
	if p.Lock == nil || p.Lock.Kind == path.Class || len(p.Held) == 0 || p.Mode == model.Doing {
		return false
	}
	lock := w.translate(s, p.Lock, c, instr)
	if lock == nil || lock.Lumped() || lock.Old() || lock.Kind == path.Class {
		return false
	}
	for _, h := range p.Held {
		if h.Lock == p.Lock || h.Lock.Kind == path.Class || h.Maybe || h.Mode == model.Doing || w.translate(s, h.Lock, c, instr) != lock {
			continue
		}
		same = true
		if !w.certain(s, instr, c, p.Guard) {
			continue
		}
		kind, ok := demands[Acquire].wrong[lockset.Clash[h.Mode][p.Mode]]
		if !ok {
			continue
		}
		_, isDefer := instr.(*ssa.Defer)
		w.report(s, w.guardOf(s, p.Guard, c, instr), Finding{Kind: kind, Pos: instr.Pos(), Lock: lock, Mode: p.Mode,
			First: w.via(call, h.Steps), Again: w.via(call, p.Steps), Site: instr, Defer: isDefer})
	}
	return same
}

// unreachable reports whether the callee cannot get to p: on the way it acquires a lock that this
// goroutine holds.
func (w *walker) unreachable(s *state, instr ssa.CallInstruction, c Callee, p *Point, dropped []*path.Node) bool {
	if len(s.locks.Held()) == 0 {
		return false
	}
	return slices.ContainsFunc(p.Held, func(h HeldLock) bool {
		if h.Maybe || h.Lock.Kind == path.Class {
			return false // its callers may hold it for the callee (see entryLocks)
		}
		if c.Summary.releases(h.Lock) {
			return false // its callers hold it: the callee gives it back, and takes it again
		}
		lock := w.translate(s, h.Lock, c, instr)
		return lock != nil && w.inTheWay(s, lock, h.Mode, instr) && !slices.Contains(dropped, lock)
	})
}

// heldAt returns the locks held at an instruction that other goroutines may want,
// those in dropped left out.
func (w *walker) heldAt(s *state, site ssa.Instruction, dropped []*path.Node) (locks []HeldLock) {
	for _, h := range s.locks.Held() {
		if isSlot(h) || slices.Contains(dropped, h.Lock) || w.fresh(h.Lock, site) {
			continue
		}
		if name := w.pointName(h.Lock); name != nil {
			locks = append(locks, HeldLock{Lock: name, Mode: h.Mode, Steps: h.By.steps, Maybe: h.Is(lockset.Unsure), Taken: replacedOn(s, h.Lock), site: h.By.site, old: h.Lock.Old()})
		}
	}
	return locks
}

// running returns the sync.Onces whose functions are being executed, which who calls Do waits for, as locks that are held.
func (w *walker) running(site ssa.Instruction) (onces []HeldLock) {
	for _, h := range w.onces.Held() {
		if name := w.pointName(h.Lock); name != nil && !w.fresh(h.Lock, site) {
			onces = append(onces, HeldLock{Lock: name, Mode: model.Doing, Steps: h.By.steps, site: h.By.site})
		}
	}
	return onces
}

// gone returns what the function has released of its callers' locks.
func (w *walker) gone(s *state) (locks []*path.Node) {
	for _, k := range s.locks.Others() {
		if k.Phase == lockset.GivenUp && k.Lock.InEntry() {
			locks = append(locks, k.Lock)
		}
	}
	return locks
}

// entryLocks adds to the points, marked Maybe, the locks that callers must hold because the
// function releases them later. They keep other goroutines out, but were not acquired here: whether anybody does hold them,
// only the package shows.
func (w *walker) entryLocks() {
	for _, e := range w.events {
		if e.Kind != Release {
			continue
		}
		for i := range w.points {
			p := &w.points[i]
			if !slices.Contains(p.Gone, e.Lock) && p.Lock != e.Lock && !slices.ContainsFunc(p.Held, func(h HeldLock) bool { return h.Lock == e.Lock }) {
				p.Held = append(slices.Clip(p.Held), HeldLock{Lock: e.Lock, Mode: e.Mode, Steps: e.Steps, Maybe: true, Entry: len(e.Guard) == 0})
			}
		}
	}
}

// point adds p to the function's points, unless there is one that says the same.
func (w *walker) point(p Point) {
	w.found(&p, len(p.Held), nil, func() []Literal { return p.Guard })
}

// found is point for a point of a callee, which has the steps there yet, as have its held locks from number own on.
// Most points are found in many states: what only a new one needs, which is copied, is made for that alone. It returns
// whether nothing changes if the point is found again.
func (w *walker) found(p *Point, own int, call *Step, guard func() []Literal) (settled bool) {
	if w.panicking {
		return true
	}
	more := 0
	if call != nil && (call.Pos.IsValid() || len(p.Steps) == 0) {
		more = 1
	}
	if len(p.Steps)+more > limits.MaxSteps {
		w.t.Limits.Hit(limits.Steps)
		return true
	}
	if w.later != nil {
		if !w.later.points || p.Kind != Acquires && p.Kind != Blocks || len(p.Held) == 0 {
			return true
		}
		p.Later, p.OneWay = w.later.steps[0].Func, w.later.oneWay
	}
	key := p.key()
	for _, i := range w.alikePoints[key] {
		old := &w.points[i]
		if sameHeld(old.Held, p.Held) && slices.Equal(old.Gone, p.Gone) {
			if len(old.Guard) > 0 {
				old.Guard = commonGuard(old.Guard, guard())
			}
			old.commonHistory(p)
			old.Kept, old.OneWay = old.Kept && p.Kept, old.OneWay && p.OneWay
			if old.read != p.read || old.base != p.base {
				old.read, old.base = nil, nil
			}
			return len(old.Guard) == 0
		}
	}
	if len(w.points) >= limits.MaxPoints {
		w.t.Limits.Hit(limits.Points)
		return true
	}
	p.Guard = guard()
	p.Held, p.Since = slices.Clone(p.Held), slices.Clone(p.Since)
	for i := range p.Held {
		h := &p.Held[i]
		h.Then = slices.Clone(h.Then)
		if i >= own {
			h.Steps = w.via(call, h.Steps)
		}
	}
	// What a test waits for with no lock held is no half of a deadlock, and nobody is told when it comes there, and on what way.
	if call != nil && !(w.uncalled && len(p.Held) == 0 && len(p.Steps) > 0) {
		p.Steps = w.via(call, p.Steps)
	}
	if w.later != nil {
		p.Steps = w.later.by(p.Steps)
	}
	if w.alikePoints == nil {
		w.alikePoints = make(map[pointKey][]int32)
	}
	w.alikePoints[key] = append(w.alikePoints[key], int32(len(w.points)))
	w.points = append(w.points, *p)
	return len(p.Guard) == 0
}

// condWait executes c.Wait(), which gives c.L back, waits, and takes it again.
func (w *walker) condWait(s *state, cond *path.Node, instr ssa.CallInstruction) {
	w.gaveBack = true
	lock, mode := w.condLock(s, cond)
	if lock != nil && Unresolved(lock) {
		lock = nil
	}
	if lock != nil {
		w.blocks(s, instr, lock, "waits")
	}
	if lock != nil && !w.fresh(lock, instr) {
		if name := w.pointName(lock); name != nil {
			w.point(Point{Kind: Acquires, Lock: name, Mode: mode, Held: w.heldAt(s, instr, []*path.Node{lock}), Gone: append(w.gone(s), lock),
				Guard: w.guard(s), Steps: []*Step{{Pos: instr.Pos(), Func: w.name, What: "locks"}}, Site: instr})
		}
	}
	w.disturb(s, true)
}
