package summary

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// An exported function may put a function, or an object in an interface value, that it is given into a field of what it returns, or of another
// argument. Importers then know what is called when a method of that object calls what is in the field, which they cannot name.
//
//	func NewPool(l Listener) *Pool { return &Pool{listener: l} }
//	func (p *Pool) Release()       { p.listener.OnReleased() }

// puts returns, by function, what it puts where, as events of the kind [flow.Puts].
func (a *analysis) puts() map[*types.Func]*flow.Summary {
	out := make(map[*types.Func]*flow.Summary)
	for _, fn := range a.funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !token.IsExported(fn.Name()) || fn.Parent() != nil || ssax.InTest(fn) {
			continue
		}
		for _, g := range a.contents.Given(fn) {
			var field *path.Node
			switch {
			case g.Base >= 0:
				field = a.table.FieldOf(a.table.Param(g.Base), fn.Params[g.Base].Type(), g.Cell)
			case g.Result >= 0:
				field = a.table.FieldOf(a.table.Result(g.Result), fn.Signature.Results().At(g.Result).Type(), g.Cell)
			}
			if field == nil {
				continue
			}
			if out[obj] == nil {
				out[obj] = new(flow.Summary)
			}
			out[obj].Events = append(out[obj].Events, flow.Event{Kind: flow.Puts, Param: a.table.Param(g.Param), Lock: field})
			a.filledIn[g.Cell] = true
		}
	}
	return out
}

// scanPuts notes what the function of another package puts where when an instruction calls it, and what it calls there.
func (a *analysis) scanPuts(fi *funcInfo, instr ssa.CallInstruction, obj *types.Func) {
	args := instr.Common().Args
	at := func(n *path.Node) ssa.Value {
		switch {
		case n.Kind == path.Param && n.Index < len(args):
			return args[n.Index]
		case n.Kind == path.Result:
			return ssax.Result(instr, n.Index)
		}
		return nil
	}
	if s := a.putsOf(obj.Origin()); s != nil {
		for _, e := range s.Events {
			if val, base := at(e.Param), at(e.Lock.X); val != nil && base != nil {
				a.contents.Put(a.table.Cell(e.Lock), val, base)
			}
		}
	}
	if s := a.foreignSummary(obj); s != nil {
		for _, e := range s.Events {
			if e.Kind != flow.Call {
				continue
			}
			if cell, self := pointsto.Place(a.table, e.Param); cell != "" && self != nil {
				fi.cellCalls = append(fi.cellCalls, cellCall{cell, e.Method})
			}
		}
	}
}

// putsOf returns what the function of another package puts where; nil if nothing is known.
func (a *analysis) putsOf(obj *types.Func) *flow.Summary {
	if a.imports.Puts == nil {
		return nil
	}
	s, ok := a.foreignPuts[obj]
	if !ok {
		s = a.imports.Puts(obj, a.table)
		a.foreignPuts[obj] = s
	}
	return s
}
