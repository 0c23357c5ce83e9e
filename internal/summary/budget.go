package summary

import (
	"go/token"
	"go/types"
	"slices"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
)

// factOverhead is about what x/tools and gob write of a fact beside what is in it, the path of
// its package and its owner.
const factOverhead = 16

// reductions are what is left out of the facts of a package that would take more than
// limits.MaxFacts: one after the other, until they don't. Build systems carry facts around, and the
// packages that import it read them. The limit leaves room for the facts of other analyzers in the
// 256 KB that internal/measure/facts allows.
var reductions = []func(*flow.Summary){noWays, noCalls, noWaits, noSlow}

// Facts makes the facts of a package from what importers get of its functions, by owner (see
// [Owner]) and name. taken is how many bytes other facts of the package take; that there is no room
// for all is counted.
func Facts(pkg *types.Package, fset *token.FileSet, owned map[types.Object]map[string]Export, taken int, reached *limits.Counts) map[types.Object]*Fact {
	for _, reduce := range reductions {
		facts, size := encodeAll(pkg, fset, owned)
		if taken+size <= limits.MaxFacts {
			return facts
		}
		reached.Hit(limits.Facts)
		for _, exports := range owned {
			for name, e := range exports {
				if e.Summary != nil {
					left := *e.Summary
					reduce(&left)
					exports[name] = export(&left, e.Made)
				}
			}
		}
	}
	facts, _ := encodeAll(pkg, fset, owned)
	return facts
}

func encodeAll(pkg *types.Package, fset *token.FileSet, owned map[types.Object]map[string]Export) (facts map[types.Object]*Fact, size int) {
	facts = make(map[types.Object]*Fact)
	for owner, exports := range owned {
		fact := Encode(exports, fset)
		if fact == nil {
			continue
		}
		facts[owner] = fact
		size += factOverhead + len(pkg.Path()) + len(fact.Data)
		if owner != nil {
			size += len(owner.Name())
		}
		for _, name := range slices.Concat(fact.Names, fact.Made, fact.MadeOrNil) {
			size += len(name) + 1
		}
	}
	return facts, size
}

// noWays leaves the operations without the ways to them.
func noWays(s *flow.Summary) {
	end := func(steps []*flow.Step) []*flow.Step { return steps[max(0, len(steps)-1):] }
	ends := func(locks []flow.HeldLock) []flow.HeldLock {
		return each(locks, func(h *flow.HeldLock) { h.Steps = end(h.Steps) })
	}
	s.Events = each(s.Events, func(e *flow.Event) { e.Steps, e.Held = end(e.Steps), ends(e.Held) })
	s.Points = each(s.Points, func(p *flow.Point) { p.Steps, p.Held = end(p.Steps), ends(p.Held) })
	s.Outcomes = each(s.Outcomes, func(o *flow.Outcome) {
		o.Nets = each(o.Nets, func(n *flow.Net) { n.Steps = end(n.Steps) })
	})
	if s.Slow != nil {
		slow := *s.Slow
		slow.Steps = end(slow.Steps)
		s.Slow = &slow
	}
}

// noCalls leaves out which functions run what they are given.
func noCalls(s *flow.Summary) {
	s.Events = slices.DeleteFunc(slices.Clone(s.Events), func(e flow.Event) bool { return e.Kind == flow.Call || e.Kind == flow.Later || e.Kind == flow.Serves })
}

// noWaits leaves out which locks functions wait for. What is left says which they hold or
// give back when they return, or need.
func noWaits(s *flow.Summary) {
	s.Events = slices.DeleteFunc(slices.Clone(s.Events), func(e flow.Event) bool { return e.Kind == flow.Acquire || e.Kind == flow.Enter })
	s.Points = nil
}

// noSlow leaves out what may take long.
func noSlow(s *flow.Summary) { s.Slow = nil }

// each returns a copy of xs in which change has changed each.
func each[T any](xs []T, change func(*T)) []T {
	xs = slices.Clone(xs)
	for i := range xs {
		change(&xs[i])
	}
	return xs
}
