package summary

import (
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A method may return a channel on which other methods of the object send with a lock of the object held:
//
//	func (s *Server) Events() <-chan Event { return s.events }
//	func (s *Server) Put(k string)         { s.mu.Lock(); s.events <- Event{k}; s.mu.Unlock() }
//
// If the channel has no buffer, who receives must not wait for the lock between two events. Importers are told, who receive. The same is so of an exported
// field of what the object keeps, a subscription, say:
//
//	func (b *Broker) Publish(m Message) { b.mu.Lock(); for s := range b.subs { s.C <- m }; b.mu.Unlock() }

// streams tells importers of the channels that methods return, and that others send on with locks held.
func (a *analysis) streams(out *Package) {
	sends := make(map[string][]Blocking) // by the cell of the channel
	for _, b := range out.Blocked {
		send, ok := b.Op.(*ssa.Send)
		if !ok || b.Later != "" || ssax.InTest(b.Root) {
			continue
		}
		if cell := path.ReadFrom(send.Chan); cell != "" {
			sends[cell] = append(sends[cell], b)
		}
	}
	if len(sends) == 0 {
		return
	}
	a.onlyUnbuffered(sends)
	told := false
	for _, fn := range a.funcs {
		if !isAPI(fn) || fn.Signature.Recv() == nil || len(sends) == 0 {
			continue
		}
		field := returnedChannel(fn)
		if field == nil {
			continue
		}
		for _, b := range sends[path.StaticCell(field)] {
			held := ownLocks(b, fn)
			if len(held) == 0 {
				continue
			}
			name, owner, embedded := path.StructField(field.X.Type(), field.Field)
			a.tell(fn, flow.Event{Kind: flow.Streams, Lock: a.table.Field(a.table.Param(0), name, owner, embedded), Held: held, Steps: b.Steps})
			for _, h := range held {
				a.lent[h.Lock.ClassIn(b.Root)] = true
			}
			told = true
			break // one is enough to be stuck at
		}
	}
	for _, cell := range slices.Sorted(maps.Keys(sends)) {
		f := a.field(cell)
		if f == nil || !f.Exported() || out.Declared[f] != nil {
			continue
		}
		for _, b := range sends[cell] {
			if held := receiversLocks(b); len(held) > 0 {
				out.Declared[f] = &flow.Summary{Events: []flow.Event{{Kind: flow.Streams, Lock: a.table.Param(0), Held: held, Steps: b.Steps}}}
				for _, h := range held {
					a.lent[h.Lock.ClassIn(b.Root)] = true
				}
				told = true
				break
			}
		}
	}
	if told {
		out.Live = a.liveness(out.Declared)
	}
}

// receiversLocks returns the locks of its receiver that a method holds when it sends.
func receiversLocks(b Blocking) []flow.HeldLock {
	if b.Root.Signature.Recv() == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(b.Held), func(h flow.HeldLock) bool {
		return h.Maybe || h.Lock.Loads() || h.Lock.Root().Kind != path.Param || h.Lock.Root().Index != 0
	})
}

// onlyUnbuffered leaves out the channels that may have a buffer, or from which the package itself receives.
func (a *analysis) onlyUnbuffered(sends map[string][]Blocking) {
	made := make(map[string]bool)
	for _, fn := range a.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Store:
					cell := path.StaticCell(instr.Addr)
					if _, isChan := instr.Val.Type().Underlying().(*types.Chan); !isChan || sends[cell] == nil || ssax.IsNil(instr.Val) {
						continue
					}
					if m, ok := instr.Val.(*ssa.MakeChan); ok && !flow.HasBuffer(m) {
						made[cell] = true
					} else {
						delete(sends, cell)
					}
				case *ssa.UnOp:
					if instr.Op == token.ARROW && !ssax.InTest(fn) {
						delete(sends, path.ReadFrom(instr.X))
					}
				case *ssa.Select:
					for _, st := range instr.States {
						if st.Dir == types.RecvOnly && !ssax.InTest(fn) {
							delete(sends, path.ReadFrom(st.Chan))
						}
					}
				}
			}
		}
	}
	maps.DeleteFunc(sends, func(cell string, _ []Blocking) bool { return !made[cell] })
}

// returnedChannel returns the field of its receiver that a method always returns; nil if there is none, or if it is no channel.
func returnedChannel(fn *ssa.Function) (field *ssa.FieldAddr) {
	if fn.Signature.Results().Len() != 1 {
		return nil
	}
	if ch, ok := fn.Signature.Results().At(0).Type().Underlying().(*types.Chan); !ok || ch.Dir() == types.SendOnly {
		return nil
	}
	for _, results := range ssax.Returns(fn) {
		v := results[0]
		if change, ok := v.(*ssa.ChangeType); ok {
			v = change.X
		}
		load, ok := v.(*ssa.UnOp)
		if !ok || load.Op != token.MUL {
			return nil
		}
		fa, ok := load.X.(*ssa.FieldAddr)
		if !ok || ssax.Origin(fa.X) != fn.Params[0] || field != nil && field.Field != fa.Field {
			return nil
		}
		field = fa
	}
	return field
}

// ownLocks returns the locks of the receiver that a method of the same type as getter holds when it sends; nil if it is another type's, or sends for
// another object.
func ownLocks(b Blocking, getter *ssa.Function) (held []flow.HeldLock) {
	recv := b.Root.Signature.Recv()
	if recv == nil || !types.Identical(recv.Type(), getter.Signature.Recv().Type()) {
		return nil
	}
	send := b.Op.(*ssa.Send)
	load, ok := send.Chan.(*ssa.UnOp)
	if !ok {
		return nil
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok || len(send.Parent().Params) == 0 || ssax.Origin(fa.X) != send.Parent().Params[0] {
		return nil
	}
	return receiversLocks(b)
}
