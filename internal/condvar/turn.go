package condvar

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A turn is the part of a function in which a call is run once: one turn of the
// innermost loop around it, or the function if there is none.
type turn struct {
	head *ssa.BasicBlock // of the loop, nil if there is none
	body map[*ssa.BasicBlock]bool
}

// turnOf finds the innermost natural loop around a block.
func turnOf(b *ssa.BasicBlock) turn {
	var inner turn
	for _, head := range b.Parent().Blocks {
		if !head.Dominates(b) || !slices.ContainsFunc(head.Preds, head.Dominates) {
			continue
		}
		body := make(map[*ssa.BasicBlock]bool)
		for _, latch := range head.Preds {
			if head.Dominates(latch) {
				collect(latch, head, body)
			}
		}
		if body[b] && (inner.head == nil || len(body) < len(inner.body)) {
			inner = turn{head, body}
		}
	}
	return inner
}

// collect adds the blocks of a loop from which its latch is reached.
func collect(latch, head *ssa.BasicBlock, body map[*ssa.BasicBlock]bool) {
	body[head] = true
	work := []*ssa.BasicBlock{latch}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if !body[b] {
			body[b] = true
			work = append(work, b.Preds...)
		}
	}
}

// next returns the blocks that follow b in the same turn.
func (t turn) next(b *ssa.BasicBlock) (succs []*ssa.BasicBlock) {
	for _, s := range b.Succs {
		if s != t.head && (t.head == nil || t.body[s]) {
			succs = append(succs, s)
		}
	}
	return succs
}

// reach returns the blocks that come after the given ones in the same turn, those
// included.
func (t turn) reach(from ...*ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	seen := make(map[*ssa.BasicBlock]bool)
	for work := slices.Clone(from); len(work) > 0; { // from may be the successors of a block themselves
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if !seen[b] {
			seen[b] = true
			work = append(work, t.next(b)...)
		}
	}
	return seen
}

// A fork is a branch that decides whether a block is reached in the same turn, and
// the side that does not lead there, nil if that leaves the turn.
type fork struct {
	branch *ssa.If
	leads  bool // the side that leads to the block: true or false
	avoids *ssa.BasicBlock
}

// forks returns the branches that decide whether b is reached, in source order.
func (t turn) forks(b *ssa.BasicBlock) (fs []fork) {
	for _, x := range b.Parent().Blocks {
		branch, ok := lastInstr(x).(*ssa.If)
		if !ok || x == b || t.head != nil && !t.body[x] {
			continue
		}
		leads := func(s *ssa.BasicBlock) bool {
			return s == b && b == t.head || slices.Contains(t.next(x), s) && t.reach(s)[b]
		}
		yes, no := leads(x.Succs[0]), leads(x.Succs[1])
		if yes == no {
			continue
		}
		f := fork{branch: branch, leads: yes}
		avoids := x.Succs[0]
		if yes {
			avoids = x.Succs[1]
		}
		if slices.Contains(t.next(x), avoids) {
			f.avoids = avoids
		}
		fs = append(fs, f)
	}
	return fs
}

func lastInstr(b *ssa.BasicBlock) ssa.Instruction {
	if len(b.Instrs) == 0 {
		return nil
	}
	return b.Instrs[len(b.Instrs)-1]
}

// leaves reports whether a branch of the loop can end it.
func (t turn) leaves() bool {
	for b := range t.body {
		if _, ok := lastInstr(b).(*ssa.If); ok && slices.ContainsFunc(b.Succs, func(s *ssa.BasicBlock) bool { return !t.body[s] }) {
			return true
		}
	}
	return false
}
