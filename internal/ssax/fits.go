package ssax

import (
	"go/types"
	"slices"
)

// Fits reports whether a function of the second type may be what is called as one of the first. A field whose type is a type parameter holds
// functions of another type in each instance of its struct. Where a type parameter is left in one of the types, anything may be.
func Fits(call, fn *types.Signature) bool {
	return fit(call.Params(), fn.Params()) && fit(call.Results(), fn.Results())
}

func fit(x, y *types.Tuple) bool {
	if x.Len() != y.Len() {
		return false
	}
	for i := range x.Len() {
		a, b := x.At(i).Type(), y.At(i).Type()
		if !types.Identical(a, b) && !parametric(a, nil) && !parametric(b, nil) {
			return false
		}
	}
	return true
}

// parametric reports whether a type parameter occurs in a type.
func parametric(t types.Type, seen []types.Type) bool {
	t = types.Unalias(t)
	if slices.Contains(seen, t) {
		return false
	}
	seen = append(seen, t)
	tuple := func(v *types.Tuple) bool {
		for p := range v.Variables() {
			if parametric(p.Type(), seen) {
				return true
			}
		}
		return false
	}
	switch t := t.(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			if parametric(arg, seen) {
				return true
			}
		}
	case *types.Signature:
		return tuple(t.Params()) || tuple(t.Results())
	case *types.Struct:
		for f := range t.Fields() {
			if parametric(f.Type(), seen) {
				return true
			}
		}
	case *types.Interface:
		for m := range t.Methods() {
			if parametric(m.Type(), seen) {
				return true
			}
		}
	case *types.Map:
		return parametric(t.Key(), seen) || parametric(t.Elem(), seen)
	case interface{ Elem() types.Type }: // pointer, slice, array, channel
		return parametric(t.Elem(), seen)
	}
	return false
}
