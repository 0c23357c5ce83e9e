package frontend

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/suppress"
)

// lockOrder is the check whose findings may take packages that do not know each other.
const lockOrder = "lockorder"

// handOver returns the flag that makes the vet tool hand over the critical pairs of each
// package.
func (v *vet) handOver() []string {
	if !v.runs(lockOrder) {
		return nil
	}
	return []string{"-" + lockOrder + ".pairs"}
}

// ignoreCheck is the check that judges the comments which silence findings.
const ignoreCheck = "ignore"

// join adds the lock-order cycles that no package could see by itself. Go vet shows a
// package what it imports, and never its siblings. If heed is set, comments in the
// source can silence them; the vet tool, which knows nothing of the finding, may have
// called such a comment unused. skips reports whether nobody wants cycles of a kind.
func (r *Report) join(heed bool, skips func(kind string) bool) {
	for _, c := range order.Join(r.bundles, skips) {
		first := c.Links[0]
		at := func(s *flow.Step) string { return fmt.Sprintf("%s:%d", filepath.Base(s.File), s.Line) }
		f := Finding{
			Check: lockOrder, Category: c.Kind(), Package: first.Pkg,
			Message: c.Sentence(first.Pkg, at),
			Start:   start(first.Want.Steps[0]),
		}
		for _, l := range c.Links {
			f.Related = append(f.Related, steps(l.Holding(), first.Pkg, " first")...)
			f.Related = append(f.Related, steps(l.Want, first.Pkg, ", and waits if another goroutine holds it")...)
		}
		if heed {
			if lines := suppress.In(f.Start.File, f.Start.Line, f.Check, f.Category); len(lines) > 0 {
				r.Findings = slices.DeleteFunc(r.Findings, func(g Finding) bool {
					return g.Check == ignoreCheck && g.Start.File == f.Start.File && slices.Contains(lines, g.Start.Line)
				})
				continue
			}
		}
		r.Findings = append(r.Findings, f)
	}
}

// steps lists how a goroutine comes to a lock.
func steps(l order.Lock, pkg, note string) (out []Step) {
	for i, s := range l.Steps {
		what := s.What
		if i == len(l.Steps)-1 {
			what += " " + order.ShortClass(l.Class, pkg) + note
		}
		out = append(out, Step{Message: s.Func + " " + what, Start: start(s)})
	}
	return out
}

func start(s *flow.Step) Position { return Position{File: s.File, Line: s.Line} }
