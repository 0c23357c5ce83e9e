package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// ByKeys tells of two objects of one class that a function has looked up by two of its parameters, with two calls of one function:
//
//	src, dst := l.find(from), l.find(to)
type ByKeys struct {
	First, Second ssa.Value // the objects
	Keys          [2]int    // the places of the parameters
}

// foundByKeys returns nil if two locks are no such.
func (w *walker) foundByKeys(lock, want *path.Node) *ByKeys {
	if want == nil {
		return nil
	}
	from, to := path.Concrete(lock).Root(), path.Concrete(want).Root()
	one, two := resultFrom(from), resultFrom(to)
	if one == nil || two == nil || one == two {
		return nil
	}
	if fn := one.Call.StaticCallee(); fn == nil || fn != two.Call.StaticCallee() || !finds(fn) {
		return nil
	}
	swapped := w.t.Rewrite(lock, func(n *path.Node) *path.Node {
		if n == from {
			return to
		}
		return nil
	})
	if swapped != want {
		return nil
	}
	found := &ByKeys{First: from.Val, Second: to.Val, Keys: [2]int{-1, -1}}
	for k, arg := range one.Call.Args {
		p, q := ssax.Origin(arg), ssax.Origin(two.Call.Args[k])
		if ssax.SameObject(p, q) {
			continue
		}
		i, j := w.paramAt(p), w.paramAt(q)
		if found.Keys[0] >= 0 || i < 0 || j < 0 {
			return nil
		}
		found.Keys = [2]int{i, j}
	}
	if found.Keys[0] < 0 {
		return nil
	}
	return found
}

// resultFrom returns the call of which a name is a result, nil if it is none.
func resultFrom(n *path.Node) *ssa.Call {
	if n.Kind != path.Value || n.Val == nil {
		return nil
	}
	return callOf(n.Val)
}

// callOf returns the call of which a value is a result, nil if it is none.
func callOf(v ssa.Value) *ssa.Call {
	if e, ok := v.(*ssa.Extract); ok {
		v = e.Tuple
	}
	call, _ := v.(*ssa.Call)
	return call
}

// paramAt returns the place of a parameter, -1 if v is none.
func (w *walker) paramAt(v ssa.Value) int {
	p, ok := v.(*ssa.Parameter)
	if !ok {
		return -1
	}
	return slices.Index(w.fn.Params, p)
}

// finds reports whether a function returns what it has looked up in a container.
func finds(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if ok && slices.ContainsFunc(ret.Results, func(v ssa.Value) bool { return isFound(v, 0) }) {
			return true
		}
	}
	return false
}

// isFound reports whether a result, or the variable that keeps it while deferred calls run, may be an element of a container.
func isFound(v ssa.Value, depth int) bool {
	v = ssax.Origin(v)
	if phi, ok := v.(*ssa.Phi); ok {
		return slices.ContainsFunc(phi.Edges, ssax.LookedUp)
	}
	if load, ok := v.(*ssa.UnOp); ok {
		if variable, ok := load.X.(*ssa.Alloc); ok {
			return slices.ContainsFunc(*variable.Referrers(), func(r ssa.Instruction) bool {
				st, ok := r.(*ssa.Store)
				return ok && st.Addr == variable && depth < limits.MaxCalls && isFound(st.Val, depth+1)
			})
		}
	}
	return ssax.LookedUp(v)
}
