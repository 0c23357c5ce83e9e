package summary

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// joined tells importers what an exported function calls in goroutines for whose end it waits before it returns. For who holds a lock that such a call
// needs, it is as if the function made the call itself.
//
//	func Each(in []Item, f func(Item)) {
//		var wg sync.WaitGroup
//		for _, v := range in {
//			wg.Add(1)
//			go func() { defer wg.Done(); f(v) }()
//		}
//		wg.Wait()
//	}
//
// The goroutine may also be one that runs what it is sent, an event loop, say.
//
//	func (l *Loop) Do(f func()) {
//		ran := make(chan struct{})
//		l.funcs <- func() { f(); close(ran) }
//		<-ran
//	}
func (a *analysis) joined() {
	for _, fn := range a.funcs {
		if !isAPI(fn) || !slices.ContainsFunc(fn.Params, func(p *ssa.Parameter) bool { return ssax.IsCallable(p.Type()) }) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if send, ok := instr.(*ssa.Send); ok {
					a.requested(fn, send)
				}
				if lit := a.literalFor(instr); lit != nil {
					if end := waitsForEnd(instr, lit); end != nil {
						a.joinedCalls(fn, lit, end)
					}
				}
			}
		}
	}
}

// literalFor returns the literal of a function that an instruction hands to another goroutine, which it starts or sends it to; nil if it hands none.
func (a *analysis) literalFor(instr ssa.Instruction) *ssa.Function {
	var lit ssa.Value
	switch instr := instr.(type) {
	case *ssa.Send:
		lit = instr.X
	case *ssa.Go:
		lit = instr.Call.Value
	case ssa.CallInstruction:
		fn := instr.Common().StaticCallee()
		if fn == nil {
			return nil
		}
		obj, _ := fn.Object().(*types.Func)
		for _, cb := range model.Callbacks(obj) {
			if i := cb.Arg + 1; cb.Run == model.Another && fn.Signature.Recv() != nil && i < len(instr.Common().Args) {
				lit = instr.Common().Args[i]
			}
		}
		for i, arg := range instr.Common().Args {
			if _, ok := arg.(*ssa.MakeClosure); ok && a.info[fn] != nil && i < len(fn.Params) && sends(fn.Params[i]) {
				lit = arg
			}
		}
	}
	mc, ok := lit.(*ssa.MakeClosure)
	if !ok || a.info[mc.Fn.(*ssa.Function)] == nil {
		return nil
	}
	return mc.Fn.(*ssa.Function)
}

// sends reports whether a function sends a parameter to a channel.
func sends(p *ssa.Parameter) bool {
	return slices.ContainsFunc(*p.Referrers(), func(r ssa.Instruction) bool {
		send, ok := r.(*ssa.Send)
		return ok && send.X == p
	})
}

// waitsForEnd returns the instruction by which a literal tells of its end, if the function that hands it over always waits for that then: for a group in
// one of its variables, or for a channel.
func waitsForEnd(start ssa.Instruction, lit *ssa.Function) (end ssa.Instruction) {
	for _, b := range lit.Blocks {
		for _, instr := range b.Instrs {
			if v := told(instr); v != nil && awaited(start, v) {
				return instr
			}
		}
	}
	call, ok := start.(*ssa.Call)
	if ok && len(call.Call.Args) > 0 && awaited(start, call.Call.Args[0]) {
		return start // the group's own method, that leaves it at the literal's end
	}
	return nil
}

// told returns the variable with the group that an instruction of a literal leaves, or with the channel that it closes or sends to; nil if it does neither.
func told(instr ssa.Instruction) ssa.Value {
	var addr ssa.Value
	switch instr := instr.(type) {
	case *ssa.Send:
		if load, ok := instr.Chan.(*ssa.UnOp); ok {
			addr = load.X
		}
	case ssa.CallInstruction:
		addr = signalled(instr)
	}
	if fv, ok := addr.(*ssa.FreeVar); ok {
		return path.Binding(fv)
	}
	return nil
}

// awaited reports whether a function always waits, after an instruction, for the group in one of its variables, or receives from the channel there.
func awaited(start ssa.Instruction, v ssa.Value) bool {
	alloc, ok := v.(*ssa.Alloc)
	if !ok {
		return false
	}
	return slices.ContainsFunc(*alloc.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.UnOp:
			return slices.ContainsFunc(*r.Referrers(), func(use ssa.Instruction) bool {
				recv, ok := use.(*ssa.UnOp)
				return ok && recv.Op == token.ARROW && ssax.Followed(start, recv)
			})
		case ssa.CallInstruction:
			if _, isGo := r.(*ssa.Go); isGo || r.Common().StaticCallee() == nil {
				return false
			}
			obj, _ := r.Common().StaticCallee().Object().(*types.Func)
			return model.Waits(obj) && ssax.Followed(start, r)
		}
		return false
	})
}

// joinedCalls files the calls that a literal makes, before it tells of its end, of what the function around it was given.
func (a *analysis) joinedCalls(fn, lit *ssa.Function, end ssa.Instruction) {
	for _, b := range lit.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if _, deferred := end.(*ssa.Defer); !ok || callee(call) != nil || !deferred && end.Parent() == lit && !ssax.Dominates(call, end) {
				continue
			}
			p, ok := origin(call.Call.Value, nil, lit).(*ssa.Parameter)
			i := slices.Index(fn.Params, p)
			if !ok || i < 0 {
				continue
			}
			e := flow.Event{Kind: flow.Call, Param: a.table.Param(i), Steps: []*flow.Step{{
				Pos: call.Pos(), Func: flow.FuncName(lit), What: "calls what it was given, in a goroutine for whose end " + fn.Name() + " waits"}}}
			if call.Call.IsInvoke() {
				e.Method = call.Call.Method.Name()
			}
			a.tell(fn, e)
		}
	}
}

// lentTo returns the literal that a finding is about, if the function that starts it in a goroutine holds the lock, and waits for its end: it
// lends the literal the lock. It is nil if that is not so.
func lentTo(f flow.Finding) *ssa.Function {
	start, ok := f.Site.(*ssa.Go)
	if !ok || !f.Lent {
		return nil
	}
	mc, ok := start.Call.Value.(*ssa.MakeClosure)
	if !ok {
		return nil
	}
	lit := mc.Fn.(*ssa.Function)
	if waitsForEnd(start, lit) == nil {
		return nil
	}
	return lit
}
