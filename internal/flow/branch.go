package flow

import (
	"go/constant"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
)

func (w *walker) branch(b *ssa.BasicBlock, instr *ssa.If, s *state) {
	key, neg := w.condition(w.node(s, instr.Cond))
	val, known, stale := w.decide(s, key)
	if known && stale && !w.opposite(s, key, val) {
		known = false
	}
	pos := instr.Cond.Pos()
	for i := range 2 {
		want := (i == 0) != neg
		if known && want != val {
			continue
		}
		next := s
		if !known && i == 0 {
			next = s.clone()
		}
		if !w.implies(next, key, want) {
			continue
		}
		next.assume(key, want)
		if want {
			w.swapped(next, key)
		}
		if !want && w.exhausted(next, key, instr.Cond) {
			continue
		}
		if !known && key.Kind != path.Param {
			w.splits(next, b, i)
		}
		if pos.IsValid() {
			next.trail = &trail{pos, i == 0, s.trail}
		}
		if p := w.info.polls[instr]; p != nil && p.Side == i {
			w.polls(next, p.Load)
		}
		w.enter(b, i, next)
	}
}

// exhausted reports whether a variable is none of the values that it can have: the default of a switch
// over all constants of a type.
func (w *walker) exhausted(s *state, key *path.Node, tested ssa.Value) bool {
	cmp, ok := tested.(*ssa.BinOp)
	if !ok || key.Kind != path.Op || key.Name != "==" || key.Y.Kind != path.Const {
		return false
	}
	domain := w.env.Domain(cmp.X.Type())
	if len(domain) == 0 {
		return false
	}
	return !slices.ContainsFunc(domain, func(v constant.Value) bool {
		is := w.t.Op("==", key.X, w.t.Const(v))
		return !slices.ContainsFunc(s.conds, func(c cond) bool { return c.key == is && !c.val && !c.stale })
	})
}

// assume records the value of a condition.
func (s *state) assume(key *path.Node, val bool) {
	if key.Kind == path.Const {
		return
	}
	for i := range s.conds {
		if s.conds[i].key == key {
			s.conds[i] = cond{key: key, val: val, entry: s.conds[i].entry && s.conds[i].val == val || !s.waited}
			return
		}
	}
	if len(s.conds) >= limits.MaxCells {
		s.conds = slices.Delete(s.conds, 0, 1)
	}
	s.conds = append(s.conds, cond{key: key, val: val, entry: !s.waited})
}

// enter takes the edge number i out of b: phis get their values.
func (w *walker) enter(b *ssa.BasicBlock, i int, s *state) {
	to := b.Succs[i]
	edge := -1
	for j, p := range to.Preds {
		// A block can precede another twice (both sides of an If).
		if p == b {
			edge = j
			if i == 0 || j == len(to.Preds)-1 {
				break
			}
			if b.Succs[0] != to {
				break
			}
		}
	}
	if joined := slices.Collect(phis(to)); len(joined) > 0 {
		w.assignPhis(s, to, b, joined, edge)
	}
	if w.info.inLoop[to.Index] && to.Dominates(b) {
		w.endTurn(s, to)
	}
	w.push(to, s)
}
