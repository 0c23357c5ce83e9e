package groups

import "golang.org/x/tools/go/ssa"

// negative reports counters that go below zero on a path of the function itself, whatever its goroutines do.
func (w *world) negative(u *unit, p *trace, report func(ssa.Instruction, Report)) {
	for g := range p.groups() {
		if !w.own(p, g) || !w.sound(u, p, g) {
			continue
		}
		if at := p.below(g, nil); at != nil {
			report(at, Report{Kind: Negative, Pos: at.Pos(), Done: at, Add: (&play{root: p, threads: []*thread{{trace: p}}}).added(g), Dones: p.dones(g, at)})
		}
	}
}

// below returns the Done at which a counter goes below zero, nil if none is known to.
func (t *trace) below(g string, outer *trace) ssa.Instruction {
	sum := int64(0)
	for i := range t.events {
		e := &t.events[i]
		switch {
		case e.kind == unknown && e.hits(g), e.kind == spawn && len(e.alts) == 0:
			return nil
		case e.kind == add && e.group == g:
			sum += t.span(e.n, outer).hi
		case e.kind == done && e.group == g:
			if sum -= t.span(e.n, outer).lo; sum < 0 {
				return e.instr
			}
		case e.kind == spawn:
			most := int64(0)
			for _, a := range e.alts {
				most = max(most, a.adding(g, t))
			}
			sum += most
		}
	}
	if t.least(g, outer) < 0 {
		return t.lastDone(g)
	}
	return nil
}

// adding returns how much a goroutine, and those that it starts, add at most.
func (t *trace) adding(g string, outer *trace) (n int64) {
	for i := range t.events {
		e := &t.events[i]
		switch {
		case e.kind == unknown && e.hits(g), e.kind == spawn && len(e.alts) == 0:
			return endless
		case e.kind == add && e.group == g:
			n += t.span(e.n, outer).hi
		case e.kind == spawn:
			most := int64(0)
			for _, a := range e.alts {
				most = max(most, a.adding(g, outer))
			}
			n += most
		}
	}
	return min(n, endless)
}

// lastDone returns the last Done of a goroutine, or of one that it starts.
func (t *trace) lastDone(g string) (found ssa.Instruction) {
	for _, e := range t.events {
		if e.kind == done && e.group == g {
			found = e.instr
		}
		if e.kind == spawn {
			for _, a := range e.alts {
				if d := a.lastDone(g); d != nil {
					found = d
				}
			}
		}
	}
	return found
}

// negativeIn reports a counter that goes below zero if a goroutine takes one of its paths.
func (w *world) negativeIn(u *unit, p *trace, e *event, a *trace, report func(ssa.Instruction, Report)) {
	for g := range a.groups() {
		if !w.own(p, g) || !w.sound(u, p, g) || !w.everywhere(u, e, a, func(q *trace) bool { return q.least(g, nil) < 0 }) {
			continue
		}
		if call, deferred := a.twice(g); call != nil {
			report(call, Report{Kind: Twice, Pos: call.Pos(), Done: call, Deferred: deferred, Path: true})
			continue
		}
		if at := a.lastDone(g); at != nil {
			report(at, Report{Kind: Negative, Pos: at.Pos(), Done: at, Path: true, Add: (&play{threads: []*thread{{trace: p}}}).added(g), Dones: a.dones(g, at)})
		}
	}
}

// twice returns a Done that a goroutine calls, and the deferred one that the same function comes to at its end; nil if there are no two such.
func (t *trace) twice(g string) (call, deferred ssa.Instruction) {
	for _, e := range t.events {
		if e.kind != done || e.group != g {
			continue
		}
		switch instr := e.instr.(type) {
		case *ssa.Call:
			call = instr
		case *ssa.Defer:
			deferred = instr
		}
	}
	if call == nil || deferred == nil || call.Parent() != deferred.Parent() {
		return nil, nil
	}
	return call, deferred
}
