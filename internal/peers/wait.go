package peers

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// A Wait is a wait with a lock held.
type Held struct {
	Fn   *ssa.Function // in which the lock is named
	Lock *path.Node
	Mode model.Mode
	Chan *path.Node // what is waited for, as Fn names it; nil if it does not
}

// A Verdict says why a wait does not end while a lock is held.
type Verdict struct {
	// Never: there is nobody who could end it at all.
	Never bool
	// Peers are those who have to act for the wait to end, and where each of them
	// needs the lock first.
	Peers []*Bound
	// Close closes the channel, but needs the lock for it.
	Close *Bound
}

// A Bound is an operation that a goroutine comes to only after it got a lock.
type Bound struct {
	Op *Op
	// Steps lead from the function that the goroutine is in to the lock.
	Steps []flow.Step
	// Wait is set if it is no lock but a wait for what is bound in turn.
	Wait *Op
}

// asker asks about one wait.
type asker struct {
	*Graph
	lock   lockKey
	mode   model.Mode
	same   bool // lock and channel are fields of one object
	hangs  bool // the channel can be reached from the lock's object by fields alone
	starts map[ssa.Instruction]bool
	depth  int // of waits for waits
}

// Stuck tells whether the wait at an instruction cannot end while a lock is held,
// nil if it can for all that is known.
func (g *Graph) Stuck(instr ssa.Instruction, h Held) *Verdict {
	a := &asker{Graph: g, lock: g.key(h.Fn, h.Lock, 0), mode: h.Mode}
	if !a.lock.known() || g.funcs[instr.Parent()] == nil {
		return nil
	}
	lock, ch := object(h.Lock), object(h.Chan)
	if lock != nil && ch != nil {
		a.same = lock == ch
		if !a.same && owner(h.Lock) == owner(h.Chan) {
			return nil // two objects of one type: whose lock the peer needs is not known
		}
	}
	a.hangs = h.Chan != nil && (h.Chan.Root().Kind == path.Global || lock != nil && leadsTo(lock, h.Chan))
	a.starts = g.startsOf(h.Fn)
	return a.stuck(instr)
}

// owner returns the type that declares the outermost field of a name.
func owner(n *path.Node) string {
	n = path.Concrete(n)
	if n.Kind == path.Deref {
		n = n.X
	}
	for n.Kind == path.Field && n.X.Kind == path.Field {
		n = n.X
	}
	return n.Owner
}

// leadsTo reports whether n is reached from the object by fields alone.
func leadsTo(object, n *path.Node) bool {
	for ; n != nil; n = n.X {
		if n == object {
			return true
		}
		if n.Kind != path.Field && n.Kind != path.Deref && n.Kind != path.Iface {
			return false
		}
	}
	return false
}

// stuck decides about all operations of an instruction: a select statement needs
// one of its cases to go on.
func (a *asker) stuck(instr ssa.Instruction) *Verdict {
	v := &Verdict{}
	for _, op := range a.Ops(instr) {
		if !op.Waits {
			return nil
		}
		one := a.stuckOp(op)
		if one == nil {
			return nil
		}
		v.Never = v.Never || one.Never
		v.Peers = append(v.Peers, one.Peers...)
		if v.Close == nil {
			v.Close = one.Close
		}
	}
	if len(v.Peers) > 0 {
		v.Never = false
	}
	if !v.Never && len(v.Peers) == 0 {
		return nil
	}
	return v
}

func (a *asker) stuckOp(op *Op) *Verdict {
	switch op.Kind {
	case Send, Receive, Range:
		return a.stuckChan(op)
	case Wait:
		return a.stuckGroup(op)
	case CondWait:
		return a.stuckCond(op)
	}
	return nil
}

// stuckChan: whoever could act on the other end of the channel needs the lock.
func (a *asker) stuckChan(op *Op) *Verdict {
	c := op.class
	if c.Escapes || len(c.Makes) == 0 {
		return nil
	}
	var peers []*Op
	switch {
	case op.Kind == Send:
		if !a.fills(op) {
			return nil
		}
		peers = c.of(Receive, Range)
	case op.Kind == Range && !a.leaves(op):
		peers = c.of(Close)
	default:
		peers = c.of(Send, Close)
	}
	v := &Verdict{Never: len(peers) == 0}
	for _, p := range peers {
		if p.Fn == op.Fn && a.funcs[op.Fn].precedes(p.Instr, op.Instr) && (buffered(c) || p.Kind == Close) {
			return nil // it has happened
		}
		b := a.bound(p)
		if b == nil {
			return nil
		}
		v.Peers = append(v.Peers, b)
	}
	if op.Kind == Send {
		for _, p := range c.of(Close) {
			if b := a.bound(p); b != nil {
				v.Close = b
				break
			}
		}
	}
	return v
}

// fills reports whether a send waits: the channel has no buffer, or one that fills
// up because it belongs to a long-lived object and is sent to again and again.
func (a *asker) fills(op *Op) bool {
	c := op.class
	for _, m := range c.Makes {
		if m.Cap < 0 || m.Cap > 0 && !a.hangs {
			return false
		}
	}
	if !buffered(c) {
		return true
	}
	for _, r := range c.of(Receive, Range) {
		for _, s := range c.of(Send) {
			if s.Fn == r.Fn {
				return false // a token that is taken and given back
			}
		}
	}
	return true
}

func buffered(c *Class) bool {
	return slices.ContainsFunc(c.Makes, func(m *Make) bool { return m.Cap != 0 })
}

// leaves reports whether a range over a channel can end before the channel is
// closed.
func (a *asker) leaves(op *Op) bool {
	f := a.funcs[op.Fn]
	head := op.Instr.Block()
	for _, b := range op.Fn.Blocks {
		inLoop := b != head && head.Dominates(b) && f.reaches.after(b, head)
		if !inLoop {
			continue
		}
		for _, s := range b.Succs {
			if s != head && !f.reaches.after(s, head) {
				return true
			}
		}
		if len(b.Succs) == 0 {
			return true
		}
	}
	return false
}

// stuckGroup: one of those whom the group waits for needs the lock.
func (a *asker) stuckGroup(op *Op) *Verdict {
	c := op.class
	dones := c.of(Done, Go)
	if len(dones) == 0 && len(c.of(Other)) == 0 && len(c.of(Add)) > 0 && !c.Escapes {
		return &Verdict{Never: true}
	}
	for _, d := range dones {
		if b := a.someBound(d); b != nil {
			return &Verdict{Peers: []*Bound{b}}
		}
	}
	return nil
}

// stuckCond: whoever signals the Cond needs a lock other than the Cond's own, which
// Wait does not give back.
func (a *asker) stuckCond(op *Op) *Verdict {
	c := op.class
	if c.Escapes || len(c.condL) == 0 {
		return nil
	}
	for _, l := range c.condL {
		if k := a.key(l.fn, a.name(l.lock), 0); !k.known() || k == a.lock {
			return nil
		}
	}
	v := &Verdict{}
	for _, p := range c.of(Signal) {
		b := a.bound(p)
		if b == nil {
			return nil
		}
		v.Peers = append(v.Peers, b)
	}
	return v
}
