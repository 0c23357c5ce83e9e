package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/path"
)

// assignPhis gives the phis of a block their values, all at once. On a loop's
// back edge a pointer's old value gets the phi's own name, so that a lock held
// on it is found again under the loop variable, however many turns follow.
func (w *walker) assignPhis(s *state, to, from *ssa.BasicBlock, phis []*ssa.Phi, edge int) {
	loop := w.info.inLoop[to.Index]
	back := loop && to.Dominates(from)
	vals := make([]*path.Node, len(phis))
	for i, phi := range phis {
		vals[i] = w.tested(s, w.node(s, phi.Edges[edge]))
	}
	var past []comparison
	if back {
		past = w.passes(s, to)
	}
	if loop {
		for _, phi := range phis {
			if w.age(s, phi, pointers(phis, vals)) {
				for i := range vals {
					vals[i] = w.t.Age(vals[i], phi)
				}
			}
		}
	}
	header := back || loop && w.info.header[to.Index]
	for i, phi := range phis {
		n := vals[i]
		switch {
		case !back && n.Kind == path.Const && phi.Comment != "rangeindex":
			s.bind(phi, n) // the first turn of a loop knows where it starts
		case !tracked(phi.Type()) && header, n.TooDeep() && !back:
			s.unbind(phi)
		case back && n.Kind != path.Const && n.Kind != path.Func && (n.HasValue() || n.Depth() > 3):
			own := w.t.Value(phi, 0)
			w.differs(s, own, n)
			rename := func(x *path.Node) *path.Node {
				return w.t.Rewrite(x, func(x *path.Node) *path.Node {
					if x == n {
						return own
					}
					return nil
				})
			}
			s.rewrite(rename)
			for j := i + 1; j < len(vals); j++ {
				vals[j] = rename(vals[j])
			}
			s.unbind(phi)
		default:
			s.bind(phi, n)
		}
	}
	w.goesPast(s, past)
}

// endTurn makes the values by which locks are held, and that a turn of the loop with a header has made, those of the turn before: the
// next one may not make them anew, but end the loop. Values that go on under other names have these names by now.
func (w *walker) endTurn(s *state, header *ssa.BasicBlock) {
	for {
		v := w.madeIn(s, header)
		if v == nil || !w.age(s, v, nil) {
			return
		}
	}
}

// madeIn returns a value by which a lock is held, and that an instruction has made in this turn of the loop with a header; nil if
// there is none.
func (w *walker) madeIn(s *state, header *ssa.BasicBlock) (made ssa.Value) {
	for _, h := range s.locks.Held() {
		for n := h.Lock; n != nil && n.HasValue() && made == nil; n = n.X {
			for _, x := range []*path.Node{n, n.Y} {
				if x == nil || x.Kind != path.Value || x.Index != 0 {
					continue
				}
				if instr, ok := x.Val.(ssa.Instruction); ok && instr.Block() != nil && instr.Parent() == w.fn && header != instr.Block() && header.Dominates(instr.Block()) {
					made = x.Val
				}
			}
		}
	}
	return made
}

// tested returns the value of a boolean parameter, or of its negation, that has been
// tested on the way, and n if n is none: a && b with b false is as false as with a
// false, and the two need not be told apart.
func (w *walker) tested(s *state, n *path.Node) *path.Node {
	key, neg := w.condition(n)
	if key.Kind != path.Param {
		return n
	}
	for _, c := range s.conds {
		if c.key == key && !c.stale {
			return w.t.Bool(c.val != neg)
		}
	}
	return n
}

// pointers returns the values of the phis that can lead to a lock.
func pointers(phis []*ssa.Phi, vals []*path.Node) (ptrs []*path.Node) {
	for i, phi := range phis {
		if tracked(phi.Type()) {
			ptrs = append(ptrs, vals[i])
		}
	}
	return ptrs
}

// differs notes that own, another name for n, is none of the objects that n was
// reached from: data that functions walk with locks has no cycles.
func (w *walker) differs(s *state, own, n *path.Node) {
	var from []*path.Node
	for x := n.X; x != nil; x = x.X {
		if x.Kind == path.Param || x.Kind == path.Value || x.Kind == path.Deref {
			from = append(from, x)
			for _, c := range s.conds {
				if !c.val && c.key.Kind == path.Op && c.key.Name == "==" {
					if c.key.X == x {
						from = append(from, c.key.Y)
					} else if c.key.Y == x {
						from = append(from, c.key.X)
					}
				}
			}
		}
	}
	for _, x := range from {
		if x.Kind != path.Const {
			s.assume(binop(w.t, tokenEQL, own, x), false)
		}
	}
}

// age makes room for a new value of v: what the state calls v's value becomes
// the value of the turn before. kept are values that go on under other names. It
// reports whether anything changed.
func (w *walker) age(s *state, v ssa.Value, kept []*path.Node) bool {
	if !s.mentions(w.t.Value(v, 0)) && !s.mentions(w.t.Value(v, 1)) {
		return false
	}
	w.loopLeaks(s, v, kept)
	s.rewrite(func(n *path.Node) *path.Node { return w.t.Age(n, v) })
	// What has been known of one of several objects that are no longer told apart is known of none.
	s.mem = slices.DeleteFunc(s.mem, func(c Cell) bool { return c.Addr.Lumped() })
	s.conds = slices.DeleteFunc(s.conds, func(c cond) bool { return c.key.Lumped() })
	// Less is known of objects of earlier turns, and in no particular order.
	for i := range s.locks.Held() {
		if h := &s.locks.Held()[i]; h.Lock.Old() {
			h.Doubt |= lockset.Moved
			if h.Lock.Lumped() {
				h.Doubt |= lockset.Unsure
			}
		}
	}
	slices.SortStableFunc(s.locks.Held(), func(a, b known) int {
		switch {
		case a.Lock.Old() && b.Lock.Old():
			return int(a.Lock.ID - b.Lock.ID)
		case a.Lock.Old():
			return -1
		case b.Lock.Old():
			return 1
		}
		return 0
	})
	// Acquisitions on objects that are no longer told apart become one.
	var lumped []known
	s.locks.Drop(func(k *known) bool {
		if !k.Phase.IsHeld() || !k.Lock.Lumped() {
			return false
		}
		if slices.ContainsFunc(lumped, func(l known) bool { return l.Lock == k.Lock && l.By.site == k.By.site }) {
			return true
		}
		lumped = append(lumped, *k)
		return false
	})
	for i := 0; i < len(s.defers); i++ {
		for j := i + 1; j < len(s.defers); j++ {
			if s.defers[i].instr == s.defers[j].instr && sameNodes(s.defers[i], s.defers[j]) {
				s.defers = slices.Delete(s.defers, j, j+1)
				j--
			}
		}
	}
	return true
}

// loopLeaks records the locks of v that are still held when v gets its next
// value.
func (w *walker) loopLeaks(s *state, v ssa.Value, kept []*path.Node) {
	carriers, ok := w.info.carriers(v, w.env.Settled())
	if !ok {
		return
	}
	now := w.t.Value(v, 0)
	s.locks.Drop(func(h *known) bool {
		if !h.Phase.IsHeld() || h.Is(lockset.Unsure) || !h.Lock.HasValue() || !h.Lock.Mentions(now) || h.By.site.Block() == nil || !w.info.inLoop[h.By.site.Block().Index] {
			return false
		}
		if slices.ContainsFunc(s.defers, func(d deferred) bool {
			return d.value != nil && d.value.Mentions(now) || slices.ContainsFunc(d.args, func(a *path.Node) bool { return a.Mentions(now) })
		}) {
			return false // released at the end of the function
		}
		if slices.ContainsFunc(kept, func(k *path.Node) bool { return k.HasValue() && h.Lock.Mentions(k) }) {
			return false
		}
		if w.inLocal(s, h.Lock) {
			return false
		}
		if _, isField := v.(*ssa.FieldAddr); isField { // the name of the object is too long, and what has become of it is not known
			return len(carriers) == 0
		}
		if l := w.leak(s, *h, h.By.site.Pos(), leakLoop, Unclear); l != nil && len(carriers) > 0 {
			w.carried = append(w.carried, carriedLeak{*l, v, carriers})
			w.res.Leaks = w.res.Leaks[:len(w.res.Leaks)-1]
		}
		return len(carriers) == 0
	})
}

// inLocal reports whether the object of a lock is in a variable that all turns share: a local one that a literal captures, say, or a field of
// what the function was given. There it goes on.
func (w *walker) inLocal(s *state, lock *path.Node) bool {
	return slices.ContainsFunc(s.mem, func(c Cell) bool {
		if c.Val == nil || !c.Val.HasValue() || !lock.Mentions(c.Val) {
			return false
		}
		if c.Addr.Kind != path.Value {
			return c.Addr.Kind == path.Field && c.Addr.InEntry() && !c.Addr.HasValue()
		}
		variable, ok := c.Addr.Val.(*ssa.Alloc)
		return ok && !w.info.inLoop[variable.Block().Index]
	})
}
