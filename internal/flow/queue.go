package flow

import (
	"golang.org/x/tools/go/ssa"
)

// blockQueue orders blocks in reverse post-order, so that all that can flow
// into a block has arrived when its turn comes (but for loops).
type blockQueue struct {
	blocks []*ssa.BasicBlock
	order  []int
}

func (q *blockQueue) Len() int { return len(q.blocks) }

func (q *blockQueue) Less(i, j int) bool {
	return q.order[q.blocks[i].Index] < q.order[q.blocks[j].Index]
}

func (q *blockQueue) Swap(i, j int) { q.blocks[i], q.blocks[j] = q.blocks[j], q.blocks[i] }

func (q *blockQueue) Push(x any) { q.blocks = append(q.blocks, x.(*ssa.BasicBlock)) }

func (q *blockQueue) Pop() any {
	n := len(q.blocks) - 1
	b := q.blocks[n]
	q.blocks = q.blocks[:n]
	return b
}
