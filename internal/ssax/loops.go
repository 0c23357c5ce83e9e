package ssax

import "golang.org/x/tools/go/ssa"

// LoopAround returns the blocks of the outermost loop that a block is in, nil if it is in none.
func LoopAround(b *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	reach := func(next func(*ssa.BasicBlock) []*ssa.BasicBlock) map[*ssa.BasicBlock]bool {
		seen := make(map[*ssa.BasicBlock]bool)
		for work := next(b); len(work) > 0; {
			x := work[len(work)-1]
			work = work[:len(work)-1]
			if !seen[x] {
				seen[x] = true
				work = append(work[:len(work):len(work)], next(x)...)
			}
		}
		return seen
	}
	after := reach(func(b *ssa.BasicBlock) []*ssa.BasicBlock { return b.Succs })
	before := reach(func(b *ssa.BasicBlock) []*ssa.BasicBlock { return b.Preds })
	if !after[b] {
		return nil
	}
	for x := range after {
		if !before[x] {
			delete(after, x)
		}
	}
	return after
}

// EachTurn reports whether the loop that goes on or ends at the block last executes the block b, which is in it, exactly once in each turn.
func EachTurn(last, b *ssa.BasicBlock) bool {
	returns := func(to, avoid *ssa.BasicBlock) bool {
		return leadsTo(to, avoid, func(x *ssa.BasicBlock) bool { return x == to })
	}
	return last == b || !returns(last, b) && !returns(b, last)
}
