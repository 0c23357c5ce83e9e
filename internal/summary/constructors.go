package summary

import (
	"go/types"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ssax"
)

// constructors adds to the summaries which exported functions make an object with a lock, of those that do nothing to locks themselves.
// Importers, which do not see them, have to know that nobody else holds the lock.
func (a *analysis) constructors() {
	for _, fn := range a.funcs {
		obj, ok := fn.Object().(*types.Func)
		old := a.sums[fn]
		if !ok || !obj.Exported() || fn.Synthetic != "" || old != nil && len(old.Outcomes) > 0 || !returnsLock(obj.Signature()) || !flow.Makes(fn, 0) {
			continue
		}
		making := Always
		for _, results := range ssax.Returns(fn) {
			if ssax.IsNil(results[0]) {
				making = OrNil
			}
		}
		s := making.Summary(a.table, obj.Signature().Results().Len())
		if old != nil {
			all := *old
			all.Outcomes, s = s.Outcomes, &all
		}
		a.sums[fn] = s
	}
}

// returnsLock reports whether the first result is a pointer to a struct that has a lock.
func returnsLock(sig *types.Signature) bool {
	if sig.Results().Len() == 0 {
		return false
	}
	p, ok := sig.Results().At(0).Type().Underlying().(*types.Pointer)
	return ok && model.HasLock(p.Elem())
}
