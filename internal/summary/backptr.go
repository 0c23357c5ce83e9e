package summary

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// backPointers knows fields that lead from the elements of a container, or from the object that
// a field points to, back to the struct that has the container or field: for every r in
// s.replicas, r.store is s.
//
// A field qualifies if the package puts nothing into the container but new objects
// whose field it sets to the container's struct, and sets the field nowhere else.
type backPointers struct {
	// puts holds, per container field, what is put into it.
	puts map[string][]put
	// sets counts the stores to a field; fresh those to new objects.
	sets, fresh map[string]int
	// of is the answer: container cell → back-pointer cells.
	of map[string]map[string]bool
}

// put is a value that becomes an element of base's container.
type put struct{ base, val ssa.Value }

func newBackPointers() backPointers {
	return backPointers{
		puts: make(map[string][]put), sets: make(map[string]int), fresh: make(map[string]int),
		of: make(map[string]map[string]bool),
	}
}

// container returns the struct and the field that a map or slice value was loaded
// from.
func container(v ssa.Value) (base ssa.Value, cell string) {
	u, ok := v.(*ssa.UnOp)
	if !ok {
		return nil, ""
	}
	fa, ok := u.X.(*ssa.FieldAddr)
	if !ok {
		return nil, ""
	}
	return fa.X, flow.StaticCell(fa)
}

// mapUpdate looks at m[k] = v.
func (b *backPointers) mapUpdate(mu *ssa.MapUpdate) {
	if base, cell := container(mu.Map); cell != "" {
		b.puts[cell] = append(b.puts[cell], put{base, mu.Value})
	}
}

// store looks at a store to a field: of an appended slice, or of a pointer.
func (b *backPointers) store(st *ssa.Store) {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	if !ok {
		return
	}
	cell := flow.StaticCell(fa)
	b.sets[cell]++
	if fresh(fa) {
		b.fresh[cell]++
	}
	if _, isPointer := st.Val.Type().Underlying().(*types.Pointer); isPointer {
		if c, isNil := st.Val.(*ssa.Const); !isNil || c.Value != nil {
			b.puts[cell] = append(b.puts[cell], put{fa.X, st.Val})
		}
	}
	call, ok := st.Val.(*ssa.Call)
	if !ok {
		return
	}
	if bi, ok := call.Call.Value.(*ssa.Builtin); !ok || bi.Name() != "append" || len(call.Call.Args) != 2 {
		return
	}
	for _, v := range elements(call.Call.Args[1]) {
		b.puts[cell] = append(b.puts[cell], put{fa.X, v})
	}
}

// elements returns the values in the slice of a variadic argument.
func elements(v ssa.Value) (vals []ssa.Value) {
	sl, ok := v.(*ssa.Slice)
	if !ok {
		return []ssa.Value{v}
	}
	alloc, ok := sl.X.(*ssa.Alloc)
	if !ok {
		return []ssa.Value{v}
	}
	for _, ref := range *alloc.Referrers() {
		if ia, ok := ref.(*ssa.IndexAddr); ok {
			for _, r := range *ia.Referrers() {
				if st, ok := r.(*ssa.Store); ok && st.Addr == ia {
					vals = append(vals, st.Val)
				}
			}
		}
	}
	return vals
}

// resolve finds the fields that qualify.
func (b *backPointers) resolve() {
	for cell, puts := range b.puts {
		var common map[string]bool
		for _, p := range puts {
			back := pointsBack(p)
			if common == nil {
				common = back
				continue
			}
			for f := range common {
				if !back[f] {
					delete(common, f)
				}
			}
		}
		for f := range common {
			if b.sets[f] != b.fresh[f] {
				delete(common, f)
			}
		}
		if len(common) > 0 {
			b.of[cell] = common
		}
	}
}

// pointsBack returns the fields of a new element that are set to the struct that
// has the container.
func pointsBack(p put) map[string]bool {
	fields := make(map[string]bool)
	alloc, ok := ssax.Origin(p.val).(*ssa.Alloc)
	if !ok {
		return fields
	}
	for _, ref := range *alloc.Referrers() {
		fa, ok := ref.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		for _, r := range *fa.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Addr == fa && ssax.SameObject(st.Val, p.base) {
				fields[flow.StaticCell(fa)] = true
			}
		}
	}
	return fields
}

// alias returns the struct that addr, a back-pointer field of an element of one of
// its containers, points to; nil if that is not known.
func (b *backPointers) alias(t *path.Table, addr *path.Node) *path.Node {
	if len(b.of) == 0 || addr.Kind != path.Field {
		return nil
	}
	elem := addr.X
	if elem.Kind == path.Deref {
		elem = elem.X
	}
	if elem.Kind == path.Field && addr.X.Kind == path.Deref && b.of[t.Cell(elem)][t.Cell(addr)] {
		return elem.X // of an object that a field points to
	}
	if elem.Kind != path.Elem || elem.X.Kind != path.Deref || elem.X.X.Kind != path.Field {
		return nil
	}
	if cont := elem.X.X; b.of[t.Cell(cont)][t.Cell(addr)] {
		return cont.X
	}
	return nil
}
