package summary

import (
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
func (a *analysis) joined() {
	for _, fn := range a.funcs {
		if !isAPI(fn) || !slices.ContainsFunc(fn.Params, func(p *ssa.Parameter) bool { return ssax.IsCallable(p.Type()) }) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					if lit := a.startedLiteral(call); lit != nil && waitsForEnd(call, lit) {
						a.joinedCalls(fn, lit)
					}
				}
			}
		}
	}
}

// startedLiteral returns the literal of a function that an instruction starts in a goroutine, nil if it starts none.
func (a *analysis) startedLiteral(call ssa.CallInstruction) *ssa.Function {
	var lit ssa.Value
	if _, isGo := call.(*ssa.Go); isGo {
		lit = call.Common().Value
	} else if fn := call.Common().StaticCallee(); fn != nil {
		obj, _ := fn.Object().(*types.Func)
		for _, cb := range model.Callbacks(obj) {
			if i := cb.Arg + 1; cb.Run == model.Another && fn.Signature.Recv() != nil && i < len(call.Common().Args) {
				lit = call.Common().Args[i]
			}
		}
	}
	mc, ok := lit.(*ssa.MakeClosure)
	if !ok || a.info[mc.Fn.(*ssa.Function)] == nil {
		return nil
	}
	return mc.Fn.(*ssa.Function)
}

// waitsForEnd reports whether a function that starts a literal always waits for a group in one of its variables then, which the literal leaves at
// its end.
func waitsForEnd(start ssa.CallInstruction, lit *ssa.Function) bool {
	group := make(map[ssa.Value]bool)
	if _, isGo := start.(*ssa.Go); !isGo {
		group[start.Common().Args[0]] = true
	}
	for _, b := range lit.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok || call.Common().StaticCallee() == nil || len(call.Common().Args) == 0 {
				continue
			}
			if fv, ok := call.Common().Args[0].(*ssa.FreeVar); ok && call.Common().StaticCallee().String() == "(*sync.WaitGroup).Done" {
				group[path.Binding(fv)] = true
			}
		}
	}
	for v := range group {
		alloc, ok := v.(*ssa.Alloc)
		if !ok {
			continue
		}
		for _, r := range *alloc.Referrers() {
			wait, ok := r.(ssa.CallInstruction)
			if !ok || wait.Common().StaticCallee() == nil {
				continue
			}
			obj, _ := wait.Common().StaticCallee().Object().(*types.Func)
			if _, isGo := wait.(*ssa.Go); !isGo && model.Waits(obj) && ssax.Followed(start, wait) {
				return true
			}
		}
	}
	return false
}

// joinedCalls files the calls that a literal makes of what the function around it was given.
func (a *analysis) joinedCalls(fn, lit *ssa.Function) {
	for _, b := range lit.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || callee(call) != nil {
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
