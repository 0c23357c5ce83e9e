package distlock

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// checkThenSet: two processes find that the lock is free, and both take it.
func checkThenSet(c *checker) {
	c.events(client.Write, func(w *trace.Event) {
		if !w.Backend.Plain() || w.Mode != trace.Now && w.Mode != trace.Deferred || w.Guarded() || !c.lockNamed(w) || calledMarker(w) {
			return
		}
		if c.acquisition(w) != nil || !c.givenUp(w) {
			return
		}
		for _, r := range w.Fn.Events {
			if r.Op != client.Read || r.Instr == w.Instr || !sameLock(r, w) || strings.HasSuffix(strings.ToUpper(r.Command), "TTL") {
				continue
			}
			if !w.Fn.Walk(r, r.Outcomes.Lost, nil).Visited[w.Instr] || w.Fn.Walk(r, r.Outcomes.Held, nil).Visited[w.Instr] || c.underLock(w) {
				continue
			}
			c.report(w.Instr, analysis.Diagnostic{
				Message: fmt.Sprintf("two processes can both take %s: it is looked at, at %s, and taken in a second step", c.lockName(w), c.at(r)),
				Related: c.related(r, "it is looked at here"),
			})
			return
		}
	})
}

// givenUp reports whether a key that is set is deleted, which tells a lock from a mark.
func (c *checker) givenUp(w *trace.Event) bool {
	for _, e := range w.Fn.Events {
		if e.Op == client.Release && sameLock(e, w) {
			return true
		}
	}
	for _, t := range c.templatesOf(w) {
		for _, e := range c.templates[t] {
			if e.Op == client.Release && sameStore(e, w) {
				return true
			}
		}
	}
	return false
}

// underLock reports whether another lock is acquired before an event.
func (c *checker) underLock(w *trace.Event) bool {
	for _, a := range w.Fn.Events {
		if a.Op != client.Acquire || a.Mode != trace.Now || !dominates(a.Instr, w.Instr) {
			continue
		}
		released := func(call *ssa.Call) bool {
			return slices.ContainsFunc(w.Fn.At(call), func(e *trace.Event) bool { return e.Op == client.Release && sameLock(a, e) })
		}
		if still(a.Instr, w.Instr, released) {
			return true
		}
	}
	return false
}
