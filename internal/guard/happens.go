package guard

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/peers"
	"github.com/lockvet/lockvet/internal/ssax"
)

// ordered reports whether messages, the start of a goroutine or a wait for its end keep two accesses apart:
// each of the two functions gets there once, and what one does is past when the other comes to its access.
func (p *pkg) ordered(a, b *Access) bool {
	return p.before(a, b) || p.before(b, a)
}

// before reports whether first is past when then happens. Messages may come from somebody else as well:
// this is asked to be silent.
func (p *pkg) before(first, then *Access) bool {
	if first.Fn == then.Fn || !p.once(first, then) {
		return false
	}
	h := &happens{p: p, then: then.instr, orders: make(map[*ssa.Function]*ssax.Order), seen: make(map[ssa.Instruction]bool)}
	return h.from(first.instr, false)
}

// once reports whether first cannot happen again later: one goroutine does it, or all that do are
// started by the function that then is in.
func (p *pkg) once(first, then *Access) bool {
	home := ssax.Outermost(then.Fn)
	for fn, r := range p.roots(first.Fn) {
		if r.alone {
			continue
		}
		calls := p.callers(fn)
		for _, c := range calls {
			if ssax.Outermost(c.Parent()) != home {
				return false
			}
		}
		if len(calls) == 0 && (fn.Parent() == nil || ssax.Outermost(fn) != home || p.runBy(fn) == nil) {
			return false
		}
	}
	return true
}

// happens searches what comes after an access.
type happens struct {
	p      *pkg
	then   ssa.Instruction
	orders map[*ssa.Function]*ssax.Order
	seen   map[ssa.Instruction]bool
}

func (h *happens) order(fn *ssa.Function) *ssax.Order {
	if h.orders[fn] == nil {
		h.orders[fn] = ssax.NewOrder(fn)
	}
	return h.orders[fn]
}

// from reports whether h.then comes after an instruction that is past. all says that whatever the
// function does behind it comes after; otherwise only what cannot be followed by the instruction again.
func (h *happens) from(at ssa.Instruction, all bool) bool {
	if h.seen[at] || len(h.seen) > 200 {
		return false
	}
	h.seen[at] = true
	fn := at.Parent()
	if all && h.then.Parent() == fn && ssax.Dominates(at, h.then) {
		return true
	}
	order := h.order(fn)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if instr == at || !order.Precedes(at, instr, nil) || !all && order.Precedes(instr, at, nil) {
				continue
			}
			if h.signals(instr) {
				return true
			}
		}
	}
	return h.ends(fn)
}

// signals follows an operation to those who wait for it.
func (h *happens) signals(instr ssa.Instruction) bool {
	if g, ok := instr.(*ssa.Go); ok {
		for _, fn := range h.started(g) {
			if h.entry(fn) {
				return true
			}
		}
	}
	for _, op := range h.p.in.Peers().Ops(instr) {
		for _, other := range op.Class().Ops {
			if _, isSelect := other.Instr.(*ssa.Select); !isSelect && answers(op, other) && h.from(other.Instr, true) {
				return true
			}
		}
	}
	return false
}

// ends follows a function that ends to its callers, and to those who wait for its goroutine.
func (h *happens) ends(fn *ssa.Function) bool {
	for _, c := range h.p.callers(fn) {
		if call, ok := c.(*ssa.Call); ok && h.from(call, true) {
			return true
		}
	}
	if run := h.p.runBy(fn); run != nil {
		for _, op := range h.p.in.Peers().Ops(run) {
			for _, other := range op.Class().Ops {
				if op.Kind == peers.Go && other.Kind == peers.Wait && h.from(other.Instr, true) {
					return true
				}
			}
		}
	}
	return false
}

// entry follows a goroutine that starts after what is past.
func (h *happens) entry(fn *ssa.Function) bool {
	if len(h.p.callers(fn)) != 1 || len(fn.Blocks) == 0 || len(fn.Blocks[0].Instrs) == 0 {
		return false
	}
	if h.then.Parent() == fn {
		return true
	}
	return h.from(fn.Blocks[0].Instrs[0], true)
}

// started returns the function that a go statement runs.
func (h *happens) started(g *ssa.Go) []*ssa.Function {
	if fn := g.Call.StaticCallee(); fn != nil {
		return []*ssa.Function{fn}
	}
	return nil
}

// runBy returns the call of WaitGroup.Go or the like that runs a literal, nil if there is none.
func (p *pkg) runBy(fn *ssa.Function) ssa.Instruction {
	if fn.Parent() == nil {
		return nil
	}
	for _, b := range fn.Parent().Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			for _, arg := range call.Common().Args {
				closure, isClosure := arg.(*ssa.MakeClosure)
				if arg != fn && (!isClosure || closure.Fn != fn) {
					continue
				}
				for _, op := range p.in.Peers().Ops(instr) {
					if op.Kind == peers.Go {
						return instr
					}
				}
			}
		}
	}
	return nil
}

// answers reports whether other gets past its place because of op.
func answers(op, other *peers.Op) bool {
	switch op.Kind {
	case peers.Send:
		return other.Kind == peers.Receive || other.Kind == peers.Range
	case peers.Close:
		return other.Kind == peers.Receive
	case peers.Receive, peers.Range:
		return other.Kind == peers.Send && full(op.Class(), other)
	case peers.Done:
		return other.Kind == peers.Wait
	}
	return false
}

// full reports whether a send waits for a receive: there is no buffer, or as many messages as it takes
// have been sent before.
func full(c *peers.Class, send *peers.Op) bool {
	room := int64(0)
	for _, m := range c.Makes {
		if m.Cap < 0 {
			return false
		}
		room = max(room, m.Cap)
	}
	for _, op := range c.Ops {
		if op.Kind == peers.Send && op.Fn == send.Fn && op != send && ssax.Dominates(op.Instr, send.Instr) {
			room--
		}
	}
	return room <= 0 && len(c.Makes) > 0 && !c.Escapes()
}

// closedBefore reports whether a comes after a channel has been closed by a function that had used the
// variable under the guard before it did: a channel is closed once.
func (p *pkg) closedBefore(a *Access, accesses []*Access, want string) bool {
	for _, b := range a.Fn.Blocks {
		for _, instr := range b.Instrs {
			for _, op := range p.in.Peers().Ops(instr) {
				if op.Kind != peers.Receive || !behind(a.instr, op) {
					continue
				}
				for _, end := range op.Class().Ops {
					if end.Kind == peers.Close && p.usedBefore(end, a, accesses, want) {
						return true
					}
				}
			}
		}
	}
	return false
}

// usedBefore reports whether the function of end uses the variable of a under the guard before.
func (p *pkg) usedBefore(end *peers.Op, a *Access, accesses []*Access, want string) bool {
	order := ssax.NewOrder(end.Fn)
	for _, b := range accesses {
		if _, held := b.held[want]; held && b.Fn == end.Fn && b.cell == a.cell && order.Precedes(b.instr, end.Instr, nil) {
			return true
		}
	}
	return false
}

// behind reports whether an instruction comes after a message has been received: after the receive, or in
// its case of a select statement.
func behind(instr ssa.Instruction, op *peers.Op) bool {
	sel, ok := op.Instr.(*ssa.Select)
	if !ok {
		return ssax.Dominates(op.Instr, instr)
	}
	next := ssax.Case(sel, op.Case)
	return next != nil && len(next.Preds) == 1 && next.Dominates(instr.Block())
}
