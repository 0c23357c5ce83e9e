package ssax

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// OnlyStore returns the value that a local variable gets by its only store, nil if there
// are several. Function literals that capture the variable may store to it as well.
func OnlyStore(alloc *ssa.Alloc) (val ssa.Value) {
	for _, r := range *alloc.Referrers() {
		switch r := r.(type) {
		case *ssa.Store:
			if r.Addr == alloc {
				if val != nil {
					return nil
				}
				val = r.Val
			}
		case *ssa.MakeClosure:
			for i, b := range r.Bindings {
				if b == alloc && stores(r.Fn.(*ssa.Function).FreeVars[i]) {
					return nil
				}
			}
		}
	}
	return val
}

// stores reports whether a literal, or one within it, may store to a captured variable.
func stores(fv *ssa.FreeVar) bool {
	for _, r := range *fv.Referrers() {
		switch r := r.(type) {
		case *ssa.Store:
			if r.Addr == fv {
				return true
			}
		case *ssa.MakeClosure:
			for i, b := range r.Bindings {
				if b == fv && stores(r.Fn.(*ssa.Function).FreeVars[i]) {
					return true
				}
			}
		}
	}
	return false
}

// Origin returns what a value is a copy of: the value that the local variable which v was
// read from gets by its only store. It is v itself if v is no such copy.
func Origin(v ssa.Value) ssa.Value {
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		if alloc, ok := u.X.(*ssa.Alloc); ok {
			if val := OnlyStore(alloc); val != nil {
				return val
			}
		}
	}
	return v
}

// SameObject reports whether two values are the same pointer: the same value, copies of it in local variables, or what
// a function reads from one field of one object, to which it does not store anything.
func SameObject(a, b ssa.Value) bool {
	if a == b || Origin(a) == Origin(b) {
		return true
	}
	x, y := readField(Origin(a)), readField(Origin(b))
	return x != nil && y != nil && x.Field == y.Field && x.Parent() == y.Parent() && SameObject(x.X, y.X) && !storesField(x)
}

// readField returns the address of the field that a value was read from, nil if it was not.
func readField(v ssa.Value) *ssa.FieldAddr {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	fa, _ := load.X.(*ssa.FieldAddr)
	return fa
}

// storesField reports whether the function of an address stores to that field of some object of the type.
func storesField(fa *ssa.FieldAddr) bool {
	for _, b := range fa.Parent().Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok {
				continue
			}
			if to, ok := st.Addr.(*ssa.FieldAddr); ok && to.Field == fa.Field && types.Identical(to.X.Type(), fa.X.Type()) {
				return true
			}
		}
	}
	return false
}

// Base returns what a field or an element that an address denotes belongs to.
func Base(addr ssa.Value) ssa.Value {
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			addr = a.X
		case *ssa.IndexAddr:
			addr = a.X
		default:
			return addr
		}
	}
}

// New reports whether an address lies in an object that the same function has made.
func New(addr ssa.Value) bool {
	_, ok := Origin(Base(addr)).(*ssa.Alloc)
	return ok
}

// Overwritten reports whether the function that makes a call puts something else at an address after it.
func Overwritten(call ssa.CallInstruction, addr ssa.Value) bool {
	at, isField := addr.(*ssa.FieldAddr)
	for _, b := range call.Parent().Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok || !Dominates(call, st) {
				continue
			}
			to, toField := st.Addr.(*ssa.FieldAddr)
			if SameObject(st.Addr, addr) || isField && toField && to.Field == at.Field && SameObject(to.X, at.X) {
				return true
			}
		}
	}
	return false
}
