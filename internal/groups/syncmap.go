package groups

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// What LoadOrStore of a sync.Map is given gets known to others only if the map had nothing for the key. So the value is not leaked by the call, if
// its second result decides a branch, but on the way that is taken when it is false.

// loadOrStore returns the call of which a condition is the second result, and the answer that the condition has if the map already had something; nil if
// the condition is something else.
func loadOrStore(cond ssa.Value) (call *ssa.Call, loaded bool) {
	loaded = true
	if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
		cond, loaded = not.X, false
	}
	e, ok := cond.(*ssa.Extract)
	if !ok || e.Index != 1 {
		return nil, false
	}
	call, ok = e.Tuple.(*ssa.Call)
	if !ok || call.Call.StaticCallee() == nil || call.Call.StaticCallee().String() != "(*sync.Map).LoadOrStore" {
		return nil, false
	}
	return call, loaded
}

// isDecided reports whether a call of LoadOrStore is followed by a branch on whether it has stored the value, in the same block.
func isDecided(instr ssa.CallInstruction) bool {
	call, ok := instr.(*ssa.Call)
	if !ok || len(call.Call.Args) != 3 {
		return false
	}
	branch, ok := call.Block().Instrs[len(call.Block().Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	by, _ := loadOrStore(branch.Cond)
	return by == call
}

// stores leaks what LoadOrStore has been given where a branch on its answer is taken.
func (w *walker) stores(st *state, branch *ssa.If, is bool) {
	if call, loaded := loadOrStore(branch.Cond); call != nil && call.Block() == branch.Block() && is != loaded {
		w.leak(st, w.value(st, call.Call.Args[2]), call)
	}
}

// opaqueArgs returns the arguments of a call that others get to know by it.
func opaqueArgs(instr ssa.CallInstruction, args []value) []value {
	if isDecided(instr) && len(args) == 3 {
		return slices.Clip(args[:2])
	}
	return args
}
