package flow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// captured names what a captured variable holds by what else the literal knows: in
//
//	p := &s.mu
//	f := func() { s.mu.Lock(); p.Unlock() }
//
// p is &s.mu in the literal, too. It returns nil if the variable may change, or if
// the literal has no other name for its contents.
func (w *walker) captured(addr *path.Node) *path.Node {
	n, ok := w.info.aliases[addr.Index]
	if !ok {
		if w.info.aliases == nil {
			w.info.aliases = make(map[int]*path.Node)
		}
		n = w.contents(w.fn, addr.Index, 0)
		w.info.aliases[addr.Index] = n
	}
	return n
}

// binding returns the one place where the literal fn is made, and the variable that it
// captures there; nil if there are several or the variable may change after that.
func (w *walker) binding(fn *ssa.Function, index int) (*ssa.MakeClosure, ssa.Value) {
	refs := fn.Referrers()
	if refs == nil || len(*refs) != 1 || !w.env.Settled().Var(fn, index) {
		return nil, nil
	}
	mc, ok := (*refs)[0].(*ssa.MakeClosure)
	if !ok {
		return nil, nil
	}
	return mc, mc.Bindings[index]
}

// contents names what a variable captured by the literal fn holds.
func (w *walker) contents(fn *ssa.Function, index, depth int) *path.Node {
	if depth > limits.MaxCaptured {
		w.t.Limits.Hit(limits.Captured)
		return nil
	}
	mc, v := w.binding(fn, index)
	switch v := v.(type) {
	case *ssa.FreeVar:
		outer := mc.Parent()
		n := w.contents(outer, slices.Index(outer.FreeVars, v), depth+1)
		return w.inward(mc, n)
	case *ssa.Alloc:
		if st := w.env.Settled().last(v); st != nil {
			if _, isLoad := st.Val.(*ssa.UnOp); isLoad {
				return nil // a copy: each of the two is a name of its own
			}
			return w.outside(mc, st.Val, depth+1)
		}
	}
	return nil
}

// given reports whether n is, or is a field of, what a literal captured of a parameter of a
// function around it. As for parameters, two names mean two objects then.
func (w *walker) given(n *path.Node) bool {
	for n.Kind == path.Field {
		n = n.X
	}
	return n.Kind == path.Deref && n.X.Kind == path.FreeVar && w.isParam(w.fn, n.X.Index)
}

// isParam reports whether a captured variable of fn always holds a parameter.
func (w *walker) isParam(fn *ssa.Function, index int) bool {
	mc, v := w.binding(fn, index)
	switch v := v.(type) {
	case *ssa.FreeVar:
		return w.isParam(mc.Parent(), slices.Index(mc.Parent().FreeVars, v))
	case *ssa.Alloc:
		if st := w.env.Settled().last(v); st != nil {
			_, ok := st.Val.(*ssa.Parameter)
			return ok
		}
	}
	return false
}

// inward turns a name in the function around a literal into one in the literal.
func (w *walker) inward(mc *ssa.MakeClosure, n *path.Node) *path.Node {
	if n == nil {
		return nil
	}
	ok := true
	n = w.t.Rewrite(n, func(x *path.Node) *path.Node {
		if x.Kind != path.FreeVar {
			return nil
		}
		i := slices.Index(mc.Bindings, ssa.Value(mc.Parent().FreeVars[x.Index]))
		if i < 0 {
			ok = false
			return x
		}
		return w.t.FreeVar(i)
	})
	if !ok {
		return nil
	}
	return n
}

// outside names a value of the function around the literal by what the literal
// captures as well. Only values that no store can change have a name.
func (w *walker) outside(mc *ssa.MakeClosure, v ssa.Value, depth int) *path.Node {
	if depth > 8 {
		return nil
	}
	inner := func(v ssa.Value) *path.Node { return w.outside(mc, v, depth+1) }
	switch v := v.(type) {
	case *ssa.Global:
		return w.t.Global(path.GlobalName(v))
	case *ssa.Alloc, *ssa.FreeVar:
		if i := slices.Index(mc.Bindings, v); i >= 0 {
			return w.t.FreeVar(i)
		}
	case *ssa.FieldAddr:
		if x := inner(v.X); x != nil {
			name, owner, embedded := path.StructField(v.X.Type(), v.Field)
			return w.t.Field(x, name, owner, embedded)
		}
	case *ssa.MakeInterface:
		if x := inner(v.X); x != nil {
			return w.t.Iface(x, v.X.Type())
		}
	case *ssa.UnOp:
		fn := mc.Fn.(*ssa.Function)
		if i := slices.Index(mc.Bindings, v.X); i >= 0 && v.Op == token.MUL && w.env.Settled().Var(fn, i) {
			if n := w.contents(fn, i, depth+1); n != nil {
				return n
			}
			return w.t.Deref(w.t.FreeVar(i))
		}
	case *ssa.Call:
		fn := v.Call.StaticCallee()
		if fn == nil || len(v.Call.Args) != 1 {
			return nil
		}
		obj, _ := fn.Object().(*types.Func)
		if model.OpOf(obj).Kind == model.RLocker {
			if x := inner(v.Call.Args[0]); x != nil {
				return w.t.RLocker(x)
			}
		}
	}
	return nil
}
