package summary

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// container names the memory that the slice or array of an element is in, "" if it has no name.
func container(e *ssa.IndexAddr) string {
	if load, ok := e.X.(*ssa.UnOp); ok {
		return path.StaticCell(load.X)
	}
	return path.StaticCell(e.X)
}

// unlocksRange reports whether a function that has locked an element of a slice unlocks elements of the same slice, by another index, in
// a loop that comes later: which ones they are depends on numbers.
func unlocksRange(fn *ssa.Function, l flow.Leak) bool {
	site, ok := l.Site.(ssa.CallInstruction)
	if !ok {
		return false
	}
	locked := ssax.ElementOf(site)
	if locked == nil || container(locked) == "" {
		return false
	}
	order := ssax.NewOrder(fn)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !calls(call, model.Unlock) || !order.Loops(instr) || !order.Leads(l.Site, instr, nil) {
				continue
			}
			if e := ssax.ElementOf(call); e != nil && e.Index != locked.Index && container(e) == container(locked) {
				return true
			}
		}
	}
	return false
}
