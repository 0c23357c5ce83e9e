package summary

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
)

// Domain implements [flow.Env].
func (a *analysis) Domain(t types.Type) []constant.Value { return a.domains.Of(t) }

// Dynamic implements [flow.Env].
func (a *analysis) Dynamic(n *path.Node, method string) (out []flow.Callee, all bool) {
	values, all := a.contents.Values(a.table, n)
	for _, v := range values {
		if (v.Func == nil) != (method != "") {
			all = false
			continue
		}
		c := flow.Callee{Fn: v.Func, Captured: v.Captured, Home: v.Home}
		if method != "" {
			c.Fn, c.Args = a.methodOf(v.Type, method), []*path.Node{v.Object}
			if v.Object == nil && c.Fn != nil && a.info[c.Fn] == nil {
				c.Args[0] = n // of another package, whatever object it is: the one that the interface value has
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
