package peers

import (
	"go/constant"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// fills reports whether a send waits: the channel has no buffer, or one that fills
// up because it belongs to a long-lived object and is sent to again and again.
func (a *asker) fills(op *Op) bool {
	c, slot := op.class, a.takesSlot(op)
	for _, m := range c.Makes {
		switch {
		case m.Cap == 0:
		case m.Cap < 0 && !slot || !a.hangs && !a.toAll(op):
			return false
		case m.Instr.Parent() == op.Fn && m.Instr.Block().Dominates(op.Instr.Block()):
			return false // it is new
		case a.once(op) || a.untilReceived(op):
			return false
		case !slot && a.oneMessage(op):
			return false
		case !slices.ContainsFunc(c.of(Send), func(s *Op) bool { return !takesAway(s) && !a.closesAfter(s) }):
			return false
		case !slices.ContainsFunc(c.of(Send), func(s *Op) bool { return !a.madeRoom(c, s.Fn, s.Instr, 0) }):
			return false
		}
	}
	return true
}

// toAll reports whether a function sends to all that it finds in a container of the lock's object, and leaves them there: it does so again when
// it is called again.
func (a *asker) toAll(send *Op) bool {
	all := rangedOver(send.Chan)
	way, toLock := a.asked.Steps, a.asked.Lock.Steps
	if all == nil || len(way) == 0 || len(way) != len(toLock) || len(way) > 1 && way[len(way)-2].Pos != toLock[len(way)-2].Pos {
		return false // another function has locked it
	}
	if !leadsTo(object(a.lock), a.name(all), false) {
		return false
	}
	in := container(all)
	return in != nil && a.funcs[send.Fn].Loops(send.Instr) && !writes(send.Fn, map[any]bool{in: true, contents{in}: true})
}

// rangedOver returns the map or slice of which a loop has found a channel, or the object that has it; nil if there is none.
func rangedOver(ch ssa.Value) ssa.Value {
	for range limits.MaxCalls {
		switch v := ssax.Origin(ch).(type) {
		case *ssa.FieldAddr:
			ch = v.X
		case *ssa.IndexAddr:
			return v.X
		case *ssa.UnOp:
			ch = v.X
		case *ssa.Extract:
			next, ok := v.Tuple.(*ssa.Next)
			if !ok {
				return nil
			}
			if r, ok := next.Iter.(*ssa.Range); ok {
				return r.X
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}

// untilReceived reports whether a flag keeps the function from sending again until it is reset, as it is for who receives: the function has
// found it reset, and has set it.
func (g *Graph) untilReceived(send *Op) bool {
	for flag := range flags(send.Instr) {
		only, set, reset := map[any]bool{flag: true}, false, false
		g.eachWrite(only, func(fn *ssa.Function, instr ssa.Instruction) bool {
			val := stored(instr)
			c, ok := val.(*ssa.Const)
			switch {
			case val == nil:
			case hasNil(val.Type()): // what it points to says so
				if ssax.IsNil(val) {
					reset = reset || g.runsFor(fn, send.class.of(Receive, Range))
				} else if fn == send.Fn && ssax.Dominates(instr, send.Instr) {
					set = true
				}
			case !ok || c.Value == nil:
			case fn == send.Fn && ssax.Dominates(instr, send.Instr):
				set = true
			case constant.Sign(number(c.Value)) == 0:
				reset = reset || g.runsFor(fn, send.class.of(Receive, Range))
			}
			return true
		})
		if set && reset {
			return true
		}
	}
	return false
}

// number returns 1 for true and 0 for false.
func number(c constant.Value) constant.Value {
	switch {
	case c.Kind() == constant.Bool && constant.BoolVal(c):
		return constant.MakeInt64(1)
	case c.Kind() != constant.Int:
		return constant.MakeInt64(0)
	}
	return c
}

// eachWrite calls do for each instruction that writes one of the variables, as long as it returns true; it returns whether it always did.
func (g *Graph) eachWrite(variables map[any]bool, do func(fn *ssa.Function, instr ssa.Instruction) bool) bool {
	for fn := range g.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if writes, _ := writesTo(instr, variables); writes && !do(fn, instr) {
					return false
				}
			}
		}
	}
	return true
}

// runsFor reports whether a function has one of the operations, or is called by one that has, or by what that calls.
func (g *Graph) runsFor(fn *ssa.Function, ops []*Op) bool {
	busy := make(map[*ssa.Function]bool)
	var up func(fn *ssa.Function) bool
	up = func(fn *ssa.Function) bool {
		if slices.ContainsFunc(ops, func(op *Op) bool { return op.Fn == fn }) {
			return true
		}
		if f := g.funcs[fn]; f != nil && !busy[fn] {
			busy[fn] = true
			return slices.ContainsFunc(f.in, func(e *edge) bool { return e.kind != spawns && up(e.caller) })
		}
		return false
	}
	return up(fn)
}

// oneMessage reports whether the goroutine that receives never does so again after a message: it ends, as it has been told to. Then no send is
// the second one, unless it is made in a loop.
func (a *asker) oneMessage(send *Op) bool {
	receives := send.class.of(Receive, Range)
	if len(receives) != 1 || receives[0].Kind == Range || slices.ContainsFunc(send.class.of(Send), func(s *Op) bool { return a.funcs[s.Fn].Loops(s.Instr) }) {
		return false
	}
	r := receives[0]
	next, got := r.Instr.Block(), ssa.Value(nil)
	switch in := r.Instr.(type) {
	case *ssa.Select:
		next, got = ssax.Case(in, r.Case), ssax.Received(in, r.Case)
	case *ssa.UnOp:
		got = in
	}
	if next == nil {
		return false
	}
	if branch, ok := next.Instrs[len(next.Instrs)-1].(*ssa.If); ok && branch.Cond == got && sendsTrue(send.class) {
		next = next.Succs[0]
	}
	return !a.funcs[r.Fn].After(next, r.Instr.Block())
}

// takesAway reports whether a function has removed the channel that it sends to from the variable or the map in which it has found it: nobody
// finds it there again to send to it.
func takesAway(send *Op) bool {
	load, from := foundIn(send.Chan)
	if from == nil {
		return false
	}
	for _, b := range send.Fn.Blocks {
		for _, instr := range b.Instrs {
			writes, removes := writesTo(instr, map[any]bool{from: true, contents{from}: true})
			if writes && removes && ssax.Dominates(load, instr) && ssax.Dominates(instr, send.Instr) {
				return true
			}
		}
	}
	return false
}

// closesAfter reports whether a function sends once, and then closes the channel: who does so again does not wait, but panics.
func (g *Graph) closesAfter(send *Op) bool {
	return !g.funcs[send.Fn].Loops(send.Instr) && slices.ContainsFunc(send.class.of(Close), func(c *Op) bool {
		return c.Fn == send.Fn && g.name(c.Chan) == g.name(send.Chan) && (ssax.Dominates(send.Instr, c.Instr) && c.Instr.Block() == send.Instr.Block() || atAllReturns(c))
	})
}

// madeRoom reports whether whoever comes to an instruction has received from a channel before, and so has made room for what it sends: in the
// function itself, or in all that call it. A channel that has just been made has room.
func (g *Graph) madeRoom(c *Class, fn *ssa.Function, at ssa.Instruction, depth int) bool {
	if slices.ContainsFunc(c.of(Receive), func(r *Op) bool {
		_, plain := r.Instr.(*ssa.UnOp)
		return plain && r.Fn == fn && ssax.Dominates(r.Instr, at)
	}) || slices.ContainsFunc(c.Makes, func(m *Make) bool { return m.Instr.Parent() == fn && ssax.Dominates(m.Instr, at) }) {
		return true
	}
	f := g.funcs[fn]
	if f.open || len(f.in) == 0 || depth >= limits.MaxCalls {
		return false
	}
	return !slices.ContainsFunc(f.in, func(e *edge) bool {
		return e.kind == spawns || !g.madeRoom(c, e.caller, e.instr, depth+1)
	})
}

// foundIn returns the instruction that reads a channel, or a pointer to it, and the variable or map that has it; nil if there is none.
func foundIn(ch ssa.Value) (read ssa.Instruction, in any) {
	for range limits.MaxCalls {
		switch v := ssax.Origin(ch).(type) {
		case *ssa.UnOp:
			if k := variable(v.X); k != nil {
				return v, k
			}
			ch = v.X
		case *ssa.Extract:
			ch = v.Tuple
		case *ssa.Lookup:
			if k := container(v.X); k != nil {
				return v, k
			}
			return nil, nil
		default:
			return nil, nil
		}
	}
	return nil, nil
}

// sendsTrue reports whether each message on a channel is the constant true.
func sendsTrue(c *Class) bool {
	return !slices.ContainsFunc(c.of(Send), func(op *Op) bool {
		var message ssa.Value
		switch in := op.Instr.(type) {
		case *ssa.Send:
			message = in.X
		case *ssa.Select:
			message = in.States[op.Case].Send
		}
		k, ok := message.(*ssa.Const)
		return !ok || k.Value == nil || k.Value.Kind() != constant.Bool || !constant.BoolVal(k.Value)
	})
}

// semaphore reports whether a buffered channel is a semaphore: who sends also receives, itself or in a
// literal that gives back what the function around it has taken.
func (g *Graph) semaphore(c *Class) bool {
	if !buffered(c) {
		return false
	}
	for _, r := range c.of(Receive, Range) {
		for _, s := range c.of(Send) {
			if s.Fn == r.Fn || ssax.Within(r.Fn, s.Fn) || ssax.Within(s.Fn, r.Fn) && !g.funcs[s.Fn].spawned() {
				return true
			}
		}
	}
	return false
}

// givesBack reports whether an operation gives back a slot of a semaphore: a slot that was taken is there to be given back.
func (g *Graph) givesBack(op *Op) bool {
	takes, ok := g.slot(op)
	return ok && !takes
}

// slot reports whether an operation takes a slot of a semaphore, or else gives one back; ok is false if the channel is none.
func (g *Graph) slot(op *Op) (takes, ok bool) {
	if g.Slots == nil {
		return false, false
	}
	sending, ok := g.Slots(op.Chan)
	return sending == (op.Kind == Send), ok
}

// takesSlot reports whether a send takes a slot that a call of another function gives back later: nothing else sends to the channel, which
// carries nothing, and nobody receives in a loop or a goroutine of its own. It is there for the time when all slots are taken.
func (g *Graph) takesSlot(op *Op) bool {
	if !ssax.CarriesNothing(op.Chan.Type()) || len(op.class.of(Send)) != 1 || len(op.class.of(Range, Close)) > 0 || g.funcs[op.Fn].Loops(op.Instr) {
		return false
	}
	return !slices.ContainsFunc(op.class.of(Receive), func(r *Op) bool {
		f := g.funcs[r.Fn]
		_, plain := r.Instr.(*ssa.UnOp)
		return !plain || r.Fn == op.Fn || f.Loops(r.Instr) || f.spawned()
	})
}

// Buffered reports whether the channel of an operation has a buffer: a send waits only if that is full.
func (op *Op) Buffered() bool { return op.class != nil && buffered(op.class) }

// Queues reports whether a send waits only when a queue is full, one with room for more than one. A semaphore is no queue: it is there to be full.
func (g *Graph) Queues(op *Op) bool {
	if op.Kind != Send || !slices.ContainsFunc(op.class.Makes, func(m *Make) bool { return m.Cap != 0 && m.Cap != 1 }) || g.semaphore(op.class) || g.takesSlot(op) {
		return false
	}
	takes, ok := g.slot(op)
	return !ok || !takes
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
		inLoop := b != head && head.Dominates(b) && f.After(b, head)
		if !inLoop {
			continue
		}
		for _, s := range b.Succs {
			if s != head && !f.After(s, head) {
				return true
			}
		}
		if len(b.Succs) == 0 {
			return true
		}
	}
	return false
}

// looks reports whether the function, or all that call it, look at the length of the channel before it comes to op, with
// the lock held that all have who act on this end: what it sees is still so. That of a channel without a buffer is always zero.
func (a *asker) looks(op *Op) bool {
	kinds := []Kind{Receive, Range}
	if op.Kind == Send {
		kinds = []Kind{Send}
	}
	return a.asksBefore(op.Fn, op.Instr, a.name(op.Chan), 0) && (!buffered(op.class) || !slices.ContainsFunc(op.class.of(kinds...), func(p *Op) bool { return !a.lockedAt(p.Fn, p.Instr, 0) && !a.sameRun(p, op) }))
}

// asksBefore reports whether every way to an instruction comes through a condition that depends on the length of a channel, in the function
// itself or in all of its callers.
func (a *asker) asksBefore(fn *ssa.Function, at ssa.Instruction, ch *path.Node, depth int) bool {
	for b := at.Block().Idom(); b != nil; b = b.Idom() {
		if branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && a.asksLength(branch.Cond, ch, 0) {
			return true
		}
	}
	f := a.funcs[fn]
	if f.open || len(f.in) == 0 || depth >= limits.MaxCalls {
		return false
	}
	return !slices.ContainsFunc(f.in, func(e *edge) bool {
		return e.kind == spawns || !a.asksBefore(e.caller, e.instr, a.raise(ch, e), depth+1)
	})
}

// sameRun reports whether one goroutine alone comes to both operations: one that is started where the channel is made, and
// that does the one itself, and the other one too or in a function that nobody else calls.
func (a *asker) sameRun(p, op *Op) bool {
	if p.Fn != op.Fn {
		in := a.funcs[op.Fn].in
		if len(in) != 1 || in[0].kind == spawns || in[0].caller != p.Fn {
			return false
		}
	}
	f := a.funcs[p.Fn]
	if f.open || len(f.in) != 1 || f.in[0].kind != spawns {
		return false
	}
	start := f.in[0]
	return !a.funcs[start.caller].Loops(start.instr) && slices.ContainsFunc(op.class.Makes, func(m *Make) bool { return m.Instr.Parent() == start.caller })
}

// lockedAt reports whether the lock is always acquired before an instruction, by its function or by all that
// call that.
func (a *asker) lockedAt(fn *ssa.Function, at ssa.Instruction, depth int) bool {
	f := a.funcs[fn]
	if slices.ContainsFunc(a.acquires(fn, a.class), func(q acq) bool { return f.Always(q.at, at) }) {
		return true
	}
	if f.open || len(f.in) == 0 || depth >= limits.MaxCalls {
		return false
	}
	return !slices.ContainsFunc(f.in, func(e *edge) bool { return e.kind == spawns || !a.lockedAt(e.caller, e.instr, depth+1) })
}

// asksLength reports whether a condition depends on the length of a channel, or on a number of turns that began with it.
func (a *asker) asksLength(cond ssa.Value, ch *path.Node, depth int) bool {
	switch v := cond.(type) {
	case *ssa.BinOp:
		return depth < 4 && (a.asksLength(v.X, ch, depth+1) || a.asksLength(v.Y, ch, depth+1))
	case *ssa.UnOp:
		return depth < 4 && a.asksLength(v.X, ch, depth+1)
	case *ssa.Phi:
		return depth < 4 && slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return a.asksLength(e, ch, depth+1) })
	case *ssa.Call:
		b, ok := v.Call.Value.(*ssa.Builtin)
		return ok && b.Name() == "len" && a.name(v.Call.Args[0]) == ch
	}
	return false
}
