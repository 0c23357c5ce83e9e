package distlock

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// acquisition returns an acquisition of what r releases or extends, in the same
// function or, by the look of the key, in another; nil if there is none.
func (c *checker) acquisition(r *trace.Event) *trace.Event {
	for _, a := range c.acquisitions(r) {
		return a
	}
	return nil
}

// acquisitions returns all of them: those in the same function, or in the ones
// around it, or else those in others whose key looks the same.
func (c *checker) acquisitions(r *trace.Event) (found []*trace.Event) {
	for fn := r.Fn.Function; fn != nil; fn = fn.Parent() {
		f := c.pkg.Func(fn)
		if f == nil {
			break
		}
		for _, e := range f.Events {
			if e.Op == client.Acquire && e.Mode == trace.Now && sameLock(e, r) {
				found = append(found, e)
			}
		}
		if found != nil {
			return found
		}
	}
	for _, t := range c.templatesOf(r) {
		for _, e := range c.templates[t] {
			if e.Op == client.Acquire && e.Mode == trace.Now && sameStore(e, r) && e.Fn != r.Fn {
				found = append(found, e)
			}
		}
	}
	return found
}

// forced reports whether a function is there to take a lock away from others.
func forced(f *trace.Func) bool { return words.Has(f.Name(), forceWords) }

// plainDelete: the lock has expired, somebody else has it, and loses it.
func plainDelete(c *checker) {
	unlinks(c)
	c.events(client.Release, func(r *trace.Event) {
		if r.Owned || r.Compared || !r.Backend.Plain() || r.Site == nil || forced(r.Fn) {
			return
		}
		a := c.deletes(r)
		if a == nil {
			return
		}
		token := ""
		if a.Token != nil && a.Token.Kind == expr.Const {
			token = ", one value for all"
		}
		d := analysis.Diagnostic{
			Message: fmt.Sprintf("this deletes the lock of the next holder once %s has expired (acquired at %s%s)", c.lockName(r), c.at(a), token),
			Related: c.related(a, "the lock is acquired here, with a time to live"),
		}
		if fix, ok := c.fixPlainDelete(a, r); ok {
			d.SuggestedFixes = []analysis.SuggestedFix{fix}
		}
		c.report(r.Site, d)
	})
}

// deletes returns an acquisition of a lock that a release may take away from its
// next holder, since it has expired by then; nil if there is none.
func (c *checker) deletes(r *trace.Event) *trace.Event {
	all := c.acquisitions(r)
	lasts := func(a *trace.Event) bool { return never(a) && c.expires(a) == nil }
	for _, a := range all {
		if lasts(a) || c.test(a.Fn) {
			continue
		}
		if a.Fn != r.Fn && (slices.ContainsFunc(all, lasts) || r.PassesOn()) && c.hasCheckedRelease(a) {
			continue // each of the two has a release of its own, or keys are deleted that are no locks
		}
		if a.Backend == client.LockRow && a.TTL.Kind != client.TTLDefault && !c.looksForOld(a) {
			continue // a row stays, whatever it says, unless a statement compares that
		}
		s := c.section(a)
		if s.fillsCache() {
			continue // only efficiency is at stake
		}
		if s.class != mutex || a.Fn == r.Fn && !s.held.Visited[r.Instr] && !s.deferredBefore(r) {
			continue
		}
		if a.Fn != r.Fn && (markerType(a) || !c.lockNamed(r) && !c.lockNamed(a)) {
			continue
		}
		return a
	}
	return nil
}

// hasCheckedRelease reports whether a function that only releases asks for the owner of what looks like the lock of an acquisition.
func (c *checker) hasCheckedRelease(a *trace.Event) bool {
	return slices.ContainsFunc(c.templatesOf(a), func(t string) bool {
		return slices.ContainsFunc(c.templates[t], func(r *trace.Event) bool {
			return r.Op == client.Release && (r.Owned || r.Compared) && sameStore(a, r) && !slices.ContainsFunc(r.Fn.Events, func(e *trace.Event) bool {
				return e.Op == client.Acquire && sameLock(e, r)
			})
		})
	})
}

// fillsCache reports whether what is done under the lock is to write a key that
// the function has looked for before.
func (s *section) fillsCache() bool {
	f := s.acquire.Fn
	for _, w := range f.Events {
		if w.Op != client.Write || !s.held.Visited[w.Instr] || sameLock(w, s.acquire) {
			continue
		}
		for _, r := range f.Events {
			if r.Op == client.Read && sameLock(r, w) {
				return true
			}
		}
	}
	return false
}

// compareDelete: the lock expires between GET and DEL, or between GET and EXPIRE.
func compareDelete(c *checker) {
	twoSteps := func(r *trace.Event, does string) {
		if r.Owned || !r.Compared || !r.Backend.Plain() || r.Site != r.Instr || r.Queued || r.Backend == client.LockFile {
			return // a file cannot be compared and removed in one step
		}
		found := c.acquisitions(r)
		if len(found) == 0 && !c.lockNamed(r) {
			return
		}
		// One that does not expire is there until its owner deletes it.
		if len(found) > 0 && !slices.ContainsFunc(found, func(a *trace.Event) bool {
			return c.section(a).class != none && !(never(a) && c.expires(a) == nil)
		}) {
			return
		}
		c.reportf(r.Site, "this %s the lock of the next holder if %s expires between GET and %s: they are two steps", does, c.lockName(r), r.Command)
	}
	c.events(client.Release, func(r *trace.Event) { twoSteps(r, "deletes") })
	c.events(client.Extend, func(r *trace.Event) { twoSteps(r, "keeps alive") })
}

// loserExtends: who did not get the lock makes it live longer.
func loserExtends(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if !a.Backend.Plain() {
			return
		}
		s := c.section(a)
		if s.class == none && !c.lockNamed(a) {
			return
		}
		for _, e := range a.Fn.Events {
			if e.Op != client.Extend || e.Owned || e.Compared || !sameLock(a, e) || e.Site == nil || e.Mode != trace.Now {
				continue
			}
			if a.Queued {
				if e.Queued && (s.held.Visited[e.Instr] || e.Instr == a.Instr) && !conditional(e.Command) {
					c.reportf(e.Site, "a process that fails to get the lock extends it for its holder: %s is sent whether SETNX acquires it or not", e.Command)
				}
				continue
			}
			if s.class == none || e.Queued || !s.lost.Visited[e.Instr] || c.looksAgain(a, e) {
				continue
			}
			c.reportf(e.Site, "%s does not expire as long as others try: its expiry is set where somebody else has it", c.lockName(a))
		}
	})
}

// conditional reports whether a command of a pipeline keeps an expiry that is there.
func conditional(command string) bool { return command == "ExpireNX" || command == "ExpireGT" }

// looksAgain reports whether the way from a lost acquisition to an event leads
// past a look at the key: at who has it, or whether it expires.
func (c *checker) looksAgain(a, e *trace.Event) bool {
	w := a.Fn.Walk(a, a.Outcomes.Lost, func(in ssa.Instruction) bool {
		for _, x := range a.Fn.At(in) {
			if x.Op == client.Read && sameLock(a, x) {
				return true
			}
		}
		return false
	})
	return !w.Visited[e.Instr]
}

// plainExtend: a renewal that takes over somebody else's lock.
func plainExtend(c *checker) {
	c.events(client.Extend, func(e *trace.Event) {
		if e.Owned || e.Backend != client.Redis || e.Site != e.Instr || e.Queued || e.Compared {
			return
		}
		a := c.acquisition(e)
		if a == nil || never(a) || c.section(a).class != mutex {
			return
		}
		if !ssax.InLoop(e.Instr.Block()) && !words.Has(e.Fn.Name(), renewWords) && e.Fn.Parent() == nil {
			return
		}
		c.reportf(e.Site, "this keeps the lock of the next holder alive once %s has expired (acquired at %s)", c.lockName(e), c.at(a))
	})
}

var renewWords = words.Of(`renew renewal extend refresh keepalive keep heartbeat watchdog touch prolong`)
