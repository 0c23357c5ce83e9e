package pointsto

import (
	"go/token"
	"iter"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A lead says where a field of an object points to, seen from the struct that has the object: to that struct itself, or,
// if it has a name, to a field of it, or to what that field points to.
type lead struct {
	name, owner string
	embed       bool
	cell        string // of the field
	loaded      bool   // what it points to
}

// from returns what the lead denotes for the struct at n.
func (l lead) from(t *path.Table, n *path.Node) *path.Node {
	if l.name == "" {
		return n
	}
	if n = t.Field(n, l.name, l.owner, l.embed); l.loaded {
		return t.Deref(n)
	}
	return n
}

// Alias returns what addr, a field of an object that a field or a container in one holds, points back to: for every r in
// s.replicas, r.store is s, and s.notFull.l is &s.mu. It is nil if that is not known.
//
// The object may also lie in a struct by value, which its field points to: s.queue.server is s.
//
// A field qualifies if the package puts nothing into the container but new objects whose field it sets
// to the container's struct, or to a field of it, and sets the field nowhere else.
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
		if l, ok := c.back(t.Cell(object))[t.Cell(addr)]; ok {
			return l.from(t, object.X)
		}
	case object.Kind == path.Elem:
		in, _ := object.Container()
		if in.Kind != path.Deref || in.X.Kind != path.Field {
			return nil
		}
		if l, ok := c.back(t.Cell(object))[t.Cell(addr)]; ok {
			return l.from(t, in.X.X)
		}
	}
	return nil
}

// back returns the fields of what is in a cell that lead back to the struct that has the cell.
func (c *Contents) back(cell string) map[string]lead {
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
		maps.DeleteFunc(common, differs(back))
	}
	maps.DeleteFunc(common, func(f string, l lead) bool { return c.stored[f] || l.loaded && c.stored[l.cell] })
	c.backs[cell] = common
	return common
}

// differs returns a function that reports whether a field leads elsewhere than in fields.
func differs(fields map[string]lead) func(string, lead) bool {
	return func(f string, l lead) bool {
		other, ok := fields[f]
		return !ok || other != l
	}
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
		for f, l := range setTo(ssax.Origin(p.val), p.base) {
			if l.name == "" {
				fields[f] = true
			}
		}
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

// pointsBack returns the fields of a new object that lead to the struct that has the cell which the
// object is put into.
func (c *Contents) pointsBack(p *put) map[string]lead {
	switch made := ssax.Origin(p.val).(type) {
	case *ssa.Alloc:
		return setTo(made, p.base)
	case *ssa.Call:
		return c.setByMaker(made, made, 0, p.base)
	case *ssa.Extract:
		if call, ok := made.Tuple.(*ssa.Call); ok {
			return c.setByMaker(call, made, made.Index, p.base)
		}
	case *ssa.Parameter:
		return c.setByCallers(made, p.base)
	}
	return make(map[string]lead)
}

// setByCallers returns the pointers back that callers set. A function puts its parameter object into a container of its parameter base.
// If all calls in the package pass a new object, and a field of it is set to what they pass for base, the object points back by that field.
func (c *Contents) setByCallers(object *ssa.Parameter, base ssa.Value) (common map[string]lead) {
	fn := object.Parent()
	to, ok := ssax.Origin(base).(*ssa.Parameter)
	if !ok || to.Parent() != fn || c.callers == nil || token.IsExported(fn.Name()) {
		return make(map[string]lead)
	}
	at, in := slices.Index(fn.Params, object), slices.Index(fn.Params, to)
	for _, call := range c.callers(fn) {
		args := call.Common().Args
		if call.Common().IsInvoke() || len(args) != len(fn.Params) {
			return make(map[string]lead)
		}
		made, ok := ssax.Origin(args[at]).(*ssa.Alloc)
		if !ok {
			return make(map[string]lead)
		}
		fields := setTo(made, args[in])
		if common == nil {
			common = fields
		}
		maps.DeleteFunc(common, differs(fields))
	}
	if common == nil {
		return make(map[string]lead)
	}
	return common
}

// setByMaker returns the fields that a function sets to what it is given, in the new object that is its result i if that is not nil, where that leads to
// a struct. Of a function of another package it is known by [Contents.Receive].
func (c *Contents) setByMaker(call *ssa.Call, object ssa.Value, i int, to ssa.Value) map[string]lead {
	fields := make(map[string]lead)
	fn := call.Call.StaticCallee()
	if fn != nil && len(fn.Blocks) == 0 && to != nil {
		for _, p := range c.by[ssax.Outermost(call.Parent())] {
			if p.base == nil || p.from != "" || ssax.Origin(p.base) != object {
				continue
			}
			if back, ok := leadOf(p.val, to); ok {
				fields[p.cell] = back
			}
		}
		return fields
	}
	if fn == nil || len(fn.Params) != len(call.Call.Args) || to == nil {
		return fields
	}
	made := madeBy(fn, i)
	if made == nil {
		return fields
	}
	for i, arg := range call.Call.Args {
		back, ok := leadOf(arg, to)
		if !ok {
			continue
		}
		for f, l := range setTo(made, fn.Params[i]) {
			if l.name == "" {
				fields[f] = back
			}
		}
	}
	return fields
}

// madeBy returns the new object that result i of a function always is, if it is not nil; nil if there is none.
func madeBy(fn *ssa.Function, i int) *ssa.Alloc {
	for _, results := range ssax.Returns(fn) {
		if ssax.IsNil(results[i]) {
			continue
		}
		made, ok := ssax.Origin(results[i]).(*ssa.Alloc)
		if !ok || resultOf(fn, made, nil) != i {
			return nil
		}
		return made
	}
	return nil
}

// setTo returns the fields of an object that the function which has it sets to another one, or to a field of that.
func setTo(object, to ssa.Value) map[string]lead {
	fields := make(map[string]lead)
	if to == nil {
		return fields
	}
	twice := make(map[string]bool) // set to something else, too
	for fa, val := range fieldsSet(object) {
		cell := path.StaticCell(fa)
		l, ok := leadOf(val, to)
		if old, set := fields[cell]; !ok && !ssax.IsNil(val) || set && old != l {
			twice[cell] = true
		}
		if ok {
			fields[cell] = l
		}
	}
	maps.DeleteFunc(fields, func(f string, _ lead) bool { return twice[f] })
	return fields
}

// fieldsSet yields the fields of an object that the function which has it sets, and what it sets them to.
func fieldsSet(object ssa.Value) iter.Seq2[*ssa.FieldAddr, ssa.Value] {
	return func(yield func(*ssa.FieldAddr, ssa.Value) bool) {
		if object.Referrers() == nil {
			return
		}
		for _, ref := range *object.Referrers() {
			fa, ok := ref.(*ssa.FieldAddr)
			if !ok || fa.X != object {
				continue
			}
			for _, r := range *fa.Referrers() {
				if st, ok := r.(*ssa.Store); ok && st.Addr == fa && !yield(fa, st.Val) {
					return
				}
			}
		}
	}
}

// leadOf returns how the struct at to leads to a pointer.
func leadOf(v, to ssa.Value) (lead, bool) {
	if ssax.SameObject(v, to) {
		return lead{}, true
	}
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	v = ssax.Origin(v)
	switch x := v.(type) {
	case *ssa.FieldAddr:
		return leadBy(x, false), ssax.SameObject(x.X, to)
	case *ssa.UnOp:
		if fa, ok := x.X.(*ssa.FieldAddr); ok && x.Op == token.MUL && ssax.SameObject(fa.X, to) {
			return leadBy(fa, true), ssax.IsPointer(x.Type())
		}
	case *ssa.Alloc, *ssa.Parameter, *ssa.Call:
		if !ssax.IsPointer(v.Type()) {
			return lead{}, false
		}
		return leadToStored(v, ssax.Origin(to))
	}
	return lead{}, false
}

// leadToStored returns the field of a struct that its function sets to a pointer, and to nothing else.
func leadToStored(v, to ssa.Value) (l lead, ok bool) {
	for fa, val := range fieldsSet(to) {
		if ssax.SameObject(val, v) {
			l, ok = leadBy(fa, true), true
		}
	}
	for fa, val := range fieldsSet(to) {
		if ok && path.StaticCell(fa) == l.cell && !ssax.SameObject(val, v) {
			return lead{}, false
		}
	}
	return l, ok
}

func leadBy(fa *ssa.FieldAddr, loaded bool) lead {
	name, owner, embed := path.StructField(fa.X.Type(), fa.Field)
	return lead{name, owner, embed, path.StaticCell(fa), loaded}
}

// Strangers reports whether the objects that a field, back, leads to never lead to the struct with the field by another one, there: all that the package puts
// into back are objects of its own making, and none of them gets the struct.
func (c *Contents) Strangers(back, there string, makes func(fn *ssa.Function, i int) bool) bool {
	if sites, all := c.Made(back, makes); !all || len(sites) == 0 {
		return false
	}
	filled := false
	for _, cell := range []string{back, back + element} {
		for _, p := range c.puts[cell] {
			if ssax.IsNil(p.val) {
				continue
			}
			if p.base == nil || c.gets(p.val, p.base, there) {
				return false
			}
			filled = true
		}
	}
	return filled
}

// gets reports whether a new object gets something into a cell of it, as far as its function shows, or if another object goes where the new one is made, or if both
// go to one function.
func (c *Contents) gets(made, other ssa.Value, cell string) bool {
	for _, name := range []string{cell, cell + element} {
		if slices.ContainsFunc(c.puts[name], func(p *put) bool { return p.base != nil && ssax.SameObject(p.base, made) }) {
			return true
		}
	}
	refs := ssax.Origin(other).Referrers()
	if refs == nil {
		return true // a package-level variable
	}
	for _, ref := range *refs {
		if mi, ok := ref.(*ssa.MakeInterface); ok && len(*mi.Referrers()) > 0 {
			ref = (*mi.Referrers())[0]
		}
		switch ref := ref.(type) {
		case *ssa.Store:
			if _, ok := ssax.Base(ref.Addr).(*ssa.Alloc); ok && ref.Val == ssax.Origin(other) && !ssax.SameObject(ssax.Base(ref.Addr), made) {
				return true // in a literal, say of options
			}
		case *ssa.MakeClosure:
			return true
		case ssa.CallInstruction:
			if ref.Value() == ssax.Origin(made) || slices.ContainsFunc(ref.Common().Args, func(arg ssa.Value) bool { return ssax.SameObject(arg, made) }) {
				return true
			}
		}
	}
	return false
}
