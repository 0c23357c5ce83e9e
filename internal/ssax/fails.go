package ssax

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
)

// NeverFails reports whether a value is the error that a call returns which never fails, as the documentation of what is called says: it writes to
// memory that grows.
func NeverFails(v ssa.Value) bool {
	if e, ok := v.(*ssa.Extract); ok {
		v = e.Tuple
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	if call.Call.IsInvoke() {
		return strings.HasPrefix(call.Call.Method.Name(), "Write") && writesToMemory(call.Call.Value, 0)
	}
	fn := call.Call.StaticCallee()
	if fn == nil {
		return false
	}
	obj, _ := fn.Object().(*types.Func)
	if model.NeverFails(obj) {
		return true
	}
	return model.FailsAsWriter(obj) && len(call.Call.Args) > 0 && writesToMemory(call.Call.Args[0], 0) && encodes(obj, call.Call.Args)
}

// writesToMemory reports whether a writer is a buffer, or one that writes to a buffer.
func writesToMemory(w ssa.Value, depth int) bool {
	w = Origin(w)
	switch x := w.(type) {
	case *ssa.MakeInterface:
		return writesToMemory(x.X, depth)
	case *ssa.ChangeInterface:
		return writesToMemory(x.X, depth)
	case *ssa.Call:
		fn := x.Call.StaticCallee()
		if fn == nil || depth > 2 {
			break
		}
		if obj, _ := fn.Object().(*types.Func); model.WrapsWriter(obj) {
			return writesToMemory(x.Call.Args[0], depth+1)
		}
	}
	return model.IsBuffer(w.Type())
}

// encodes reports whether what a function writes can be written: package encoding/binary refuses values that have no fixed size.
func encodes(fn *types.Func, args []ssa.Value) bool {
	if fn.Pkg().Path() != "encoding/binary" {
		return true
	}
	data, ok := args[len(args)-1].(*ssa.MakeInterface)
	return ok && hasFixedSize(data.X.Type(), 0)
}

func hasFixedSize(t types.Type, depth int) bool {
	if depth > 10 {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsBoolean|types.IsFloat|types.IsComplex) != 0 ||
			u.Info()&types.IsInteger != 0 && u.Kind() != types.Int && u.Kind() != types.Uint && u.Kind() != types.Uintptr
	case *types.Pointer:
		return depth == 0 && hasFixedSize(u.Elem(), 1)
	case *types.Slice:
		return depth <= 1 && hasFixedSize(u.Elem(), depth+2)
	case *types.Array:
		return hasFixedSize(u.Elem(), depth+2)
	case *types.Struct:
		for f := range u.Fields() {
			if !hasFixedSize(f.Type(), depth+2) {
				return false
			}
		}
		return true
	}
	return false
}
