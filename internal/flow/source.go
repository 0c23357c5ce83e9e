package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// source returns the name of the place that a value comes from, where the value has no name by itself:
// an atomic variable or a channel. Both count as containers.
func (w *walker) source(s *state, n *path.Node) *path.Node {
	in := n
	if in.Kind == path.Deref {
		in = in.X // what an atomic.Pointer points to
		if in.Kind == path.Field && in.X.Kind == path.Value {
			// A field of a copy: of the struct that it is a copy of.
			if val, ok := s.cell(in.X); ok && val != nil && val.Kind == path.Deref {
				return w.t.Deref(w.t.Field(val.X, in.Name, in.Owner, in.Embed))
			}
		}
	}
	if in.Kind == path.Elem && in.X.Kind == path.Value && in.X.Index == 0 {
		if from := w.copiedFrom(s, in.X.Val); from != nil {
			return w.t.Elem(from, w.t.Const(nil))
		}
	}
	if in.Kind != path.Value || in.Index > 0 {
		return n
	}
	val := in.Val
	if e, ok := val.(*ssa.Extract); ok {
		val = e.Tuple
	}
	if addr := pointsto.Loaded(val); addr != nil {
		return w.t.Elem(w.t.Deref(w.node(s, addr)), w.t.Const(nil))
	}
	if ch := ssax.ReceivedFrom(in.Val); ch != nil {
		return w.t.Elem(w.node(s, ch), w.t.Const(nil))
	}
	return n
}

// copiedFrom names the container in a field or variable that a slice or map has its elements from, nil if there is none.
func (w *walker) copiedFrom(s *state, v ssa.Value) *path.Node {
	base, cell := pointsto.Read(v)
	switch {
	case cell == "":
		return nil
	case base == nil:
		return w.t.Deref(w.t.Global(cell))
	}
	if field := w.t.FieldOf(w.node(s, ssax.Origin(base)), base.Type(), cell); field != nil {
		return w.t.Deref(field)
	}
	return nil
}

// keepsForOthers reports whether other packages may have put what is at a place there: callers may hold locks when it is called.
func (w *walker) keepsForOthers(place *path.Node) bool {
	cell, _ := pointsto.Place(w.t, place)
	return cell != "" && w.env.Lends(cell)
}
