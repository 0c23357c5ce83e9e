package summary

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/contract"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
)

// contracts are the declarations of the package that say something about locks.
type contracts struct {
	set  *contract.Set
	made map[types.Object]*flow.Contract
}

// Contract implements [flow.Env].
func (a *analysis) Contract(fn *ssa.Function) *flow.Contract {
	obj, ok := fn.Object().(*types.Func)
	if !ok || fn.Synthetic != "" {
		return nil
	}
	return a.contractOf(obj)
}

// canonical names a lock in a clause as a function does that has several names for it.
func (a *analysis) canonical(obj types.Object, lock *path.Node) *path.Node {
	fn, _ := obj.(*types.Func)
	return flow.Canonical(a.table, a.aliases(fn), lock)
}

// contractOf returns the contract of an object of the package, nil if it has none.
func (a *analysis) contractOf(obj types.Object) *flow.Contract {
	d := a.contracts.set.Of(obj)
	if d == nil {
		return nil
	}
	if c, ok := a.contracts.made[obj]; ok {
		return c
	}
	c := &flow.Contract{Unchecked: d.Unchecked}
	for i := range d.Clauses {
		cl := &d.Clauses[i]
		out := flow.Clause{Verb: cl.Verb, Mode: cl.Mode, Lock: a.canonical(obj, cl.Node(a.table)), Abstract: cl.Abstract,
			Step: &flow.Step{Pos: cl.Pos, Func: objectName(obj), What: cl.Says()}}
		if cl.Method != nil {
			if a.contracts.set.Of(cl.Method) != nil {
				out.Abstract = true
			} else if out.Lock = a.behind(cl.Method, out.Lock); out.Lock == nil {
				continue // nobody sees who holds it, so nobody can tell who breaks the contract
			}
		}
		if !slices.ContainsFunc(c.Clauses, func(o flow.Clause) bool { return o.Verb == out.Verb && o.Lock == out.Lock && o.Mode == out.Mode }) {
			c.Clauses = append(c.Clauses, out) // not yet there by another name
		}
	}
	a.contracts.made[obj] = c
	return c
}

// Aliases implements [flow.Env].
func (a *analysis) Aliases(fn *ssa.Function) []flow.Alias {
	obj, _ := fn.Object().(*types.Func)
	return a.aliases(obj)
}

func (a *analysis) aliases(obj *types.Func) (out []flow.Alias) {
	for _, al := range a.contracts.set.Aliases(obj) {
		out = append(out, flow.Alias{From: al.From(a.table), To: al.To(a.table), Base: al.Base(a.table)})
	}
	return out
}

// behind returns the lock that the given method, which locks an object of a type that
// wraps a lock, really locks; nil if that is not known. The method has no contract, and
// has been walked or is of another package.
func (a *analysis) behind(method *types.Func, object *path.Node) *path.Node {
	s := a.effectOf(method)
	if s == nil {
		return nil
	}
	var found *path.Node
	for _, o := range s.Outcomes {
		for _, n := range o.Nets {
			if n.Delta < 0 || found != nil && found != n.Lock || n.Lock.Root() != a.table.Param(0) {
				return nil
			}
			found = n.Lock
		}
	}
	if found == nil {
		return nil
	}
	return a.table.Rewrite(found, func(n *path.Node) *path.Node {
		if n == a.table.Param(0) {
			return object
		}
		return nil
	})
}

func (a *analysis) effectOf(obj *types.Func) *flow.Summary {
	if obj.Pkg() != a.pkg.Pkg {
		return a.foreignSummary(obj)
	}
	return a.sums[a.pkg.Prog.FuncValue(obj)]
}

// Declared implements [flow.Env].
func (a *analysis) Declared(call *ssa.CallCommon) (name string, sum *flow.Summary) {
	for _, obj := range calledThrough(call) {
		if s := a.declared(obj); s != nil {
			return objectName(obj), s
		}
	}
	return "", nil
}

// declared returns what the contract of an object says, in this package or another.
func (a *analysis) declared(obj types.Object) *flow.Summary {
	if obj.Pkg() != a.pkg.Pkg {
		s := a.foreignSummary(obj)
		if keepsOnly(s) {
			return nil
		}
		return s
	}
	if c := a.contractOf(obj); c != nil {
		return c.Summary()
	}
	return nil
}

// calledThrough returns what a call goes through that may have a contract: the method of
// an interface, or the variable that holds the function and the function's type.
func calledThrough(call *ssa.CallCommon) (objs []types.Object) {
	if call.IsInvoke() {
		return []types.Object{call.Method.Origin()}
	}
	add := func(v *types.Var) { objs = append(objs, v.Origin()) }
	v := call.Value
	if conv, ok := v.(*ssa.ChangeType); ok {
		v = conv.X
	}
	switch v := v.(type) {
	case *ssa.Field:
		if st, ok := v.X.Type().Underlying().(*types.Struct); ok {
			add(st.Field(v.Field))
		}
	case *ssa.UnOp:
		switch addr := v.X.(type) {
		case *ssa.FieldAddr:
			if st, ok := deref(addr.X.Type()).Underlying().(*types.Struct); ok {
				add(st.Field(addr.Field))
			}
		case *ssa.Global:
			if g, ok := addr.Object().(*types.Var); ok {
				add(g)
			}
		}
	}
	for _, t := range []types.Type{call.Value.Type(), v.Type()} {
		if named, ok := types.Unalias(t).(*types.Named); ok {
			objs = append(objs, named.Obj())
		}
	}
	return objs
}

// objectName names an object with a contract as a message does.
func objectName(obj types.Object) string {
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Recv() == nil {
		return obj.Name()
	}
	t := types.Unalias(fn.Signature().Recv().Type())
	p, isPtr := t.(*types.Pointer)
	if isPtr {
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	switch {
	case !ok:
		return fn.Name()
	case isPtr:
		return "(*" + named.Obj().Name() + ")." + fn.Name()
	}
	return named.Obj().Name() + "." + fn.Name()
}

// scanContract notes that a function has a contract, or calls what has one. What it
// needs to know is walked before it.
func (a *analysis) scanContract(fi *funcInfo, objs ...types.Object) {
	for _, obj := range objs {
		d := a.contracts.set.Of(obj)
		if d == nil {
			fi.locks = fi.locks || obj.Pkg() != a.pkg.Pkg && a.concerns(obj)
			continue
		}
		fi.locks = true
		for _, cl := range d.Clauses {
			if m := cl.Method; m != nil && m.Pkg() == a.pkg.Pkg {
				if fn := a.pkg.Prog.FuncValue(m); fn != nil && a.info[fn] != nil && fn != fi.fn {
					fi.callees = append(fi.callees, fn)
				}
			}
		}
	}
}

// unseen returns the contracts of what has no body, for other packages.
func (a *analysis) unseen() map[types.Object]*flow.Summary {
	out := make(map[types.Object]*flow.Summary)
	for _, obj := range a.contracts.set.Objects() {
		if fn, ok := obj.(*types.Func); ok {
			if body := a.pkg.Prog.FuncValue(fn); body != nil && a.info[body] != nil {
				continue
			}
		}
		out[obj] = a.contractOf(obj).Summary()
	}
	return out
}
