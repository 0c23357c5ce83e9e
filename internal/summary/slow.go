package summary

import (
	"cmp"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
)

// slowSections returns the critical sections in which something may block for long,
// by position. Of nested sections with the same operation only the outermost is
// among them: that is the one to shrink first.
func (a *analysis) slowSections() (sections []flow.SlowSection) {
	type place struct {
		fn  *ssa.Function
		pos token.Pos
	}
	for _, fn := range a.funcs {
		r := a.results[fn]
		if r == nil {
			continue
		}
		seen := make(map[place]bool)
		for _, s := range r.Slow {
			if at := (place{fn, s.Pos}); !seen[at] {
				seen[at] = true
				sections = append(sections, s)
			}
		}
	}
	slices.SortStableFunc(sections, func(a, b flow.SlowSection) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Site.Pos(), b.Site.Pos()))
	})
	return sections
}
