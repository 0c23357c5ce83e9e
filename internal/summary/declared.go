package summary

import (
	"go/types"
)

// HasLock implements [flow.Env].
func (a *analysis) HasLock(owner string) bool {
	if has, ok := a.lockTypes[owner]; ok {
		return has
	}
	has := false
	if tn, ok := a.declaration(owner + ".").(*types.TypeName); ok {
		has = holdsLock(tn.Type(), 0)
	}
	a.lockTypes[owner] = has
	return has
}

// holdsLock reports whether a struct has a lock, by value or by a pointer.
func holdsLock(t types.Type, depth int) bool {
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > 3 {
		return false
	}
	for f := range st.Fields() {
		ft := f.Type()
		if p, ok := ft.Underlying().(*types.Pointer); ok {
			if isLock(p) {
				return true
			}
			continue
		}
		if isLock(types.NewPointer(ft)) || holdsLock(ft, depth+1) {
			return true
		}
	}
	return false
}

// IsError implements [flow.Env].
func (a *analysis) IsError(variable string) bool {
	v, ok := a.declaration(variable).(*types.Var)
	return ok && types.Identical(v.Type(), types.Universe.Lookup("error").Type())
}
