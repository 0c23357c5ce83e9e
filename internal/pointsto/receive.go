package pointsto

import (
	"go/types"
	"iter"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Receive takes note of what fn, a function of another package, does with args, the receiver counted, when an instruction calls it. transfers tells
// what functions of other packages put where.
func (c *Contents) Receive(t *path.Table, instr ssa.CallInstruction, fn *ssa.Function, args []ssa.Value, transfers func(*ssa.Function) []Transfer) {
	for _, tr := range transfers(fn) {
		c.receive(receiver{t, instr, args, transfers, 0}, tr)
	}
}

func (c *Contents) receive(r receiver, tr Transfer) {
	t := r.t
	object := tr.To
	if tr.Cell != "" {
		_, object = Place(t, tr.To)
	}
	way, ok := wayFrom(t, object)
	root := r.at(tr.To.Root())
	if !ok || root == nil {
		return
	}
	add := func(p *put, cell string, way []step) {
		p.cell, p.base, p.test = cell, root, c.test
		if len(way) > 0 {
			p.base, p.outer, p.way = nil, root, way
		}
		switch p.val.Type().Underlying().(type) {
		case *types.Signature, *types.Interface, *types.Pointer, *types.Struct:
			c.add(p, r.call.Parent())
		}
	}
	vals := r.values(tr.From)
	if len(vals) == 0 && tr.Cell != "" && tr.From.Kind == path.Deref && tr.From.X.Kind == path.Field {
		// The field of an object that the caller has got elsewhere.
		for _, object := range r.values(tr.From.X.X) {
			if ssax.IsPointer(object.Type()) {
				add(&put{from: t.Cell(tr.From.X), val: object}, tr.Cell, way)
			}
		}
	}
	for _, val := range vals {
		if tr.Cell != "" {
			add(&put{val: val}, tr.Cell, way)
			continue
		}
		for set := range r.optionSets(val) {
			_, object := Place(t, set.to)
			inner, ok := wayFrom(t, object)
			if !ok {
				continue
			}
			for _, v := range set.vals {
				add(&put{val: v}, set.cell, append(inner, way...))
			}
		}
	}
}

// A receiver names what a call of another package's function gets, as the caller has it.
type receiver struct {
	t         *path.Table
	call      ssa.CallInstruction
	args      []ssa.Value
	transfers func(*ssa.Function) []Transfer
	depth     int
}

// at returns the argument or result that a name without operations is.
func (r receiver) at(n *path.Node) ssa.Value {
	switch {
	case n.Kind == path.Param && n.Index < len(r.args):
		return r.args[n.Index]
	case n.Kind == path.Result:
		return ssax.Result(r.call, n.Index)
	}
	return nil
}

// wayFrom returns the way from a struct, by its address, to the root of its name.
func wayFrom(t *path.Table, object *path.Node) (way []step, ok bool) {
	for range limits.MaxNested {
		if object == nil {
			return nil, false
		}
		if object.Kind == path.Param || object.Kind == path.Result {
			return way, true
		}
		cell, next := Place(t, object)
		if cell == "" {
			return nil, false
		}
		way, object = append(way, step{cell}), next
	}
	return nil, false
}

// values returns what may be at a name.
func (r receiver) values(n *path.Node) (vals []ssa.Value) {
	if r.depth++; r.depth > limits.MaxNested {
		return nil
	}
	switch {
	case n.Kind == path.Elem:
		for _, list := range r.values(n.X) {
			elems, _ := ssax.Elements(list)
			for _, e := range elems {
				if e != nil {
					vals = append(vals, e)
				}
			}
		}
	case n.Kind == path.Deref && n.X.Kind == path.Field:
		cell := r.t.Cell(n.X)
		for _, v := range r.values(n.X.X) {
			if ssax.IsCallable(v.Type()) {
				for set := range r.optionSets(v) {
					if set.cell == cell {
						vals = append(vals, set.vals...)
					}
				}
				continue
			}
			vals = append(vals, storedIn(v, cell)...)
		}
	default:
		if v := r.at(n); v != nil {
			vals = append(vals, v)
		}
	}
	return vals
}

// An optionSet is a field that an option sets, and what it may set it to.
type optionSet struct {
	cell string
	to   *path.Node
	vals []ssa.Value
}

// optionSets yields what an option sets, if it is made by a function of another package.
func (r receiver) optionSets(v ssa.Value) iter.Seq[optionSet] {
	return func(yield func(optionSet) bool) {
		call, ok := unboxed(v, nil).(*ssa.Call)
		if !ok || call.Call.StaticCallee() == nil || r.depth > limits.MaxNested {
			return
		}
		maker := receiver{r.t, call, call.Call.Args, r.transfers, r.depth + 1}
		for _, tr := range r.transfers(call.Call.StaticCallee()) {
			if tr.Cell == "" {
				continue
			}
			if tr.To.Root().Kind == path.Result && !yield(optionSet{tr.Cell, tr.To, maker.values(tr.From)}) {
				return
			}
		}
	}
}
