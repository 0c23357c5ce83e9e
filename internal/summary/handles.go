package summary

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/ssax"
)

// withoutHandle reports whether a function returns a failure, and nil, with the lock of an object held that it has looked up or made, and which it
// returns otherwise: then callers release the lock through the result, and here they cannot.
//
//	e.mu.Lock()
//	if e.revoked {
//		return nil, ErrRevoked
//	}
//	return e, nil
func withoutHandle(r *flow.Result, l flow.Leak) bool {
	site, ok := l.Site.(*ssa.Call)
	if !ok || l.Answer != flow.Failure || !l.Exit.IsValid() || l.Panic || l.Loop || len(r.Releases[l.Site]) > 0 || len(site.Call.Args) == 0 {
		return false
	}
	object := ssax.Origin(ssax.Base(site.Call.Args[0]))
	switch object.(type) {
	case *ssa.Alloc, *ssa.Call:
	default:
		if !ssax.LookedUp(object) {
			return false
		}
	}
	var here, elsewhere []int // the places of the results that are nil, and that are the object
	for _, b := range r.Fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		for i, v := range ssax.Results(ret) {
			switch {
			case ret.Pos() == l.Exit && ssax.IsNil(v):
				here = append(here, i)
			case ret.Pos() != l.Exit && ssax.SameObject(v, object):
				elsewhere = append(elsewhere, i)
			}
		}
	}
	return slices.ContainsFunc(here, func(i int) bool { return slices.Contains(elsewhere, i) })
}
