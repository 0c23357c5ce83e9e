package pointsto

import (
	"go/types"
	"iter"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A Transfer tells what a function puts where for its callers, in names of its parameters and results.
//
// From is a parameter, or a field of the struct that it is or points to. An option, a function that is called with the struct to be configured, counts
// as a struct that has the fields which it sets; so does each element of a list of options.
//
// To is the address of the field that gets it, or the address of a struct that gets all that the options have. The first result of a function that
// returns an option stands for what the option is called with.
//
//	func WithLog(f func(string)) Option { return func(s *Server) { s.log = f } } // from f to result.log
//	func New(opts ...Option) *Server {                                           // from opts[] to result
type Transfer struct {
	From, To *path.Node
	Cell     string // of To; "" for all that options have
}

// Transfers returns what fn puts into cells for its callers.
func (c *Contents) Transfers(t *path.Table, fn *ssa.Function) []Transfer {
	all, ok := c.moved[fn]
	if !ok {
		c.moved[fn] = nil // for a function that calls itself
		all = namer{c, t, fn, 0}.transfers()
		c.moved[fn] = all
	}
	return all
}

func (in namer) transfers() (out []Transfer) {
	fn := in.fn
	for _, p := range in.by[fn] {
		base := p.base
		if base == nil {
			base = p.outer
		}
		if base == nil {
			continue
		}
		froms := in.values(p.val)
		if len(froms) == 0 {
			continue
		}
		to := in.field(base, p)
		if to == nil || model.LeadsToLock(p.val.Type()) && !in.Stays(p.cell) {
			continue
		}
		for _, from := range froms {
			out = append(out, Transfer{from, to, p.cell})
		}
	}
	out = append(out, in.helpers()...)
	for i := range fn.Params {
		for option, args := range in.applied(i) {
			for _, arg := range args {
				if to := in.object(arg); to != nil && path.StructOf(arg.Type()) != nil {
					out = append(out, Transfer{option, to, ""})
				}
			}
		}
	}
	return out
}

// helpers returns what other functions of the package put into cells when fn calls them with what it was given.
func (in namer) helpers() (out []Transfer) {
	for _, b := range in.fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			fn := call.Call.StaticCallee()
			if fn == nil || fn.Pkg != in.fn.Pkg || len(fn.Blocks) == 0 || fn == in.fn || len(fn.Params) != len(call.Call.Args) ||
				!slices.ContainsFunc(fn.Params, func(p *ssa.Parameter) bool {
					return ssax.IsCallable(p.Type()) || isConfig(p.Type()) || model.LeadsToLock(p.Type())
				}) {
				continue
			}
			for _, tr := range in.Transfers(in.t, fn) {
				out = append(out, in.through(call, tr)...)
			}
		}
	}
	return out
}

// through names what a helper transfers as the function that calls it does.
func (in namer) through(call *ssa.Call, tr Transfer) (out []Transfer) {
	to := tr.To.Root()
	var object *path.Node
	switch {
	case to.Kind == path.Param:
		object = in.object(call.Call.Args[to.Index])
	case to.Kind == path.Result:
		if res := ssax.Result(call, to.Index); res != nil {
			object = in.object(res)
		}
	}
	from := tr.From.Root()
	if object == nil || from.Kind != path.Param {
		return nil
	}
	rename := func(n, root, as *path.Node) *path.Node {
		return in.t.Rewrite(n, func(x *path.Node) *path.Node {
			if x == root {
				return as
			}
			return nil
		})
	}
	for _, n := range in.values(call.Call.Args[from.Index]) {
		out = append(out, Transfer{rename(tr.From, from, n), rename(tr.To, to, object), tr.Cell})
	}
	return out
}

// A namer names values of a function as its callers do.
type namer struct {
	*Contents
	t     *path.Table
	fn    *ssa.Function
	depth int
}

// values names what is put somewhere: nothing if callers do not know it.
func (in namer) values(v ssa.Value) (nodes []*path.Node) {
	if in.depth++; in.depth > limits.MaxNested {
		return nil
	}
	switch v := unboxed(v, nil).(type) {
	case *ssa.Parameter:
		if n := in.param(v); n != nil && (ssax.IsCallable(v.Type()) || isConfig(v.Type()) || model.LeadsToLock(v.Type())) {
			return []*path.Node{n}
		}
	case *ssa.Phi:
		for _, e := range v.Edges {
			nodes = append(nodes, in.values(e)...)
		}
	case *ssa.UnOp, *ssa.Field:
		if param := paramOf(v, nil); param != nil && isConfig(param.Type()) {
			return in.values(param)
		}
		if !ssax.IsCallable(v.Type()) {
			return nil
		}
		if param, cell := fieldOf(v, nil); param != nil {
			if n := in.param(param); n != nil {
				nodes = append(nodes, in.readFrom(n, param.Type(), cell))
			}
		}
		nodes = append(nodes, in.collected(v)...)
	}
	return nodes
}

// collected names what is read from a variable to which the function has applied options.
func (in namer) collected(v ssa.Value) (nodes []*path.Node) {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return nil
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	for i := range in.fn.Params {
		for option, args := range in.applied(i) {
			for _, arg := range args {
				if arg == fa.X {
					nodes = append(nodes, in.readFrom(option, fa.X.Type(), path.StaticCell(fa)))
				}
			}
		}
	}
	return nodes
}

// readFrom names what is in a field of a struct, or of what n points to.
func (in namer) readFrom(n *path.Node, typ types.Type, cell string) *path.Node {
	if field := in.t.FieldOf(n, typ, cell); field != nil {
		return in.t.Deref(field)
	}
	return nil
}

// applied yields the options that parameter i is or has, and what they are called with.
func (in namer) applied(i int) iter.Seq2[*path.Node, []ssa.Value] {
	return func(yield func(*path.Node, []ssa.Value) bool) {
		param := in.fn.Params[i]
		n, typ := in.t.Param(i), param.Type()
		list, isList := typ.Underlying().(*types.Slice)
		if isList {
			n, typ = in.t.Elem(n, in.t.Const(nil)), list.Elem()
		}
		if !ssax.IsCallable(typ) {
			return
		}
		for args := range applications(in.fn, i, isList) {
			if !yield(n, args) {
				return
			}
		}
	}
}

// param names a parameter of the function; nil if it is one of another function.
func (in namer) param(p *ssa.Parameter) *path.Node {
	for i, q := range in.fn.Params {
		if p == q {
			return in.t.Param(i)
		}
	}
	return nil
}

// object names a struct, or what points to it; nil if callers do not know it.
func (in namer) object(v ssa.Value) *path.Node {
	if in.depth++; in.depth > limits.MaxNested {
		return nil
	}
	v = plain(v, nil)
	if p, ok := v.(*ssa.Parameter); ok {
		if opt := option(in.fn); opt != nil && opt.Fn == p.Parent() {
			return in.t.Result(0)
		}
		return in.param(p)
	}
	if i := resultOf(in.fn, v, nil); i >= 0 {
		return in.t.Result(i)
	}
	switch v := v.(type) {
	case *ssa.FieldAddr:
		if x := in.object(v.X); x != nil {
			return in.t.FieldOf(x, v.X.Type(), path.StaticCell(v))
		}
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			if field := in.object(fa); field != nil {
				return in.t.Deref(field)
			}
		}
	}
	for _, p := range in.objects[v] {
		if p.base == nil {
			continue
		}
		field := in.field(p.base, p)
		if field == nil {
			continue
		}
		if ssax.IsPointer(p.val.Type()) {
			return in.t.Deref(field)
		}
		return field
	}
	return nil
}

// field names the place where p puts something, in a struct or in what leads to it.
func (in namer) field(base ssa.Value, p *put) *path.Node {
	n := in.object(base)
	if n == nil {
		return nil
	}
	typ := base.Type()
	for i := len(p.way) - 1; i >= 0; i-- {
		if n, typ = in.place(n, typ, p.way[i].cell); n == nil {
			return nil
		}
		if ssax.IsPointer(typ) {
			n = in.t.Deref(n)
		}
	}
	n, _ = in.place(n, typ, p.cell)
	return n
}

// place names the place that a cell is in an object, and tells its type.
func (in namer) place(n *path.Node, typ types.Type, cell string) (*path.Node, types.Type) {
	field := strings.TrimRight(cell, element)
	st := path.StructOf(typ)
	if st == nil {
		return nil, nil
	}
	if n = in.t.FieldOf(n, typ, field); n == nil {
		return nil, nil
	}
	for i := range st.NumFields() {
		if st.Field(i).Name() == n.Name {
			typ = st.Field(i).Type()
		}
	}
	for ; cell != field; cell = strings.TrimSuffix(cell, element) {
		switch c := typ.Underlying().(type) {
		case *types.Slice:
			n, typ = in.t.Elem(in.t.Deref(n), in.t.Const(nil)), c.Elem()
		case *types.Map:
			n, typ = in.t.Elem(in.t.Deref(n), in.t.Const(nil)), c.Elem()
		case *types.Array:
			n, typ = in.t.Elem(n, in.t.Const(nil)), c.Elem()
		default:
			return nil, nil
		}
	}
	return n, typ
}

// isConfig reports whether a type is, or points to, a struct that has functions or interface values in its fields.
func isConfig(t types.Type) bool {
	st := path.StructOf(t)
	if st == nil {
		return false
	}
	for f := range st.Fields() {
		if ssax.IsCallable(f.Type()) {
			return true
		}
	}
	return false
}
