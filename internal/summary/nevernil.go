package summary

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// objects has what the package does with the structs of its types. A field is never nil for whoever else knows an object if each
// object has it set before that, and if nothing that may be nil is ever stored to it.
type objects struct {
	made    map[*types.Named][]*ssa.Alloc
	loose   map[*types.Named]bool // there are objects that are not made by a known instruction: elements, copies
	nils    map[string]bool       // cells that may be set to nil, or in another way than by a store
	known   map[string]bool       // the answers of NeverNil
	nilness ssax.Nilness
}

// NeverNil implements [flow.Env].
func (a *analysis) NeverNil(cell string) bool {
	if !a.scanned || !strings.HasPrefix(cell, a.pkg.Pkg.Path()+".") {
		return false
	}
	if a.objects == nil {
		a.objects = a.scanObjects()
	}
	never, asked := a.objects.known[cell]
	if !asked {
		never = a.neverNil(cell)
		a.objects.known[cell] = never
	}
	return never
}

// neverNil is NeverNil without what has been asked before.
func (a *analysis) neverNil(cell string) bool {
	obj, ok := a.declaration(cell).(*types.TypeName)
	if !ok || obj.IsAlias() {
		return false
	}
	named, ok := obj.Type().(*types.Named)
	if !ok || named.TypeParams().Len() > 0 || len(a.objects.made[named]) == 0 || a.objects.loose[named] || a.objects.nils[cell] {
		return false
	}
	if obj.Exported() && !slices.ContainsFunc(a.objects.made[named], isConstructed) {
		return false
	}
	for _, object := range a.objects.made[named] {
		if !setFirst(object, cell) {
			return false
		}
	}
	return true
}

// isConstructed reports whether an object is made by an exported function, which returns it. Other packages could make one of their own, but have no
// reason to.
func isConstructed(object *ssa.Alloc) bool {
	obj := object.Parent().Object()
	if obj == nil || !obj.Exported() {
		return false
	}
	for _, results := range ssax.Returns(object.Parent()) {
		if isAmong(results, object) {
			return true
		}
	}
	return false
}

// setFirst reports whether a field of a new object is set before anybody else knows the object.
func setFirst(object *ssa.Alloc, cell string) bool {
	var sets []ssa.Instruction
	for _, v := range ssax.Copies(object) {
		sets = append(sets, setsOf(v, cell, 0)...)
	}
	known := ssax.Publications(object)
	for ret, results := range ssax.Returns(object.Parent()) {
		if isAmong(results, object) {
			known = append(known, ret)
		}
	}
	return !slices.ContainsFunc(known, func(place ssa.Instruction) bool {
		return !slices.ContainsFunc(sets, func(set ssa.Instruction) bool { return ssax.Dominates(set, place) })
	})
}

// setsOf returns where a function sets a field of an object: it stores to it, or it calls a function that always does.
func setsOf(object ssa.Value, cell string, depth int) (sets []ssa.Instruction) {
	for _, r := range *object.Referrers() {
		switch r := r.(type) {
		case *ssa.FieldAddr:
			if path.StaticCell(r) != cell {
				continue
			}
			for _, use := range *r.Referrers() {
				if st, ok := use.(*ssa.Store); ok && st.Addr == r {
					sets = append(sets, st)
				}
			}
		case *ssa.Call:
			fn := r.Call.StaticCallee()
			if fn == nil || depth >= limits.MaxNested {
				continue
			}
			for i, arg := range r.Call.Args {
				if arg == object && i < len(fn.Params) && alwaysSets(fn, i, cell, depth+1) {
					sets = append(sets, r)
				}
			}
		}
	}
	return sets
}

// alwaysSets reports whether a function sets a field of its parameter number i before it returns.
func alwaysSets(fn *ssa.Function, i int, cell string, depth int) bool {
	var sets []ssa.Instruction
	for _, v := range ssax.Copies(fn.Params[i]) {
		sets = append(sets, setsOf(v, cell, depth)...)
	}
	for ret := range ssax.Returns(fn) {
		if !slices.ContainsFunc(sets, func(set ssa.Instruction) bool { return ssax.Dominates(set, ret) }) {
			return false
		}
	}
	return len(sets) > 0
}

// isAmong reports whether a value is, or may be, among the results of a return.
func isAmong(results []ssa.Value, v ssa.Value) bool {
	var is func(x ssa.Value, depth int) bool
	is = func(x ssa.Value, depth int) bool {
		if mi, ok := x.(*ssa.MakeInterface); ok {
			x = mi.X
		}
		x = ssax.Origin(x)
		if phi, ok := x.(*ssa.Phi); ok && depth < 3 {
			return slices.ContainsFunc(phi.Edges, func(e ssa.Value) bool { return is(e, depth+1) })
		}
		return x == v
	}
	return slices.ContainsFunc(results, func(r ssa.Value) bool { return is(r, 0) })
}

func (a *analysis) scanObjects() *objects {
	o := &objects{made: make(map[*types.Named][]*ssa.Alloc), loose: make(map[*types.Named]bool), nils: make(map[string]bool), known: make(map[string]bool)}
	for _, m := range a.pkg.Members {
		switch m := m.(type) {
		case *ssa.Global:
			o.values(ssax.Pointee(m.Type()))
		case *ssa.Type:
			if st, ok := m.Type().Underlying().(*types.Struct); ok {
				for f := range st.Fields() {
					o.values(f.Type())
				}
			}
		}
	}
	for _, fn := range a.funcs {
		if ssax.InTest(fn) {
			continue // which need not make objects as the package does
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				o.scan(instr)
			}
		}
	}
	return o
}

func (o *objects) scan(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Alloc:
		typ := ssax.Pointee(instr.Type())
		if named, ok := types.Unalias(typ).(*types.Named); ok && ssax.IsStruct(named) {
			o.made[named] = append(o.made[named], instr)
		} else {
			o.values(typ)
		}
	case *ssa.FieldAddr:
		cell := path.StaticCell(instr)
		if !ast.IsExported(cell[strings.LastIndexByte(cell, '.')+1:]) && o.onlyStoresObjects(instr) {
			return
		}
		o.nils[cell] = true
	case *ssa.MakeSlice, *ssa.MakeMap, *ssa.MakeChan, *ssa.UnOp, *ssa.ChangeType, *ssa.Convert:
		o.values(instr.(ssa.Value).Type())
	case *ssa.Store:
		o.values(instr.Val.Type())
	}
}

// onlyStoresObjects reports whether nothing is done with the address of a field but to read it, and to store to it what is not nil.
func (o *objects) onlyStoresObjects(addr *ssa.FieldAddr) bool {
	for _, use := range *addr.Referrers() {
		switch use := use.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp:
			if use.Op != token.MUL {
				return false
			}
		case *ssa.Store:
			if use.Addr != addr || !o.isObject(use) {
				return false
			}
		case *ssa.FieldAddr, *ssa.IndexAddr:
		default:
			return false
		}
	}
	return true
}

// isObject reports whether what a store puts into a field is not nil. A pointer that an interface value is asserted to hold counts as not nil.
func (o *objects) isObject(st *ssa.Store) bool {
	v := ssax.Origin(st.Val)
	if ta, ok := v.(*ssa.TypeAssert); ok {
		return !ta.CommaOk
	}
	return o.nilness.Never(v, st.Block())
}

// values notes that there are values of a type, and of the structs in it: elements, variables and copies.
func (o *objects) values(t types.Type) {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if ssax.IsStruct(t) && !o.loose[t] {
			o.loose[t] = true
			o.values(t.Underlying())
		}
	case *types.Struct:
		for f := range t.Fields() {
			o.values(f.Type())
		}
	case *types.Array:
		o.values(t.Elem())
	case *types.Slice:
		o.values(t.Elem())
	case *types.Chan:
		o.values(t.Elem())
	case *types.Map:
		o.values(t.Key())
		o.values(t.Elem())
	}
}
