package summary

import (
	"go/types"

	"github.com/lockvet/lockvet/internal/model"
)

// HasLock implements [flow.Env].
func (a *analysis) HasLock(owner string) bool {
	if has, ok := a.lockTypes[owner]; ok {
		return has
	}
	has := false
	if tn, ok := a.declaration(owner + ".").(*types.TypeName); ok {
		has = model.HasLock(tn.Type())
	}
	a.lockTypes[owner] = has
	return has
}

// IsError implements [flow.Env].
func (a *analysis) IsError(variable string) bool {
	v, ok := a.declaration(variable).(*types.Var)
	return ok && types.Identical(v.Type(), types.Universe.Lookup("error").Type())
}
