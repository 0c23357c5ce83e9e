package summary

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// fieldFuncs knows the functions that the package stores in function-typed
// fields, directly or through a method that stores its parameter.
type fieldFuncs struct {
	bound   map[string][]boundFunc // by cell
	open    map[string]bool        // something unknown is stored, too
	setters []setter
}

// boundFunc is a function in a field. self tells, per captured variable, how it
// relates to the struct that the field belongs to.
type boundFunc struct {
	fn   *ssa.Function
	self []relation
}

// relation says that a captured variable is the struct that a field belongs to, or
// the struct that this one lies in by value, so many levels up.
type relation struct {
	kind relationKind
	up   int
}

type relationKind uint8

const (
	other  relationKind = iota
	itself              // the struct pointer
	inCell              // a variable that holds the struct pointer
)

// relate finds the relation of a captured variable to base.
func relate(captured, base ssa.Value) relation {
	for up := 0; base != nil; up++ {
		if ssax.SameObject(captured, base) {
			return relation{itself, up}
		}
		if alloc, ok := captured.(*ssa.Alloc); ok {
			if held := ssax.OnlyStore(alloc); held != nil && (held == base || held == ssax.Origin(base)) {
				return relation{inCell, up}
			}
		}
		fa, ok := base.(*ssa.FieldAddr)
		if !ok {
			break
		}
		base = fa.X
	}
	return relation{}
}

// setter is a function that stores parameter val in a field of parameter obj.
type setter struct {
	fn       *ssa.Function
	obj, val int
	cell     string
}

// store looks at a store to a field.
func (f *fieldFuncs) store(a *analysis, fn *ssa.Function, st *ssa.Store) {
	addr, ok := st.Addr.(*ssa.FieldAddr)
	if !ok {
		return
	}
	if call, ok := st.Val.(*ssa.Call); ok {
		// Functions are appended to a slice in a field.
		if b, ok := call.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" && len(call.Call.Args) == 2 {
			for _, v := range elements(call.Call.Args[1]) {
				f.put(fn, flow.StaticCell(addr)+elementCell, v, addr.X)
			}
		}
		return
	}
	f.put(fn, flow.StaticCell(addr), st.Val, addr.X)
}

// mapUpdate looks at a function that is put into a map.
func (f *fieldFuncs) mapUpdate(fn *ssa.Function, mu *ssa.MapUpdate) {
	if base, cell := container(mu.Map); cell != "" {
		f.put(fn, cell+elementCell, mu.Value, base)
	}
}

// elementCell ends the name of the elements of a container, as [path.Table.Cell] has it.
const elementCell = "[]"

// put notes that fn puts a function into a cell of base.
func (f *fieldFuncs) put(fn *ssa.Function, cell string, val, base ssa.Value) {
	if _, ok := val.Type().Underlying().(*types.Signature); !ok {
		return
	}
	if p, ok := ssax.Origin(val).(*ssa.Parameter); ok && p.Parent() == fn {
		s := setter{fn: fn, obj: -1, cell: cell}
		for i, q := range fn.Params {
			if q == p {
				s.val = i
			}
			if q == ssax.Origin(base) {
				s.obj = i
			}
		}
		f.setters = append(f.setters, s)
		return
	}
	f.add(cell, val, base)
}

func (f *fieldFuncs) add(cell string, val, base ssa.Value) {
	if f.bound == nil {
		f.bound, f.open = make(map[string][]boundFunc), make(map[string]bool)
	}
	val = ssax.Origin(val)
	if ct, ok := val.(*ssa.ChangeType); ok {
		val = ssax.Origin(ct.X)
	}
	switch v := val.(type) {
	case *ssa.Const:
		return
	case *ssa.Function:
		f.bound[cell] = append(f.bound[cell], boundFunc{fn: v})
		return
	case *ssa.MakeClosure:
		b := boundFunc{fn: v.Fn.(*ssa.Function), self: make([]relation, len(v.Bindings))}
		for i, captured := range v.Bindings {
			b.self[i] = relate(captured, base)
		}
		f.bound[cell] = append(f.bound[cell], b)
		return
	}
	f.open[cell] = true
}

// resolve follows the parameters of setters to their callers in the package.
func (f *fieldFuncs) resolve(a *analysis) {
	for _, s := range f.setters {
		if f.bound == nil {
			f.bound, f.open = make(map[string][]boundFunc), make(map[string]bool)
		}
		callers := a.info[s.fn].callers
		if len(callers) == 0 {
			f.open[s.cell] = true
		}
		for _, c := range callers {
			args := c.Common().Args
			if c.Common().IsInvoke() || s.val >= len(args) {
				f.open[s.cell] = true
				continue
			}
			var base ssa.Value
			if s.obj >= 0 {
				base = args[s.obj]
			}
			f.add(s.cell, args[s.val], base)
		}
	}
}

// Dynamic implements [flow.Env].
func (a *analysis) Dynamic(fn, self *path.Node) (out []flow.Callee, all bool) {
	cell := a.cellOf(fn)
	if cell == "" || len(a.fields.bound[cell]) > maxTargets {
		return nil, false
	}
	for _, b := range a.fields.bound[cell] {
		target := b.fn
		c := flow.Callee{Captured: make([]*path.Node, len(b.self))}
		for i, r := range b.self {
			owner := self
			for range r.up {
				if owner != nil && owner.Kind == path.Field {
					owner = owner.X
				} else {
					owner = nil
				}
			}
			switch {
			case owner == nil:
			case r.kind == itself:
				c.Captured[i] = owner
			case r.kind == inCell:
				c.Captured[i] = flow.CellOf(a.table, owner)
			}
		}
		if m := boundMethod(target); m != nil {
			method := a.pkg.Prog.FuncValue(m.Origin())
			if method == nil || len(c.Captured) != 1 {
				return nil, false
			}
			target, c.Args, c.Captured = method, []*path.Node{c.Captured[0]}, nil
		}
		c.Fn, c.Name = target, flow.FuncName(target)
		c.Summary, c.Writes = a.Static(target)
		out = append(out, c)
	}
	return out, len(out) == 1 && !a.fields.open[cell] && !strings.HasSuffix(cell, elementCell)
}

// maxTargets bounds the functions that a call through a field or container may run: of more, the
// call says little.
const maxTargets = 8

// cellOf names the memory that a function value was read from: a field, or the elements of a slice
// or map in a field.
func (a *analysis) cellOf(fn *path.Node) string {
	if fn.Kind == path.Deref {
		fn = fn.X
	}
	switch {
	case fn.Kind == path.Field:
		return a.table.Cell(fn)
	case fn.Kind == path.Elem && fn.X.Kind == path.Deref && fn.X.X.Kind == path.Field:
		return a.table.Cell(fn.X.X) + elementCell
	}
	return ""
}
