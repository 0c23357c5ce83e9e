package ssax

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// AllUses reports whether ok holds for everything that is done with a function literal: for each
// instruction that uses it, or the closure made of it, and the value by which it does.
func AllUses(lit *ssa.Function, ok func(instr ssa.Instruction, v ssa.Value) bool) bool {
	refs := lit.Referrers()
	if refs == nil {
		return true
	}
	return !slices.ContainsFunc(*refs, func(r ssa.Instruction) bool {
		mc, isClosure := r.(*ssa.MakeClosure)
		if !isClosure {
			return !ok(r, lit)
		}
		return slices.ContainsFunc(*mc.Referrers(), func(r ssa.Instruction) bool { return !ok(r, mc) })
	})
}

// Outermost returns the function that a literal stands in, which is the function itself if it is none.
func Outermost(fn *ssa.Function) *ssa.Function {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}

// Within reports whether a literal stands in a function, or in a literal of it.
func Within(lit, fn *ssa.Function) bool {
	for lit = lit.Parent(); lit != nil; lit = lit.Parent() {
		if lit == fn {
			return true
		}
	}
	return false
}

// Elements returns the elements of the slice that a composite literal, or the arguments of a variadic
// function, make, by position; nil for what is not set. ok is false if the slice is made otherwise.
func Elements(v ssa.Value) (vals []ssa.Value, ok bool) {
	sl, ok := v.(*ssa.Slice)
	if !ok {
		return nil, false
	}
	alloc, ok := sl.X.(*ssa.Alloc)
	if !ok {
		return nil, false
	}
	return ArrayElements(alloc)
}

// ArrayElements returns what is stored to the elements of an array, by position; nil for what is not set. ok is false if a position is not constant.
func ArrayElements(alloc *ssa.Alloc) (vals []ssa.Value, ok bool) {
	for _, ref := range *alloc.Referrers() {
		ia, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		idx, ok := ia.Index.(*ssa.Const)
		if !ok {
			return nil, false
		}
		for _, r := range *ia.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Addr == ia {
				k := int(idx.Int64())
				if k >= len(vals) {
					vals = append(vals, make([]ssa.Value, k+1-len(vals))...)
				}
				vals[k] = st.Val
			}
		}
	}
	return vals, true
}

// Copies returns the values that are v: itself, and what the local variables that hold it are read for.
func Copies(v ssa.Value) []ssa.Value {
	out := []ssa.Value{v}
	if v.Referrers() == nil {
		return out
	}
	for _, r := range *v.Referrers() {
		st, ok := r.(*ssa.Store)
		if !ok || st.Val != v {
			continue
		}
		alloc, ok := st.Addr.(*ssa.Alloc)
		if !ok || OnlyStore(alloc) != v {
			continue
		}
		for _, r := range *alloc.Referrers() {
			if u, ok := r.(*ssa.UnOp); ok {
				out = append(out, u)
			}
		}
	}
	return out
}

// A Use is a call that has a value as an argument, or among the elements of one.
type Use struct {
	Call    ssa.CallInstruction
	Arg     int
	InSlice bool
}

// PassedTo returns the calls that a value is passed to.
func PassedTo(v ssa.Value) (uses []Use) {
	for _, v := range Copies(v) {
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.ChangeType:
				uses = append(uses, PassedTo(r)...)
			case ssa.CallInstruction:
				if i := slices.Index(r.Common().Args, v); i >= 0 && !r.Common().IsInvoke() {
					uses = append(uses, Use{r, i, false})
				}
			case *ssa.Store:
				ia, ok := r.Addr.(*ssa.IndexAddr)
				if !ok {
					continue
				}
				list, ok := ia.X.(*ssa.Alloc)
				if !ok {
					continue
				}
				for _, r := range *list.Referrers() {
					if sl, ok := r.(*ssa.Slice); ok {
						for _, u := range PassedTo(sl) {
							uses = append(uses, Use{u.Call, u.Arg, true})
						}
					}
				}
			}
		}
	}
	return uses
}

// Result returns the i-th result of a call, nil if nothing uses it.
func Result(call ssa.CallInstruction, i int) ssa.Value {
	v := call.Value()
	if v == nil {
		return nil
	}
	if v.Call.Signature().Results().Len() == 1 {
		return v
	}
	return Component(v, i)
}

// Component returns the i-th component of a tuple, nil if nothing uses it.
func Component(tuple ssa.Value, i int) ssa.Value {
	for _, r := range *tuple.Referrers() {
		if e, ok := r.(*ssa.Extract); ok && e.Index == i {
			return e
		}
	}
	return nil
}

// ElementOf returns the place in a slice or array whose element is, or has, what the first argument of a call points to; nil if it is not
// found by an index.
func ElementOf(call ssa.CallInstruction) *ssa.IndexAddr {
	if len(call.Common().Args) == 0 || call.Common().IsInvoke() {
		return nil
	}
	for v := call.Common().Args[0]; ; {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.UnOp:
			v = x.X
		case *ssa.IndexAddr:
			return x
		default:
			return nil
		}
	}
}

// LookedUp reports whether v is an element of a container that may be any of them.
func LookedUp(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Lookup:
		_, constant := v.Index.(*ssa.Const)
		return !constant
	case *ssa.Extract:
		l, ok := v.Tuple.(*ssa.Lookup)
		return ok && LookedUp(l)
	case *ssa.UnOp:
		return LookedUp(v.X)
	case *ssa.IndexAddr:
		_, constant := v.Index.(*ssa.Const)
		return !constant
	}
	return false
}
