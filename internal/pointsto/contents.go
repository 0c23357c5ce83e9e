// Package pointsto knows what a package puts into the memory of its structs: the functions,
// interface values and objects that fields, and the slices, maps, channels and atomic variables in
// them, may hold.
//
// Memory is told apart by cells (see [path.Table.Cell]), not by objects: all that any object's field
// gets counts for the field. For each value, though, the package knows how the objects that it leads
// to are related to the object that the cell belongs to: a closure in a field of s often captures s
// itself, or the struct that has s in one of its fields.
package pointsto

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Contents is what the functions of one package put into cells. Its zero value is not ready for
// use; see [New].
type Contents struct {
	puts    map[string][]*put
	objects map[ssa.Value][]*put      // by the value that is put
	lists   map[*ssa.Parameter][]*put // by the list whose elements are put
	open    map[string]bool           // something unknown is put there, too
	stored  map[string]bool           // cells of objects that are not new when it is put there
	backs   map[string]map[string]lead
	allocs  map[string]map[*ssa.Alloc]bool            // by field: see Allocs
	moved   map[*ssa.Function][]Transfer              // see Transfers
	outside map[string]bool                           // see FromOutside
	by      map[*ssa.Function][]*put                  // by the function that puts it, or is around the literal that does
	callers func(*ssa.Function) []ssa.CallInstruction // nil before Resolve

	fn   *ssa.Function // that has been scanned last
	test bool          // it is in a file with tests
}

// A put is one value that a function puts into a cell.
type put struct {
	cell   string
	val    ssa.Value
	base   ssa.Value // the struct that has the cell; nil for a package-level variable, or where only outer is known
	outer  ssa.Value // an object that leads to the struct, by way
	way    []step    // from the struct to outer
	from   string    // the cell from which the value is read, if that is all that is known of it
	frame  *frame    // the calls through which the parameters in it are seen
	owners []owner   // of base, once they are known
	test   bool      // a test does it
}

// A frame tells what the parameters of one function are: the arguments of a call.
type frame struct {
	fn   *ssa.Function
	call ssa.CallInstruction
	args []ssa.Value
	up   *frame
}

// New returns Contents that know of nothing.
func New() *Contents {
	return &Contents{
		puts: make(map[string][]*put), objects: make(map[ssa.Value][]*put), lists: make(map[*ssa.Parameter][]*put), open: make(map[string]bool),
		stored: make(map[string]bool), backs: make(map[string]map[string]lead),
		allocs: make(map[string]map[*ssa.Alloc]bool), by: make(map[*ssa.Function][]*put),
		moved: make(map[*ssa.Function][]Transfer), outside: make(map[string]bool),
	}
}

// Scan takes note of what an instruction puts into a cell.
func (c *Contents) Scan(instr ssa.Instruction) {
	if fn := instr.Parent(); fn != c.fn {
		c.fn, c.test = fn, ssax.InTest(fn)
	}
	switch in := instr.(type) {
	case *ssa.Store:
		base, cell := address(in.Addr)
		if cell == "" {
			return
		}
		if !ssax.New(in.Addr) {
			c.stored[cell] = true
		}
		c.put(cell, in.Val, base)
		c.elements(cell+element, in.Val, base)
	case *ssa.MapUpdate:
		if base, cell := container(in.Map); cell != "" {
			c.put(cell+element, in.Value, base)
			c.put(cell+path.Keys, in.Key, base)
			c.elements(cell+element+element, in.Value, base) // a map of slices
		}
	case *ssa.Send:
		c.send(in.Chan, in.X)
	case *ssa.Select:
		for _, st := range in.States {
			if st.Dir == types.SendOnly {
				c.send(st.Chan, st.Send)
			}
		}
	case ssa.CallInstruction:
		if a, ok := ssax.AtomicOf(in.Common()); ok && a.Val != nil && keepsObjects(a) {
			if base, cell := address(a.Addr); cell != "" {
				val := a.Val
				if alloc, ok := val.(*ssa.Alloc); ok && ssax.OnlyStore(alloc) != nil {
					val = ssax.OnlyStore(alloc) // the variable that an atomic.Pointer points to
				}
				c.put(cell+element, val, base)
			}
		}
	}
}

func (c *Contents) send(ch, val ssa.Value) {
	if base, cell := container(ch); cell != "" {
		c.put(cell+element, val, base)
	}
}

// element ends the name of what is in a container, as [path.Table.Cell] has it.
const element = path.Elements

// address returns the struct and the name of the cell that an address denotes, "" if it has none.
func address(addr ssa.Value) (base ssa.Value, cell string) {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		return a.X, path.StaticCell(a)
	case *ssa.Global:
		return nil, path.StaticCell(a)
	case *ssa.IndexAddr:
		if base, cell := container(a.X); cell != "" {
			return base, cell + element
		}
		if base, cell := address(a.X); cell != "" { // of an array
			return base, cell + element
		}
	}
	return nil, ""
}

// container returns the struct and the cell that a slice, map or channel was loaded from, be that an element of another container.
func container(v ssa.Value) (base ssa.Value, cell string) {
	if e, ok := v.(*ssa.Extract); ok && e.Index == 0 {
		v = e.Tuple
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		return address(v.X)
	case *ssa.Lookup:
		if base, cell := container(v.X); cell != "" {
			return base, cell + element
		}
	}
	return nil, ""
}

// elements looks at a slice or map that is stored to a cell: at what has been put into it.
func (c *Contents) elements(cell string, val, base ssa.Value) {
	switch val.Type().Underlying().(type) {
	case *types.Slice, *types.Map:
	default:
		return
	}
	switch v := ssax.Origin(val).(type) {
	case *ssa.Const, *ssa.MakeSlice:
	case *ssa.MakeMap:
		for _, r := range *v.Referrers() {
			if mu, ok := r.(*ssa.MapUpdate); ok && mu.Map == v {
				c.put(cell, mu.Value, base)
				c.put(strings.TrimSuffix(cell, element)+path.Keys, mu.Key, base)
			}
		}
	case *ssa.Slice:
		if vals, ok := ssax.Elements(v); ok {
			for _, e := range vals {
				c.put(cell, e, base)
			}
			return
		}
		if _, from := container(v.X); from+element != cell {
			c.open[cell] = true
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); !ok || b.Name() != "append" || len(v.Call.Args) != 2 {
			c.open[cell] = true
			return
		}
		if vals, ok := ssax.Elements(v.Call.Args[1]); ok {
			for _, e := range vals {
				c.put(cell, e, base)
			}
			return
		}
		if list, ok := ssax.Origin(v.Call.Args[1]).(*ssa.Parameter); ok {
			c.list(cell, list, base)
		}
		// More of the same container: an element is taken out of its middle.
		if s, ok := v.Call.Args[1].(*ssa.Slice); ok {
			if _, from := container(s.X); from+element == cell {
				return
			}
		}
		c.open[cell] = true
	case *ssa.Parameter:
		c.list(cell, v, base)
		c.open[cell] = true
	default:
		c.open[cell] = true
	}
}

// list notes that the elements of a list, which a function is given, are put into a cell.
func (c *Contents) list(cell string, list *ssa.Parameter, base ssa.Value) {
	c.lists[list] = append(c.lists[list], &put{cell: cell, val: list, base: base, test: c.test})
}

// elementOf returns the list that a function is given, and of which a value is an element; nil if it is none.
func elementOf(v ssa.Value) *ssa.Parameter {
	load, ok := ssax.Origin(v).(*ssa.UnOp)
	if !ok {
		return nil
	}
	ia, ok := load.X.(*ssa.IndexAddr)
	if !ok {
		return nil
	}
	list, _ := ssax.Origin(ia.X).(*ssa.Parameter)
	return list
}

func (c *Contents) put(cell string, val, base ssa.Value) {
	if val == nil {
		return // an element that is not set
	}
	switch val.Type().Underlying().(type) {
	case *types.Signature, *types.Interface, *types.Pointer, *types.Struct:
	default:
		return
	}
	c.add(&put{cell: cell, val: val, base: base, test: c.test}, c.fn)
}

// add adds what a function puts into a cell.
func (c *Contents) add(p *put, fn *ssa.Function) {
	val := p.val
	c.puts[p.cell] = append(c.puts[p.cell], p)
	if fn != nil {
		fn = ssax.Outermost(fn)
		c.by[fn] = append(c.by[fn], p)
	}
	if p.from != "" {
		return
	}
	if list := elementOf(val); list != nil {
		c.lists[list] = append(c.lists[list], p)
	}
	object := ssax.Origin(val)
	if mi, ok := object.(*ssa.MakeInterface); ok {
		if inner := ssax.Origin(mi.X); ssax.IsPointer(inner.Type()) {
			c.objects[inner] = append(c.objects[inner], p)
		}
	}
	if alloc := copied(object); alloc != nil {
		object = alloc // a struct by value
	} else if param, ok := plain(val, nil).(*ssa.Parameter); ok {
		object = param // of the function around a literal, too
	}
	c.objects[object] = append(c.objects[object], p)
}

// copied returns the variable that a struct value is a copy of.
func copied(v ssa.Value) *ssa.Alloc {
	u, ok := v.(*ssa.UnOp)
	if !ok {
		return nil
	}
	alloc, _ := u.X.(*ssa.Alloc)
	return alloc
}

// Loaded returns the address of the atomic variable that a value was loaded from, nil if it was not.
func Loaded(v ssa.Value) ssa.Value {
	if ta, ok := v.(*ssa.TypeAssert); ok {
		v = ta.X
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return nil
	}
	if a, ok := ssax.AtomicOf(call.Common()); ok && a.Op == "Load" && keepsObjects(a) {
		return a.Addr
	}
	return nil
}

// keepsObjects reports whether an operation is on a variable that holds pointers or interface values.
func keepsObjects(a ssax.Atomic) bool { return a.Type == "Pointer" || a.Type == "Value" }

// withoutStubs leaves out the functions that tests put into a variable or field in place of those of the program.
func (c *Contents) withoutStubs(cell string, puts []*put) []*put {
	stub := func(p *put) bool { return p.test && ssax.IsCallable(p.val.Type()) }
	real := func(p *put) bool { return !p.test && ssax.IsCallable(p.val.Type()) && !ssax.IsNil(p.val) }
	if strings.HasSuffix(cell, element) || !slices.ContainsFunc(puts, stub) || !slices.ContainsFunc(puts, real) {
		return puts
	}
	c.open[cell] = true
	return slices.DeleteFunc(puts, stub)
}

// Copies returns the other cells that hold what the package puts into a cell: it is read from there, maybe through a function that finds or
// makes it, or the same object is put there, too.
func (c *Contents) Copies(cell string) []string { return c.copies(cell, true) }

// CopiedFrom returns the other cells from which what the package puts into a cell is read.
func (c *Contents) CopiedFrom(cell string) []string { return c.copies(cell, false) }

func (c *Contents) copies(cell string, same bool) (from []string) {
	add := func(other string) {
		if other != "" && other != element && other != cell && !slices.Contains(from, other) {
			from = append(from, other)
		}
	}
	for _, p := range c.puts[cell] {
		for _, v := range sources(p.val, nil) {
			add(Cell(v))
			if !same {
				continue
			}
			for _, q := range c.objects[v] {
				add(q.cell)
			}
		}
	}
	return from
}

// sources appends to vals what a value may be: the values of a variable that is set in several places, and those that a function returns.
func sources(v ssa.Value, vals []ssa.Value) []ssa.Value {
	v = ssax.Origin(v)
	if slices.Contains(vals, v) || len(vals) >= limits.MaxExpanded {
		return vals
	}
	vals = append(vals, v)
	switch v := v.(type) {
	case *ssa.Phi:
		for _, e := range v.Edges {
			vals = sources(e, vals)
		}
	case *ssa.Call:
		if fn := v.Call.StaticCallee(); fn != nil && fn.Signature.Results().Len() == 1 {
			for _, results := range ssax.Returns(fn) {
				vals = sources(results[0], vals)
			}
		}
	}
	return vals
}

// FromOutside reports whether an exported function puts what it is given into a cell.
func (c *Contents) FromOutside(cell string) bool { return c.outside[cell] }

// Stays reports whether a field keeps what the struct had in it when it was new: nobody in the package sets it later, and nobody else can.
func (c *Contents) Stays(field string) bool {
	return !c.stored[field] && !token.IsExported(field[strings.LastIndexByte(field, '.')+1:]) && !strings.HasSuffix(field, element)
}

// Filled reports whether the package puts something into a cell.
func (c *Contents) Filled(cell string) bool { return len(c.puts[cell]) > 0 }

// A Gift is a function or interface value that a function puts into a cell for its callers.
type Gift struct {
	Param  int // the parameter's place
	Cell   string
	Base   int  // the place of the parameter that is the struct with the cell, -1 if it is none
	Result int  // the place of the result that is, -1 if it is none
	List   bool // the parameter is a list of such values
	Kind   Kind // of that struct
	Above  int  // where Base and Result are -1, the place of the parameter that has the struct, in a field or a container in one, -1 if none does
	way    []step
}

// Owner returns what has a struct with the cell in the way of Above; nil if self, the address of one, does not show that.
func (g *Gift) Owner(t *path.Table, self *path.Node) *path.Node {
	if g.Above < 0 || self == nil {
		return nil
	}
	return follow(t, self, g.way)
}

// Given returns what fn puts into cells for its callers.
func (c *Contents) Given(fn *ssa.Function) (gifts []Gift) {
	for i, p := range fn.Params {
		slice, isList := p.Type().Underlying().(*types.Slice)
		puts := c.objects[p]
		switch {
		case isList && ssax.IsCallable(slice.Elem()):
			puts = c.lists[p]
		case !ssax.IsCallable(p.Type()):
			continue
		}
		for _, put := range puts {
			g := Gift{Param: i, List: isList, Cell: put.cell, Base: -1, Result: -1, Kind: c.kind(put), Above: -1}
			for j, q := range fn.Params {
				if put.base != nil && ssax.Origin(put.base) == q {
					g.Base = j
				}
			}
			if put.base != nil {
				g.Result = resultOf(fn, plain(put.base, nil), nil)
			}
			if g.Base < 0 && g.Result < 0 {
				c.findAbove(fn, put, &g)
			}
			gifts = append(gifts, g)
		}
	}
	return gifts
}

// findAbove sets Above of what fn puts into a struct that is neither a parameter nor a result.
func (c *Contents) findAbove(fn *ssa.Function, put *put, g *Gift) {
	for j, q := range fn.Params {
		for _, o := range c.ownersOf(put) {
			if len(o.way) > 0 && plain(o.obj, o.frame) == q {
				g.Above, g.way = j, o.way
				return
			}
		}
	}
}

// unboxed is plain, through conversions to an interface.
func unboxed(v ssa.Value, f *frame) ssa.Value {
	v = plain(v, f)
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = plain(mi.X, f)
	}
	return v
}

func (f *frame) of(fn *ssa.Function) *frame {
	for ; f != nil; f = f.up {
		if f.fn == fn {
			return f
		}
	}
	return nil
}

// plain returns what a value is a copy of, through local variables, captured ones, and the parameters
// that the frame knows.
func plain(v ssa.Value, f *frame) ssa.Value {
	for range 20 {
		switch o := ssax.Origin(v).(type) {
		case *ssa.ChangeType:
			v = o.X
		case *ssa.ChangeInterface:
			v = o.X
		case *ssa.Parameter:
			at := f.of(o.Parent())
			if at == nil {
				return o
			}
			for i, p := range at.fn.Params {
				if p == o {
					v = at.args[i]
				}
			}
		case *ssa.FreeVar:
			b := path.Binding(o)
			if b == nil {
				return o
			}
			v = b
		case *ssa.UnOp:
			fv, ok := o.X.(*ssa.FreeVar)
			if !ok {
				return o
			}
			alloc, ok := path.Binding(fv).(*ssa.Alloc)
			if !ok || ssax.OnlyStore(alloc) == nil {
				return o
			}
			v = ssax.OnlyStore(alloc)
		default:
			return o
		}
	}
	return v
}
