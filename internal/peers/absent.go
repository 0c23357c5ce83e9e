package peers

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A Way leads a goroutine from the function Root to a lock that it waits for, with another one held.
type Way struct {
	Root       *ssa.Function
	Held, Want []*flow.Step
}

// Absent reports whether no goroutine goes the way b, about the same objects, while one waits at the end of
// the way a: the first has waited for the other to end, or starts it only afterwards.
func (g *Graph) Absent(a, b Way) bool {
	mine, theirs := g.frames(a), g.fromStart(g.frames(b))
	for i, f := range mine {
		if g.joined(f, theirs) || g.drained(f, theirs) || g.gathered(f, theirs) || g.unstarted(mine[:i+1], theirs[0]) {
			return true
		}
	}
	f, ok := g.starter(mine[0])
	return ok && (g.joined(f, theirs) || g.gathered(f, theirs))
}

// starter returns the function that alone starts the one of f, in one place, as a goroutine.
func (g *Graph) starter(f frame) (by frame, ok bool) {
	fn := g.funcs[f.fn]
	if fn == nil || fn.open || len(fn.in) != 1 || fn.in[0].kind != spawns {
		return by, false
	}
	e := fn.in[0]
	return frame{fn: e.caller, site: e.instr, edge: e, held: g.raise(f.held, e), want: g.raise(f.want, e)}, true
}

// A frame is a function on a way, and the instruction by which the way goes on.
type frame struct {
	fn   *ssa.Function
	site ssa.CallInstruction
	edge *edge // of the call; nil in the last one
	// The locks at the end of the way, as the function names them; nil for what has no name there.
	held, want *path.Node
}

// frames returns the functions that a way leads through, as far as they are known; the first one always is.
func (g *Graph) frames(w Way) (frames []frame) {
	fn, held, want := w.Root, w.Held, w.Want
	for g.funcs[fn] != nil && len(want) > 0 {
		f := frame{fn: fn, site: ssax.CallAt(fn, want[0].Pos), held: g.lockFrom(fn, held), want: g.lockFrom(fn, want)}
		if len(want) > 1 {
			f.edge = g.follow(fn, want)
		}
		frames = append(frames, f)
		if f.edge == nil {
			return frames
		}
		fn = f.edge.callee
		if len(held) > 1 && held[0].Pos == want[0].Pos {
			held = held[1:]
		} else {
			held = nil
		}
		want = want[1:]
	}
	if frames == nil {
		frames = []frame{{fn: fn}}
	}
	return frames
}

// fromStart puts those functions before a way that always lead to its first one: each is all that calls the next.
func (g *Graph) fromStart(frames []frame) []frame {
	for range limits.MaxCalls {
		first := frames[0]
		e := g.soleCall(first.fn)
		if e == nil || slices.ContainsFunc(frames, func(f frame) bool { return f.fn == e.caller }) {
			break
		}
		frames = slices.Insert(frames, 0, frame{fn: e.caller, site: e.instr, edge: e, held: g.raise(first.held, e), want: g.raise(first.want, e)})
	}
	return frames
}

// soleCall returns the one call of a function; nil if there are others, or if it is started in a goroutine.
func (g *Graph) soleCall(fn *ssa.Function) *edge {
	f := g.funcs[fn]
	if f == nil || f.open || len(f.in) != 1 || f.in[0].kind == spawns {
		return nil
	}
	return f.in[0]
}

// lockFrom names the lock at the end of steps from fn in fn's terms.
func (g *Graph) lockFrom(fn *ssa.Function, steps []*flow.Step) *path.Node {
	return g.nameFrom(fn, steps, func(fn *ssa.Function, s *flow.Step) *path.Node {
		for _, l := range g.funcs[fn].locks {
			switch {
			case l.instr.Pos() != s.Pos:
			case l.lock != nil:
				return g.name(l.lock)
			default:
				return l.node
			}
		}
		return nil
	})
}

// joined reports whether the function of f has waited, before the way goes on, for the end of one of the
// functions of another way, in a goroutine about the same object.
func (g *Graph) joined(f frame, theirs []frame) bool {
	if f.site == nil {
		return false
	}
	for _, w := range g.waitedFor(f.fn, f.site) {
		if slices.ContainsFunc(g.ends(w.op), func(e end) bool { return g.endedBefore(e, f, theirs, w.name) }) {
			return true
		}
	}
	return false
}

// endedBefore reports whether another way has left the function that tells of its end, on a channel or group that is waited for by a
// goroutine about the same object.
func (g *Graph) endedBefore(e end, f frame, theirs []frame, ch *path.Node) bool {
	return slices.ContainsFunc(theirs, func(t frame) bool {
		return g.endsAfter(e, t) && (about(f.held, ch, t.want) || about(f.want, ch, t.held) || ofArguments(ch, f, t))
	})
}

// A waited is a wait that is over, and what it was for, in terms of the function that it is a part of.
type waited struct {
	op   *Op
	name *path.Node
}

// waitedFor returns the waits that fn always has behind it at an instruction: its own, and those of the
// functions that it has called.
func (g *Graph) waitedFor(fn *ssa.Function, site ssa.Instruction) (waits []waited) {
	f := g.funcs[fn]
	for _, op := range f.ops {
		if joins(op) && ssax.Dominates(op.Instr, site) {
			waits = append(waits, waited{op, g.name(op.Chan)})
		}
	}
	for instr, edges := range f.out {
		if len(edges) != 1 || edges[0].kind == spawns || instr == site || !ssax.Dominates(instr, site) {
			continue
		}
		if _, deferred := instr.(*ssa.Defer); deferred {
			continue
		}
		e := edges[0]
		for _, op := range g.funcs[e.callee].ops {
			if joins(op) && atAllReturns(op) {
				waits = append(waits, waited{op, g.raise(g.name(op.Chan), e)})
			}
		}
	}
	return waits
}

// joins reports whether an operation goes on only when others have done something.
func joins(op *Op) bool {
	if _, isSelect := op.Instr.(*ssa.Select); isSelect || !op.Waits {
		return false
	}
	if _, isCall := op.Instr.(*ssa.Call); op.Kind == Wait {
		return isCall
	}
	return op.Kind == Receive
}

// atAllReturns reports whether a function returns only after an operation.
func atAllReturns(op *Op) bool {
	for _, b := range op.Fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && !ssax.Dominates(op.Instr, ret) {
			return false
		}
	}
	return true
}

// An end is an instruction by which a function tells others that it comes to its end; nil if it is the end
// itself.
type end struct {
	fn    *ssa.Function
	instr ssa.Instruction
}

// drained reports whether the goroutine of another way, which the function of f or one that it calls has started, has always come to its end
// before the way of f goes on: all that the goroutine sends is received until it closes the channel.
func (g *Graph) drained(f frame, theirs []frame) bool {
	if f.site == nil {
		return false
	}
	starts := g.startsIn(f.fn, theirs[0].fn)
	run := g.funcs[f.fn]
	for _, op := range run.ops {
		if op.Kind != Range || len(starts) == 0 || !slices.ContainsFunc(g.ends(op), func(e end) bool { return g.endedBefore(e, f, theirs, g.name(op.Chan)) }) {
			continue
		}
		body := op.Instr.Block().Succs[0].Instrs[0]
		if !run.Leads(body, f.site, op.Instr) && !slices.ContainsFunc(starts, func(s ssa.CallInstruction) bool { return run.Leads(s, f.site, op.Instr) }) {
			return true
		}
	}
	return false
}

// startsIn returns the instructions by which a function, or one that it alone calls, starts a goroutine; none if something else starts it, too.
func (g *Graph) startsIn(fn, goroutine *ssa.Function) (starts []ssa.CallInstruction) {
	started := g.funcs[goroutine]
	if started == nil || started.open {
		return nil
	}
	for _, e := range started.in {
		switch starter := g.funcs[e.caller]; {
		case e.kind != spawns:
			return nil
		case e.caller == fn:
			starts = append(starts, e.instr)
		case starter.open || slices.ContainsFunc(starter.in, func(e *edge) bool { return e.kind == spawns || e.caller != fn }):
			return nil
		default:
			for _, e := range starter.in {
				starts = append(starts, e.instr)
			}
		}
	}
	return starts
}

// ends returns the ends that a wait has waited for.
func (g *Graph) ends(wait *Op) (ends []end) {
	c := wait.class
	if wait.Kind == Range {
		if closes := c.of(Close); c.outside&sends == 0 && len(closes) == 1 {
			ends = []end{{closes[0].Fn, closes[0].Instr}}
		}
		return ends
	}
	if wait.Kind == Receive {
		peers := c.of(Send, Close)
		if c.outside&sends != 0 || len(peers) != 1 {
			return nil
		}
		return []end{{peers[0].Fn, peers[0].Instr}}
	}
	for _, op := range c.of(Done, Go) {
		if op.Kind == Done {
			ends = append(ends, end{op.Fn, op.Instr})
			continue
		}
		for _, e := range g.funcs[op.Fn].out[op.Instr] {
			ends = append(ends, end{e.callee, nil})
		}
	}
	return ends
}

// endsAfter reports whether a function tells of its end only after the way of t has left it. A literal that
// a function defers speaks for that.
func (g *Graph) endsAfter(e end, t frame) bool {
	for range limits.MaxCalls {
		if e.fn == t.fn {
			break
		}
		call := g.soleCall(e.fn)
		if call == nil {
			return false
		}
		e = end{call.caller, call.instr}
	}
	switch {
	case e.fn != t.fn || t.site == nil:
		return false
	case e.instr == nil:
		return true
	}
	if _, deferred := e.instr.(*ssa.Defer); deferred {
		return ssax.Dominates(e.instr, t.site)
	}
	f := g.funcs[e.fn]
	return e.instr != t.site && f.Precedes(t.site, e.instr, nil) && !f.Precedes(e.instr, t.site, nil)
}

// about reports whether a lock belongs to the object that has the channel or group ch, or to an argument if ch is
// a variable of the function; and whether theirs, which is to be the same lock, belongs to what the other
// goroutine is about, too, and not to an element of a container, where it may find any.
func about(lock, ch, theirs *path.Node) bool {
	mine, of := object(lock), object(ch)
	switch {
	case mine == nil || ch == nil || of != nil && of != mine:
		return false
	case of == nil && (path.Concrete(ch).Root().Kind == path.Global || mine.Kind != path.Param && mine.Kind != path.FreeVar && !isMade(mine)):
		return false // they may share the object
	}
	return !elementwise(mine) && !elementwise(object(theirs))
}

// isMade reports whether an object is made by the function that names it.
func isMade(object *path.Node) bool { return object.Kind == path.Value && flow.IsMade(object.Val) }

// ofArguments reports whether a goroutine has waited, on a variable of its function, for one about the same arguments: both locks are
// those of objects to which fields of the arguments lead.
func ofArguments(ch *path.Node, f, t frame) bool {
	if ch == nil || object(ch) != nil || path.Concrete(ch).Root().Kind == path.Global {
		return false
	}
	for _, lock := range []*path.Node{f.held, f.want, t.held, t.want} {
		o := object(lock)
		if o == nil || elementwise(o) || o.Root().Kind != path.Param && o.Root().Kind != path.FreeVar {
			return false
		}
	}
	return true
}

// elementwise reports whether an object is, or may be, an element of a container.
func elementwise(o *path.Node) bool {
	if o == nil {
		return true
	}
	switch o = path.Concrete(o); o.Kind {
	case path.Param, path.FreeVar, path.Field:
		return false
	case path.Deref:
		return o.X.Kind == path.Elem
	case path.Value:
		_, made := o.Val.(*ssa.Alloc)
		return !made
	}
	return true
}
