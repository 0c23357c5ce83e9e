package peers

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// name writes a value as the function it belongs to names it. Unlike the walk of
// package flow it looks at how the value is made only, not at what is stored when.
func (g *Graph) name(v ssa.Value) *path.Node {
	t := g.table
	switch v := v.(type) {
	case *ssa.Parameter:
		for i, p := range v.Parent().Params {
			if p == v {
				return t.Param(i)
			}
		}
	case *ssa.FreeVar:
		for i, fv := range v.Parent().FreeVars {
			if fv == v {
				return t.FreeVar(i)
			}
		}
	case *ssa.Global:
		return t.Global(path.GlobalName(v))
	case *ssa.Const:
		return t.Const(v.Value)
	case *ssa.FieldAddr:
		name, owner, embedded := path.StructField(v.X.Type(), v.Field)
		return g.fieldOf(g.name(v.X), name, owner, embedded)
	case *ssa.Field:
		name, owner, embedded := path.StructField(v.X.Type(), v.Field)
		return g.fieldOf(g.name(v.X), name, owner, embedded)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return g.deref(g.name(v.X))
		}
	case *ssa.IndexAddr:
		return g.elemName(v.X, v.Index, v)
	case *ssa.Lookup:
		return g.elemName(v.X, v.Index, v)
	case *ssa.ChangeType:
		return g.name(v.X)
	case *ssa.ChangeInterface:
		return g.name(v.X)
	case *ssa.MakeInterface:
		return g.name(v.X)
	case *ssa.TypeAssert:
		if !v.CommaOk {
			return g.name(v.X)
		}
	case *ssa.Extract:
		switch tuple := v.Tuple.(type) {
		case *ssa.Lookup:
			if v.Index == 0 {
				return g.elemName(tuple.X, tuple.Index, v)
			}
		case *ssa.TypeAssert:
			if v.Index == 0 {
				return g.name(tuple.X)
			}
		}
	}
	return t.Value(v, 0)
}

func (g *Graph) fieldOf(x *path.Node, name, owner string, embedded bool) *path.Node {
	if x.TooDeep() {
		return x
	}
	return g.table.Field(x, name, owner, embedded)
}

func (g *Graph) elemName(x, i, v ssa.Value) *path.Node {
	nx, ni := g.name(x), g.name(i)
	if nx.TooDeep() || ni.TooDeep() {
		return g.table.Value(v, 0)
	}
	return g.table.Elem(nx, ni)
}

// deref names what an address holds. A variable that is stored to once, when it is
// declared (a captured parameter, say), is what is stored.
func (g *Graph) deref(addr *path.Node) *path.Node {
	if alloc, ok := addr.Val.(*ssa.Alloc); ok && addr.Kind == path.Value {
		if val := ssax.OnlyStore(alloc); val != nil {
			return g.name(val)
		}
	}
	if addr.TooDeep() {
		return addr
	}
	return g.table.Deref(addr)
}

// raise turns a name of the callee of e into the caller's, nil if it has none.
func (g *Graph) raise(n *path.Node, e *edge) *path.Node {
	if n == nil {
		return nil
	}
	lost := false
	out := g.table.Rewrite(n, func(n *path.Node) *path.Node {
		var v ssa.Value
		switch n.Kind {
		case path.Param:
			if n.Index < len(e.args) {
				v = e.args[n.Index]
			}
		case path.FreeVar:
			if mc, ok := e.value.(*ssa.MakeClosure); ok && mc.Fn == e.callee && n.Index < len(mc.Bindings) {
				v = mc.Bindings[n.Index]
			} else if n.Index < len(e.callee.FreeVars) {
				v = sameVariable(e.callee.FreeVars[n.Index], e.caller)
			}
		case path.Deref:
			x := g.raise(n.X, e)
			if x == nil {
				lost = true
				return n
			}
			return g.deref(x)
		case path.Value, path.Result:
		default:
			return nil
		}
		if v == nil {
			lost = true
			return n
		}
		return g.name(v)
	})
	if lost {
		return nil
	}
	return out
}

// sameVariable returns what a function has of a variable that a literal captures: the variable itself, or its own capture of it; nil if it has none.
func sameVariable(captured *ssa.FreeVar, fn *ssa.Function) ssa.Value {
	of := path.Binding(captured)
	if of == nil || of.Parent() == fn {
		return of
	}
	for _, fv := range fn.FreeVars {
		if path.Binding(fv) == of {
			return fv
		}
	}
	return nil
}

// class returns the class of a lock that fn names n, "" if it is not known. Unlike
// [path.Node.ClassIn] it sees through variables and parameters that hold a pointer to
// the lock.
func (g *Graph) class(fn *ssa.Function, n *path.Node, depth int) string {
	n = path.Concrete(n)
	if n.Kind == path.RLocker {
		n = n.X
	}
	root := n
	for root.Kind == path.Field && root.Owner == "" {
		root = root.X
	}
	if depth > 4 {
		return ""
	}
	switch {
	case root.Kind == path.FreeVar, root.Kind == path.Deref && root.X.Kind == path.FreeVar:
		fv := root
		if root.Kind == path.Deref {
			fv = root.X
		}
		if b := g.binding(fn, fv.Index); b != nil {
			up := g.name(b)
			if root != fv {
				up = g.deref(up)
			}
			return g.class(b.Parent(), g.table.Rewrite(n, replace(root, up)), depth+1)
		}
	case root.Kind == path.Param:
		return g.argClass(fn, n, depth)
	}
	return n.ClassIn(fn)
}

// argClass returns the class of a lock that is a parameter, if all callers agree.
func (g *Graph) argClass(fn *ssa.Function, n *path.Node, depth int) (class string) {
	f := g.funcs[fn]
	if f == nil || f.open {
		return ""
	}
	for i, e := range f.in {
		up := g.raise(n, e)
		if up == nil {
			return ""
		}
		got := g.class(e.caller, up, depth+1)
		if got == "" || i > 0 && got != class {
			return ""
		}
		class = got
	}
	return class
}

func replace(from, to *path.Node) func(*path.Node) *path.Node {
	return func(n *path.Node) *path.Node {
		if n == from {
			return to
		}
		return nil
	}
}

// binding returns what a literal's captured variable number i is bound to, nil if
// the literal is made at several places.
func (g *Graph) binding(fn *ssa.Function, i int) ssa.Value {
	if fn.Parent() == nil {
		return nil
	}
	var found ssa.Value
	for _, b := range fn.Parent().Blocks {
		for _, instr := range b.Instrs {
			if mc, ok := instr.(*ssa.MakeClosure); ok && mc.Fn == fn {
				if found != nil || i >= len(mc.Bindings) {
					return nil
				}
				found = mc.Bindings[i]
			}
		}
	}
	return found
}

// object returns the struct that a lock or a channel is a field of: s for s.mu,
// s.state.mu and s.ch; nil for what is no field.
func object(n *path.Node) *path.Node {
	if n == nil {
		return nil
	}
	n = path.Concrete(n)
	if n.Kind == path.Deref && n.X.Kind == path.Field {
		n = n.X
	}
	if n.Kind != path.Field {
		return nil
	}
	return n.Struct()
}

// reassigned reports whether the variable by which f knows the object with a lock gets another value between two instructions, whichever comes
// first: what has the name at one of them is not what has it at the other.
func (f *function) reassigned(lock *path.Node, a, b ssa.Instruction) bool {
	if lock == nil {
		return false
	}
	root := lock.Root()
	variable, ok := root.Val.(*ssa.Alloc)
	if !ok || root.Kind != path.Value || variable.Parent() != f.fn {
		return false
	}
	var stores []ssa.Instruction
	for _, r := range *variable.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Addr == variable {
			stores = append(stores, st)
		}
	}
	return len(stores) > 1 && !f.LeadsPast(a, b, stores...) && !f.LeadsPast(b, a, stores...)
}
