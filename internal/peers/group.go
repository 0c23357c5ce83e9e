package peers

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// stuckGroup: one of those whom the group waits for needs the lock.
func (a *asker) stuckGroup(op *Op) *Verdict {
	c := op.class
	dones := c.of(Done, Go)
	if len(dones) == 0 && len(c.of(Other)) == 0 && len(c.of(Add)) > 0 && !c.Escapes() {
		return &Verdict{Never: true}
	}
	// One is enough, so it has to be of this group: the lock and the group belong to
	// one object, the group to one that the lock's object has, or it is a variable.
	// If it belongs to something that the lock's object has in a container, nobody may get on without the lock.
	n := a.name(op.Chan)
	if !a.same && !a.hangs && n.Kind != path.Value && n.Kind != path.FreeVar && n.Kind != path.Global {
		if b := a.allBound(dones); a.holds && b != nil {
			return &Verdict{Peers: []*Bound{b}}
		}
		if b := a.handedOver(dones); b != nil {
			return &Verdict{Peers: []*Bound{b}}
		}
		return a.may(op, why.ObjectsUnknown, nil)
	}
	if i := slices.IndexFunc(dones, func(d *Op) bool { return a.countsDown(op, d) }); i >= 0 {
		return a.may(op, why.ActedBefore, dones[i])
	}
	if before := a.waitedBefore(op); before != nil {
		dones = slices.DeleteFunc(slices.Clone(dones), func(d *Op) bool { return !a.startedBetween(before, d, op) })
		if len(dones) == 0 {
			return a.may(op, why.ActedBefore, before)
		}
	}
	a.exact = a.same
	defer func() { a.exact = false }()
	for _, d := range dones {
		if b := a.someBound(d); b != nil && !a.notRunning(d, op) {
			return &Verdict{Peers: []*Bound{b}}
		}
	}
	if len(dones) > 0 {
		return a.may(op, why.ActsWithoutLock, dones[0])
	}
	return a.may(op, why.OutOfSight, nil)
}

// handedOver tells where a literal needs the lock which the function that makes the group, and waits for it by one of its methods, has handed to
// another method of it:
//
//	s.mu.Lock()
//	g := newGroup()
//	g.run(func() { s.load() }) // locks s.mu, in a goroutine that calls g.wg.Done
//	g.wait()                   // waits for g.wg
func (a *asker) handedOver(dones []*Op) *Bound {
	if a.group == nil || a.lock == nil || !isMade(a.group) {
		return nil
	}
	maker := a.group.Val.(ssa.Instruction).Parent()
	i := slices.IndexFunc(a.way, func(e *edge) bool { return e.caller == maker })
	if i < 0 {
		return nil
	}
	for _, b := range maker.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !a.funcs[maker].Leads(call, a.way[i].instr, nil) || !slices.ContainsFunc(call.Call.Args, func(arg ssa.Value) bool { return a.name(arg) == a.group }) {
				continue
			}
			for _, arg := range call.Call.Args {
				if lit, ok := arg.(*ssa.MakeClosure); ok && a.needs(lit) {
					if b := a.boundBy(lit.Fn.(*ssa.Function), dones); b != nil {
						return b
					}
				}
			}
		}
	}
	return nil
}

// needs reports whether a literal needs the very lock that its maker holds.
func (a *asker) needs(lit *ssa.MakeClosure) bool {
	fn := lit.Fn.(*ssa.Function)
	e := &edge{caller: lit.Parent(), callee: fn, value: lit}
	return slices.ContainsFunc(a.acquires(fn, a.class), func(q acq) bool { return a.conflicts(q) && a.raise(q.lock, e) == a.lock })
}

// boundBy tells which of the operations a goroutine comes to only after a function, which it calls, got the lock.
func (a *asker) boundBy(fn *ssa.Function, ops []*Op) *Bound {
	a.by = fn
	defer func() { a.by = nil }()
	for _, op := range ops {
		if b := a.someBound(op); b != nil {
			return b
		}
	}
	return nil
}

// waitedBefore returns an earlier wait of the same function for the same group, which is always over by then; nil if there is none.
// Whoever was in the group at that time has left it.
func (a *asker) waitedBefore(wait *Op) *Op {
	name := a.name(wait.Chan)
	for _, w := range a.waitedFor(wait.Fn, wait.Instr) {
		if w.op.Kind == Wait && w.op.Fn == wait.Fn && w.name == name {
			return w.op
		}
	}
	return nil
}

// startedBetween reports whether the function that waits twice for a group may start the goroutine of a Done between the two waits, itself
// or in what it calls.
func (a *asker) startedBetween(before, done, wait *Op) bool {
	f := a.funcs[wait.Fn]
	between := func(instr ssa.Instruction) bool {
		return instr.Parent() == wait.Fn && f.Leads(before.Instr, instr, nil) && f.Leads(instr, wait.Instr, nil)
	}
	switch {
	case done.Fn == wait.Fn:
		return between(done.Instr)
	case done.Kind == Go:
		return true
	}
	starts := a.startsOf(done.Fn)
	for instr := range starts {
		if between(instr) {
			return true
		}
	}
	return starts == nil
}

// allBound tells where the goroutine of one of the operations needs the lock first, nil if that of any may get on without it.
func (a *asker) allBound(ops []*Op) (first *Bound) {
	for _, op := range ops {
		b := a.bound(op)
		if b == nil {
			return nil
		}
		if first == nil {
			first = b
		}
	}
	return first
}

// countsDown reports whether the function that waits calls Done itself before, in a callee perhaps: how many others have still to do so
// is for the program to know. A Done for a timer that was stopped in time tells that the timer's function will not call it: where it was not
// stopped in time, it does.
func (a *asker) countsDown(wait, done *Op) bool {
	if done.Kind != Done || forStopped(done.Instr) {
		return false
	}
	f := a.funcs[wait.Fn]
	if done.Fn == wait.Fn {
		_, isCall := done.Instr.(*ssa.Call)
		return isCall && f.Leads(done.Instr, wait.Instr, nil)
	}
	for instr, edges := range f.out {
		if call, ok := instr.(*ssa.Call); ok && call.Call.StaticCallee() == done.Fn && len(edges) > 0 && f.Leads(call, wait.Instr, nil) {
			return true
		}
	}
	return false
}

// forStopped reports whether an instruction runs only where the Stop of a timer has returned true.
func forStopped(instr ssa.Instruction) bool {
	for b := instr.Block().Idom(); b != nil; b = b.Idom() {
		test, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || ssax.Side(b, instr.Block()) != 0 {
			continue
		}
		call, ok := test.Cond.(*ssa.Call)
		if !ok || call.Call.StaticCallee() == nil {
			continue
		}
		if m, ok := call.Call.StaticCallee().Object().(*types.Func); ok && model.StopsTimer(m) {
			return true
		}
	}
	return false
}
