package ssax

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Deciders returns the branches on which it depends whether a function comes to a block or to one of its ends without it, and those on which it depends
// whether it comes to these: control dependence, as J. Ferrante and others define it in "The Program Dependence Graph and Its Use in
// Optimization" (1987). Of the blocks at which the function ends, those count of which ends is true. A loop that never ends
// comes to an end whenever it begins again. At most max branches are returned, of the nearest blocks.
func Deciders(block *ssa.BasicBlock, max int, ends func(*ssa.BasicBlock) bool) (branches []*ssa.If) {
	blocks := block.Parent().Blocks
	last := lasts(blocks, ends)
	seen := make([]bool, len(blocks))
	seen[block.Index] = true
	for work := []*ssa.BasicBlock{block}; len(work) > 0 && len(branches) < max; work = work[1:] {
		leads := backwards(len(blocks), work[:1], nil)
		avoids := backwards(len(blocks), last, work[0])
		for _, b := range slices.Backward(blocks) {
			branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
			if ok && leads[b.Index] && !seen[b.Index] && avoids[b.Succs[0].Index] != avoids[b.Succs[1].Index] {
				seen[b.Index] = true
				branches = append(branches, branch)
				work = append(work, b)
			}
		}
	}
	return branches
}

// lasts returns the blocks at which a function ends, as far as they count, and those at which a loop that never ends begins again.
func lasts(blocks []*ssa.BasicBlock, ends func(*ssa.BasicBlock) bool) (last []*ssa.BasicBlock) {
	var all []*ssa.BasicBlock
	for _, b := range blocks {
		if len(b.Succs) == 0 {
			all = append(all, b)
			if ends(b) {
				last = append(last, b)
			}
		}
	}
	ending := backwards(len(blocks), all, nil)
	for _, b := range blocks {
		if !ending[b.Index] && slices.ContainsFunc(b.Succs, func(s *ssa.BasicBlock) bool { return s.Dominates(b) }) {
			last = append(last, b)
		}
	}
	return last
}

// backwards returns, by their numbers, the blocks of n from which a way leads to one of some blocks, themselves included, that does not lead through
// another one.
func backwards(n int, to []*ssa.BasicBlock, but *ssa.BasicBlock) []bool {
	seen := make([]bool, n)
	for work := slices.Clone(to); len(work) > 0; {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if b != but && !seen[b.Index] {
			seen[b.Index] = true
			work = append(work, b.Preds...)
		}
	}
	return seen
}
