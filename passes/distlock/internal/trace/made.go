package trace

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// resolve names the field of an object that a function of the package has made by what
// that function assigns to it: the key of a lock that Acquire returns is the one that
// Acquire was given.
func (p *Package) resolve(e *expr.Expr) *expr.Expr {
	if e.Kind == expr.Field && e.Args[0].Kind == expr.Opaque {
		if made := p.assigned(e.Args[0].Value, e.Name); made != nil {
			return made
		}
		return e
	}
	var args []*expr.Expr
	for i, arg := range e.Args {
		if r := p.resolve(arg); r != arg {
			if args == nil {
				args = append(args, e.Args...)
			}
			args[i] = r
		}
	}
	if args == nil {
		return e
	}
	r := expr.New(e.Kind, e.Name, args...)
	r.Owner, r.OwnerPkg, r.OwnerType = e.Owner, e.OwnerPkg, e.OwnerType
	return r
}

// assigned returns what a field of a call's result is assigned in the function that is
// called, in terms of the caller; nil if that is not known.
func (p *Package) assigned(v ssa.Value, field string) *expr.Expr {
	i := 0
	if x, ok := v.(*ssa.Extract); ok {
		v, i = x.Tuple, x.Index
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return nil
	}
	callee := call.Call.StaticCallee()
	if callee == nil || p.funcs[callee] == nil {
		return nil
	}
	object := p.returnedObject(callee, i)
	if object == nil {
		return nil
	}
	var value ssa.Value
	for _, r := range *object.Referrers() {
		at, ok := r.(*ssa.FieldAddr)
		if !ok || p.Of(at).Name != field {
			continue
		}
		for _, r := range *at.Referrers() {
			if store, ok := r.(*ssa.Store); ok && store.Addr == at {
				if value != nil {
					return nil
				}
				value = store.Val
			}
		}
	}
	if value == nil {
		return nil
	}
	e := p.Of(value)
	if !e.ParamsOf(callee) {
		return nil
	}
	args := make([]*expr.Expr, len(call.Call.Args))
	for i, a := range call.Call.Args {
		args[i] = p.Of(a)
	}
	return e.Subst(callee, args)
}

// returnedObject returns the object that a function makes and returns as result i,
// wherever that is not nil; nil if there is no such object.
func (p *Package) returnedObject(fn *ssa.Function, i int) (object *ssa.Alloc) {
	for _, results := range ssax.Returns(fn) {
		if i >= len(results) {
			continue
		}
		v := results[i]
		if mi, ok := v.(*ssa.MakeInterface); ok {
			v = mi.X
		}
		if k, ok := v.(*ssa.Const); ok && k.Value == nil {
			continue
		}
		alloc, ok := v.(*ssa.Alloc)
		if !ok || object != nil && object != alloc {
			return nil
		}
		object = alloc
	}
	return object
}
