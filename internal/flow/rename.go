package flow

import (
	"slices"

	"github.com/lockvet/lockvet/internal/path"
)

// Rename returns the summary with other names for all that it tells of.
func (s *Summary) Rename(name func(*path.Node) *path.Node) *Summary {
	opt := func(n *path.Node) *path.Node {
		if n == nil {
			return nil
		}
		return name(n)
	}
	nodes := func(ns []*path.Node) []*path.Node { return mapped(ns, opt) }
	guard := func(ls []Literal) []Literal {
		return mapped(ls, func(l Literal) Literal { l.Cond = name(l.Cond); return l })
	}
	held := func(hs []HeldLock) []HeldLock {
		return mapped(hs, func(h HeldLock) HeldLock { h.Lock = name(h.Lock); return h })
	}
	out := &Summary{Strays: s.Strays, Never: s.Never}
	out.Events = mapped(s.Events, func(e Event) Event {
		e.Lock, e.Param = opt(e.Lock), opt(e.Param)
		e.Given, e.Held, e.Gone, e.Guard = nodes(e.Given), held(e.Held), nodes(e.Gone), guard(e.Guard)
		return e
	})
	out.Outcomes = mapped(s.Outcomes, func(o Outcome) Outcome {
		o.Guard, o.Results, o.Stores = guard(o.Guard), nodes(o.Results), nil
		o.Nets = mapped(o.Nets, func(n Net) Net { n.Lock = name(n.Lock); return n })
		return o
	})
	out.Points = mapped(s.Points, func(p Point) Point {
		p.Lock = opt(p.Lock)
		p.Held, p.Gone, p.Guard = held(p.Held), nodes(p.Gone), guard(p.Guard)
		return p
	})
	if s.Slow != nil {
		slow := *s.Slow
		slow.Gone, slow.Guard = nodes(slow.Gone), guard(slow.Guard)
		out.Slow = &slow
	}
	return out
}

func mapped[T any](xs []T, f func(T) T) []T {
	if xs == nil {
		return nil
	}
	out := make([]T, len(xs))
	for i, x := range xs {
		out[i] = f(x)
	}
	return out
}

// withoutGains returns the summary without the locks that the function returns with.
func (s *Summary) withoutGains() *Summary {
	out := *s
	out.Outcomes = mapped(s.Outcomes, func(o Outcome) Outcome {
		o.Nets = slices.DeleteFunc(slices.Clone(o.Nets), func(n Net) bool { return n.Delta > 0 })
		return o
	})
	return &out
}

// changesLocks reports whether a function returns with locks that it has acquired, or has released for its caller.
func changesLocks(s *Summary) bool {
	return slices.ContainsFunc(s.Outcomes, func(o Outcome) bool { return len(o.Nets) > 0 })
}
