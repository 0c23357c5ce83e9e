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
	follows := func(v ssa.Value) bool {
		load, ok := v.(*ssa.UnOp)
		if !ok || load.Op != token.MUL || cond.X.Kind != path.Deref {
			return w.node(s, v) == cond.X
		}
		return w.node(s, load.X) == cond.X.X && !w.storesBefore(at, w.t.Cell(cond.X.X))
	}
	// A call that stands for another one, in what a callee runs, has no place of its own: what is in its block is not known to come
	// before it.
	place := ssax.Index(at)
	for _, p := range w.info.pointers(w.fn) {
		switch {
		case p.block == at.Block():
			if p.place < place && follows(p.v) {
				return true
			}
		case place >= 0 && p.block.Index > at.Block().Index:
			return false
		case p.block.Dominates(at.Block()) && follows(p.v):
			return true
		}
	}
	return false
}

// A pointerUse is an instruction that panics if v is nil.
type pointerUse struct {
	v     ssa.Value
	block *ssa.BasicBlock
	place int // in the block
}

// pointers lists the instructions of the function that follow pointers, in their order.
func (fi *funcInfo) pointers(fn *ssa.Function) []pointerUse {
	if fi.followed != nil {
		return fi.followed
	}
	fi.followed = []pointerUse{}
	for _, b := range fn.Blocks {
		for i, instr := range b.Instrs {
			switch in := instr.(type) {
			case *ssa.FieldAddr:
				fi.followed = append(fi.followed, pointerUse{in.X, b, i})
			case *ssa.UnOp:
				if in.Op == token.MUL {
					fi.followed = append(fi.followed, pointerUse{in.X, b, i})
				}
			case *ssa.Call:
				if in.Call.IsInvoke() {
					fi.followed = append(fi.followed, pointerUse{in.Call.Value, b, i})
				}
			}
		}
	}
	return fi.followed
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
