package groups

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// undrained reports Waits of a function for goroutines that send on a channel without a buffer which the function has made, and from which
// it receives only when Wait has returned, or never: who sends waits for the receive, and so does not come to its Done.
func undrained(fn *ssa.Function) (reports []Report) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			m, ok := instr.(*ssa.MakeChan)
			if !ok || !isZero(m.Size) {
				continue
			}
			q := &queue{order: ssax.NewOrder(fn), fn: fn, values: map[ssa.Value]bool{m: true}}
			if !q.follow(m) || len(q.sends) == 0 {
				continue
			}
			for _, wait := range waitsIn(fn) {
				if r, ok := q.before(wait); ok {
					reports = append(reports, r)
					break
				}
			}
		}
	}
	return reports
}

func isZero(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Int64() == 0
}

// waitsIn returns the calls of WaitGroup.Wait of a function, in its own goroutine.
func waitsIn(fn *ssa.Function) (waits []*ssa.Call) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok {
				if k, is := op(call.Common()); is && k == wait {
					waits = append(waits, call)
				}
			}
		}
	}
	return waits
}

// A queue is all that is done with a channel that a function makes and that only it and its goroutines use.
type queue struct {
	fn       *ssa.Function
	order    *ssax.Order
	sends    []sending
	receives []ssa.Instruction  // of the function itself
	values   map[ssa.Value]bool // the channel, and the variable with it
}

// A sending is a send by a goroutine that start starts: a go statement, or a call of WaitGroup.Go.
type sending struct {
	send  *ssa.Send
	start ssa.CallInstruction
	// place returns the value in the function that a captured variable or a parameter of the goroutine has.
	place func(ssa.Value) ssa.Value
}

// follow looks at all uses of the channel. It returns false if one of them is not understood.
func (q *queue) follow(m *ssa.MakeChan) bool {
	for _, ref := range *m.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Val == m {
			v, ok := st.Addr.(*ssa.Alloc)
			if !ok || ssax.OnlyStore(v) != m || !q.variable(v) {
				return false
			}
		} else if !q.use(ref, m) {
			return false
		}
	}
	return true
}

// variable looks at the uses of a variable that holds the channel.
func (q *queue) variable(v *ssa.Alloc) bool {
	q.values[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
		case *ssa.UnOp:
			q.values[ref] = true
			for _, use := range *ref.Referrers() {
				if !q.use(use, ref) {
					return false
				}
			}
		case *ssa.MakeClosure:
			if !q.closure(ref, v) {
				return false
			}
		case *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

// use looks at what the function does with the channel ch.
func (q *queue) use(instr ssa.Instruction, ch ssa.Value) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		q.receives = append(q.receives, instr)
		return instr.Op == token.ARROW
	case *ssa.Select:
		q.receives = append(q.receives, instr)
		return true
	case *ssa.Range, *ssa.DebugRef:
		return true
	case *ssa.ChangeType: // of chan to <-chan or chan<-
		q.values[instr] = true
		for _, use := range *instr.Referrers() {
			if !q.use(use, instr) {
				return false
			}
		}
		return true
	case *ssa.MakeClosure:
		return q.closure(instr, ch)
	case *ssa.Call:
		b, ok := instr.Call.Value.(*ssa.Builtin)
		return ok && (b.Name() == "close" || b.Name() == "len" || b.Name() == "cap")
	case *ssa.Defer:
		b, ok := instr.Call.Value.(*ssa.Builtin)
		return ok && b.Name() == "close"
	case *ssa.Go:
		return q.goroutine(instr, instr.Call.StaticCallee(), instr.Call.Args, nil)
	}
	return false
}

// closure looks at a literal that captures the channel, or the variable with it: it has to be what a goroutine runs.
func (q *queue) closure(mc *ssa.MakeClosure, ch ssa.Value) bool {
	fn := mc.Fn.(*ssa.Function)
	for _, ref := range *mc.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Go:
			if ref.Call.Value != mc || !q.goroutine(ref, fn, ref.Call.Args, mc.Bindings) {
				return false
			}
		case *ssa.Call:
			if k, is := op(ref.Common()); !is || k != spawn || !q.goroutine(ref, fn, nil, mc.Bindings) {
				return false
			}
		case *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

// goroutine looks at what a goroutine does with the channel: it may send.
func (q *queue) goroutine(start ssa.CallInstruction, fn *ssa.Function, args, bindings []ssa.Value) bool {
	if fn == nil || len(fn.Blocks) == 0 {
		return false
	}
	place := func(v ssa.Value) ssa.Value {
		for i, fv := range fn.FreeVars {
			if v == fv && i < len(bindings) {
				return bindings[i]
			}
		}
		for i, p := range fn.Params {
			if v == p && i < len(args) {
				return args[i]
			}
		}
		return nil
	}
	var inside func(v ssa.Value) bool
	inside = func(v ssa.Value) bool {
		for _, ref := range *v.Referrers() {
			switch ref := ref.(type) {
			case *ssa.UnOp:
				if ref.Op != token.MUL || !inside(ref) {
					return false
				}
			case *ssa.Send:
				if ref.Chan != v {
					return false
				}
				q.sends = append(q.sends, sending{ref, start, place})
			case *ssa.DebugRef:
			default:
				return false
			}
		}
		return true
	}
	for _, in := range fn.FreeVars {
		if q.values[place(in)] && !inside(in) {
			return false
		}
	}
	for _, in := range fn.Params {
		if q.values[place(in)] && !inside(in) {
			return false
		}
	}
	return true
}

// before reports whether all receives come after a Wait, which waits for a goroutine that sends.
func (q *queue) before(wait *ssa.Call) (Report, bool) {
	for _, r := range q.receives {
		if r.Parent() != q.fn || !ssax.Dominates(wait, r) {
			return Report{}, false
		}
	}
	group := held(wait.Call.Args[0])
	for _, s := range q.sends {
		if done := s.done(group); done != nil && q.order.Precedes(s.start, wait, nil) && !q.order.Precedes(wait, s.start, nil) {
			r := Report{Kind: Undrained, Pos: wait.Pos(), Wait: wait, Held: s.send, Done: done}
			if len(q.receives) > 0 {
				r.Drain = q.receives[0]
			}
			return r, true
		}
	}
	return Report{}, false
}

// done returns the Done that the goroutine calls only when it has sent, nil if there is none: that of the WaitGroup in the
// function, or the call of Go that starts the goroutine.
func (s *sending) done(group ssa.Value) ssa.Instruction {
	if _, isGo := s.start.(*ssa.Go); !isGo {
		if held(s.start.Common().Args[0]) == group {
			return s.start
		}
		return nil
	}
	order := ssax.NewOrder(s.send.Parent())
	for _, b := range s.send.Parent().Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if k, is := op(call.Common()); is && k == done && s.place(held(call.Common().Args[0])) == group && order.Precedes(s.send, call, nil) && !order.Precedes(call, s.send, nil) {
				return call
			}
		}
	}
	return nil
}

// held returns the variable that a pointer was read from, or else the pointer.
func held(v ssa.Value) ssa.Value {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		return load.X
	}
	return v
}
