package groups

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// counted reports whether the turns of a loop do not matter for a counter, or are just what was added: in a turn what is added is counted
// down, on some path at least.
func (w *world) counted(u *unit, p *trace, g string, in place, sym string) bool {
	if sym != "" {
		for _, e := range p.events {
			if e.group == g && e.n.c != 0 && e.n.sym == sym && !slices.Contains(e.in, in) {
				// As many as the loop has iterations, or one for each but those that it skips: how many these
				// are, nobody knows.
				return e.n.k == 0 || !u.remembered(asked{g, in.fn, in.loop, sym}, func() bool { return w.uneven(u, g, in, sym) })
			}
		}
	}
	return u.remembered(asked{g, in.fn, in.loop, ""}, func() bool { return w.balanced(u, g, in) })
}

// asked is a question about a counter and a loop of a unit, the answer to which is the same on all of its paths.
type asked struct {
	group string
	fn    *ssa.Function
	loop  int
	sym   string
}

// remembered returns the answer to a question, which it asks once.
func (u *unit) remembered(q asked, answer func() bool) bool {
	yes, ok := u.answers[q]
	if !ok {
		yes = answer()
		if u.answers == nil {
			u.answers = make(map[asked]bool)
		}
		u.answers[q] = yes
	}
	return yes
}

// balanced reports whether no turn of a loop changes a counter, or what is added in a turn is counted down in it on some path.
func (w *world) balanced(u *unit, g string, in place) bool {
	changes := false
	for _, q := range u.paths {
		for at := range q.loops {
			if at.fn != in.fn || at.loop != in.loop {
				continue
			}
			net := q.net(at, g)
			if net != 0 {
				changes = true
			}
			if (net == 0 || q.netWith(at, g, func(e *event) int64 { return e.fewest(g, q) }) == 0) && slices.ContainsFunc(q.events, func(e event) bool { return e.kind == add && e.group == g && slices.Contains(e.in, at) }) {
				return true
			}
		}
	}
	return !changes
}

// uneven reports whether the iterations of a loop do not all change a counter by the same: two paths with as many of them
// differ.
func (w *world) uneven(u *unit, g string, in place, sym string) bool {
	nets := make(map[int64]int64) // by the number of iterations
	for _, q := range u.paths {
		s, ok := q.spans[sym]
		if !ok || s.lo != s.hi {
			continue
		}
		for at := range q.loops {
			if at.fn != in.fn || at.loop != in.loop {
				continue
			}
			net := q.net(at, g)
			if other, seen := nets[s.lo]; seen && other != net {
				return true
			}
			nets[s.lo] = net
		}
	}
	return false
}
