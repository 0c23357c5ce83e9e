package summary

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// slots knows the channels of a package, in fields and package-level variables or of a named type, that
// are semaphores: they carry nothing, have a buffer, and are sent to by who receives from them later.
type slots struct {
	uses map[string]*slotUse
}

// slotUse is what is done with the channels in one cell, or of one type.
type slotUse struct {
	sends, receives []ssa.Instruction
	buffered, bad   bool
	many            bool // more than one slot, or nobody knows how many
	decided         bool
	sending, ok     bool
}

// slotCell names the cell that a channel without contents was read from, or its type; "" if it is none.
func slotCell(ch ssa.Value) string {
	if !ssax.CarriesNothing(ch.Type()) {
		return ""
	}
	switch v := ch.(type) {
	case *ssa.UnOp:
		if cell := path.ReadFrom(v); cell != "" && cell[0] != '[' && cell[0] != '*' { // else it is in a local container
			return cell
		}
	case *ssa.Parameter:
		if named, ok := types.Unalias(v.Type()).(*types.Named); ok {
			return "chan " + named.Obj().Name()
		}
	case *ssa.ChangeType:
		return slotCell(v.X)
	}
	return ""
}

func (s *slots) use(cell string) *slotUse {
	u := s.uses[cell]
	if u == nil {
		u = &slotUse{}
		s.uses[cell] = u
	}
	return u
}

// scan looks at what an instruction does with channels.
func (s *slots) scan(instr ssa.Instruction, operands []*ssa.Value) {
	for _, op := range operands {
		if *op == nil {
			continue
		}
		cell := slotCell(*op)
		if cell == "" {
			continue
		}
		u := s.use(cell)
		switch in := instr.(type) {
		case *ssa.Send:
			u.sends = append(u.sends, in)
		case *ssa.UnOp:
			if in.CommaOk {
				u.bad = true // it is closed some time
			} else {
				u.receives = append(u.receives, in)
			}
		case *ssa.Select:
			for _, st := range in.States {
				if st.Chan == *op && st.Send != nil {
					u.sends = append(u.sends, in)
				} else if st.Chan == *op {
					u.receives = append(u.receives, in)
				}
			}
		case *ssa.Call:
			b, ok := in.Call.Value.(*ssa.Builtin)
			own := in.Call.StaticCallee() != nil && strings.HasPrefix(cell, "chan ") && in.Call.Signature().Recv() != nil
			u.bad = u.bad || !own && (!ok || b.Name() != "len" && b.Name() != "cap")
		case *ssa.DebugRef, *ssa.ChangeType, *ssa.BinOp:
		case *ssa.MakeInterface:
			u.bad = u.bad || !strings.HasPrefix(cell, "chan ")
		case *ssa.Store:
			if in.Addr != *op && !isSpill(in) {
				u.bad = true
			}
		default:
			u.bad = true
		}
	}
	switch in := instr.(type) {
	case *ssa.Store:
		cell := path.StaticCell(in.Addr)
		if _, ok := in.Val.Type().Underlying().(*types.Chan); ok && cell != "" {
			s.made(cell, in.Val)
		}
	case *ssa.MakeChan:
		if named, ok := types.Unalias(in.Type()).(*types.Named); ok {
			s.made("chan "+named.Obj().Name(), in)
		}
	}
}

// isSpill reports whether a store puts a value into a local variable.
func isSpill(st *ssa.Store) bool {
	alloc, ok := st.Addr.(*ssa.Alloc)
	return ok && !alloc.Heap
}

// made takes note of a channel that is put into a cell.
func (s *slots) made(cell string, val ssa.Value) {
	if ct, ok := val.(*ssa.ChangeType); ok {
		val = ct.X
	}
	u := s.use(cell)
	switch v := val.(type) {
	case *ssa.MakeChan:
		if flow.HasBuffer(v) {
			u.buffered = true
			size, ok := v.Size.(*ssa.Const)
			u.many = u.many || !ok || size.Int64() != 1
		} else {
			u.bad = true
		}
	case *ssa.Const:
	default:
		u.bad = true
	}
}

// Slots implements [flow.Env].
func (a *analysis) Slots(ch ssa.Value) (sending, ok bool) {
	cell := slotCell(ch)
	u := a.slots.uses[cell]
	if cell == "" || u == nil {
		return false, false
	}
	if !u.decided {
		u.decided = true
		u.sending, u.ok = a.slots.decide(u)
		u.ok = u.ok && (strings.HasPrefix(cell, "chan ") || !a.accessible(cell))
	}
	return u.sending, u.ok
}

// OneSlot implements [flow.Env]. Where a goroutine gives the slot back that it has not taken itself, it may do so at any time: the channel
// tells it something. And where a select statement gives back what there is, nobody knows whether it was taken.
func (a *analysis) OneSlot(ch ssa.Value) bool {
	sending, ok := a.Slots(ch)
	if !ok {
		return false
	}
	u := a.slots.uses[slotCell(ch)]
	gives := u.sends
	if sending {
		gives = u.receives
	}
	return !u.many && !slices.ContainsFunc(gives, func(give ssa.Instruction) bool {
		_, chooses := give.(*ssa.Select)
		fi := a.info[give.Parent()]
		return chooses || fi == nil || fi.escapes
	})
}

// decide tells whether a function, or two methods that are named as a pair, first send and then receive,
// or the reverse, and nobody does it the other way round.
func (s *slots) decide(u *slotUse) (sending, ok bool) {
	if u.bad || !u.buffered || len(u.sends) == 0 || len(u.receives) == 0 {
		return false, false
	}
	sendFirst, receiveFirst := false, false
	for _, send := range u.sends {
		for _, r := range u.receives {
			sendFirst = sendFirst || follows(send, r)
			receiveFirst = receiveFirst || follows(r, send)
		}
	}
	if sendFirst == receiveFirst || receiveFirst && slices.ContainsFunc(u.sends, u.signals) {
		return false, false
	}
	takes, gives := u.receives, u.sends
	if sendFirst {
		takes, gives = gives, takes
	}
	// A slot that a function gives back which has not taken it goes from hand to hand, with an object or a message: who ends without one may have
	// passed it on.
	handed := slices.ContainsFunc(gives, func(give ssa.Instruction) bool {
		return !slices.ContainsFunc(takes, func(take ssa.Instruction) bool { return follows(take, give) }) && !fillsNew(give)
	})
	if handed || slices.ContainsFunc(takes, s.either) || sendFirst && slices.ContainsFunc(takes, inVain) {
		return false, false
	}
	return sendFirst, true
}

// either reports whether an instruction takes what is there in one of two channels with a buffer: they are one lock together, and
// the slot of one is given back to the other.
func (s *slots) either(take ssa.Instruction) bool {
	sel, ok := take.(*ssa.Select)
	if !ok {
		return false
	}
	var sends, receives int
	for _, st := range sel.States {
		switch u := s.uses[slotCell(st.Chan)]; {
		case u == nil || !u.buffered || u.bad:
		case st.Send != nil:
			sends++
		default:
			receives++
		}
	}
	return sends > 1 || receives > 1
}

// inVain reports whether a send in a select statement may not take place, and nobody asks: it tells that there is something
// to do, which has been told already.
func inVain(send ssa.Instruction) bool {
	sel, ok := send.(*ssa.Select)
	if !ok || sel.Blocking || len(sel.States) != 1 {
		return false
	}
	next := ssax.Case(sel, 0)
	return next == nil || len(next.Instrs) == 1 && len(next.Succs) == 1 && len(next.Succs[0].Preds) > 1 // both ways come together at once
}

// signals reports whether a send to a channel from which others receive first gives nothing back, and does not fill a new
// channel either: it tells that something is there.
func (u *slotUse) signals(send ssa.Instruction) bool {
	return !slices.ContainsFunc(u.receives, func(r ssa.Instruction) bool { return follows(r, send) }) && !fillsNew(send)
}

// fillsNew reports whether an instruction sends to a channel of an object that the function has just made.
func fillsNew(send ssa.Instruction) bool {
	s, ok := send.(*ssa.Send)
	if !ok {
		return false
	}
	load, ok := s.Chan.(*ssa.UnOp)
	return ok && ssax.New(load.X)
}

// follows reports whether second gives back what first has taken: it comes later in the same function, or
// in a literal that the function defers or starts as a goroutine, or the two are in methods that are a
// pair by their names.
func follows(first, second ssa.Instruction) bool {
	f, g := first.Parent(), second.Parent()
	if f == g {
		return ssax.Dominates(first, second)
	}
	return ssax.Within(g, f) || f.Signature.Recv() != nil && g.Signature.Recv() != nil && types.Identical(f.Signature.Recv().Type(), g.Signature.Recv().Type()) &&
		gives(f.Name(), g.Name())
}

// givers are the names of methods that give back what a method of a name takes. They can be parts of longer names.
var givers = map[string][]string{
	"lock": {"unlock"}, "trylock": {"unlock"}, "acquire": {"release"}, "tryacquire": {"release"},
	"enter": {"leave", "exit"}, "tryenter": {"leave", "exit"}, "take": {"give", "release"}, "reserve": {"release", "free"}, "begin": {"end", "done"}, "add": {"done"},
}

// hasSlots reports whether a function has operations on semaphores.
func (a *analysis) hasSlots(fn *ssa.Function) bool {
	is := func(ch ssa.Value) bool { _, ok := a.Slots(ch); return ok }
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch in := instr.(type) {
			case *ssa.Send:
				if is(in.Chan) {
					return true
				}
			case *ssa.UnOp:
				if in.Op == token.ARROW && is(in.X) {
					return true
				}
			case *ssa.Select:
				for _, st := range in.States {
					if is(st.Chan) {
						return true
					}
				}
			}
		}
	}
	return false
}
