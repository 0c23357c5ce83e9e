package summary

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Domain implements [flow.Env].
func (a *analysis) Domain(t types.Type) []constant.Value { return a.domains.Of(t) }

// Exits implements [flow.Env].
func (a *analysis) Exits(g *ssa.Global) bool {
	fn, ok := a.initial[g].(*ssa.Function)
	return ok && !a.assigned[g] && (isExit(fn) || len(fn.Blocks) > 0 && exits(fn))
}

// exits reports whether a function never returns. That os.Exit does not is known by a fact of package os, which Bazel's nogo does not have.
func exits(fn *ssa.Function) bool {
	if flow.NeverReturns(fn) {
		return true
	}
	for ret := range ssax.Returns(fn) {
		if !slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool {
			return slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool {
				call, ok := instr.(*ssa.Call)
				return ok && call.Call.StaticCallee() != nil && isExit(call.Call.StaticCallee()) && ssax.Dominates(call, ret)
			})
		}) {
			return false
		}
	}
	return true
}

func isExit(fn *ssa.Function) bool {
	obj, ok := fn.Object().(*types.Func)
	return ok && model.Exits(obj)
}

// Dynamic implements [flow.Env].
func (a *analysis) Dynamic(n *path.Node, method string) (out []flow.Callee, all bool) {
	values, all := a.contents.Values(a.table, n)
	_, self := pointsto.Place(a.table, n)
	for _, v := range values {
		if self != nil && v.Base != nil && a.OtherObject(self.Within(), v.Base) {
			continue
		}
		if slices.ContainsFunc(v.Owners, func(o pointsto.Owner) bool { return o.Found.Index == 0 && a.differ(o.Put, o.Found.Val) }) {
			continue
		}
		all = all && !v.Once // what it does, it does at the first call only
		if (v.Func == nil) != (method != "") {
			all = false
			continue
		}
		c := flow.Callee{Fn: v.Func, Captured: v.Captured, Home: v.Home, Base: v.Base, Kind: v.Kind, Above: v.Above}
		if method != "" {
			c.Fn, c.Args = a.methodOf(v.Type, method), []*path.Node{v.Object}
			if v.Object == nil && c.Fn != nil && (v.Found || a.info[c.Fn] == nil) {
				c.Args[0] = n // whatever object it is: the one that the interface value has
			}
		} else if m := boundMethod(c.Fn); m != nil {
			c.Fn, c.Args, c.Captured = a.pkg.Prog.FuncValue(m.Origin()), v.Captured, nil
		}
		if c.Fn == nil {
			all = false
			continue
		}
		for _, k := range v.Known {
			c.Known = append(c.Known, flow.Cell(k))
		}
		c.Name = a.settled.Name(c.Fn)
		c.Summary, c.Writes = a.Static(c.Fn)
		out = append(out, c)
	}
	return out, all && len(out) == 1
}

// differ reports whether two values are objects that were made at different places: two variables, or the results of two calls of one function that makes
// what it returns. What a function makes is known by another name to who calls it.
func (a *analysis) differ(x, y ssa.Value) bool {
	if x == y {
		return false
	}
	_, isVariable := x.(*ssa.Alloc)
	if _, areVariables := y.(*ssa.Alloc); isVariable && areVariables {
		return true
	}
	f, i := maker(x)
	g, j := maker(y)
	return f != nil && f == g && i == j && a.makes(f, i)
}

// maker returns the function of a call, and which result of it a value is; nil if the value is something else.
func maker(v ssa.Value) (fn *ssa.Function, i int) {
	if e, ok := v.(*ssa.Extract); ok {
		v, i = e.Tuple, e.Index
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return nil, 0
	}
	return call.Call.StaticCallee(), i
}

// OtherObject implements [flow.Env]: the two are found in fields that never hold one object, or are instances of one generic type with different
// arguments, or p is a variable that the field never points to.
func (a *analysis) OtherObject(within string, p ssa.Value) bool {
	if within == "" {
		return false
	}
	if made, ok := ssax.Origin(p).(*ssa.Alloc); ok && a.keepsOthers(path.FieldOf(within), made) {
		return true
	}
	if home := path.FoundIn(p); path.Apart(within, home) || a.Apart(within, home) {
		return true
	}
	field := a.fieldType(path.FieldOf(within))
	if field == nil {
		return false
	}
	x, isNamed := deref(field).(*types.Named)
	y, areNamed := deref(p.Type()).(*types.Named)
	return isNamed && areNamed && x.Origin() == y.Origin() && concrete(x) && concrete(y) && !types.Identical(x, y)
}

// keepsOthers reports whether a field of the package points to known variables only, and not to a given one.
func (a *analysis) keepsOthers(field string, made *ssa.Alloc) bool {
	if !a.scanned || field == "" || a.accessible(field) || !strings.HasPrefix(field, a.pkg.Pkg.Path()+".") {
		return false
	}
	allocs, ok := a.contents.Allocs(field)
	return ok && !allocs[made]
}

// concrete reports whether a type has arguments, none of which is the type parameter of another one.
func concrete(t *types.Named) bool {
	for arg := range t.TypeArgs().Types() {
		if _, ok := arg.(*types.TypeParam); ok {
			return false
		}
	}
	return t.TypeArgs().Len() > 0
}

// fieldType returns the type of a field, "pkg/path.Type.field"; nil if it is not known.
func (a *analysis) fieldType(field string) types.Type {
	obj := a.declaration(field)
	if obj == nil {
		return nil
	}
	st, ok := obj.Type().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for f := range st.Fields() {
		if f.Name() == field[strings.LastIndexByte(field, '.')+1:] {
			return f.Type()
		}
	}
	return nil
}

// methodOf returns the method called name of an object in an interface value, nil if it has none of its
// own.
func (a *analysis) methodOf(t types.Type, name string) *ssa.Function {
	if t == nil || types.IsInterface(t) {
		return nil
	}
	obj, index, _ := types.LookupFieldOrMethod(t, true, a.pkg.Pkg, name)
	if m, ok := obj.(*types.Func); ok && len(index) == 1 {
		return a.pkg.Prog.FuncValue(m.Origin())
	}
	return nil
}

// targets returns the functions of the package that a call of what is in a cell may run.
func (a *analysis) targets(cell, method string) (fns []*ssa.Function) {
	fns, objects := a.contents.Functions(cell)
	for _, t := range objects {
		if m := a.methodOf(t, method); m != nil {
			fns = append(fns, m)
		}
	}
	return fns
}
