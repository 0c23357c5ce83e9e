package ssax

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// CaseOf returns the select statement, and the number of its case, that a condition asks for: whether this case was
// taken. ok is false if the condition asks for something else.
func CaseOf(cond ssa.Value) (sel *ssa.Select, i int, ok bool) {
	cmp, ok := cond.(*ssa.BinOp)
	if !ok || cmp.Op != token.EQL {
		return nil, 0, false
	}
	index, ok := cmp.X.(*ssa.Extract)
	k, isConst := cmp.Y.(*ssa.Const)
	if !ok || index.Index != 0 || !isConst || k.Value == nil {
		return nil, 0, false
	}
	if sel, ok = index.Tuple.(*ssa.Select); !ok {
		return nil, 0, false
	}
	n := k.Int64()
	return sel, int(n), 0 <= n && n < int64(len(sel.States))
}

// Case returns the block to which case i of a select statement leads, nil if it is not known.
func Case(sel *ssa.Select, i int) *ssa.BasicBlock {
	for _, use := range *sel.Referrers() {
		index, ok := use.(*ssa.Extract)
		if !ok || index.Index != 0 {
			continue
		}
		for _, use := range *index.Referrers() {
			cmp, ok := use.(*ssa.BinOp)
			if !ok {
				continue
			}
			if _, n, ok := CaseOf(cmp); !ok || n != i {
				continue
			}
			for _, use := range *cmp.Referrers() {
				if branch, ok := use.(*ssa.If); ok {
					return branch.Block().Succs[0]
				}
			}
		}
	}
	return nil
}

// Received returns what case i of a select statement, a receive, has received; nil if nothing asks for it.
func Received(sel *ssa.Select, i int) ssa.Value {
	index := 2
	for _, st := range sel.States[:i] {
		if st.Dir == types.RecvOnly {
			index++
		}
	}
	return Component(sel, index)
}
