package pointsto

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A Value is a function, or the object in an interface value, that a cell may hold.
type Value struct {
	Func     *ssa.Function // nil if it is an object
	Captured []*path.Node  // what a closure has captured; nil where nothing is known
	Type     types.Type    // of the object
	Object   *path.Node    // nil if nothing is known of it
	Found    bool          // the object has no other name than that of the place where it is found
	// Known are the contents of fields of the object, or of variables that were captured.
	Known []Field
	// Once: it runs at the first call only.
	Once bool
	// Home is the field that holds the struct with the cell, if that is made for the field: see
	// [path.HomeOf].
	Home string
	// Base is the struct that has got the value, as the function names it that has the value; nil for a package-level variable, and for a
	// struct that has been copied since.
	Base ssa.Value
	// Above: it leads to an object which is only known to have the struct in one of its fields. Who has found the struct there has a name for it.
	Above bool
	// Kind is that of the struct.
	Kind Kind
	// Owners are the struct, and what leads to it, where the value was put there.
	Owners []Owner
}

// An Owner is an object that has a struct with a cell: the value that it is where something was put into the cell, and the name that it has to have
// where that is found.
type Owner struct {
	Put   ssa.Value
	Found *path.Node
}

// A Field is an address and what is stored there.
type Field struct{ Addr, Val *path.Node }

// Values returns the functions and the objects in interface values that may be found at a node, as far
// as the package shows them. only says that there is one, and that nothing else can be there.
func (c *Contents) Values(t *path.Table, n *path.Node) (vals []Value, only bool) {
	cell, self := Place(t, n)
	if len(c.puts[cell]) > limits.MaxValues {
		t.Limits.Hit(limits.Values) // a read of it says little
	}
	if cell == "" || len(c.puts[cell]) > limits.MaxValues || n.TooDeep() {
		return nil, false
	}
	for _, p := range c.puts[cell] {
		d := describer{t: t, self: self, owners: c.ownersOf(p), contents: c, base: p.base}
		if v, ok := d.value(p.val, p.frame); ok {
			if made, ok := p.base.(*ssa.Alloc); ok {
				v.Home = path.HomeOf(made)
			}
			if p.base != nil {
				v.Base, v.Kind = plain(p.base, p.frame), c.kind(p)
				if _, isVariable := v.Base.(*ssa.Alloc); isVariable && self != nil && self.Kind == path.Field {
					v.Base = nil // it has been copied to where it is found
				}
			}
			v.Owners = foundOwners(t, self, d.owners)
			vals = append(vals, v)
		}
	}
	some := 0
	for _, p := range c.puts[cell] {
		if !ssax.IsNil(p.val) {
			some++
		}
	}
	return vals, len(vals) == 1 && some == 1 && !c.open[cell] && !strings.HasSuffix(cell, element)
}

// foundOwners names the owners of a struct as they are found from self, the address of it; those that have no name are left out.
func foundOwners(t *path.Table, self *path.Node, owners []owner) (found []Owner) {
	if self == nil || self.Root().Kind != path.Value {
		return nil // it is known to be no other object
	}
	for _, o := range owners {
		if n := follow(t, self, o.way); n != nil && n.Kind == path.Value {
			found = append(found, Owner{plain(o.obj, o.frame), n})
		}
	}
	return found
}

// Functions returns the functions that a cell may hold, interface values of a function type included,
// and the types of the objects in it.
func (c *Contents) Functions(cell string) (fns []*ssa.Function, objects []types.Type) {
	if len(c.puts[cell]) > limits.MaxValues {
		return nil, nil
	}
	for _, p := range c.puts[cell] {
		if mi, ok := plain(p.val, p.frame).(*ssa.MakeInterface); ok {
			objects = append(objects, mi.X.Type())
		}
		switch v := unboxed(p.val, p.frame).(type) {
		case *ssa.Call:
			if lit := returned(v); lit != nil {
				fns = append(fns, lit.Fn.(*ssa.Function))
			}
		case *ssa.Function:
			fns = append(fns, v)
		case *ssa.MakeClosure:
			fns = append(fns, v.Fn.(*ssa.Function))
		}
	}
	return fns, objects
}

// Cell names the cell that a function or interface value is read from, "" if it has none.
func Cell(v ssa.Value) string {
	if ch := ssax.ReceivedFrom(v); ch != nil {
		if _, cell := container(ch); cell != "" {
			return cell + element
		}
		return ""
	}
	if addr := Loaded(v); addr != nil {
		if _, cell := address(addr); cell != "" {
			return cell + element
		}
		return ""
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if addr := Loaded(v.X); addr != nil { // what an atomic.Pointer points to
			_, cell := address(addr)
			return cell + element
		}
		if ia, ok := v.X.(*ssa.IndexAddr); ok {
			if _, cell := Read(ia.X); cell != "" {
				return cell + element
			}
		}
		_, cell := address(v.X)
		return cell
	case *ssa.Lookup:
		_, cell := Read(v.X)
		return cell + element
	case *ssa.Extract:
		switch tuple := v.Tuple.(type) {
		case *ssa.Next:
			if r, ok := tuple.Iter.(*ssa.Range); ok {
				_, cell := Read(r.X)
				if v.Index == 1 {
					return cell + path.Keys
				}
				return cell + element
			}
		case *ssa.Lookup, *ssa.UnOp, *ssa.TypeAssert:
			return Cell(v.Tuple)
		}
	case *ssa.TypeAssert:
		return Cell(v.X)
	case *ssa.ChangeType:
		return Cell(v.X)
	}
	return ""
}

// Place returns the cell that a value was read from, and the address of the struct that has it: the
// value may be what is at an address, or an element of a container in a field.
func Place(t *path.Table, n *path.Node) (cell string, self *path.Node) {
	if n.Kind == path.Deref {
		n = n.X
	}
	switch {
	case n.Kind == path.Field:
		return t.Cell(n), n.X
	case n.Kind == path.Global:
		return n.Name, nil
	case n.Kind == path.Elem && n.X.Kind == path.Field:
		return t.Cell(n), n.X.X // of an array
	case n.Kind == path.Elem:
		if in, end := n.Container(); in.Kind == path.Deref { // a container, which may be an element itself
			if cell, self := Place(t, in); cell != "" {
				return cell + end, self
			}
		}
	}
	return "", nil
}

// A describer names values of other functions in terms of the one at hand.
type describer struct {
	t      *path.Table
	self   *path.Node // the struct that has the cell; nil for a package-level variable
	owners []owner
	// contents are those of the package, base is the struct that the cell belongs to.
	contents *Contents
	base     ssa.Value
	known    []Field
	above    bool // see Value
	depth    int
}

func (d *describer) value(v ssa.Value, f *frame) (out Value, ok bool) {
	switch v := plain(v, f).(type) {
	case *ssa.Function:
		out.Func = v
	case *ssa.MakeClosure:
		out.Func = v.Fn.(*ssa.Function)
		out.Captured = d.captured(v, f)
	case *ssa.MakeInterface:
		out.Type, out.Object = v.X.Type(), d.node(v.X, f)
		out.Found = out.Object == nil && !slices.ContainsFunc(d.owners, func(o owner) bool { return plain(o.obj, o.frame) == plain(v.X, f) })
	case *ssa.Call:
		if fn := v.Call.StaticCallee(); fn != nil && d.depth < limits.MaxNested {
			if obj, _ := fn.Object().(*types.Func); model.OnceFunc(obj) {
				d.depth++
				defer func() { d.depth-- }()
				out, ok = d.value(v.Call.Args[0], f)
				out.Once = true
				return out, ok
			}
		}
		ret := returned(v)
		if ret == nil || d.depth >= limits.MaxNested {
			return out, false
		}
		d.depth++
		defer func() { d.depth-- }()
		return d.value(ret, &frame{v.Call.StaticCallee(), v, v.Call.Args, f})
	default:
		return out, false
	}
	out.Known, out.Above = d.known, d.above
	return out, true
}

// returned returns the literal that a function of the package returns whenever it does; nil if there is none.
func returned(call *ssa.Call) *ssa.MakeClosure { return literalOf(call.Call.StaticCallee(), plain) }

func (d *describer) captured(mc *ssa.MakeClosure, f *frame) []*path.Node {
	nodes := make([]*path.Node, len(mc.Bindings))
	for i, b := range mc.Bindings {
		if nodes[i] = d.owner(b, f); nodes[i] != nil {
			continue
		}
		if isPlain(b.Type()) {
			nodes[i] = path.Some(d.t, b, d.self) // it leads to no lock
			continue
		}
		if alloc, ok := b.(*ssa.Alloc); ok && mc.Fn.(*ssa.Function).Synthetic == "" { // a variable, and not the receiver of a method value
			if val := ssax.OnlyStore(alloc); val != nil {
				if n := d.node(val, f); n != nil {
					nodes[i] = path.CellOf(d.t, n)
				}
			}
			continue
		}
		nodes[i] = d.node(b, f)
	}
	return nodes
}

// isPlain reports whether a value, or the variable at an address, is a number, a string or the like.
func isPlain(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	_, ok := t.Underlying().(*types.Basic)
	return ok
}

// here names the result of a call in the function at hand, if that has itself put the value into the struct at hand.
func (d *describer) here(v ssa.Value, f *frame) *path.Node {
	if d.self == nil || d.self.Kind != path.Value || d.self.Index != 0 || d.base == nil || f != nil || ssax.Origin(d.base) != d.self.Val {
		return nil
	}
	v = plain(v, f)
	made := v
	if x, ok := v.(*ssa.Extract); ok {
		made = x.Tuple
	}
	if call, ok := made.(*ssa.Call); !ok || call.Parent() != d.self.Val.Parent() {
		return nil
	}
	return d.t.Value(v, 0)
}

// node names a value, nil if nothing is known of it.
func (d *describer) node(v ssa.Value, f *frame) *path.Node {
	if n := d.here(v, f); n != nil {
		return n
	}
	if n := d.owner(v, f); n != nil {
		return n
	}
	if n := d.sibling(v, f); n != nil {
		return n
	}
	if d.depth >= limits.MaxNested {
		return nil
	}
	d.depth++
	defer func() { d.depth-- }()
	switch v := plain(v, f).(type) {
	case *ssa.Global:
		return d.t.Global(path.GlobalName(v))
	case *ssa.Function:
		return d.t.Func(v, nil)
	case *ssa.MakeClosure:
		captured := d.captured(v, f)
		for i := range captured {
			if captured[i] == nil {
				captured[i] = d.some(v.Bindings[i])
			}
		}
		return d.t.Func(v.Fn.(*ssa.Function), captured)
	case *ssa.Call:
		if lit := returned(v); lit != nil {
			return d.node(lit, &frame{v.Call.StaticCallee(), v, v.Call.Args, f})
		}
	case *ssa.MakeInterface:
		x := d.node(v.X, f)
		if x == nil {
			return nil
		}
		return d.t.Iface(x, v.X.Type())
	case *ssa.Alloc:
		return d.object(v, f)
	case *ssa.UnOp:
		if alloc := copied(v); alloc != nil {
			if n := d.object(alloc, f); n != nil {
				return d.t.Deref(n) // a struct by value
			}
		}
	}
	return nil
}

// object names a new object, if it leads to something that is known.
func (d *describer) object(alloc *ssa.Alloc, f *frame) *path.Node {
	n := d.some(alloc)
	before := len(d.known)
	for _, r := range *alloc.Referrers() {
		fa, ok := r.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		for _, r := range *fa.Referrers() {
			st, ok := r.(*ssa.Store)
			if !ok || st.Addr != fa {
				continue
			}
			if d.owner(st.Val, f) != nil {
				d.above = true
			}
			if val := d.node(st.Val, f); val != nil {
				name, owner, embedded := path.StructField(fa.X.Type(), fa.Field)
				d.known = append(d.known, Field{d.t.Field(n, name, owner, embedded), val})
			}
		}
	}
	if len(d.known) == before {
		return nil
	}
	return n
}

// sibling names an object that is in another field of the struct, where it has been put when that was new.
func (d *describer) sibling(v ssa.Value, f *frame) *path.Node {
	made, ok := d.base.(*ssa.Alloc)
	if !ok || d.self == nil {
		return nil
	}
	for _, p := range d.contents.objects[plain(v, f)] {
		if p.base != made || d.contents.stored[p.cell] {
			continue
		}
		if _, isPointer := p.val.Type().Underlying().(*types.Pointer); !isPointer {
			continue
		}
		if field := d.t.FieldOf(d.self, made.Type(), p.cell); field != nil {
			return d.t.Deref(field)
		}
	}
	return nil
}

// some names an object that the struct leads to. It is another one for each struct.
func (d *describer) some(v ssa.Value) *path.Node {
	return path.Some(d.t, v, d.self)
}

// owner names a value that is one of the owners.
func (d *describer) owner(v ssa.Value, f *frame) *path.Node {
	if d.self == nil {
		return nil
	}
	v = plain(v, f)
	for _, o := range d.owners {
		if plain(o.obj, o.frame) == v {
			if n := follow(d.t, d.self, o.way); n != nil {
				return n
			}
			if n := d.holder(o); n != nil {
				d.above = true
				return n
			}
		}
	}
	return nil
}

// holder names an object that has the struct in one of its fields, which nothing else is ever put into.
func (d *describer) holder(o owner) *path.Node {
	if len(o.way) != 1 || o.way[0].cell == "" || len(d.contents.puts[o.way[0].cell]) != 1 {
		return nil
	}
	n := d.some(o.obj)
	field := d.t.FieldOf(n, o.obj.Type(), o.way[0].cell)
	if field == nil {
		return nil
	}
	known := Field{field, d.self}
	if !slices.Contains(d.known, known) {
		d.known = append(d.known, known)
	}
	return n
}
