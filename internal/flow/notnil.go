package flow

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// dereferenced reports whether a condition says that something is nil which every way to the instruction
// at has followed as a pointer: there would have been a panic.
func (w *walker) dereferenced(s *state, cond *path.Node, at ssa.Instruction) bool {
	if cond.Kind != path.Op || cond.Name != "==" || cond.Y == nil || !cond.Y.IsNil() || at.Block() == nil || at.Parent() != w.fn {
		return false
	}
	follows := func(v ssa.Value, instr ssa.Instruction) bool {
		if !ssax.Dominates(instr, at) {
			return false
		}
		load, ok := v.(*ssa.UnOp)
		if !ok || load.Op != token.MUL || cond.X.Kind != path.Deref {
			return w.node(s, v) == cond.X
		}
		return w.node(s, load.X) == cond.X.X && !w.storesBefore(at, w.t.Cell(cond.X.X))
	}
	for _, b := range w.fn.Blocks {
		if !b.Dominates(at.Block()) {
			continue
		}
		for _, instr := range b.Instrs {
			if instr == at {
				return false
			}
			switch in := instr.(type) {
			case *ssa.FieldAddr:
				if follows(in.X, in) {
					return true
				}
			case *ssa.UnOp:
				if in.Op == token.MUL && follows(in.X, in) {
					return true
				}
			case *ssa.Call:
				if in.Call.IsInvoke() && follows(in.Call.Value, in) {
					return true
				}
			}
		}
	}
	return false
}

// storesBefore reports whether the function itself may have stored to a cell when it comes to an
// instruction.
func (w *walker) storesBefore(at ssa.Instruction, cell string) bool {
	for _, b := range w.fn.Blocks {
		for _, instr := range b.Instrs {
			if st, ok := instr.(*ssa.Store); ok && path.StaticCell(st.Addr) == cell && w.info.run.Leads(st, at, nil) {
				return true
			}
		}
	}
	return false
}

// neverClosed reports whether a channel is one that package time sends on, and never closes.
func neverClosed(ch ssa.Value) bool {
	switch v := ch.(type) {
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			name, owner, _ := path.StructField(fa.X.Type(), fa.Field)
			return name == "C" && (owner == "time.Ticker" || owner == "time.Timer")
		}
	case *ssa.Call:
		fn := v.Call.StaticCallee()
		return fn != nil && fn.Pkg != nil && fn.Pkg.Pkg.Path() == "time" && (fn.Name() == "Tick" || fn.Name() == "After")
	}
	return false
}
