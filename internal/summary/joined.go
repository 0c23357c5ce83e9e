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
	waits := make(map[ssa.Instruction]bool) // that hand something to a goroutine for whose end their function waits
	for _, fn := range a.funcs {
		if !isAPI(fn) || !slices.ContainsFunc(fn.Params, func(p *ssa.Parameter) bool { return ssax.IsCallable(p.Type()) }) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				for _, s := range sendsOf(instr) {
					waits[instr] = a.requested(fn, s) || waits[instr]
				}
				for _, h := range a.handedLiterals(instr) {
					if end := h.waitsForEnd(); end != nil {
						a.joinedCalls(fn, h.lit, end)
						waits[instr] = true
					}
				}
			}
		}
	}
	a.tellExecuted(waits)
}

// handedLiterals returns the literals of a function that an instruction hands to another goroutine, which it starts or sends them to.
func (a *analysis) handedLiterals(instr ssa.Instruction) (lits []handedLiteral) {
	add := func(v ssa.Value, s sending) {
		if mc, ok := literal(v).(*ssa.MakeClosure); ok && a.info[mc.Fn.(*ssa.Function)] != nil {
			lits = append(lits, handedLiteral{mc.Fn.(*ssa.Function), s})
		}
	}
	for _, s := range sendsOf(instr) {
		add(s.val, s)
	}
	var lit ssa.Value
	switch instr := instr.(type) {
	case *ssa.Go:
		lit = instr.Call.Value
	case ssa.CallInstruction:
		fn := instr.Common().StaticCallee()
		if fn == nil {
			return lits
		}
		obj, _ := fn.Object().(*types.Func)
		for _, cb := range model.Callbacks(obj) {
			if i := cb.Arg + 1; cb.Run == model.Another && fn.Signature.Recv() != nil && i < len(instr.Common().Args) {
				lit = instr.Common().Args[i]
			}
		}
		for i, arg := range instr.Common().Args {
			if _, ok := literal(arg).(*ssa.MakeClosure); ok && a.info[fn] != nil && i < len(fn.Params) && sends(fn.Params[i]) {
				lit = arg
			}
		}
	}
	add(lit, sending{at: instr})
	return lits
}

// literal returns what has been converted to a type, or to an interface, v itself if it has not.
func literal(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.ChangeType:
			v = x.X
		case *ssa.MakeInterface:
			v = x.X
		default:
			return v
		}
	}
}

// sends reports whether a function sends a parameter, or something with it, to a channel.
func sends(p *ssa.Parameter) bool {
	for _, b := range p.Parent().Blocks {
		for _, instr := range b.Instrs {
			for _, s := range sendsOf(instr) {
				if _, ok := carries(s.val, p, ""); ok {
					return true
				}
			}
		}
	}
	return false
}

// A handedLiteral is a literal and where it is handed to another goroutine.
type handedLiteral struct {
	lit *ssa.Function
	sending
}

// waitsForEnd returns the instruction by which a literal tells of its end, if the function that hands it over always waits for that then: for a group in
// one of its variables, or for a channel.
func (h handedLiteral) waitsForEnd() (end ssa.Instruction) {
	for _, b := range h.lit.Blocks {
		for _, instr := range b.Instrs {
			if v := told(instr); v != nil && h.awaits(v) {
				return instr
			}
		}
	}
	call, ok := h.at.(*ssa.Call)
	if ok && len(call.Call.Args) > 0 && h.awaits(call.Call.Args[0]) {
		return h.at // the group's own method, that leaves it at the literal's end
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

// awaits reports whether a function always waits, after something was sent or started, for the group in one of its variables, or receives from the
// channel there.
func (s sending) awaits(v ssa.Value) bool {
	alloc, ok := v.(*ssa.Alloc)
	if !ok {
		return false
	}
	return slices.ContainsFunc(*alloc.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.UnOp:
			return slices.ContainsFunc(*r.Referrers(), func(use ssa.Instruction) bool {
				recv, ok := use.(*ssa.UnOp)
				return ok && recv.Op == token.ARROW && s.followed(recv)
			})
		case ssa.CallInstruction:
			if _, isGo := r.(*ssa.Go); isGo || r.Common().StaticCallee() == nil {
				return false
			}
			obj, _ := r.Common().StaticCallee().Object().(*types.Func)
			return model.Waits(obj) && s.followed(r)
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
	if (handedLiteral{lit, sending{at: start}}).waitsForEnd() == nil {
		return nil
	}
	return lit
}
