// Package guard tells which lock guards which field or package-level variable of a
// package, and who uses one without its lock. Guards are declared by comments (package
// contract) or inferred from what is held at the accesses that the package shows.
//
// What is held where is lock state, and comes from the walks of package flow: [Watch]
// says at which instructions it is wanted.
package guard

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/contract"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// A cell is what an instruction reads or writes: a field of all objects of a type or a
// package-level variable, and, if content is set, the map or the elements of the slice in it.
type cell struct {
	v       *types.Var
	content bool
	within  string // the field of the struct in it: ".a.b"
}

// meets reports whether two cells can be the same memory.
func (c cell) meets(d cell) bool {
	return c.v == d.v && c.content == d.content && (strings.HasPrefix(c.within, d.within) || strings.HasPrefix(d.within, c.within))
}

// touch is one read or write of a cell.
type touch struct {
	cell
	write bool
	base  ssa.Value // the object that has the field; nil for a variable
	addr  ssa.Value // of the field or variable
	owner string    // the type that has the field, as path.OwnerOf names it
	load  ssa.Instruction
}

// Watch returns the watch for the accesses and calls of a package. foreign tells what other packages have
// declared; it may be nil.
func Watch(pkg *ssa.Package, set *contract.Set, foreign Foreign) flow.Watch {
	r := &reader{pkg: pkg.Pkg, set: set, foreign: foreign, locks: make(map[*types.Struct][]*types.Var)}
	for _, name := range pkg.Pkg.Scope().Names() {
		if v, ok := pkg.Pkg.Scope().Lookup(name).(*types.Var); ok && isLock(v.Type()) {
			r.globals = true
		}
	}
	set.Guards(func(v *types.Var, _ *contract.Guard) { r.globals = r.globals || !v.IsField() })
	return func(instr ssa.Instruction) ([]ssa.Value, bool) {
		t, ok := r.touch(instr)
		switch {
		case ok && t.base != nil:
			return []ssa.Value{t.base}, true
		case ok:
			return nil, true
		}
		if c, isCall := instr.(ssa.CallInstruction); isCall {
			if _, isBuiltin := c.Common().Value.(*ssa.Builtin); isBuiltin {
				return nil, false
			}
			if fn := c.Common().StaticCallee(); fn != nil && fn.Pkg != nil && fn.Pkg != pkg {
				return nil, true // what others do with the arguments is not asked
			}
			return objects(c.Common().Args), true
		}
		return nil, false
	}
}

// objects returns values with nil in the place of numbers, strings and the like, whose names may be
// long calculations.
func objects(values []ssa.Value) []ssa.Value {
	out := make([]ssa.Value, len(values))
	for i, v := range values {
		if _, basic := v.Type().Underlying().(*types.Basic); !basic {
			out[i] = v
		}
	}
	return out
}

// A reader finds the accesses of a package to what may have a guard.
type reader struct {
	pkg     *types.Package
	set     *contract.Set
	foreign Foreign // nil if there are no other packages
	locks   map[*types.Struct][]*types.Var
	globals bool // a package-level variable may have a guard
}

// touch returns what an instruction accesses, if that may have a guard.
func (r *reader) touch(instr ssa.Instruction) (t touch, ok bool) {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		if instr.Op != token.MUL {
			return t, false
		}
		t, ok = r.place(instr.X)
	case *ssa.Store:
		t, ok = r.place(instr.Addr)
		t.write = true
	case *ssa.MapUpdate:
		t, ok = r.contents(instr.Map)
		t.write = true
	case *ssa.Lookup:
		t, ok = r.contents(instr.X)
	case *ssa.Range:
		t, ok = r.contents(instr.X)
	case *ssa.Call:
		b, isBuiltin := instr.Call.Value.(*ssa.Builtin)
		if !isBuiltin || len(instr.Call.Args) == 0 {
			return t, false
		}
		if _, isMap := instr.Call.Args[0].Type().Underlying().(*types.Map); !isMap {
			return t, false
		}
		t, ok = r.contents(instr.Call.Args[0])
		t.write = b.Name() == "delete" || b.Name() == "clear"
	}
	return t, ok
}

// contents returns what a map or slice was loaded from.
func (r *reader) contents(v ssa.Value) (t touch, ok bool) {
	load, isLoad := v.(*ssa.UnOp)
	if !isLoad || load.Op != token.MUL {
		return t, false
	}
	t, ok = r.place(load.X)
	t.content, t.load = true, load
	return t, ok
}

// place returns the cell that an address lies in.
func (r *reader) place(addr ssa.Value) (t touch, ok bool) {
	within := ""
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			st, isStruct := deref(a.X.Type()).Underlying().(*types.Struct)
			if !isStruct {
				return t, false
			}
			f := st.Field(a.Field).Origin()
			_, owner, _ := path.StructField(a.X.Type(), a.Field)
			if guardable(f.Type()) && (f.Pkg() == r.pkg && len(r.siblings(st)) > 0 || r.guarded(f, owner)) {
				return touch{cell: cell{v: f, within: within}, base: a.X, addr: a, owner: owner}, true
			}
			within = "." + f.Name() + "." + within
			addr = a.X
		case *ssa.IndexAddr:
			if _, isSlice := a.X.Type().Underlying().(*types.Slice); isSlice {
				return r.contents(a.X)
			}
			addr = a.X
		case *ssa.Global:
			v, isVar := a.Object().(*types.Var)
			if !isVar || !guardable(v.Type()) || !(v.Pkg() == r.pkg && r.globals) && r.abroad(v, "") == nil {
				return t, false
			}
			return touch{cell: cell{v: v, within: within}, addr: a}, true
		default:
			return t, false
		}
	}
}

// siblings returns the locks that are fields of a struct.
func (r *reader) siblings(st *types.Struct) []*types.Var {
	locks, ok := r.locks[st]
	if !ok {
		for f := range st.Fields() {
			if isLock(f.Type()) {
				locks = append(locks, f)
			}
		}
		r.locks[st] = locks
	}
	return locks
}

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// isLock reports whether a variable of the type is a lock, or a pointer to one.
func isLock(t types.Type) bool {
	obj, index, _ := types.LookupFieldOrMethod(t, true, nil, "Lock")
	fn, ok := obj.(*types.Func)
	return ok && len(index) == 1 && model.OpOf(fn).Kind != model.None
}

// guardable reports whether a lock may guard a variable of the type: it is no lock
// itself, and none of those that know how to be used by several goroutines.
func guardable(t types.Type) bool {
	if isLock(t) {
		return false
	}
	named, ok := types.Unalias(deref(t)).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return true
	}
	switch named.Obj().Pkg().Path() {
	case "sync", "sync/atomic", "go.uber.org/atomic", "internal/runtime/atomic":
		return false
	}
	return true
}

// key names a lock by its declaration: "pkg.Type.mu", or "pkg.mu" for a variable.
func key(lock *path.Node) string {
	for n := lock; n != nil; n = n.X {
		switch n.Kind {
		case path.Deref, path.RLocker, path.Iface:
			continue
		case path.Field:
			if n.Owner == "" {
				return key(n.X) + "." + n.Name
			}
			return n.Owner + "." + n.Name
		case path.Global:
			return n.Name
		case path.Class:
			return n.Owner
		}
		return ""
	}
	return ""
}

// around returns the field that has the lock in it, nil if it is no field of a field.
func around(lock *path.Node) *path.Node {
	for n := lock; n != nil; n = n.X {
		switch n.Kind {
		case path.Deref, path.RLocker, path.Iface:
			continue
		case path.Field:
			if x := path.Concrete(n.X); x != nil && x.Kind == path.Field {
				return x
			}
		}
		return nil
	}
	return nil
}

// of reports whether a lock is a field of the object base.
func of(lock, base *path.Node) bool {
	for n := lock; n != nil; n = n.X {
		switch n.Kind {
		case path.Deref, path.RLocker, path.Iface:
			continue
		case path.Field:
			return path.Concrete(n.X) == path.Concrete(base)
		}
		return false
	}
	return false
}
