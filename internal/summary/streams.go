package summary

import (
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
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
		if cell := pointsto.Cell(send.Chan); cell != "" {
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
			told = a.streamsNew(fn, sends) || told
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

// streamsNew is streams for a method that returns a channel which it has made, and has put where others find it to send to it. It reports whether it has told
// anything.
//
//	func (b *Broker) Subscribe(id int) <-chan Message { c := make(chan Message); b.subs[id] = c; return c }
func (a *analysis) streamsNew(fn *ssa.Function, sends map[string][]Blocking) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			cell, chans := putsChannels(instr)
			for _, s := range sends[cell] {
				held := receiversLocks(s)
				if len(held) == 0 || !types.Identical(s.Root.Signature.Recv().Type(), fn.Signature.Recv().Type()) || !slices.ContainsFunc(chans, func(c ssa.Value) bool {
					return returnsValue(fn, ssax.Origin(c))
				}) {
					continue
				}
				a.tell(fn, flow.Event{Kind: flow.Streams, Lock: a.table.Param(0), Held: held, Steps: s.Steps})
				for _, h := range held {
					a.lent[h.Lock.ClassIn(s.Root)] = true
				}
				return true
			}
		}
	}
	return false
}

// returnsValue reports whether a function always returns a value, and nothing else.
func returnsValue(fn *ssa.Function, v ssa.Value) bool {
	if fn.Signature.Results().Len() != 1 {
		return false
	}
	for _, results := range ssax.Returns(fn) {
		r := results[0]
		if change, ok := r.(*ssa.ChangeType); ok {
			r = change.X
		}
		if ssax.Origin(r) != v {
			return false
		}
	}
	return true
}

// putsChannels returns the channels that an instruction puts into a field, or into a map or a slice in one, and the cell of these.
func putsChannels(instr ssa.Instruction) (cell string, chans []ssa.Value) {
	isChan := func(v ssa.Value) bool {
		_, ok := v.Type().Underlying().(*types.Chan)
		return ok
	}
	switch in := instr.(type) {
	case *ssa.Store:
		cell = path.StaticCell(in.Addr)
		if isChan(in.Val) {
			return cell, []ssa.Value{in.Val}
		}
		if call, ok := in.Val.(*ssa.Call); ok && cell != "" {
			if b, ok := call.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" && len(call.Call.Args) == 2 {
				for _, v := range elementsOf(call.Call.Args[1]) {
					if isChan(v) {
						chans = append(chans, v)
					}
				}
				return cell + path.Elements, chans
			}
		}
	case *ssa.MapUpdate:
		if cell = path.ReadFrom(in.Map); cell != "" && isChan(in.Value) {
			return cell + path.Elements, []ssa.Value{in.Value}
		}
	}
	return "", nil
}

// elementsOf returns the elements of a list that a function writes down, none if they are not known.
func elementsOf(list ssa.Value) []ssa.Value {
	vals, _ := ssax.Elements(list)
	return slices.DeleteFunc(slices.Clone(vals), func(v ssa.Value) bool { return v == nil })
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
				cell, chans := putsChannels(instr)
				for _, c := range chans {
					if sends[cell] == nil || ssax.IsNil(c) {
						continue
					}
					if m, ok := ssax.Origin(c).(*ssa.MakeChan); ok && !flow.HasBuffer(m) {
						made[cell] = true
					} else {
						delete(sends, cell)
					}
				}
				switch instr := instr.(type) {
				case *ssa.UnOp:
					if instr.Op == token.ARROW && !ssax.InTest(fn) {
						delete(sends, pointsto.Cell(instr.X))
					}
				case *ssa.Select:
					for _, st := range instr.States {
						if st.Dir == types.RecvOnly && !ssax.InTest(fn) {
							delete(sends, pointsto.Cell(st.Chan))
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
