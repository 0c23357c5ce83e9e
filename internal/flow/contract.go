package flow

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
)

// Verb is what a contract says that a function does to a lock.
type Verb uint8

// The verbs.
const (
	Acquiring Verb = iota // returns with the lock held, which its caller did not hold
	Releasing             // returns without the lock, which its caller held
	Holding               // is called with the lock held, and returns so
	Excluding             // is called without the lock
)

// A Contract is what the declaration of a function says about locks, in the terms
// that summaries use. It counts for callers where the body does not show the effect.
type Contract struct {
	Clauses   []Clause
	Unchecked bool // the body is not to be compared with it, and does not count
}

// A Clause says one thing about one lock.
type Clause struct {
	Verb Verb
	Lock *path.Node
	// Mode is how the lock is held. Excluding a lock in mode Read: not held for writing.
	Mode model.Mode
	// Abstract: only contracts say who holds such a lock, so no body can be compared
	// with it.
	Abstract bool
	Step     *Step // where it stands, and what it says
}

// Summary returns what callers have to know of the contract.
func (c *Contract) Summary() *Summary {
	return c.in(&Summary{})
}

// clauseEvents are the events that clauses lead to.
var clauseEvents = map[Verb]EventKind{Acquiring: Acquire, Releasing: Release, Holding: Hold, Excluding: Exclude}

// in returns the summary s with the contract's clauses in the place of what s says of
// the same locks.
func (c *Contract) in(s *Summary) *Summary {
	out := *s
	out.Events = slices.DeleteFunc(slices.Clone(s.Events), func(e Event) bool { return e.Kind != Call && c.mentions(e.Lock) })
	out.Outcomes = slices.Clone(s.Outcomes)
	var nets []Net
	for _, cl := range c.Clauses {
		net := Net{cl.Lock, cl.Mode, 1, []*Step{cl.Step}}
		if cl.Verb != Acquiring || !c.maybeHeld(net) {
			out.Events = append(out.Events, cl.event())
		}
		switch cl.Verb {
		case Acquiring:
			nets = append(nets, net)
		case Releasing:
			nets = append(nets, Net{cl.Lock, cl.Mode, -1, []*Step{cl.Step}})
		}
	}
	for i := range out.Outcomes {
		o := &out.Outcomes[i]
		o.Nets = slices.DeleteFunc(slices.Clone(o.Nets), func(n Net) bool { return c.mentions(n.Lock) })
		o.Nets = append(o.Nets, nets...)
	}
	if len(out.Outcomes) == 0 && len(nets) > 0 {
		out.Outcomes = []Outcome{{Nets: nets}}
	}
	if slices.ContainsFunc(nets, c.maybeHeld) {
		// Callers cannot tell these outcomes apart, and so are not sure of the lock.
		for _, o := range slices.Clone(out.Outcomes) {
			o.Nets = slices.DeleteFunc(slices.Clone(o.Nets), c.maybeHeld)
			out.Outcomes = append(out.Outcomes, o)
		}
	}
	return &out
}

// maybeHeld reports whether a lock that the function acquires may well be one that its
// caller holds, by another name: it makes an object that refers to what it was given.
func (c *Contract) maybeHeld(n Net) bool {
	return n.Delta > 0 && slices.ContainsFunc(c.Clauses, func(cl Clause) bool {
		return cl.Verb == Holding && cl.Lock != n.Lock && cl.Lock.Class() == n.Lock.Class()
	})
}

func (cl *Clause) event() Event {
	return Event{Kind: clauseEvents[cl.Verb], Lock: cl.Lock, Mode: cl.Mode, Steps: []*Step{cl.Step}}
}

func (c *Contract) mentions(lock *path.Node) bool {
	return c != nil && slices.ContainsFunc(c.Clauses, func(cl Clause) bool { return cl.Lock == lock })
}

// says reports whether the contract has a clause of one of the verbs for the lock.
func (c *Contract) says(lock *path.Node, verbs ...Verb) bool {
	return c != nil && slices.ContainsFunc(c.Clauses, func(cl Clause) bool {
		return cl.Lock == lock && slices.Contains(verbs, cl.Verb)
	})
}

// Demands reports whether the contract says that the caller holds the lock.
func (c *Contract) Demands(lock *path.Node) bool { return c.says(lock, Holding, Releasing) }

// mayDemand reports whether the contract says so of the lock, maybe by another name.
func (c *Contract) mayDemand(lock *path.Node) bool {
	return c != nil && slices.ContainsFunc(c.Clauses, func(cl Clause) bool {
		return (cl.Verb == Holding || cl.Verb == Releasing) && (cl.Lock == lock || cl.Lock.Class() == lock.Class() && !definitelyOther(cl.Lock, lock))
	})
}

// declared executes a call of code that cannot be seen, but has a contract. It
// returns false if it has none.
func (w *walker) declared(s *state, instr ssa.CallInstruction, d deferred) ([]*state, bool) {
	name, sum := w.env.Declared(instr.Common())
	if sum == nil {
		return nil, false
	}
	return w.callsSummary(s, instr, d, name, sum), true
}

// callsSummary executes a call of which it is known what it does, and not what it runs.
func (w *walker) callsSummary(s *state, instr ssa.CallInstruction, d deferred, name string, sum *Summary) (out []*state) {
	args := slices.Clone(d.args)
	if instr.Common().IsInvoke() {
		args = prepend(path.Concrete(d.value), args)
	} else {
		_, self := pointsto.Place(w.t, d.value)
		args = append(args, self) // a field's contract may be about its siblings
	}
	w.anything(args)
	w.callsHolding(s, instr)
	for _, s := range w.bodies(s, instr, d.args) {
		w.escape(s, d.value)
		out = append(out, w.apply(s, instr, Callee{Name: name, Summary: sum, Args: args, Writes: Writes{Unknown: true}})...)
	}
	return out
}

// anything gives a name to the arguments of which nothing is known.
func (w *walker) anything(args []*path.Node) {
	for i, a := range args {
		if a == nil {
			args[i] = w.t.Op("any", w.t.Const(nil), nil)
		}
	}
}

// Place returns where in this package the function does what e is about: the operation,
// or the call of a function with a contract. It is not valid if that is elsewhere.
func (e *Event) Place() (pos token.Pos) {
	steps := e.Steps
	if e.Kind == Hold || e.Kind == Exclude {
		steps = steps[:len(steps)-1] // the contract is nothing that is done
	}
	if len(steps) > 0 {
		pos = steps[len(steps)-1].Pos
	}
	return pos
}

// unshown says, for a clause of the contract, whether returns after code that cannot be seen show
// its effect, and whether some lack it.
type unshown struct{ shown, missing bool }

// effects are what clauses change, as [Net.Delta].
var effects = map[Verb]int{Acquiring: 1, Releasing: -1}

// keeps compares one exit of the function with its contract.
func (w *walker) keeps(s *state, nets []Net, ret token.Pos) {
	if w.contract == nil {
		return
	}
	has := func(cl Clause, delta int) bool {
		return slices.ContainsFunc(nets, func(n Net) bool { return n.Lock == cl.Lock && n.Delta == delta && (n.Mode == cl.Mode || delta < 0) })
	}
	if s.opaque {
		if w.unshown == nil {
			w.unshown = make([]unshown, len(w.contract.Clauses))
		}
		for i, cl := range w.contract.Clauses {
			switch delta := effects[cl.Verb]; {
			case delta == 0:
			case has(cl, delta):
				w.unshown[i].shown = true
			default:
				w.unshown[i].missing = true
			}
		}
	}
	if w.contract.Unchecked || s.opaque {
		if w.why != nil {
			w.silentContract(s, has, ret)
		}
		return
	}
	for _, cl := range w.contract.Clauses {
		if cl.Abstract || w.unclear(s, cl.Lock) || w.contract.maybeHeld(Net{Lock: cl.Lock, Delta: 1}) {
			continue
		}
		f := Finding{Pos: ret, Lock: cl.Lock, Mode: cl.Mode, First: []*Step{cl.Step}}
		switch {
		case cl.Verb == Acquiring && !has(cl, 1):
			f.Kind = NotAcquired
		case cl.Verb == Releasing && !has(cl, -1):
			f.Kind = NotReleased
		case cl.Verb == Holding && has(cl, -1) && !has(cl, 1):
			f.Kind = NotKept
			if k := s.locks.Free(cl.Lock); k != nil {
				f.Again = k.By.steps
			}
		default:
			continue
		}
		w.breaches = append(w.breaches, f)
	}
}

// unclear reports whether something that the state knows may be about the lock by
// another name, or is not sure.
func (w *walker) unclear(s *state, lock *path.Node) bool {
	class := lock.Class()
	alike := func(other *path.Node) bool {
		c := other.Class()
		return c == class || c == "" && !isLocalVar(other) || class == ""
	}
	return slices.ContainsFunc(s.locks.Held(), func(h known) bool {
		return h.Lock == lock && (!h.Sure()) || h.Lock != lock && alike(h.Lock)
	}) || slices.ContainsFunc(s.locks.Others(), func(k known) bool {
		return k.Lock == lock && !k.Sure() || k.Lock != lock && alike(k.Lock)
	})
}

// contradictions compares what the function does first to a lock with its contract.
func (w *walker) contradictions() {
	for _, cl := range w.contract.Clauses {
		if cl.Abstract {
			continue
		}
		for _, e := range w.events {
			if e.Lock != cl.Lock {
				continue
			}
			f := Finding{Pos: e.Steps[0].Pos, Lock: e.Lock, Mode: e.Mode, First: []*Step{cl.Step}, Again: e.Steps}
			switch {
			case e.Kind == Acquire && (cl.Verb == Holding || cl.Verb == Releasing) && !(e.Mode == model.Read && cl.Mode == model.Read):
				f.Kind = LocksHeld
			case e.Kind == Release && (cl.Verb == Excluding && cl.Mode == model.Write || cl.Verb == Acquiring && !w.contract.says(cl.Lock, Releasing, Holding)):
				f.Kind = UnlocksUnheld
			default:
				continue
			}
			w.breaches = append(w.breaches, f)
		}
	}
}

// settle reports where the function breaks its contract, and makes the summary what
// callers may rely on: what the body does, with what the contract demands; but the
// contract, if the body does not show all of it.
func (w *walker) settle(sum *Summary) *Summary {
	c := w.contract
	if !w.res.GaveUp && !c.Unchecked {
		w.contradictions()
		for _, f := range w.breaches {
			w.report(nil, nil, f)
		}
	}
	abstract := slices.ContainsFunc(c.Clauses, func(cl Clause) bool { return cl.Abstract })
	// Where an effect is missing, code that cannot be seen may have it, unless the function has the effect
	// itself on another path on which such code runs.
	elsewhere := slices.ContainsFunc(w.unshown, func(u unshown) bool { return u.missing && !u.shown })
	if w.res.GaveUp || c.Unchecked || abstract || elsewhere {
		return c.in(sum)
	}
	for _, cl := range c.Clauses {
		if cl.Verb == Holding || cl.Verb == Excluding {
			sum.Events = append(sum.Events, cl.event())
		}
	}
	return sum
}
