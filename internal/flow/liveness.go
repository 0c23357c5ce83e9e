package flow

import (
	"go/token"
	"iter"

	"golang.org/x/tools/go/ssa"
)

// set is a set of SSA values.
type set map[ssa.Value]struct{}

func (s set) has(v ssa.Value) bool { _, ok := s[v]; return ok }

// lazy reports whether the walk computes v's name from its operands when it
// is asked for, so that the operands must stay available as long as v does.
func lazy(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.FieldAddr, *ssa.Field, *ssa.IndexAddr, *ssa.Index, *ssa.BinOp, *ssa.ChangeType,
		*ssa.ChangeInterface, *ssa.Convert, *ssa.Range, *ssa.MakeInterface, *ssa.MakeClosure, *ssa.Slice:
		return true
	case *ssa.Lookup:
		return !isMap(v.X)
	case *ssa.TypeAssert:
		return true
	case *ssa.Extract:
		_, call := v.Tuple.(*ssa.Call)
		return !call
	case *ssa.UnOp:
		return v.Op == token.NOT || v.Op == token.SUB
	case *ssa.Call:
		_, ok := v.Call.Value.(*ssa.Builtin)
		return ok
	}
	return false
}

// liveness computes which values may be asked for from the start of each block on. It
// follows each use backwards to where the value is defined, which takes time in
// proportion to the result; see Boissinot et al., "Computing Liveness Sets for
// SSA-Form Programs" (2011), section 4.
func (fi *funcInfo) liveness(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		fi.live[b.Index] = make(set)
	}
	for _, b := range fn.Blocks {
		used := make(set)
		for _, instr := range b.Instrs {
			if _, ok := instr.(*ssa.Phi); !ok {
				fi.use(b, used, instr.Operands(nil))
			}
		}
		// The phis of the next blocks get their values at the end of this one.
		for _, succ := range b.Succs {
			for phi := range phis(succ) {
				for i, pred := range succ.Preds {
					if pred == b {
						fi.use(b, used, []*ssa.Value{&phi.Edges[i]})
					}
				}
			}
		}
	}
	// States are pruned after the phis of a block have got their values.
	for _, b := range fn.Blocks {
		for phi := range phis(b) {
			fi.live[b.Index][phi] = struct{}{}
		}
	}
}

func phis(b *ssa.BasicBlock) iter.Seq[*ssa.Phi] {
	return func(yield func(*ssa.Phi) bool) {
		for _, instr := range b.Instrs {
			if phi, ok := instr.(*ssa.Phi); !ok || !yield(phi) {
				return
			}
		}
	}
}

// use notes that b uses the operands, and what they are computed from on demand. used are the values
// that it is known to use.
func (fi *funcInfo) use(b *ssa.BasicBlock, used set, operands []*ssa.Value) {
	for _, op := range operands {
		switch (*op).(type) {
		case nil, *ssa.Const, *ssa.Function, *ssa.Builtin, *ssa.Global, *ssa.Parameter, *ssa.FreeVar:
			continue
		}
		if used.has(*op) {
			continue
		}
		used[*op] = struct{}{}
		def := (*op).(ssa.Instruction)
		fi.liveFrom(def, b)
		if lazy(*op) {
			fi.use(b, used, def.Operands(nil))
		}
	}
}

// liveFrom notes that the value that def defines is live at the start of b and of all
// blocks between the two.
func (fi *funcInfo) liveFrom(def ssa.Instruction, b *ssa.BasicBlock) {
	v := def.(ssa.Value)
	work := []*ssa.BasicBlock{b}
	for len(work) > 0 {
		b, work = work[len(work)-1], work[:len(work)-1]
		if live := fi.live[b.Index]; b != def.Block() && !live.has(v) {
			live[v] = struct{}{}
			work = append(work, b.Preds...)
		}
	}
}
