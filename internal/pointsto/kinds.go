package pointsto

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Kind tells what the fields of a struct always hold, by their cells: what it was made with, where nobody stores to the field of a struct that
// is not new. It tells nothing, nil, of all others.
type Kind func(cell string) constant.Value

// Excludes reports whether a field that holds val, or holds something else if not is set, tells that the struct is of another kind.
func (k Kind) Excludes(cell string, val constant.Value, not bool) bool {
	if k == nil {
		return false
	}
	is := k(cell)
	return is != nil && is.Kind() == val.Kind() && constant.Compare(is, token.EQL, val) == not
}

// kind returns the Kind of the struct that p puts a value into.
func (c *Contents) kind(p *put) Kind {
	made, ok := plain(p.base, p.frame).(*ssa.Alloc)
	if !ok || p.base == nil {
		return nil
	}
	named, ok := types.Unalias(ssax.Pointee(made.Type())).(*types.Named)
	if !ok {
		return nil
	}
	return func(cell string) constant.Value {
		if c.stored[cell] {
			return nil
		}
		return madeWith(made, named, cell, p.frame)
	}
}

// madeWith returns the constant that a new struct has in a field when it is handed on, nil if that is not known.
func madeWith(made *ssa.Alloc, named *types.Named, cell string, f *frame) (val constant.Value) {
	st, ok := named.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for field := range st.Fields() {
		if strings.HasSuffix(cell, "."+field.Name()) {
			if field.Exported() && named.Obj().Exported() {
				return nil // other packages may store to it
			}
			val = zero(field.Type())
		}
	}
	stores := 0
	for _, r := range *made.Referrers() {
		switch r := r.(type) {
		case *ssa.FieldAddr:
			if path.StaticCell(r) != cell {
				continue
			}
			for _, use := range *r.Referrers() {
				switch use := use.(type) {
				case *ssa.Store:
					c, ok := plain(use.Val, f).(*ssa.Const)
					if stores++; !ok || use.Addr != r || stores > 1 {
						return nil
					}
					val = c.Value
				case *ssa.UnOp, *ssa.DebugRef:
				default:
					return nil
				}
			}
		case *ssa.Store:
			if r.Addr == made {
				return nil
			}
		case *ssa.MakeInterface:
			return nil // a decoder may fill it
		}
	}
	return val
}

// zero returns the zero value of a type of numbers, strings or truth values, nil for others.
func zero(t types.Type) constant.Value {
	basic, ok := t.Underlying().(*types.Basic)
	switch {
	case !ok:
		return nil
	case basic.Info()&types.IsBoolean != 0:
		return constant.MakeBool(false)
	case basic.Info()&types.IsInteger != 0:
		return constant.MakeInt64(0)
	case basic.Info()&types.IsString != 0:
		return constant.MakeString("")
	}
	return nil
}
