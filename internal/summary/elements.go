package summary

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// elementOf returns the place in a slice or array whose element has the lock that an instruction locks or unlocks; nil if it is not
// found by an index.
func elementOf(instr ssa.Instruction) *ssa.IndexAddr {
	call, ok := instr.(ssa.CallInstruction)
	if !ok || len(call.Common().Args) == 0 || call.Common().IsInvoke() {
		return nil
	}
	for v := ssa.Value(call.Common().Args[0]); ; {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.UnOp:
			v = x.X
		case *ssa.IndexAddr:
			return x
		default:
			return nil
		}
	}
}

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
	locked := elementOf(l.Site)
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
			if e := elementOf(instr); e != nil && e.Index != locked.Index && container(e) == container(locked) {
				return true
			}
		}
	}
	return false
}
