package ssax

import "golang.org/x/tools/go/ssa"

// Recovers reports whether a function calls the builtin recover itself.
func Recovers(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if c, ok := instr.(*ssa.Call); ok {
				if bi, ok := c.Call.Value.(*ssa.Builtin); ok && bi.Name() == "recover" {
					return true
				}
			}
		}
	}
	return false
}

// Swallows reports whether a function that is deferred ends a panic: it recovers, and neither panics again nor ends the program.
func Swallows(fn *ssa.Function) bool {
	if fn == nil || !Recovers(fn) {
		return false
	}
	for _, b := range fn.Blocks {
		if _, panics := b.Instrs[len(b.Instrs)-1].(*ssa.Panic); panics {
			return false // also after calls that never return
		}
	}
	return true
}
