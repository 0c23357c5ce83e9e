package flow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/path"
)

// An element of a map counts as a variable: what is found under a key is named after what the element
// held on entry, until the function, or a callee, has changed it.

// has is the operator that asks whether a map has a key.
const has = "has"

func isMap(v ssa.Value) bool {
	_, ok := v.Type().Underlying().(*types.Map)
	return ok
}

// lookup executes a look into a map.
func (w *walker) lookup(s *state, instr *ssa.Lookup) {
	if !isMap(instr.X) {
		return
	}
	found := ssa.Value(instr)
	if instr.CommaOk {
		found = nil
		for _, ref := range *instr.Referrers() {
			if e, ok := ref.(*ssa.Extract); ok && e.Index == 0 {
				found = e
			}
		}
		if found == nil {
			return
		}
	}
	if n := w.load(s, w.t.Elem(w.node(s, instr.X), w.node(s, instr.Index)), found); n != nil {
		s.bind(instr, n)
	}
}

// setElement executes an assignment to an element of a map. Keys that are written differently count as
// different ones.
func (w *walker) setElement(s *state, instr *ssa.MapUpdate, val *path.Node) {
	m, key := w.node(s, instr.Map), w.node(s, instr.Key)
	w.mapChanged(s, m)
	if cell := w.t.Cell(w.t.Elem(m, key)); cell != "" {
		for i := range s.conds {
			if c := &s.conds[i]; c.val && w.sizeCell(c.key) == cell {
				c.stale = true // there is something now
			}
		}
	}
	if !w.info.loaded[path.ElementCell(instr.Map)] {
		return
	}
	if !tracked(instr.Value.Type()) || val.TooDeep() {
		val = nil
	}
	addr := w.t.Elem(m, key)
	if w.missing(s, addr) {
		s.unsetCell(addr)
	} else {
		s.setCell(addr, val)
	}
	for i := range s.conds {
		if c := &s.conds[i]; c.key.Kind == path.Op && c.key.Name == has && c.key.X == m && c.key.Y == key {
			*c = cond{key: c.key, val: true}
		}
	}
}

// missing reports whether nothing was found under a key. What is put there then has the name of what
// callers find there, whether this call has made it or an earlier one.
func (w *walker) missing(s *state, addr *path.Node) bool {
	n, ok := s.cell(addr)
	if !ok {
		n = w.t.Deref(addr)
	}
	if n == nil || n.Kind != path.Deref {
		return false
	}
	if none, known, _ := w.decide(s, w.t.Op(token.EQL.String(), n, w.t.Const(nil))); known && none {
		return true
	}
	found, known, _ := w.decide(s, w.t.Op(has, addr.X, addr.Y))
	return known && !found
}

// builtin executes a call of a builtin function.
func (w *walker) builtin(s *state, b *ssa.Builtin, args []*path.Node) {
	switch b.Name() {
	case "delete":
		addr := w.t.Elem(args[0], args[1])
		w.mapChanged(s, args[0])
		w.emptied(s, w.t.Cell(addr))
		s.setCell(addr, nil)
	case "clear":
		w.mapChanged(s, args[0])
		w.emptied(s, w.t.Cell(w.t.Elem(args[0], w.t.Const(nil))))
	}
}

// emptied notes that elements have been deleted from the maps of cells: what is found under a key from
// now on is something else.
func (w *walker) emptied(s *state, cells ...string) {
	s.lost = w.lost.addAll(s.lost, cells)
	s.mem = slices.DeleteFunc(s.mem, func(c Cell) bool { return slices.Contains(cells, w.t.Cell(c.Addr)) })
	for i := range s.conds {
		if c := &s.conds[i]; c.key.Kind == path.Op && c.key.Name == has && slices.Contains(cells, w.t.Cell(w.t.Elem(c.key.X, c.key.Y))) {
			c.stale = true
		} else if cell := w.sizeCell(c.key); cell != "" && slices.Contains(cells, cell) && !c.val {
			c.stale = true // there may be nothing any more
		}
	}
}

// sizeCell returns the cell of the elements of a map, if a condition asks whether there is nothing in the map; "" if it asks something else.
func (w *walker) sizeCell(key *path.Node) string {
	if key.Kind != path.Op || key.Name != "==" || key.X.Kind != path.Op || key.X.Name != size || key.X.X == nil {
		return ""
	}
	return w.t.Cell(w.t.Elem(key.X.X, w.t.Const(nil)))
}

// mapChanged notes that a map has other elements now.
func (w *walker) mapChanged(s *state, m *path.Node) {
	for i := range s.locks.Held() {
		if h := &s.locks.Held()[i]; h.Lock.Mentions(m) && h.Lock != m {
			h.Doubt |= lockset.Moved
		}
	}
}

// deletes notes the maps from which a callee deletes elements.
func (w *walker) deletes(s *state, c Callee) {
	if len(c.Writes.Deletes) > 0 {
		w.emptied(s, c.Writes.Deletes...)
	}
}
