package pointsto

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Resolve follows the functions and interface values that a function puts into a cell for its callers
// to these callers. It is called once, after all instructions have been scanned. funcs are the functions of the package, in an order that is always
// the same, as that of the names in the table depends on it.
func (c *Contents) Resolve(t *path.Table, funcs []*ssa.Function, callers func(*ssa.Function) []ssa.CallInstruction) {
	c.callers = callers
	for list, puts := range c.lists {
		if fn := list.Parent(); fn.Parent() == nil && token.IsExported(fn.Name()) {
			for _, p := range puts {
				c.outside[p.cell] = true
			}
		}
	}
	for _, fn := range funcs {
		if fn.Parent() != nil || !token.IsExported(fn.Name()) {
			continue
		}
		in := namer{c, t, fn, 0}
		for _, p := range c.by[fn] {
			if !c.outside[p.cell] && len(in.values(p.val)) > 0 {
				c.outside[p.cell] = true
			}
		}
		if ssax.InTest(fn) {
			continue
		}
		for _, tr := range c.Transfers(t, fn) {
			if tr.Cell != "" {
				c.outside[tr.Cell] = true
			}
		}
	}
	for cell, puts := range c.puts {
		var out []*put
		for _, p := range puts {
			out = append(out, c.expand(p, 0)...)
		}
		c.puts[cell] = out
	}
	all := make(map[string][]*put, len(c.puts)) // what is copied from one cell to another is what the callers of functions put there
	for cell, puts := range c.puts {
		var out []*put
		for _, p := range puts {
			out = append(out, c.collected(p)...)
		}
		all[cell] = c.withoutStubs(cell, out)
	}
	c.puts = all
}

// expand returns what p puts, where that depends on callers: once for each of them.
func (c *Contents) expand(p *put, depth int) []*put {
	if p.from != "" || !ssax.IsCallable(p.val.Type()) {
		return []*put{p}
	}
	switch v := unboxed(p.val, p.frame).(type) {
	case *ssa.Parameter:
		return c.byCallers(p, v, "", depth)
	case *ssa.Phi:
		if depth >= limits.MaxFrames || slices.Contains(v.Edges, ssa.Value(v)) {
			break
		}
		var out []*put
		for _, e := range v.Edges {
			one := *p
			one.val = e
			out = append(out, c.expand(&one, depth+1)...)
		}
		return out
	default:
		if param, cell := fieldOf(v, p.frame); param != nil {
			return c.byCallers(p, param, cell, depth)
		}
	}
	return []*put{p}
}

// byCallers returns what p puts into its cell for each caller of the function that has a parameter: the argument or, if field is the name of a cell,
// what is in that field of the struct that the argument is or points to.
func (c *Contents) byCallers(p *put, param *ssa.Parameter, field string, depth int) (out []*put) {
	fn := param.Parent()
	calls := c.callers(fn)
	if len(calls) == 0 || depth >= limits.MaxFrames || p.frame.of(fn) != nil {
		c.open[p.cell] = true
		return []*put{p}
	}
	for _, call := range calls {
		args := call.Common().Args
		if call.Common().IsInvoke() {
			args = append([]ssa.Value{call.Common().Value}, args...)
		}
		if len(args) != len(fn.Params) || len(out) > limits.MaxExpanded {
			c.open[p.cell] = true
			continue
		}
		seen := *p
		seen.frame = &frame{fn, call, args, p.frame}
		seen.test = p.test || ssax.InTest(call.Parent())
		arg := args[slices.Index(fn.Params, param)]
		if field == "" {
			out = append(out, c.expand(&seen, depth+1)...)
			continue
		}
		if handed := paramOf(arg, p.frame); handed != nil {
			out = append(out, c.byCallers(&seen, handed, field, depth+1)...)
			continue
		}
		vals := storedIn(arg, field)
		if len(vals) == 0 {
			c.open[p.cell] = true
			seen.from = field
			out = append(out, &seen)
		}
		for _, v := range vals {
			one := seen
			one.val = v
			out = append(out, c.expand(&one, depth+1)...)
		}
	}
	return out
}

// fieldOf returns the parameter that is, or points to, the struct from whose field a value is read, and the field's cell; nil if it is none.
func fieldOf(v ssa.Value, f *frame) (*ssa.Parameter, string) {
	switch v := v.(type) {
	case *ssa.Field:
		name, owner, _ := path.StructField(v.X.Type(), v.Field)
		return paramOf(v.X, f), owner + "." + name
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok && v.Op == token.MUL {
			return paramOf(fa.X, f), path.StaticCell(fa)
		}
	}
	return nil, ""
}

// paramOf returns the parameter that a value is, or that a variable, or what was read from one, holds; nil if it is none.
func paramOf(v ssa.Value, f *frame) *ssa.Parameter {
	v = plain(v, f)
	if alloc := copied(v); alloc != nil {
		v = alloc
	}
	if alloc, ok := v.(*ssa.Alloc); ok {
		if val := ssax.OnlyStore(alloc); val != nil {
			v = plain(val, f)
		}
	}
	param, _ := v.(*ssa.Parameter)
	return param
}

// storedIn returns what the function that has a struct, or a pointer to it, stores in a field of it: in the variable or the new object that it is.
func storedIn(v ssa.Value, cell string) (vals []ssa.Value) {
	v = ssax.Origin(v)
	if alloc := copied(v); alloc != nil {
		v = alloc
	}
	alloc, ok := v.(*ssa.Alloc)
	if !ok {
		return nil
	}
	for fa, val := range fieldsSet(alloc) {
		if path.StaticCell(fa) == cell {
			vals = append(vals, val)
		}
	}
	return vals
}

// collected returns what p puts into its cell where it has been put into a local variable first, by options that its function applies to that.
func (c *Contents) collected(p *put) []*put {
	if p.from != "" {
		return c.copied(p)
	}
	if !ssax.IsCallable(p.val.Type()) {
		return []*put{p}
	}
	load, ok := unboxed(p.val, p.frame).(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return []*put{p}
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return []*put{p}
	}
	alloc, ok := fa.X.(*ssa.Alloc)
	if !ok {
		return []*put{p}
	}
	var out []*put
	for _, q := range c.puts[path.StaticCell(fa)] {
		for _, o := range calledWith(plain(q.base, q.frame), q.frame) {
			if o.obj == alloc {
				one := *p
				one.val, one.test = q.val, p.test || q.test
				one.frame = &frame{o.frame.fn, o.frame.call, o.frame.args, q.frame}
				out = append(out, &one)
			}
		}
	}
	if out == nil {
		return []*put{p}
	}
	return out
}

// copied returns what p puts into its cell where it reads that from another cell: what has been put there.
func (c *Contents) copied(p *put) []*put {
	from := c.puts[p.from]
	if len(from) == 0 || len(from) > limits.MaxExpanded {
		return []*put{p}
	}
	var out []*put
	for _, q := range from {
		if q.from != "" || !ssax.IsCallable(q.val.Type()) {
			continue
		}
		one := *p
		one.val, one.frame, one.from, one.test = q.val, join(p.frame, q.frame), "", p.test || q.test
		out = append(out, &one)
	}
	return out
}

// join returns a frame that has the calls of two.
func join(f, g *frame) *frame {
	if f == nil {
		return g
	}
	return &frame{f.fn, f.call, f.args, join(f.up, g)}
}
