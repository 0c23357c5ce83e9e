package summary

import "golang.org/x/tools/go/ssa"

// A Root says how a function gets to run other than by calls of the package.
type Root struct {
	Is      bool // it does
	Alone   bool // in one goroutine, never twice at a time
	Spawned bool // go statements start it
	Valued  bool // it is used as a value, or a literal that leaves its function
}

// root returns how fn gets to run.
func (a *analysis) root(fn *ssa.Function) Root {
	fi := a.info[fn]
	if fi == nil {
		return Root{Is: true}
	}
	r := a.rootOf(fn)
	return Root{Is: r.is, Alone: r.alone, Spawned: fi.spawned > 0, Valued: fn.Parent() == nil && fi.valued || fn.Parent() != nil && fi.escapes && fi.spawned == 0}
}

// watches reports whether the watch asks for an instruction of fn that is no call.
func (a *analysis) watches(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if _, isCall := instr.(ssa.CallInstruction); isCall {
				continue
			}
			if _, ok := a.watch(instr); ok {
				return true
			}
		}
	}
	return false
}
