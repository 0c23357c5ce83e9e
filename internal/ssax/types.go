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
