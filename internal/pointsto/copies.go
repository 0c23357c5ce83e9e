package pointsto

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Read returns the struct and the cell of the container whose elements are those of a slice or map: it was loaded from there, or it is a copy
// that a function has made, or a method has taken out:
//
//	func (s *session) takeHooks() []func() {
//		h := s.hooks
//		s.hooks = nil
//		return h
//	}
//
// The cell is "" if there is none.
func Read(v ssa.Value) (base ssa.Value, cell string) {
	for range limits.MaxNested {
		if base, cell := container(v); cell != "" {
			return base, cell
		}
		if call, ok := v.(*ssa.Call); ok {
			if base, fa := taken(call); fa != nil {
				return base, path.StaticCell(fa)
			}
		}
		if v = copyOf(v); v == nil {
			break
		}
	}
	return nil, ""
}

// copyOf returns the slice or map that v is a copy or a part of, nil if it is not known to be one.
func copyOf(v ssa.Value) ssa.Value {
	switch v := v.(type) {
	case *ssa.Slice:
		if _, ok := v.X.Type().Underlying().(*types.Slice); ok {
			return v.X
		}
	case *ssa.MakeSlice:
		return filledFrom(v)
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok {
			if b.Name() == "append" && len(v.Call.Args) == 2 && isEmpty(v.Call.Args[0]) {
				return v.Call.Args[1]
			}
			return nil
		}
		fn := v.Call.StaticCallee()
		if fn == nil {
			return nil
		}
		if fn.Origin() != nil {
			fn = fn.Origin()
		}
		if obj, ok := fn.Object().(*types.Func); ok && (obj.FullName() == "slices.Clone" || obj.FullName() == "maps.Clone") {
			return v.Call.Args[0]
		}
	}
	return nil
}

// filledFrom returns the slice from which a new one gets its elements by copy, nil if there is none, or more than one.
func filledFrom(made *ssa.MakeSlice) (from ssa.Value) {
	for _, r := range *made.Referrers() {
		switch r := r.(type) {
		case *ssa.IndexAddr:
			if slices.ContainsFunc(*r.Referrers(), func(use ssa.Instruction) bool { _, isStore := use.(*ssa.Store); return isStore }) {
				return nil
			}
		case *ssa.Call:
			if b, ok := r.Call.Value.(*ssa.Builtin); ok && b.Name() == "copy" && r.Call.Args[0] == made {
				if from != nil {
					return nil
				}
				from = r.Call.Args[1]
			}
		}
	}
	return from
}

// isEmpty reports whether a slice is nil, or a new one without elements.
func isEmpty(v ssa.Value) bool {
	if made, ok := v.(*ssa.MakeSlice); ok {
		n, ok := made.Len.(*ssa.Const)
		return ok && n.Int64() == 0
	}
	if vals, ok := ssax.Elements(v); ok {
		return len(vals) == 0
	}
	return ssax.IsNil(v)
}

// taken returns the field that the function of a call returns what it has read from, and the object which has it, an argument; nil if there
// is no such field.
func taken(call *ssa.Call) (base ssa.Value, field *ssa.FieldAddr) {
	fn := call.Call.StaticCallee()
	if fn == nil || fn.Signature.Results().Len() != 1 {
		return nil, nil
	}
	if fn.Origin() != nil {
		fn = fn.Origin()
	}
	for _, results := range ssax.Returns(fn) {
		load, ok := ssax.Origin(results[0]).(*ssa.UnOp)
		if ssax.IsNil(results[0]) {
			continue
		}
		if !ok || load.Op != token.MUL {
			return nil, nil
		}
		fa, ok := load.X.(*ssa.FieldAddr)
		if !ok || field != nil && (field.X != fa.X || field.Field != fa.Field) {
			return nil, nil
		}
		field = fa
	}
	if field == nil {
		return nil, nil
	}
	p, ok := ssax.Origin(field.X).(*ssa.Parameter)
	i := slices.Index(fn.Params, p)
	if !ok || i < 0 || i >= len(call.Call.Args) {
		return nil, nil
	}
	return call.Call.Args[i], field
}
