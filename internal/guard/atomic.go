package guard

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// afterAtomic reports whether the instruction is behind a branch on what package atomic
// has loaded, or has its index from there: another way to hand over.
func afterAtomic(instr ssa.Instruction) bool {
	if at := element(instr); at != nil && fromAtomic(at.Index, 0) {
		return true
	}
	for b := instr.Block().Idom(); b != nil; b = b.Idom() {
		if len(b.Instrs) == 0 {
			continue
		}
		if br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && fromAtomic(br.Cond, 0) {
			return true
		}
	}
	return false
}

// element returns the address of the element that an instruction reads or writes, nil if it is none.
func element(instr ssa.Instruction) *ssa.IndexAddr {
	var addr ssa.Value
	switch instr := instr.(type) {
	case *ssa.UnOp:
		addr = instr.X
	case *ssa.Store:
		addr = instr.Addr
	}
	at, _ := addr.(*ssa.IndexAddr)
	return at
}

// fromAtomic reports whether a value is calculated from what package atomic has loaded.
func fromAtomic(v ssa.Value, depth int) bool {
	if depth > 6 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Call:
		if ssax.IsAtomic(&v.Call) {
			return true
		}
		for _, arg := range v.Call.Args {
			if fromAtomic(arg, depth+1) {
				return true
			}
		}
	case *ssa.BinOp:
		return fromAtomic(v.X, depth+1) || fromAtomic(v.Y, depth+1)
	case *ssa.UnOp:
		return fromAtomic(v.X, depth+1)
	case *ssa.Convert:
		return fromAtomic(v.X, depth+1)
	case *ssa.Extract:
		return fromAtomic(v.Tuple, depth+1)
	}
	return false
}
