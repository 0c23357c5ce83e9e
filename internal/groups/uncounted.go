package groups

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// uncounted reports WaitGroups, variables and unexported fields, that are counted down and never up: the first Done panics. Where anything else
// has the address of one, it may be counted up there.
func uncounted(funcs []*ssa.Function) (reports []Report) {
	first := make(map[any]ssa.Instruction) // the Done that comes first in the source, by *ssa.Alloc or *types.Var
	counted := make(map[any]bool)
	look := func(addr ssa.Value) {
		group := groupAt(addr)
		if group == nil {
			return
		}
		for _, r := range *addr.Referrers() {
			switch k, known := usedAs(r, addr); {
			case !known || k == add || k == spawn:
				counted[group] = true
			case k == done && (first[group] == nil || r.Pos() < first[group].Pos()):
				first[group] = r
			}
		}
	}
	for _, fn := range funcs {
		for _, fv := range fn.FreeVars {
			look(fv)
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Alloc:
					look(instr)
				case *ssa.FieldAddr:
					look(instr)
				}
			}
		}
	}
	for group, at := range first {
		if !counted[group] {
			reports = append(reports, Report{Kind: Uncounted, Pos: at.Pos(), Done: at})
		}
	}
	return reports
}

// groupAt returns the local variable, an *ssa.Alloc, or the unexported field, a *types.Var, that the address of a WaitGroup denotes; nil if it
// denotes none.
func groupAt(addr ssa.Value) any {
	pointer, ok := addr.Type().Underlying().(*types.Pointer)
	if !ok {
		return nil
	}
	if named, ok := types.Unalias(pointer.Elem()).(*types.Named); !ok || named.Obj().Name() != "WaitGroup" || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "sync" {
		return nil
	}
	for {
		fv, ok := addr.(*ssa.FreeVar)
		if !ok {
			break
		}
		addr = path.Binding(fv)
	}
	switch addr := addr.(type) {
	case *ssa.Alloc:
		return addr
	case *ssa.FieldAddr:
		st, ok := ssax.Core(ssax.Pointee(addr.X.Type())).(*types.Struct)
		if ok && !token.IsExported(st.Field(addr.Field).Name()) {
			return st.Field(addr.Field).Origin()
		}
	}
	return nil
}

// usedAs tells what an instruction does with the WaitGroup at addr: it waits if it does nothing that counts. known is false if it may do more.
func usedAs(instr ssa.Instruction, addr ssa.Value) (k kind, known bool) {
	switch instr := instr.(type) {
	case *ssa.DebugRef, *ssa.MakeClosure: // the literal's variable is looked at as well
		mc, isClosure := instr.(*ssa.MakeClosure)
		return wait, !isClosure || mc.Fn.(*ssa.Function).Synthetic == ""
	case *ssa.Store:
		return wait, instr.Addr == addr
	case ssa.CallInstruction:
		k, known = op(instr.Common())
		return k, known && instr.Common().Args[0] == addr
	}
	return wait, false
}
