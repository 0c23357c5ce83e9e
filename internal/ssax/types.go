package ssax

import (
	"go/types"

	"honnef.co/go/tools/go/types/typeutil"
)

// Core returns the underlying type of t; of a type parameter, that of all types it stands for, or an interface if they
// do not have one in common.
func Core(t types.Type) types.Type {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		if core := typeutil.CoreType(t); core != nil {
			return core
		}
	}
	return t.Underlying()
}

// Pointee returns the type of what values of a pointer type point to.
func Pointee(t types.Type) types.Type { return Core(t).(*types.Pointer).Elem() }

// IsPointer reports whether t is a pointer type.
func IsPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// IsStruct reports whether t is a struct type.
func IsStruct(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// CarriesNothing reports whether t is a type of channels whose elements are structs without fields.
func CarriesNothing(t types.Type) bool {
	c, ok := t.Underlying().(*types.Chan)
	if !ok {
		return false
	}
	st, ok := c.Elem().Underlying().(*types.Struct)
	return ok && st.NumFields() == 0
}

// IsCallable reports whether a value of type t is a function, or an interface value, whose methods can be called.
func IsCallable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Signature, *types.Interface:
		return true
	}
	return false
}

// IsError reports whether t is the type error.
func IsError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// IsContext reports whether t is context.Context.
func IsContext(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context" && named.Obj().Name() == "Context"
}
