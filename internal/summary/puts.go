package summary

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/pointsto"
)

// An exported function may put a function, or an object in an interface value, that it is given into a field of what it returns, or of another
// argument. Importers then know what is called when a method of that object calls what is in the field, which they cannot name.
//
//	func NewPool(l Listener) *Pool { return &Pool{listener: l} }
//	func (p *Pool) Release()       { p.listener.OnReleased() }

// allSet is the method of an event which says that a struct gets all that an option sets: see [pointsto.Transfer].
const allSet = "*"

// puts returns, by function, what it puts where, as events of the kind [flow.Puts].
func (a *analysis) puts() map[*types.Func]*flow.Summary {
	out := make(map[*types.Func]*flow.Summary)
	for _, fn := range a.funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !isAPI(fn) {
			continue
		}
		for _, tr := range a.contents.Transfers(a.table, fn) {
			if out[obj] == nil {
				out[obj] = new(flow.Summary)
			}
			e := flow.Event{Kind: flow.Puts, Param: tr.From, Lock: tr.To}
			if tr.Cell == "" {
				e.Method = allSet
			}
			out[obj].Events = append(out[obj].Events, e)
			a.filledIn[tr.Cell] = true
		}
	}
	return out
}

// scanPuts notes what the function of another package puts where when an instruction calls it with args, and what it calls there.
func (a *analysis) scanPuts(fi *funcInfo, instr ssa.CallInstruction, fn *ssa.Function, args []ssa.Value) {
	a.contents.Receive(a.table, instr, fn, args, a.transfersOf)
	if s := a.foreignSummary(fn.Object()); s != nil {
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

// transfersOf returns what a function of another package puts where.
func (a *analysis) transfersOf(fn *ssa.Function) []pointsto.Transfer {
	obj, ok := fn.Object().(*types.Func)
	if !ok || obj.Pkg() == nil || obj.Pkg() == a.pkg.Pkg || a.imports.Puts == nil {
		return nil
	}
	obj = obj.Origin()
	all, ok := a.foreignPuts[obj]
	if !ok {
		if s := a.imports.Puts(obj, a.table); s != nil {
			for _, e := range s.Events {
				tr := pointsto.Transfer{From: e.Param, To: e.Lock}
				if e.Method != allSet {
					tr.Cell = a.table.Cell(e.Lock)
				}
				all = append(all, tr)
			}
		}
		a.foreignPuts[obj] = all
	}
	return all
}
