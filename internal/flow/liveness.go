package flow

import (
	"go/token"

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
		*ssa.ChangeInterface, *ssa.Convert, *ssa.Range, *ssa.MakeInterface, *ssa.MakeClosure, *ssa.Lookup, *ssa.Slice:
		return true
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

// liveness computes, backwards, which values may be asked for from the start
// of each block on.
func (fi *funcInfo) liveness(fn *ssa.Function) {
	use := func(s set, v ssa.Value) {}
	use = func(s set, v ssa.Value) {
		switch v.(type) {
		case nil, *ssa.Const, *ssa.Function, *ssa.Builtin, *ssa.Global, *ssa.Parameter, *ssa.FreeVar:
			return
		}
		if s.has(v) {
			return
		}
		s[v] = struct{}{}
		if lazy(v) {
			var buf [4]*ssa.Value
			for _, op := range v.(ssa.Instruction).Operands(buf[:0]) {
				if *op != nil {
					use(s, *op)
				}
			}
		}
	}
	n := len(fn.Blocks)
	gen, kill := make([]set, n), make([]set, n)
	for _, b := range fn.Blocks {
		g, k := make(set), make(set)
		for i := len(b.Instrs) - 1; i >= 0; i-- {
			instr := b.Instrs[i]
			if v, ok := instr.(ssa.Value); ok {
				delete(g, v)
				k[v] = struct{}{}
			}
			if _, ok := instr.(*ssa.Phi); ok {
				continue
			}
			var buf [8]*ssa.Value
			for _, op := range instr.Operands(buf[:0]) {
				if *op != nil {
					use(g, *op)
				}
			}
		}
		gen[b.Index], kill[b.Index] = g, k
		in := make(set, len(g))
		for v := range g {
			in[v] = struct{}{}
		}
		fi.live[b.Index] = in
	}
	defer func() {
		// States are pruned after the phis of a block have got their values.
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				phi, ok := instr.(*ssa.Phi)
				if !ok {
					break
				}
				fi.live[b.Index][phi] = struct{}{}
			}
		}
	}()
	order := make([]*ssa.BasicBlock, n)
	copy(order, fn.Blocks)
	work := make([]*ssa.BasicBlock, 0, n)
	queued := make([]bool, n)
	for i := n - 1; i >= 0; i-- {
		work = append(work, order[i])
		queued[order[i].Index] = true
	}
	for len(work) > 0 {
		b := work[0]
		work = work[1:]
		queued[b.Index] = false
		in := fi.live[b.Index]
		before := len(in)
		for _, succ := range b.Succs {
			for v := range fi.live[succ.Index] {
				if _, killed := kill[b.Index][v]; !killed {
					in[v] = struct{}{}
				}
			}
			for _, instr := range succ.Instrs {
				phi, ok := instr.(*ssa.Phi)
				if !ok {
					break
				}
				for j, p := range succ.Preds {
					if p == b {
						out := make(set)
						use(out, phi.Edges[j])
						for v := range out {
							if _, killed := kill[b.Index][v]; !killed {
								in[v] = struct{}{}
							}
						}
					}
				}
			}
		}
		if len(in) != before {
			for _, p := range b.Preds {
				if !queued[p.Index] {
					queued[p.Index] = true
					work = append(work, p)
				}
			}
		}
	}
}
