package summary

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
)

// Apart reports whether two fields, "pkg/path.Type.field", never hold one object: all that the
// package puts into them is made where it is put there, and code outside can put nothing there.
func (a *analysis) Apart(x, y string) bool {
	if x, y = path.FieldOf(x), path.FieldOf(y); x == "" || y == "" || x == y {
		return false
	}
	here, ok := a.closed(x)
	if !ok {
		return false
	}
	there, ok := a.closed(y)
	if !ok {
		return false
	}
	for site := range here {
		if there[site] {
			return false
		}
	}
	return true
}

// Strangers reports whether two fields, "pkg/path.Type.field", never lead from one object to another one and back from that to the first: one of them
// holds objects of the package's own making that do not get the object with the field.
func (a *analysis) Strangers(x, y string) bool {
	here := func(field string) bool { return strings.HasPrefix(field, a.pkg.Pkg.Path()+".") }
	return here(x) && a.contents.Strangers(x, y, a.makes) || here(y) && a.contents.Strangers(y, x, a.makes)
}

// Sealed reports whether a field of this package, "pkg/path.Type.field", holds nothing but what the package
// makes for it: no object of another package, nor one that is in another field.
func (a *analysis) Sealed(field string) bool {
	_, ok := a.closed(field)
	return ok
}

// closed returns the places that make all that may be in a field, if they are known.
func (a *analysis) closed(field string) (sites map[ssa.Value]bool, ok bool) {
	if known, ok := a.sealed[field]; ok {
		return known, known != nil
	}
	if !a.scanned {
		return nil, false
	}
	sites, ok = a.makers(field)
	if !ok {
		sites = nil
	}
	a.sealed[field] = sites
	return sites, ok
}

// makes reports whether result i of a function, of this package or another one, is always a new object.
func (a *analysis) makes(fn *ssa.Function, i int) bool {
	if len(fn.Blocks) > 0 {
		return flow.Makes(fn, i)
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok || obj.Pkg() == a.pkg.Pkg {
		return false
	}
	sum := a.foreignSummary(obj)
	return sum != nil && len(sum.Outcomes) > 0 && !slices.ContainsFunc(sum.Outcomes, func(o flow.Outcome) bool {
		return i >= len(o.Results) || o.Results[i] == nil || !flow.IsNewOrNil(o.Results[i])
	})
}

// makers is closed without what has been asked before.
func (a *analysis) makers(field string) (sites map[ssa.Value]bool, ok bool) {
	if a.accessible(field) || !strings.HasPrefix(field, a.pkg.Pkg.Path()+".") {
		return nil, false
	}
	sites, ok = a.contents.Made(field, a.makes)
	return sites, ok && len(sites) > 0
}
