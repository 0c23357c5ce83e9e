package peers

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A subscriber gets an object from another one, of another package, which sends to a channel of it with a lock held:
//
//	s := b.Subscribe()
//	for m := range s.C {
//		if m.Last {
//			break
//		}
//	}
//	b.Unsubscribe(s) // waits for the lock of b, with which it may be sending to s
//
// Once the subscriber receives no more, who sends is stuck, and so is whoever waits for the lock.

// Subscribes reports whether an instruction receives from a channel of an object that another package's object has made, and which that sends to with
// locks held.
func Subscribes(instr ssa.Instruction, foreign func(types.Object) *flow.Summary) bool {
	return slices.ContainsFunc(receivedFrom(instr), func(ch ssa.Value) bool {
		_, e := subscription(ch, instr.Parent().Pkg.Pkg, foreign)
		return e != nil
	})
}

// Leaves returns the calls of a function that wait for the lock of an object with which that sends to a channel nobody receives from any more.
func (g *Graph) Leaves(fn *ssa.Function, foreign func(types.Object) *flow.Summary) (found []Streamed) {
	f := g.funcs[fn]
	if f == nil {
		return nil
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, ch := range receivedFrom(instr) {
				sub, e := subscription(ch, fn.Pkg.Pkg, foreign)
				if e == nil || receivedElsewhere(sub, instr) {
					continue
				}
				if s := g.leaves(f, instr, sub, e, foreign); s != nil {
					found = append(found, *s)
				}
			}
		}
	}
	return found
}

// receivedFrom returns the channels that an instruction receives from.
func receivedFrom(instr ssa.Instruction) (chans []ssa.Value) {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			return []ssa.Value{instr.X}
		}
	case *ssa.Select:
		for _, st := range instr.States {
			if st.Dir == types.RecvOnly {
				chans = append(chans, st.Chan)
			}
		}
	}
	return chans
}

// subscription returns the call that has returned a channel, or the object in one field of which it was found, and the event which says that others
// send to it with locks held; nil if it is no such channel.
func subscription(ch ssa.Value, pkg *types.Package, foreign func(types.Object) *flow.Summary) (*ssa.Call, *flow.Event) {
	if made, ok := caught(ch).(*ssa.Call); ok {
		if e := StreamOf(made, pkg, foreign); e != nil && e.Lock.Kind == path.Param && len(made.Call.Args) > 0 { // one channel for each call
			return made, e
		}
	}
	load, ok := ch.(*ssa.UnOp)
	if !ok {
		return nil, nil
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return nil, nil
	}
	st, ok := ssax.Pointee(fa.X.Type()).Underlying().(*types.Struct)
	if !ok {
		return nil, nil
	}
	field := st.Field(fa.Field)
	if field.Pkg() == nil || field.Pkg() == pkg || !field.Exported() {
		return nil, nil
	}
	made, ok := caught(fa.X).(*ssa.Call)
	if !ok || made.Call.StaticCallee() == nil || len(made.Call.Args) == 0 {
		return nil, nil
	}
	sum := foreign(field.Origin())
	if sum == nil {
		return nil, nil
	}
	for i := range sum.Events {
		if sum.Events[i].Kind == flow.Streams {
			return made, &sum.Events[i]
		}
	}
	return nil, nil
}

// caught follows a value to where it comes from, through local variables and the ones that literals capture.
func caught(v ssa.Value) ssa.Value {
	for range limits.MaxFrames {
		switch x := ssax.Origin(v).(type) {
		case *ssa.FreeVar:
			if v = path.Binding(x); v == nil {
				return x
			}
		case *ssa.UnOp:
			fv, ok := x.X.(*ssa.FreeVar)
			if !ok || x.Op != token.MUL {
				return x
			}
			alloc, ok := path.Binding(fv).(*ssa.Alloc)
			if !ok || ssax.OnlyStore(alloc) == nil {
				return x
			}
			v = ssax.OnlyStore(alloc)
		default:
			return x
		}
	}
	return v
}

// receivedElsewhere reports whether another instruction receives what the subscription gets as well, or if others know of it who may do so.
func receivedElsewhere(sub *ssa.Call, but ssa.Instruction) bool {
	for _, fn := range family(sub.Parent()) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if instr == but {
					continue
				}
				for _, ch := range receivedFrom(instr) {
					if caught(ch) == sub {
						return true
					}
					load, ok := ch.(*ssa.UnOp)
					if !ok {
						continue
					}
					if fa, ok := load.X.(*ssa.FieldAddr); ok && caught(fa.X) == sub {
						return true
					}
				}
			}
		}
	}
	return slices.ContainsFunc(ssax.Copies(sub), func(v ssa.Value) bool {
		return slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
			switch r := r.(type) {
			case *ssa.Store:
				_, isLocal := r.Addr.(*ssa.Alloc)
				return r.Val == v && !isLocal
			case ssa.CallInstruction:
				callee := r.Common().StaticCallee()
				return callee == nil || callee.Pkg == sub.Parent().Pkg && callee.Parent() == nil
			case *ssa.MakeInterface, *ssa.Return, *ssa.Send, *ssa.MapUpdate:
				return true
			}
			return false
		})
	})
}

// family returns the function in which a literal, or fn itself, stands, and all literals in it.
func family(fn *ssa.Function) []*ssa.Function {
	all := []*ssa.Function{ssax.Outermost(fn)}
	for i := 0; i < len(all); i++ {
		all = append(all, all[i].AnonFuncs...)
	}
	return all
}

// leaves returns the call by which a function waits, after it has received for the last time, for a lock with which others send; nil if there is none.
func (g *Graph) leaves(f *function, receive ssa.Instruction, sub *ssa.Call, e *flow.Event, foreign func(types.Object) *flow.Summary) *Streamed {
	from := caught(sub.Call.Args[0])
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok || call.Common().StaticCallee() == nil || len(call.Common().Args) == 0 || caught(call.Common().Args[0]) != from {
				continue
			}
			obj, ok := call.Common().StaticCallee().Object().(*types.Func)
			if !ok || obj.Pkg() == nil || obj.Pkg() == f.fn.Pkg.Pkg {
				continue
			}
			if _, isGo := instr.(*ssa.Go); isGo || !g.endsBefore(f, receive, instr) {
				continue
			}
			sum := foreign(obj.Origin())
			if sum == nil {
				continue
			}
			for _, h := range e.Held {
				for _, a := range sum.Events {
					if a.Kind == flow.Acquire && a.Lock == h.Lock && len(a.Guard) == 0 && (a.Mode != model.Read || h.Mode != model.Read) {
						lock := g.table.Rewrite(h.Lock, func(n *path.Node) *path.Node {
							if n.Kind != path.Param {
								return nil
							}
							return g.name(call.Common().Args[0])
						})
						steps := append([]*flow.Step{{Pos: instr.Pos(), Func: flow.FuncName(f.fn), What: "calls " + obj.Name()}}, a.Steps...)
						return &Streamed{receive, instr, f.fn, lock, steps, e.Steps}
					}
				}
			}
		}
	}
	return nil
}

// endsBefore reports whether a function may come to a call, or to a return that runs it, after it has received from a channel that is not closed, without
// receiving again.
func (g *Graph) endsBefore(f *function, receive, call ssa.Instruction) bool {
	_, isDefer := call.(*ssa.Defer)
	if isDefer && !ssax.Dominates(call, receive) {
		return false
	}
	asks := asksClosed(receive)
	seen := make(map[*ssa.BasicBlock]bool)
	var reaches func(b *ssa.BasicBlock, first int) bool
	reaches = func(b *ssa.BasicBlock, first int) bool {
		for _, instr := range b.Instrs[first:] {
			_, returns := instr.(*ssa.Return)
			switch {
			case instr == receive:
				return false
			case isDefer && returns, !isDefer && instr == call:
				return true
			}
		}
		for i, s := range b.Succs {
			if seen[s] || asks != nil && asks.Block() == b && i == 1 {
				continue
			}
			seen[s] = true
			if reaches(s, 0) {
				return true
			}
		}
		return false
	}
	return reaches(receive.Block(), ssax.Index(receive)+1)
}

// asksClosed returns the branch by which a function asks, right after it has received, whether the channel is open; nil if it does not.
func asksClosed(receive ssa.Instruction) *ssa.If {
	var open ssa.Value
	switch v := receive.(type) {
	case *ssa.UnOp:
		if v.CommaOk {
			open = ssax.Component(v, 1)
		}
	case *ssa.Select:
		open = ssax.Component(v, 1)
	}
	if open == nil {
		return nil
	}
	for _, r := range *open.Referrers() {
		if branch, ok := r.(*ssa.If); ok {
			return branch
		}
	}
	return nil
}
