package summary

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// stays has the boolean variables, by their cells, that are set and never reset: what is true there stays so.
type stays struct {
	set, reset map[string]bool
	operands   []*ssa.Value // of the instruction at hand
}

// Stays implements [flow.Env].
func (a *analysis) Stays(cell string) bool {
	if a.stays == nil {
		a.stays = &stays{set: make(map[string]bool), reset: make(map[string]bool)}
		for _, fn := range a.funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					a.stays.scan(instr)
				}
			}
		}
	}
	return a.stays.set[cell] && !a.stays.reset[cell]
}

func (s *stays) scan(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.FieldAddr:
		if ssax.IsFlag(instr.Type()) {
			s.uses(instr, *instr.Referrers())
		}
	default:
		s.operands = instr.Operands(s.operands[:0])
		for _, op := range s.operands {
			if g, ok := (*op).(*ssa.Global); ok && ssax.IsFlag(g.Type()) {
				s.uses(g, []ssa.Instruction{instr})
			}
		}
	}
	if st, ok := instr.(*ssa.Store); ok && !ssax.New(st.Addr) {
		s.overwrites(st.Val.Type())
	}
}

// overwrites notes that all fields of a struct get other values.
func (s *stays) overwrites(t types.Type) {
	str, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i := range str.NumFields() {
		name, owner, _ := path.StructField(t, i)
		s.reset[owner+"."+name] = true
		s.overwrites(str.Field(i).Type())
	}
}

// uses notes what is done to a flag.
func (s *stays) uses(addr ssa.Value, uses []ssa.Instruction) {
	cell := path.StaticCell(addr)
	if ast.IsExported(cell[strings.LastIndexByte(cell, '.')+1:]) {
		s.reset[cell] = true // by other packages, say
	}
	for _, use := range uses {
		switch use := use.(type) {
		case *ssa.UnOp:
			if use.Op == token.MUL {
				continue
			}
		case *ssa.Store:
			if use.Addr == addr && ssax.IsTrue(use.Val) {
				s.set[cell] = true
				continue
			}
		case ssa.CallInstruction:
			a, ok := ssax.AtomicOf(use.Common())
			if ok && a.Op == "Load" {
				continue
			}
			if ok && a.Type == "Bool" && ssax.IsTrue(a.Val) {
				s.set[cell] = true
				continue
			}
		case *ssa.DebugRef:
			continue
		}
		s.reset[cell] = true
	}
}
