package peers

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// A Question asks whether a wait can end while a lock is held.
type Question struct {
	Op    ssa.Instruction // the wait
	Root  *ssa.Function   // the function from which the steps lead
	Steps []*flow.Step    // to the wait
	Lock  flow.HeldLock   // in terms of Root
	// Later: the function that waits is run by another package, which holds the lock.
	Later bool
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
	// Limited: the wait ends when a context is done or some time is over, and not before.
	Limited bool
}

// A Bound is an operation that a goroutine comes to only after it got a lock.
type Bound struct {
	Op *Op
	// Steps lead from the function that the goroutine is in to the lock.
	Steps []*flow.Step
	// Wait is set if it is no lock but a wait for what is bound in turn.
	Wait *Op
	// Left: the goroutine may not come to the operation any more, as it has left its loop or given up.
	Left bool
	// Ended: the goroutine may have returned, at End, and so does not come to the operation any more.
	Ended bool
	End   token.Pos
}

// asker asks about one wait.
type asker struct {
	*Graph
	asked  Question
	class  string // of the lock
	within string // see [path.Node.Within]
	mode   model.Mode
	same   bool          // lock and channel are fields of one object
	exact  bool          // and so they must be known to be at the peer
	hangs  bool          // the channel can be reached from the lock's object by fields alone
	holds  bool          // it can be reached from there through containers, too, or there is but one lock of the class
	depth  int           // of waits for waits
	first  *Op           // the wait that is asked about
	lock   *path.Node    // where the ways to lock and wait part: see halves
	group  *path.Node    // there, the object that is waited for
	by     *ssa.Function // if not nil, only what this function needs the lock for counts
	way    []*edge       // the calls that lead from the function which holds the lock to the wait, as far as they are known
}

// Stuck tells why a wait does not end while a lock is held, nil if it may end for all
// that is known.
func (g *Graph) Stuck(q Question) *Verdict {
	class := g.class(q.Root, q.Lock.Lock, 0)
	if class == "" || g.funcs[q.Op.Parent()] == nil {
		return g.refuse(q, why.NoClass, why.Evidence{})
	}
	a := &asker{Graph: g, asked: q, class: class, within: q.Lock.Lock.Within(), mode: q.Lock.Mode, way: g.way(q)}
	if silent := a.unsent(); silent != nil {
		return g.refuse(q, why.NoSender, why.Here("", opPos(silent.Instr)))
	}
	var verdict *Verdict
	ops := g.Ops(q.Op)
	limited := slices.ContainsFunc(ops, givesUp) && slices.ContainsFunc(ops, a.madeUnder)
	for _, op := range ops {
		if limited && givesUp(op) {
			continue
		}
		lock, ch := g.halves(q, op)
		lockObj, chObj := object(lock), object(ch)
		a.same = lockObj != nil && lockObj == chObj
		if !a.same && lockObj != nil && chObj != nil && owner(lock) == owner(ch) {
			return g.refuse(q, why.ObjectsUnknown, why.Evidence{}) // two objects of one type
		}
		if before := g.again(q, op); before != nil {
			return g.refuse(q, why.WaitedBefore, why.Here("", opPos(before.Instr)))
		}
		a.first, a.lock, a.group = op, lock, chObj
		a.hangs = ch != nil && (ch.Root().Kind == path.Global || lockObj != nil && leadsTo(lockObj, ch, false))
		a.holds = ch != nil && (lockObj != nil && leadsTo(lockObj, ch, true) || lock != nil && lock.IsOne())
		v := a.stuckOp(op)
		if v == nil {
			return nil
		}
		if v.Limited = limited; verdict == nil {
			verdict = v
		} else {
			verdict.add(v)
		}
	}
	return verdict
}

// givesUp reports whether an operation ends a wait because a context is done, or some time is over.
func givesUp(op *Op) bool {
	if op.Kind != Receive {
		return false
	}
	call, ok := op.Chan.(*ssa.Call)
	if !ok {
		return false
	}
	fn := call.Call.StaticCallee()
	return ssax.DoneOf(call) != nil || fn != nil && fn.String() == "time.After"
}

// halves names the lock and the channel of a question in the function in which the
// ways to the two part; nil for what has no name there.
func (g *Graph) halves(q Question, op *Op) (lock, ch *path.Node) {
	fn, toOp, toLock := q.Root, q.Steps, q.Lock.Steps
	for len(toOp) > 1 && len(toLock) > 1 && toOp[0].Pos == toLock[0].Pos {
		e := g.follow(fn, toOp)
		if e == nil {
			return nil, nil
		}
		fn, toOp, toLock = e.callee, toOp[1:], toLock[1:]
	}
	if fn == q.Root && q.Lock.Lock.Kind != path.Class {
		lock = q.Lock.Lock
	} else {
		lock = g.nameFrom(fn, toLock, func(fn *ssa.Function, s *flow.Step) *path.Node {
			for _, l := range g.funcs[fn].locks {
				if l.instr.Pos() == s.Pos && l.lock != nil {
					return g.name(l.lock)
				}
			}
			return nil
		})
	}
	ch = g.nameFrom(fn, toOp, func(fn *ssa.Function, s *flow.Step) *path.Node {
		switch {
		case fn != op.Fn:
			return nil
		case op.Kind == Join:
			return op.joins[0].Holder
		}
		return g.name(op.Chan)
	})
	return lock, ch
}

// follow returns the call that the first of the steps is.
func (g *Graph) follow(fn *ssa.Function, steps []*flow.Step) *edge {
	f := g.funcs[fn]
	if f == nil {
		return nil
	}
	for instr, edges := range f.out {
		if instr.Pos() != steps[0].Pos {
			continue
		}
		for _, e := range edges {
			if flow.FuncName(e.callee) == steps[1].Func {
				return e
			}
		}
	}
	return nil
}

// way returns the calls that lead to the wait, as far as they are known.
func (g *Graph) way(q Question) (way []*edge) {
	fn, steps := q.Root, q.Steps
	for len(steps) > 1 {
		e := g.follow(fn, steps)
		if e == nil {
			return way
		}
		way, fn, steps = append(way, e), e.callee, steps[1:]
	}
	return way
}

// nameFrom names what the last of the steps from fn is about in fn's terms.
func (g *Graph) nameFrom(fn *ssa.Function, steps []*flow.Step, last func(*ssa.Function, *flow.Step) *path.Node) *path.Node {
	switch {
	case len(steps) == 0 || g.funcs[fn] == nil:
		return nil
	case len(steps) == 1:
		return last(fn, steps[0])
	}
	e := g.follow(fn, steps)
	if e == nil {
		return nil
	}
	return g.raise(g.nameFrom(e.callee, steps[1:], last), e)
}

// add makes v the verdict on two cases of a select statement.
func (v *Verdict) add(o *Verdict) {
	v.Peers = append(v.Peers, o.Peers...)
	v.Never = v.Never && o.Never
	if v.Close == nil {
		v.Close = o.Close
	}
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

// leadsTo reports whether n is reached from the object by fields alone, or through elements of containers, too.
func leadsTo(object, n *path.Node, elements bool) bool {
	for ; n != nil; n = n.X {
		if n == object {
			return true
		}
		if n.Kind != path.Field && n.Kind != path.Deref && n.Kind != path.Iface && !(elements && n.Kind == path.Elem) {
			return false
		}
	}
	return false
}

// stuck decides about another wait while the lock is held: a select statement needs
// one of its cases to go on. beside says that it is for something in the same object.
func (a *asker) stuck(instr ssa.Instruction, beside bool) *Verdict {
	same, hangs, holds, exact := a.same, a.hangs, a.holds, a.exact
	a.same, a.hangs, a.holds, a.exact = beside, false, false, beside
	defer func() { a.same, a.hangs, a.holds, a.exact = same, hangs, holds, exact }()
	var verdict *Verdict
	for i, op := range a.Ops(instr) {
		if !op.Waits {
			return nil
		}
		v := a.stuckOp(op)
		if v == nil {
			return nil
		}
		if i == 0 {
			verdict = v
		} else {
			verdict.add(v)
		}
	}
	return verdict
}

func (a *asker) stuckOp(op *Op) *Verdict {
	switch op.Kind {
	case Send, Receive, Range:
		return a.stuckChan(op)
	case Wait:
		return a.stuckGroup(op)
	case CondWait:
		return a.stuckCond(op)
	case Join:
		return a.stuckJoin(op)
	case Shutdown:
		return a.stuckServer(op)
	case Poll:
		return a.stuckPoll(op)
	}
	return nil
}

// stuckChan: whoever could act on the other end of the channel needs the lock.
func (a *asker) stuckChan(op *Op) *Verdict {
	c := op.class
	switch {
	case op.Kind == Send && c.outside&receives != 0 || op.Kind != Send && c.outside&sends != 0:
		return a.may(op, why.OutOfSight, nil)
	case len(c.Makes) == 0:
		return a.may(op, why.NotMade, nil)
	case a.semaphore(c) || a.givesBack(op):
		return a.may(op, why.Semaphore, nil)
	case a.looks(op):
		return a.may(op, why.LengthTested, nil)
	}
	var peers []*Op
	switch {
	case op.Kind == Send:
		if !a.fills(op) {
			return a.may(op, why.BufferLeft, nil)
		}
		peers = c.of(Receive, Range)
	case op.Kind == Range && !a.leaves(op):
		peers = c.of(Close)
	default:
		peers = c.of(Send, Close)
	}
	peers = a.besidesTests(peers)
	v := &Verdict{Never: len(peers) == 0}
	decisive, fresh := flags(op.Instr), a.madeUnder(op)
	for _, p := range peers {
		if !fresh && p.Fn != op.Fn && (p.Kind == Close || buffered(c)) && decides(p.Fn, op) && !a.removesUnder(p.Fn, decisive) && !a.wantsBetween(p, p.Instr) {
			return a.may(op, why.PeerDecides, p) // which may have acted long ago
		}
		if a.happened(p, op, c) || op != a.first && a.happened(p, a.first, c) {
			return a.may(op, why.ActedBefore, p)
		}
		b := a.bound(p)
		if b == nil && op.Kind == Send {
			b = a.departed(op, p)
		}
		if b == nil {
			return a.may(op, why.ActsWithoutLock, p)
		}
		if a.isPast(p, peers, op) {
			return a.may(op, why.ActedBefore, p)
		}
		if !fresh && !b.Left && !b.Ended && (a.setsUnder(p.Fn, b, op) || a.setBy(p, op) || a.countsItself(p, op)) {
			return a.may(op, why.PeerDecides, p)
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

// besidesTests leaves out the operations of tests, if there are others and the wait is not that of a test: without the test, they are not there.
func (a *asker) besidesTests(ops []*Op) []*Op {
	if ssax.InTest(a.asked.Root) || ssax.InTest(a.first.Fn) {
		return ops
	}
	rest := slices.DeleteFunc(slices.Clone(ops), func(op *Op) bool { return ssax.InTest(op.Fn) })
	if len(rest) == 0 {
		return ops
	}
	return rest
}

// madeUnder reports whether a channel is made after the lock was taken that is held since, and is only kept in memory then: nobody who has it is
// past the lock, whatever else it decides.
func (a *asker) madeUnder(op *Op) bool {
	steps := a.asked.Lock.Steps
	if a.asked.Op != op.Instr || len(steps) == 0 || len(op.class.Makes) != 1 {
		return false
	}
	made := op.class.Makes[0].Instr
	if made.Parent() != op.Fn || !ssax.Dominates(made, op.Instr) || a.funcs[op.Fn].Loops(made) {
		return false
	}
	at := ssax.CallAt(op.Fn, steps[len(steps)-1].Pos)
	return at != nil && ssax.Dominates(at, made) && onlyKept(made, 0)
}

// onlyKept reports whether a channel, or an object with it, is put into memory, and is neither sent to anybody nor handed to a call.
func onlyKept(v ssa.Value, depth int) bool {
	return depth < limits.MaxCalls && !slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.Store:
			made, isMade := ssax.Base(r.Addr).(*ssa.Alloc)
			return r.Val == v && isMade && !onlyKept(made, depth+1)
		case *ssa.Send:
			return r.X == v
		case *ssa.Select:
			return slices.ContainsFunc(r.States, func(s *ssa.SelectState) bool { return s.Send == v })
		case ssa.CallInstruction:
			_, isBuiltin := r.Common().Value.(*ssa.Builtin)
			return !isBuiltin
		case *ssa.MakeClosure, *ssa.MakeInterface:
			return true
		case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.UnOp, *ssa.Slice, *ssa.ChangeType, *ssa.Phi:
			return !onlyKept(r.(ssa.Value), depth+1)
		}
		return false
	})
}

// happened reports whether an operation of the function that waits, or of one that it has called, comes before
// the wait.
func (a *asker) happened(p, wait *Op, c *Class) bool {
	if p.Kind == Close && p.Fn != wait.Fn {
		for _, e := range a.funcs[p.Fn].in {
			if _, isCall := e.instr.(*ssa.Call); isCall && e.kind != spawns && e.caller == wait.Fn && ssax.Dominates(e.instr, wait.Instr) && atAllReturns(p) &&
				a.raise(a.name(p.Chan), e) == a.name(wait.Chan) {
				return true
			}
		}
	}
	for _, e := range a.funcs[wait.Fn].in {
		// The peer has acted before it starts the goroutine that waits.
		if e.kind == spawns && e.caller == p.Fn && a.funcs[p.Fn].Precedes(p.Instr, e.instr, nil) && a.raise(a.name(wait.Chan), e) == a.name(p.Chan) {
			return true
		}
	}
	return p.Fn == wait.Fn && a.funcs[wait.Fn].Precedes(p.Instr, wait.Instr, nil) && (buffered(c) || p.Instr.Block().Dominates(wait.Instr.Block()))
}

// again returns the wait in which the function has waited in the same way before, with the lock held;
// nil if it has not. If that wait does not end either, it is the one to report; if it does, others get
// on although the lock is held.
func (g *Graph) again(q Question, op *Op) *Op {
	waits := op.class.of(op.Kind)
	i := slices.IndexFunc(waits, func(p *Op) bool {
		if p.Fn != op.Fn || p.Instr == op.Instr || !p.Waits || !ssax.Dominates(p.Instr, op.Instr) || g.name(p.Chan) != g.name(op.Chan) {
			return false
		}
		if q.Root != op.Fn || len(q.Lock.Steps) != 1 {
			return true // the lock was taken before the function began
		}
		return slices.ContainsFunc(g.funcs[op.Fn].locks, func(l lockOp) bool {
			return l.instr.Pos() == q.Lock.Steps[0].Pos && ssax.Dominates(l.instr, p.Instr)
		})
	})
	if i < 0 {
		return nil
	}
	return waits[i]
}

// isPast reports whether the goroutine that comes to p needs the lock no more: an earlier wait, without
// the lock, has shown that it reached another peer in the same function, and it does not acquire
// the lock between that peer and p.
func (a *asker) isPast(p *Op, peers []*Op, wait *Op) bool {
	waited := a.waited(wait)
	f := a.funcs[p.Fn]
	return 0 < waited && waited < len(peers) && !slices.ContainsFunc(peers, func(s *Op) bool {
		return s != p && (s.Fn != p.Fn || !f.Precedes(s.Instr, p.Instr, nil) ||
			slices.ContainsFunc(a.acquires(p.Fn, a.class), func(q acq) bool {
				return a.conflicts(q) && f.Precedes(s.Instr, q.at, nil) && f.Precedes(q.at, p.Instr, nil)
			}))
	})
}

// waited returns how often the function has waited on the channel, for somebody to act, whenever it comes
// to the wait; 0 if that is not known.
func (a *asker) waited(wait *Op) (times int) {
	f := a.funcs[wait.Fn]
	if f.Loops(wait.Instr) || wait.Kind == Send && buffered(wait.class) {
		return 0
	}
	for _, op := range wait.class.of(wait.Kind) {
		_, isSelect := op.Instr.(*ssa.Select)
		switch {
		case op.Fn != wait.Fn || op.Instr == wait.Instr || !f.Precedes(op.Instr, wait.Instr, nil):
		case isSelect || f.Loops(op.Instr) || a.name(op.Chan) != a.name(wait.Chan) || !ssax.Dominates(op.Instr, wait.Instr):
			return 0
		default:
			times++
		}
	}
	return times
}

// stuckCond: whoever signals the Cond needs a lock other than the Cond's own, which
// Wait does not give back.
func (a *asker) stuckCond(op *Op) *Verdict {
	c := op.class
	if c.Escapes() || len(c.condL) == 0 {
		return a.may(op, why.OutOfSight, nil)
	}
	for _, l := range c.condL {
		if class := a.Graph.class(l.fn, a.name(l.lock), 0); class == "" || class == a.class {
			return a.may(op, why.UnknownCondLock, nil)
		}
	}
	v := &Verdict{}
	for _, p := range a.besidesTests(c.of(Signal)) {
		b := a.bound(p)
		if b == nil {
			return a.may(op, why.ActsWithoutLock, p)
		}
		v.Peers = append(v.Peers, b)
	}
	if len(v.Peers) == 0 {
		return nil
	}
	return v
}
