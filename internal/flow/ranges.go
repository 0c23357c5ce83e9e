package flow

import (
	"go/constant"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
)

// A loop over a map that is known to have something in it has a first turn:
//
//	if n := len(p.idle); n > 0 {
//		for id := range p.idle {
//			delete(p.idle, id)
//			p.mu.Unlock()
//			return id
//		}
//	}

// begins executes the beginning of a loop over a map or a string.
func (w *walker) begins(s *state, rng *ssa.Range) {
	length := w.t.Op(lengthOp("len", rng.X.Type()), w.node(s, rng.X), nil)
	if empty, known, stale := w.decide(s, binop(w.t, tokenEQL, length, w.t.Const(constant.MakeInt64(0)))); known && !stale && !empty {
		s.assume(w.firstTurn(rng), true)
	}
}

// firstTurn is the condition that a loop has not had a turn yet, and will have one.
func (w *walker) firstTurn(rng *ssa.Range) *path.Node {
	return w.t.Op("first turn", w.t.Value(rng, 0), nil)
}

// nextTurn executes the step to the next turn of such a loop.
func (w *walker) nextTurn(s *state, next *ssa.Next) {
	rng, ok := next.Iter.(*ssa.Range)
	if !ok {
		return
	}
	key := w.firstTurn(rng)
	first := slices.IndexFunc(s.conds, func(c cond) bool { return c.key == key })
	if first < 0 {
		return
	}
	s.conds = slices.Delete(s.conds, first, first+1)
	for _, r := range *next.Referrers() {
		if more, ok := r.(*ssa.Extract); ok && more.Index == 0 {
			s.assume(w.t.Value(more, 0), true)
		}
	}
}
