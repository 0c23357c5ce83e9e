package summary

import (
	"iter"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// written yields the locks that a function locks for writing, but for those of objects that nobody else knows at that time: the function is
// called for new ones only.
func (a *analysis) written(res *flow.Result) iter.Seq[*path.Node] {
	return func(yield func(*path.Node) bool) {
		for _, lock := range res.Writes {
			if !a.ofNew(res.Fn, lock) && !yield(lock) {
				return
			}
		}
	}
}

// ofNew reports whether a lock lies in an argument of a function that all callers have made, and that nobody else knows when they call.
func (a *analysis) ofNew(fn *ssa.Function, lock *path.Node) bool {
	root, fi := path.Concrete(lock).Root(), a.info[fn]
	if root.Kind != path.Param || lock.Loads() || fn.Parent() != nil || len(fi.callers) == 0 || a.rootOf(fn).is {
		return false
	}
	return !slices.ContainsFunc(fi.callers, func(c ssa.CallInstruction) bool {
		call, ok := c.(*ssa.Call)
		if !ok || c.Common().IsInvoke() || root.Index >= len(call.Call.Args) {
			return true
		}
		made, ok := ssax.Origin(call.Call.Args[root.Index]).(ssa.Instruction)
		if !ok || !a.madeHere(made.(ssa.Value)) || made.Parent() != call.Parent() {
			return true
		}
		return ssax.NewOrder(call.Parent()).Published(made.(ssa.Value), call)
	})
}
