package pointsto

import (
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
	if p.owners != nil || p.base == nil {
		return p.owners
	}
	todo := []owner{{obj: p.base, frame: p.frame}}
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
	to := func(obj ssa.Value, f *frame, s step) {
		if obj != nil {
			out = append(out, owner{obj, f, append(o.way[:len(o.way):len(o.way)], s)})
		}
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
	// The cells that it is put into, by this function or a callee.
	for _, p := range c.objects[obj] {
		to(p.base, f, step{p.cell})
	}
	for _, v := range copies(obj) {
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
					to(p.base, &frame{fn, call.Common().Args, f}, step{p.cell})
				}
			}
		}
	}
	return out
}

// copies returns the values that are v: itself, and what the local variables that hold it are read for.
func copies(v ssa.Value) []ssa.Value {
	out := []ssa.Value{v}
	if v.Referrers() == nil {
		return out
	}
	for _, r := range *v.Referrers() {
		st, ok := r.(*ssa.Store)
		if !ok || st.Val != v {
			continue
		}
		alloc, ok := st.Addr.(*ssa.Alloc)
		if !ok || ssax.OnlyStore(alloc) != v {
			continue
		}
		for _, r := range *alloc.Referrers() {
			if u, ok := r.(*ssa.UnOp); ok {
				out = append(out, u)
			}
		}
	}
	return out
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
		at := n
		if cell, ok := strings.CutSuffix(s.cell, element); ok {
			if at.Kind != path.Elem || at.X.Kind != path.Deref {
				return nil
			}
			if at = at.X.X; t.Cell(at) != cell {
				return nil
			}
		} else if t.Cell(at) != s.cell {
			return nil
		}
		if at.Kind != path.Field {
			return nil
		}
		n = at.X
	}
	return n
}
