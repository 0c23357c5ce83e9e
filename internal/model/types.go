package model

import "go/types"

// PointsToLock reports whether t is a pointer to a type of lock.
func PointsToLock(t types.Type) bool {
	obj, index, _ := types.LookupFieldOrMethod(t, true, nil, "Lock")
	m, ok := obj.(*types.Func)
	return ok && len(index) == 1 && OpOf(m).Kind == Lock
}

// HasLock reports whether a struct has a lock, by value or by a pointer.
func HasLock(t types.Type) bool { return hasLock(t, 0) }

func hasLock(t types.Type, depth int) bool {
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > 3 {
		return false
	}
	for f := range st.Fields() {
		ft := f.Type()
		if p, ok := ft.Underlying().(*types.Pointer); ok {
			if PointsToLock(p) {
				return true
			}
			continue
		}
		if PointsToLock(types.NewPointer(ft)) || hasLock(ft, depth+1) {
			return true
		}
	}
	return false
}

// LeadsToLock reports whether t is a pointer to a lock, or to a struct with one.
func LeadsToLock(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	return ok && (PointsToLock(p) || HasLock(p.Elem()))
}
