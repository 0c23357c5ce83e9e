package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
)

// prune drops what no later instruction can ask for.
func (w *walker) prune(s *state, b *ssa.BasicBlock) {
	live := w.info.live[b.Index]
	s.env = slices.DeleteFunc(s.env, func(e binding) bool { return !live.has(e.v) })
	s.mem = slices.DeleteFunc(s.mem, func(c Cell) bool {
		root := c.Addr.Root()
		if root.Kind != path.Value {
			return false
		}
		alloc, ok := root.Val.(*ssa.Alloc)
		return root.Index > 0 && !s.usedAsValue(root) || ok && !w.info.captured[alloc] && !live.has(alloc) && !s.usedAsValue(root)
	})
	s.locks.Drop(func(k *known) bool {
		return !k.Phase.IsHeld() && k.Lock.HasValue() && !w.testable(s, k.Lock, live)
	})
	s.conds = slices.DeleteFunc(s.conds, func(c cond) bool {
		return c.key.HasValue() && !w.testable(s, c.key, live)
	})
}

// usedAsValue reports whether n is part of a value that the state holds.
func (s *state) usedAsValue(n *path.Node) bool {
	for _, b := range s.env {
		if b.n.HasValue() && b.n.Mentions(n) {
			return true
		}
	}
	for _, c := range s.mem {
		if c.Val != nil && c.Val.HasValue() && c.Val.Mentions(n) {
			return true
		}
	}
	for _, d := range s.defers {
		if d.value != nil && d.value.HasValue() && d.value.Mentions(n) {
			return true
		}
		for _, a := range d.args {
			if a != nil && a.HasValue() && a.Mentions(n) {
				return true
			}
		}
	}
	return false
}

// testable reports whether all values in n can still be asked for.
func (w *walker) testable(s *state, n *path.Node, live set) bool {
	if !n.HasValue() {
		return true
	}
	if n.Kind == path.Value {
		return n.Index == 0 && live.has(n.Val) || s.usedAsValue(n)
	}
	if n.X != nil && !w.testable(s, n.X, live) || n.Y != nil && !w.testable(s, n.Y, live) {
		return false
	}
	for _, a := range n.Args {
		if !w.testable(s, a, live) {
			return false
		}
	}
	return true
}
