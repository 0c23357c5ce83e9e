package flow

import (
	"slices"

	"github.com/lockvet/lockvet/internal/path"
)

// relocks reports whether a function that unlocks a lock of its caller's waits for it again, and returns with it held on some paths.
func (c *Callee) relocks(lock *path.Node) bool {
	keeps := func(o Outcome) bool { return !slices.ContainsFunc(o.Nets, func(n Net) bool { return n.Lock == lock }) }
	waits := func(p Point) bool { return p.Kind == Acquires && p.Lock == lock }
	return slices.ContainsFunc(c.Summary.Outcomes, keeps) && slices.ContainsFunc(c.Summary.Points, waits) // of outcomes there are few
}

// restores reports whether a function that unlocks a lock of its caller's always returns with it locked again, and asks for no flag before: such a function
// is called with the lock, whatever it finds.
func (c *Callee) restores(e *Event) bool {
	for _, o := range c.Summary.Outcomes {
		if slices.ContainsFunc(o.Nets, func(n Net) bool { return n.Lock == e.Lock }) {
			return false
		}
	}
	return !slices.ContainsFunc(e.Guard, func(l Literal) bool { return l.Cond.Kind != path.Op })
}

// firm reports whether a function that unlocks a lock of its caller's does so however it returns, or always returns with it locked again. One that
// unlocks on some paths only may do so where its caller has the lock.
func (c *Callee) firm(lock *path.Node) bool {
	n := 0
	for _, o := range c.Summary.Outcomes {
		if slices.ContainsFunc(o.Nets, func(n Net) bool { return n.Lock == lock && n.Delta < 0 }) {
			n++
		}
	}
	return n == 0 || n == len(c.Summary.Outcomes)
}
