package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// load returns what addr holds in s. by is the instruction that loads, whose
// own name the contents get when they are unknown; it may be nil, and then
// unknown contents have no name.
func (w *walker) load(s *state, addr *path.Node, by ssa.Value) *path.Node {
	if n := w.env.Alias(w.t, addr); n != nil {
		return n
	}
	if held := path.HeldIn(addr); held != nil {
		return held
	}
	addr = w.inVariable(addr)
	val, ok := s.cell(addr)
	if ok && val != nil {
		return val
	}
	if addr.Kind == path.FreeVar {
		if n := w.captured(addr); n != nil {
			return n
		}
	}
	if !ok && addr.Kind == path.Field {
		// A field of a variable that got its struct as a whole: a parameter's copy.
		if whole, ok := s.cell(addr.X); ok && whole != nil && whole.Kind != path.Const && addr.X.Kind == path.Value && !addr.TooDeep() {
			if whole.Kind == path.Deref {
				whole = whole.X
			}
			// Only names of what callers know: a variable copied to another, in a
			// loop perhaps, may lead back here.
			if whole.InEntry() {
				return w.load(s, w.t.Field(whole, addr.Name, addr.Owner, addr.Embed), by)
			}
			if whole != addr.X && whole.Kind == path.Value {
				if val, ok := s.cell(w.t.Field(whole, addr.Name, addr.Owner, addr.Embed)); ok && val != nil {
					return val
				}
			}
		}
	}
	if !ok {
		if cell := w.t.Cell(addr); cell == "" || !s.lost.has(cell) {
			if addr.TooDeep() {
				return nil
			}
			return w.t.Deref(addr)
		}
	}
	if by == nil {
		return nil
	}
	n := w.t.Value(by, 0)
	if len(s.mem) < limits.MaxCells || addr.Kind != path.Field {
		s.setCell(addr, n)
	}
	return n
}

// inVariable names a field of a struct that was read from a variable as a field of
// the variable.
func (w *walker) inVariable(addr *path.Node) *path.Node {
	if addr.Kind != path.Field || addr.X.Kind != path.Deref || addr.X.X.Kind != path.Value && !addr.X.X.IsSome() {
		return addr
	}
	alloc, ok := addr.X.X.Val.(*ssa.Alloc)
	if !ok {
		return addr
	}
	if _, isStruct := alloc.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct); !isStruct {
		return addr
	}
	return w.t.Field(addr.X.X, addr.Name, addr.Owner, addr.Embed)
}

// store records that addr now holds val (nil: something unknown).
func (w *walker) store(s *state, addr, val *path.Node) {
	if val != nil && val.TooDeep() {
		val = nil
	}
	cell := w.t.Cell(addr)
	if cell != "" {
		w.lose(s, cell, addr)
	}
	if len(s.mem) >= limits.MaxCells && addr.Kind == path.Field {
		w.t.Limits.Hit(limits.Cells)
		if !w.info.loaded[cell] {
			return
		}
		val = nil
	}
	s.setCell(addr, val)
}

// lose forgets what addresses of a cell hold, but for keep. If keep lies in an object that nobody else knows yet, no name that callers know is
// another name of it.
func (w *walker) lose(s *state, cell string, keep *path.Node) {
	isNew := keep != nil && !keep.Loads() && w.fresh(keep, w.now)
	if !isNew {
		s.lost = w.lost.add(s.lost, cell)
	}
	s.mem = slices.DeleteFunc(s.mem, func(c Cell) bool {
		return c.Addr != keep && w.t.Cell(c.Addr) == cell && !distinctLocals(c.Addr, keep) && !(isNew && c.Addr.InEntry())
	})
}

// distinctLocals reports whether a and b lie in different local variables.
func distinctLocals(a, b *path.Node) bool {
	if a == nil || b == nil {
		return false
	}
	ra, rb := a.Root(), b.Root()
	isLocal := func(n *path.Node) bool {
		if n.Kind != path.Value || n.Index > 0 {
			return false
		}
		_, ok := n.Val.(*ssa.Alloc)
		return ok
	}
	return ra != rb && isLocal(ra) && isLocal(rb) && !a.Loads() && !b.Loads()
}

// doubt makes what is known of a condition stale.
func (s *state) doubt(key *path.Node) {
	for i := range s.conds {
		if s.conds[i].key == key {
			s.conds[i].stale = true
		}
	}
}

// disturb notes that code ran which nobody here can see (or, with a lock
// acquired, that others ran before): what was read from memory may have changed.
// moves says whether pointers on the way to locks may have changed, too.
func (w *walker) disturb(s *state, moves bool) {
	s.waited = true
	for i := range s.conds {
		if c := s.conds[i]; (w.mayChange(c.key) || isCallNode(c.key)) && !(c.val && w.staysTrue(c.key)) {
			s.conds[i].stale = true
		}
	}
	for i := range s.mem {
		c := &s.mem[i]
		if root := c.Addr.Root(); root.Kind == path.Value {
			if alloc, ok := root.Val.(*ssa.Alloc); ok && (!w.info.shared[alloc] || c.Addr != root || w.env.Settled().isConfined(alloc)) {
				continue
			}
			if call, ok := root.Val.(*ssa.Call); ok && ownOnceFunc(call) {
				continue
			}
			if w.made[root.Val] && w.now != nil && w.fresh(c.Addr, w.now) {
				continue
			}
			if ssax.IsStruct(root.Val.Type()) && !c.Addr.Loads() {
				continue // a struct by value, in a variable of the function
			}
		}
		if c.Addr.Kind == path.FreeVar && w.env.Settled().Confined(w.fn, c.Addr.Index) {
			continue
		}
		if c.Val == nil {
			continue
		}
		if b, ok := c.Val.IsBool(); ok {
			if !b || !w.isOnceRan(c.Addr) && !w.staysTrue(w.t.Deref(c.Addr)) { // what has run once never runs again
				w.forgetCell(s, c)
			}
			continue
		}
		if cell := w.t.Cell(c.Addr); cell != "" && !w.env.Unstable(cell) && moves {
			continue
		}
		if c.Val.Kind == path.Const {
			c.Val = nil
		}
	}
	if !moves {
		return
	}
	s.move(w.unstable)
}

// forgetCell makes the contents of a cell unknown; of a boolean, the old value stays
// as a belief about the new one.
func (w *walker) forgetCell(s *state, c *Cell) {
	if c.Val == nil {
		return
	}
	b, ok := c.Val.IsBool()
	if !ok {
		c.Val = nil
		return
	}
	c.Val = w.t.Op("later", w.t.Deref(c.Addr), nil)
	s.assume(c.Val, b)
	s.doubt(c.Val)
}

// unstable reports whether the way to a lock leads through a variable that
// code of the package changes after construction.
func (w *walker) unstable(n *path.Node) bool {
	for ; n != nil; n = n.X {
		if n.Kind == path.Deref {
			if cell := w.t.Cell(n.X); cell != "" && w.env.Unstable(cell) {
				return true
			}
		}
		if n.Kind == path.Elem {
			return true
		}
	}
	return false
}
