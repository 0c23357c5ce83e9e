package pointsto

import (
	"go/token"
	"go/types"
	"iter"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Made returns the places that make the objects which the package puts into a field, or into a container
// in it. all reports whether nothing else is put there. makes tells whether result i of a function is
// always a new object.
func (c *Contents) Made(field string, makes func(fn *ssa.Function, i int) bool) (sites map[ssa.Value]bool, all bool) {
	sites, all = make(map[ssa.Value]bool), !c.isOpen(field)
	for val := range c.pointers(field) {
		switch v := ssax.Origin(val).(type) {
		case *ssa.Const: // nil
		case *ssa.Alloc:
			sites[v] = true
		case *ssa.Call:
			if fn := v.Call.StaticCallee(); fn == nil || !makes(fn, 0) {
				return nil, false
			}
			sites[v] = true
		case *ssa.Extract:
			call, ok := v.Tuple.(*ssa.Call)
			if !ok || call.Call.StaticCallee() == nil || !makes(call.Call.StaticCallee(), v.Index) {
				return nil, false
			}
			sites[v] = true
		default:
			return nil, false
		}
	}
	return sites, all
}

// isOpen reports whether something unknown is put into a field, or into a container in it.
func (c *Contents) isOpen(field string) bool { return c.open[field] || c.open[field+element] }

// pointers returns the pointers that the package puts into a field, and all that it puts into a container in it.
func (c *Contents) pointers(field string) iter.Seq[ssa.Value] {
	return func(yield func(ssa.Value) bool) {
		for _, cell := range []string{field, field + element} {
			for _, p := range c.puts[cell] {
				_, isPointer := p.val.Type().Underlying().(*types.Pointer)
				if (isPointer || strings.HasSuffix(cell, element)) && !yield(p.val) {
					return
				}
			}
		}
	}
}

// Allocs returns the variables of this package to which a field, or a container in it, may point; ok is false if it may point to
// something else, too. It follows what is put there through the functions that return it and the fields it is copied from.
func (c *Contents) Allocs(field string) (allocs map[*ssa.Alloc]bool, ok bool) {
	if known, asked := c.allocs[field]; asked {
		return known, known != nil
	}
	t := tracer{Contents: c, allocs: make(map[*ssa.Alloc]bool), seen: make(map[any]bool)}
	if !t.field(field) || len(t.allocs) == 0 {
		t.allocs = nil
	}
	c.allocs[field] = t.allocs
	return t.allocs, t.allocs != nil
}

// tracer collects the variables that values point to.
type tracer struct {
	*Contents
	allocs map[*ssa.Alloc]bool
	seen   map[any]bool // values, and names of fields
}

func (t *tracer) field(field string) bool {
	if t.seen[field] {
		return true
	}
	t.seen[field] = true
	if t.isOpen(field) {
		return false
	}
	for val := range t.pointers(field) {
		if !t.value(val) {
			return false
		}
	}
	return true
}

// value reports whether all that v may point to is known.
func (t *tracer) value(v ssa.Value) bool {
	v = ssax.Origin(v)
	if t.seen[v] {
		return true
	}
	t.seen[v] = true
	switch v := v.(type) {
	case *ssa.Const: // nil
		return true
	case *ssa.Alloc:
		t.allocs[v] = true
		return true
	case *ssa.Phi:
		for _, e := range v.Edges {
			if !t.value(e) {
				return false
			}
		}
		return true
	case *ssa.UnOp:
		if v.Op == token.MUL {
			if fa, ok := v.X.(*ssa.FieldAddr); ok {
				return t.field(path.StaticCell(fa))
			}
		}
	case *ssa.Call:
		return t.result(v, 0)
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && t.result(call, v.Index)
	}
	return false
}

// result is value for result i of a call.
func (t *tracer) result(call *ssa.Call, i int) bool {
	fn := call.Call.StaticCallee()
	if fn != nil && fn.Origin() != nil {
		fn = fn.Origin()
	}
	if fn == nil || len(fn.Blocks) == 0 {
		return false
	}
	for _, results := range ssax.Returns(fn) {
		if !t.value(results[i]) {
			return false
		}
	}
	return true
}
