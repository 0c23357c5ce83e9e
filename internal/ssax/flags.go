package ssax

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// IsTrue reports whether a value is the constant true.
func IsTrue(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Bool && constant.BoolVal(c.Value)
}

// IsFlag reports whether t is a pointer to a bool or to an atomic.Bool.
func IsFlag(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	b, ok := p.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Bool || atomicType(t) == "Bool"
}
