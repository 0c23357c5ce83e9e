package pointsto

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// An owner is an object that can be found from the struct that a put's cell belongs to, and the way
// there.
type owner struct {
	obj   ssa.Value
	frame *frame
	way   []step
}

// A step leads from an object to one that has it: the struct that it lies in by value, or the one that
// has it in a cell.
type step struct {
	cell string // "" for the struct around it
}

// ownersOf returns the struct that the put's cell belongs to, and what has it.
func (c *Contents) ownersOf(p *put) []owner {
	if p.owners != nil || p.base == nil && p.outer == nil {
		return p.owners
	}
	todo := []owner{{obj: p.base, frame: p.frame}}
	if p.base == nil {
		todo[0].obj, todo[0].way = p.outer, p.way
	}
	for len(todo) > 0 && len(p.owners) < limits.MaxOwners {
		o := todo[0]
		todo = todo[1:]
		p.owners = append(p.owners, o)
		if len(o.way) < limits.MaxWay {
			todo = append(todo, c.above(o)...)
		}
	}
	return p.owners
}

// above returns what has the object o.
func (c *Contents) above(o owner) (out []owner) {
	to := func(obj ssa.Value, f *frame, steps ...step) {
		if obj != nil {
			out = append(out, owner{obj, f, append(o.way[:len(o.way):len(o.way)], steps...)})
		}
	}
	in := func(p *put, f *frame) {
		to(p.base, f, step{p.cell})
		to(p.outer, f, append([]step{{p.cell}}, p.way...)...)
	}
	obj := plain(o.obj, o.frame)
	f := o.frame
	switch v := obj.(type) {
	case *ssa.FieldAddr:
		to(v.X, f, step{})
	case *ssa.UnOp:
		if base, cell := address(v.X); cell != "" {
			to(base, f, step{cell})
		}
	}
	// The same object under other names: as what a call returns, and as what a literal is called with.
	for _, same := range append(returnedAs(obj, f), calledWith(obj, f)...) {
		out = append(out, owner{same.obj, same.frame, o.way})
	}
	// The cells that it is put into, by this function or a callee.
	for _, p := range c.objects[obj] {
		in(p, f)
	}
	for _, v := range append(ssax.Copies(obj), values(obj)...) {
		if v.Referrers() == nil {
			continue
		}
		for _, r := range *v.Referrers() {
			call, ok := r.(ssa.CallInstruction)
			if !ok {
				continue
			}
			fn := call.Common().StaticCallee()
			if fn == nil || len(fn.Params) != len(call.Common().Args) || f.of(fn) != nil {
				continue
			}
			for i, arg := range call.Common().Args {
				if arg != v {
					continue
				}
				for _, p := range c.objects[fn.Params[i]] {
					in(p, &frame{fn, call, call.Common().Args, f})
				}
			}
		}
	}
	return out
}

// values returns what a struct variable is read for as a whole: whoever gets that has its fields.
func values(obj ssa.Value) (out []ssa.Value) {
	alloc, ok := obj.(*ssa.Alloc)
	if !ok {
		return nil
	}
	for _, r := range *alloc.Referrers() {
		if u, ok := r.(*ssa.UnOp); ok {
			if _, isStruct := u.Type().Underlying().(*types.Struct); isStruct {
				out = append(out, u)
			}
		}
	}
	return out
}

// returnedAs returns the result of the call that the frame has of the object's function, if that is the object whenever it is not nil.
func returnedAs(obj ssa.Value, f *frame) []owner {
	in := f.of(obj.Parent())
	if in == nil || in.call == nil {
		in = f
	}
	if in == nil || in.call == nil {
		return nil
	}
	at := resultOf(in.fn, obj, f)
	if at < 0 {
		return nil
	}
	res := ssax.Result(in.call, at)
	if res == nil {
		return nil
	}
	if in == f {
		f = f.up
	}
	return []owner{{obj: res, frame: f}}
}

// ResultOf returns the place of the result of fn that is an object, or a closure, whenever it is not nil, -1 if none is.
func ResultOf(fn *ssa.Function, obj ssa.Value) int { return resultOf(fn, obj, nil) }

// resultOf is ResultOf with the parameters that a frame knows.
func resultOf(fn *ssa.Function, obj ssa.Value, f *frame) int {
	at := -1
	for _, results := range ssax.Returns(fn) {
		for i, r := range results {
			if plain(r, f) == obj && (at < 0 || at == i) {
				at = i
			} else if i == at && !ssax.IsNil(r) {
				return -1
			}
		}
	}
	return at
}

// follow goes from the address of a struct along the way; nil if self is not where the way begins.
func follow(t *path.Table, self *path.Node, way []step) *path.Node {
	n := self
	for _, s := range way {
		if n == nil {
			return nil
		}
		if s.cell == "" {
			if n.Kind != path.Field {
				return nil
			}
			n = n.X
			continue
		}
		if n.Kind == path.Deref {
			n = n.X
		}
		at, cell := n, s.cell
		for strings.HasSuffix(cell, element) { // of a container, or of one in it
			if at.Kind != path.Elem {
				return nil
			}
			if at = at.X; at.Kind == path.Deref { // and not an array
				at = at.X
			}
			cell = strings.TrimSuffix(cell, element)
		}
		if t.Cell(at) != cell {
			return nil
		}
		if at.Kind != path.Field {
			return nil
		}
		n = at.X
	}
	return n
}
