package summary

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/ssax"
)

// contents knows, per field, the places that make the objects which the package puts into the field,
// or into the map or slice in it.
type contents struct {
	made map[string]map[ssa.Value]bool
	open map[string]bool // something else may be in the field, too
}

// store looks at a store to a field or package-level variable.
func (c *contents) store(cell string, val ssa.Value) {
	switch val.Type().Underlying().(type) {
	case *types.Pointer:
		c.put(cell, val)
	case *types.Map, *types.Slice:
		switch v := ssax.Origin(val).(type) {
		case *ssa.Const, *ssa.MakeMap, *ssa.MakeSlice:
		case *ssa.Call:
			if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" && len(v.Call.Args) == 2 {
				for _, elem := range elements(v.Call.Args[1]) {
					c.put(cell, elem)
				}
				return
			}
			c.open[cell] = true
		default:
			c.open[cell] = true
		}
	}
}

// mapUpdate looks at what is put into a map.
func (c *contents) mapUpdate(mu *ssa.MapUpdate) {
	if _, cell := container(mu.Map); cell != "" {
		c.put(cell, mu.Value)
	}
}

func (c *contents) put(cell string, val ssa.Value) {
	switch v := ssax.Origin(val).(type) {
	case *ssa.Const: // nil
		return
	case *ssa.Alloc:
		c.add(cell, v)
		return
	case *ssa.Call:
		if fn := v.Call.StaticCallee(); fn != nil && len(fn.Blocks) > 0 && fn.Signature.Results().Len() == 1 && flow.Makes(fn, 0) {
			c.add(cell, v)
			return
		}
	}
	c.open[cell] = true
}

func (c *contents) add(cell string, site ssa.Value) {
	if c.made[cell] == nil {
		c.made[cell] = make(map[ssa.Value]bool)
	}
	c.made[cell][site] = true
}

// Apart reports whether two fields, "pkg/path.Type.field", never hold one object: all that the
// package puts into them is made where it is put there, and code outside can put nothing there.
func (a *analysis) Apart(x, y string) bool {
	x, y = strings.TrimLeft(x, "!*"), strings.TrimLeft(y, "!*")
	if x == y || !a.closed(x) || !a.closed(y) {
		return false
	}
	for site := range a.contents.made[x] {
		if a.contents.made[y][site] {
			return false
		}
	}
	return true
}

// closed reports whether all that may be in a field is known.
func (a *analysis) closed(field string) bool {
	return len(a.contents.made[field]) > 0 && !a.contents.open[field] && !a.accessible(field) && strings.HasPrefix(field, a.pkg.Pkg.Path()+".")
}
