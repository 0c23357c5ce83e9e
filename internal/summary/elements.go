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

// container names the memory that the slice or array of an element is in, "" if it has no name.
func container(e *ssa.IndexAddr) string {
	if load, ok := e.X.(*ssa.UnOp); ok {
		return path.StaticCell(load.X)
	}
	return path.StaticCell(e.X)
}

// lockedFor reports whether an unlock of an element is one of what the function has locked by the same index.
func lockedFor(r *flow.Result, unlock ssa.Instruction, index ssa.Value) bool {
	for lock, unlocks := range r.Releases {
		if c, ok := lock.(ssa.CallInstruction); ok && slices.Contains(unlocks, unlock) {
			if e := ssax.ElementOf(c); e != nil && e.Index == index {
				return true
			}
		}
	}
	return false
}

// unlocksRange reports whether a function that has locked an element of a slice unlocks elements of the same slice, or of one that has no name,
// by another index in a loop that comes later, and has not locked them there: which ones they are depends on numbers.
func unlocksRange(r *flow.Result, l flow.Leak) bool {
	fn := r.Fn
	site, ok := l.Site.(ssa.CallInstruction)
	if !ok {
		return false
	}
	locked := ssax.ElementOf(site)
	if locked == nil {
		return false
	}
	order := ssax.NewOrder(fn)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !calls(call, model.Unlock) || !order.Loops(instr) || !order.Leads(l.Site, instr, nil) {
				continue
			}
			e := ssax.ElementOf(call)
			if e == nil || e.Index == locked.Index || !types.Identical(e.Type(), locked.Type()) || lockedFor(r, call, e.Index) {
				continue
			}
			if from, to := container(locked), container(e); from == to || from == "" || to == "" {
				return true
			}
		}
	}
	return false
}
