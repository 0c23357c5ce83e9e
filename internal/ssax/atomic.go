package ssax

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// An Atomic is a call of package sync/atomic: of a method of one of its types, or of a function.
type Atomic struct {
	Op   string    // Load, Store, Swap, CompareAndSwap, Add, And, Or
	Type string    // of the variable: Bool, Int32, Pointer, Value, unsafe.Pointer
	Addr ssa.Value // of the variable
	Val  ssa.Value // what is put there as it is; nil for Load, Add, And and Or
}

// IsNumber reports whether the variable holds a number.
func (a Atomic) IsNumber() bool {
	return strings.HasPrefix(a.Type, "Int") || strings.HasPrefix(a.Type, "Uint")
}

var atomicOps = []string{"Load", "Store", "Swap", "CompareAndSwap", "Add", "And", "Or"}

// IsAtomic reports whether a call is an operation on an atomic variable.
func IsAtomic(c *ssa.CallCommon) bool {
	_, ok := AtomicOf(c)
	return ok
}

// AtomicOf returns the operation on an atomic variable that a call is; ok is false if it is none.
func AtomicOf(c *ssa.CallCommon) (a Atomic, ok bool) {
	fn := c.StaticCallee()
	if fn == nil || len(c.Args) == 0 {
		return a, false
	}
	if fn.Origin() != nil {
		fn = fn.Origin() // a method of an atomic.Pointer
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok || obj.Pkg() == nil || obj.Pkg().Path() != "sync/atomic" {
		return a, false
	}
	a.Addr = c.Args[0]
	if recv := fn.Signature.Recv(); recv != nil {
		a.Op, a.Type = obj.Name(), atomicType(recv.Type())
	} else {
		a.Type = "unsafe.Pointer"
		for _, op := range atomicOps {
			if strings.HasPrefix(obj.Name(), op) {
				if a.Op = op; !strings.HasSuffix(obj.Name(), "Pointer") {
					a.Type = strings.TrimPrefix(obj.Name(), op)
				}
				break
			}
		}
	}
	switch a.Op {
	case "Store", "Swap", "CompareAndSwap":
		a.Val = c.Args[len(c.Args)-1]
	}
	return a, a.Op != ""
}

// atomicType returns the name of the type of package sync/atomic that t is a pointer to, "" if it is to none.
func atomicType(t types.Type) string {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return ""
	}
	named, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "sync/atomic" {
		return ""
	}
	return named.Obj().Name()
}
