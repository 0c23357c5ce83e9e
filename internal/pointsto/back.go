package pointsto

import (
	"go/token"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Alias returns the struct that addr, a field of an object that a field or a container in one holds,
// points back to: for every r in s.replicas, r.store is s. It is nil if that is not known.
//
// The object may also lie in a struct by value, which its field points to: s.queue.server is s.
//
// A field qualifies if the package puts nothing into the container but new objects whose field it sets
// to the container's struct, and sets the field nowhere else.
func (c *Contents) Alias(t *path.Table, addr *path.Node) *path.Node {
	if addr.Kind != path.Field {
		return nil
	}
	object := addr.X
	if object.Kind == path.Field && c.within(t.Cell(addr)) {
		return object.X
	}
	if object.Kind == path.Deref {
		object = object.X
	}
	switch {
	case object.Kind == path.Field && addr.X.Kind == path.Deref:
		if c.back(t.Cell(object))[t.Cell(addr)] {
			return object.X
		}
	case object.Kind == path.Elem:
		in, _ := object.Container()
		if in.Kind == path.Deref && in.X.Kind == path.Field && c.back(t.Cell(object))[t.Cell(addr)] {
			return in.X.X
		}
	}
	return nil
}

// back returns the fields of what is in a cell that lead back to the struct that has the cell.
func (c *Contents) back(cell string) map[string]bool {
	common, ok := c.backs[cell]
	if ok {
		return common
	}
	for _, p := range c.puts[cell] {
		if ssax.IsNil(p.val) || moves(p) {
			continue
		}
		back := c.pointsBack(p)
		if common == nil {
			common = back
			continue
		}
		for f := range common {
			if !back[f] {
				delete(common, f)
			}
		}
	}
	for f := range common {
		if c.stored[f] {
			delete(common, f)
		}
	}
	c.backs[cell] = common
	return common
}

// moves reports whether what is put into a container comes from there: elements change their places.
func moves(p *put) bool {
	load, ok := ssax.Origin(p.val).(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	base, cell := address(load.X)
	return cell == p.cell && base != nil && p.base != nil && ssax.SameObject(base, p.base)
}

// Inverse returns the pointer fields by which an object in a cell may lead back to the struct that has the cell, sorted:
// a function that puts an object there sets these fields of it to the struct.
func (c *Contents) Inverse(cell string) []string {
	fields := make(map[string]bool)
	for _, p := range c.puts[cell] {
		maps.Copy(fields, setTo(ssax.Origin(p.val), p.base))
	}
	return slices.Sorted(maps.Keys(fields))
}

// Around reports whether a pointer field of a struct always points to the struct that this one lies in by value,
// as in s.queue.server = s.
func (c *Contents) Around(field string) bool {
	return c.always(field, func(part ssa.Value) ssa.Value { return ssax.Base(part) })
}

// within is Around for a struct that is itself a field of the one which is pointed to.
func (c *Contents) within(field string) bool {
	return c.always(field, func(part ssa.Value) ssa.Value {
		if fa, ok := part.(*ssa.FieldAddr); ok {
			return fa.X
		}
		return part
	})
}

// always reports whether all that is put into a field points to the struct that whole finds around the one with the field.
func (c *Contents) always(field string, whole func(part ssa.Value) ssa.Value) bool {
	known := false
	for _, p := range c.puts[field] {
		if ssax.IsNil(p.val) {
			continue
		}
		if p.base == nil {
			return false
		}
		part := ssax.Origin(p.base)
		if w := whole(part); w == part || !ssax.SameObject(w, p.val) {
			return false
		}
		known = true
	}
	return known && !c.open[field]
}

// pointsBack returns the fields of a new object that are set to the struct that has the cell which the
// object is put into.
func (c *Contents) pointsBack(p *put) map[string]bool {
	switch made := ssax.Origin(p.val).(type) {
	case *ssa.Alloc:
		return setTo(made, p.base)
	case *ssa.Call:
		return setByMaker(made, p.base)
	case *ssa.Parameter:
		return c.setByCallers(made, p.base)
	}
	return make(map[string]bool)
}

// setByCallers returns the pointers back that callers set. A function puts its parameter object into a container of its parameter base.
// If all calls in the package pass a new object, and a field of it is set to what they pass for base, the object points back by that field.
func (c *Contents) setByCallers(object *ssa.Parameter, base ssa.Value) (common map[string]bool) {
	fn := object.Parent()
	to, ok := ssax.Origin(base).(*ssa.Parameter)
	if !ok || to.Parent() != fn || c.callers == nil || token.IsExported(fn.Name()) {
		return make(map[string]bool)
	}
	at, in := slices.Index(fn.Params, object), slices.Index(fn.Params, to)
	for _, call := range c.callers(fn) {
		args := call.Common().Args
		if call.Common().IsInvoke() || len(args) != len(fn.Params) {
			return make(map[string]bool)
		}
		made, ok := ssax.Origin(args[at]).(*ssa.Alloc)
		if !ok {
			return make(map[string]bool)
		}
		fields := setTo(made, args[in])
		if common == nil {
			common = fields
		}
		maps.DeleteFunc(common, func(f string, _ bool) bool { return !fields[f] })
	}
	if common == nil {
		return make(map[string]bool)
	}
	return common
}

// setByMaker returns the fields that a function sets to one of its arguments, in the new object that it always returns.
func setByMaker(call *ssa.Call, to ssa.Value) map[string]bool {
	fn := call.Call.StaticCallee()
	if fn == nil || fn.Signature.Results().Len() != 1 || len(fn.Params) != len(call.Call.Args) || to == nil {
		return make(map[string]bool)
	}
	i := slices.IndexFunc(call.Call.Args, func(arg ssa.Value) bool { return ssax.SameObject(arg, to) })
	if i < 0 {
		return make(map[string]bool)
	}
	for _, results := range ssax.Returns(fn) {
		made, ok := ssax.Origin(results[0]).(*ssa.Alloc)
		if !ok || resultOf(fn, made, nil) != 0 {
			break
		}
		return setTo(made, fn.Params[i])
	}
	return make(map[string]bool)
}

// setTo returns the fields of an object that the function which has it sets to another one.
func setTo(object, to ssa.Value) map[string]bool {
	fields := make(map[string]bool)
	if to == nil || object.Referrers() == nil {
		return fields
	}
	for _, ref := range *object.Referrers() {
		fa, ok := ref.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		for _, r := range *fa.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Addr == fa && ssax.SameObject(st.Val, to) {
				fields[path.StaticCell(fa)] = true
			}
		}
	}
	return fields
}
