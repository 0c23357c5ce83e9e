package groups

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// endless is more than can be counted down.
const endless = most

// A play is one path of a function with the goroutines that it starts, each doing one of the things that it may
// do.
type play struct {
	root    *trace
	choose  map[*event]*trace // what a goroutine does; the best for the program where there is no entry
	threads []*thread
	dones   map[string]int64 // at most, of what can be reached
}

// A thread is a goroutine in a play.
type thread struct {
	*trace
	by      *event // starts it; nil for the root
	outer   *thread
	pc      int
	before  map[string]int64 // what is added before for certain, at least
	blocked *event
}

// run plays until nobody can go on.
func (p *play) run() {
	p.dones = make(map[string]int64)
	p.threads = []*thread{{trace: p.root, before: make(map[string]int64)}}
	for moved := true; moved; {
		moved = false
		for i := 0; i < len(p.threads); i++ {
			for p.step(p.threads[i]) {
				moved = true
			}
		}
	}
}

// step executes the next event of a goroutine. It reports whether there was one that could be.
func (p *play) step(t *thread) bool {
	if t.pc == len(t.events) {
		return false
	}
	e := &t.events[t.pc]
	n := p.amount(t, e)
	switch e.kind {
	case add:
		t.before[e.group] += n.lo
	case done:
		if t.by != nil && t.endlessly(e, e.group, p.root) {
			n.hi = endless
		}
		p.down(e.group, n.hi)
	case unknown:
		p.lose(e)
	case spawn:
		s := p.choice(t, e)
		if s == nil {
			p.lose(&event{kind: unknown})
			break
		}
		if t.by != nil && len(e.in) > 0 {
			for g := range s.groups() {
				if t.endlessly(e, g, p.root) {
					p.down(g, endless)
				}
			}
		}
		before := make(map[string]int64, len(t.before))
		for g, n := range t.before {
			before[g] = n
		}
		p.threads = append(p.threads, &thread{trace: s, by: e, outer: t, before: before})
	case wait:
		if t.before[e.group] > p.dones[e.group] && p.dones[""] < endless {
			t.blocked = e
			return false
		}
		t.blocked = nil
	}
	t.pc++
	return true
}

func (p *play) down(g string, n int64) { p.dones[g] = min(endless, p.dones[g]+n) }

// lose notes that somebody may count down the WaitGroups that an event concerns.
func (p *play) lose(e *event) {
	if e.group == "" {
		p.dones[""] = endless
		return
	}
	for g := range p.root.groups() {
		if e.hits(g) {
			p.down(g, endless)
		}
	}
}

// amount returns how much an event adds or counts down.
func (p *play) amount(t *thread, e *event) span {
	var outer *trace
	if t.outer != nil {
		outer = p.root
	}
	n := t.span(e.n, outer)
	if n.hi == most {
		n.hi = endless
	}
	return n
}

// endlessly reports whether a goroutine counts down in a loop of which it is not known how often it turns.
func (t *trace) endlessly(e *event, g string, root *trace) bool {
	return slices.ContainsFunc(e.in, func(in place) bool {
		sym, free := t.loops[in]
		return free && (sym == "" || !root.mentions(sym)) && t.net(in, g) != 0
	})
}

// choice returns what a started goroutine does: what was chosen, or else what is best for those who wait.
func (p *play) choice(t *thread, e *event) *trace {
	if c := p.choose[e]; c != nil {
		return c
	}
	var best *trace
	for _, a := range e.alts {
		if a.fits(p.root) && (best == nil || a.better(best)) {
			best = a
		}
	}
	if best == nil && len(e.alts) > 0 {
		return e.alts[0]
	}
	return best
}

// better reports whether a goroutine counts down more on a than on b, or waits less for it.
func (a *trace) better(b *trace) bool {
	x, y := a.score(), b.score()
	return x > y
}

// score counts what a goroutine does for those who wait for it.
func (t *trace) score() (n int) {
	if t.scored {
		return t.points
	}
	defer func() { t.scored, t.points = true, n }()
	for _, e := range t.events {
		switch e.kind {
		case done:
			n += 100
		case unknown:
			n += 10_000
		case add:
			n -= 100
		case wait:
			n--
		case spawn:
			best := -1 << 30
			for _, a := range e.alts {
				best = max(best, a.score())
			}
			if len(e.alts) == 0 {
				best = 10_000
			}
			n += best
		}
	}
	return n
}

// groups returns the WaitGroups that a goroutine, or those that it starts, act on.
func (t *trace) groups() map[string]bool {
	all := make(map[string]bool)
	var visit func(*trace)
	visit = func(t *trace) {
		for _, e := range t.events {
			if e.kind != unknown && e.kind != spawn {
				all[e.group] = true
			}
			for _, a := range e.alts {
				visit(a)
			}
		}
	}
	visit(t)
	return all
}

// mentions reports whether a number is among those that are added or counted down.
func (t *trace) mentions(sym string) bool {
	return slices.ContainsFunc(t.events, func(e event) bool { return e.n.c != 0 && e.n.sym == sym })
}

// net returns by how much a loop changes a counter, with what is best of the goroutines that it starts.
func (t *trace) net(in place, g string) (n int64) {
	return t.netWith(in, g, func(e *event) int64 { return e.most(g, t) })
}

// netWith is net with what down says of the goroutines.
func (t *trace) netWith(in place, g string, down func(e *event) int64) (n int64) {
	for i := range t.events {
		e := &t.events[i]
		if !slices.Contains(e.in, in) {
			continue
		}
		switch {
		case e.kind == add && e.group == g:
			n += t.span(e.n, nil).lo
		case e.kind == done && e.group == g:
			n -= t.span(e.n, nil).hi
		case e.kind == spawn:
			n -= down(e)
		}
	}
	return n
}

// most returns what a started goroutine counts down at most.
func (e *event) most(g string, outer *trace) (n int64) {
	for _, a := range e.alts {
		if a.fits(outer) {
			n = max(n, -a.total(g, outer))
		}
	}
	return n
}

// fewest returns what a started goroutine counts down at least.
func (e *event) fewest(g string, outer *trace) int64 {
	n := int64(endless)
	for _, a := range e.alts {
		if a.fits(outer) {
			n = min(n, -a.total(g, outer))
		}
	}
	return n
}

// total returns what is left of a counter, at least, when all is over.
func (t *trace) total(g string, outer *trace) (n int64) {
	for i := range t.events {
		e := &t.events[i]
		switch {
		case e.kind == add && e.group == g:
			n += t.span(e.n, outer).lo
		case e.kind == done && e.group == g:
			n -= t.span(e.n, outer).hi
		case e.kind == unknown && e.hits(g):
			n -= endless
		case e.kind == spawn && len(e.alts) == 0:
			n -= endless
		case e.kind == spawn:
			o := outer
			if o == nil {
				o = t
			}
			if most := e.most(g, o); most > 0 && outer != nil && t.endlessly(e, g, o) {
				n -= endless
			} else {
				n -= most
			}
		}
		if outer != nil && e.kind == done && e.group == g && t.endlessly(e, g, outer) {
			n -= endless
		}
	}
	return max(n, -endless)
}

// least returns what is left of a counter, at most, when all is over.
func (t *trace) least(g string, outer *trace) (n int64) {
	for i := range t.events {
		e := &t.events[i]
		switch {
		case e.kind == add && e.group == g:
			n += t.span(e.n, outer).hi
		case e.kind == done && e.group == g:
			n -= t.span(e.n, outer).lo
		case e.kind == unknown && e.hits(g), e.kind == spawn && len(e.alts) == 0:
			return endless
		case e.kind == spawn:
			o := outer
			if o == nil {
				o = t
			}
			worst, any := int64(0), false
			for _, a := range e.alts {
				if a.fits(o) {
					if l := a.least(g, o); !any || l > worst {
						worst, any = l, true
					}
				}
			}
			n += worst
		}
	}
	return min(n, endless)
}

// adds reports whether an instruction adds to the counter on the way.
func (t *trace) adds(g string, in ssa.Instruction) bool {
	return slices.ContainsFunc(t.events, func(e event) bool { return e.kind == add && e.group == g && (in == nil || e.instr == in) })
}
