package distlock

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// unchecked: the work is done by all who want the lock.
func unchecked(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Queued || a.Site == nil && a.Depth == 0 {
			return
		}
		s := c.section(a)
		here := s.heldReleases()
		if a.Mode != trace.Now || a.Waits {
			return
		}
		switch {
		case a.Drops && a.Depth == 0:
			c.reportf(a.Instr, "the code below also runs without the lock: Exec drops the answer of %s", a.Command)
		case a.Backend == client.Flock && c.asksLocked(a):
		case a.Depth > 0 && !a.Fn.Consulted(a) && c.asksObject(a):
		case a.Depth == 0 && (s.class == mutex || s.class == likely) && c.lockNamed(a) && onlyError(a):
			c.reportf(a.Instr, "who does not get %s is not told: %s says so by its answer, and only its error is looked at", c.lockName(a), a.Command)
		case a.Command == "Mkdir" && !a.Fn.Consulted(a) && !c.lockNamed(a):
			// The directory has to be there, whoever makes it.
		case !a.Fn.Consulted(a):
			if len(here) == 0 && !(a.Backend.Handle() && a.Depth == 0) {
				return
			}
			// What is called may know by itself whether it has the lock.
			if a.Depth > 0 && !a.Generic && !hasUnconditional(s) && !slices.ContainsFunc(here, deferred) {
				return
			}
			c.reportf(a.Instr, "the code below also runs without %s: nobody looks at whether it was acquired", c.lockName(a))
		case a.Outcomes.Lost == a.Outcomes.Failed || a.Backend.Handle():
			// The error is looked at, but both ways lead to the release.
			outcome := a.Outcomes.Lost
			if a.Backend == client.Consul {
				outcome = a.Outcomes.Failed // nilchannel looks at the others
			}
			without := a.Fn.Walk(a, outcome, func(in ssa.Instruction) bool { return c.replaces(a, in) })
			for _, r := range here {
				if !c.plain(r) && without.Visited[r.Instr] && s.held.Visited[r.Instr] && !(r.Mode == trace.Deferred && decidedLater(s.held, without, r)) {
					c.report(a.Instr, analysis.Diagnostic{
						Message: fmt.Sprintf("the code below also runs without %s: the function continues where it was not acquired", c.lockName(a)),
						Related: c.related(r, "both ways lead here"),
					})
					return
				}
			}
		}
	})
}

// onlyError reports whether only the error of Redis' reply to an acquisition is looked at. It is nil also if somebody else has the lock.
func onlyError(a *trace.Event) bool {
	call, ok := a.Instr.(*ssa.Call)
	return ok && a.Backend == client.Redis && used(call) && a.Outcomes.Held.OK == client.Yes && a.Outcomes.Lost.OK == client.No && a.Outcomes.Lost.Err == client.No &&
		a.Outcomes.Lost.Ptr == client.Unknown && !a.Fn.Answered(a)
}

// replaces reports whether an instruction puts something else into the variable whose lock was acquired: what is done with the variable later does
// not mean that lock.
func (c *checker) replaces(a *trace.Event, in ssa.Instruction) bool {
	store, ok := in.(*ssa.Store)
	return ok && a.Key.Kind == expr.Opaque && c.pkg.Cell(store.Addr) == a.Key.Value
}

// asksLocked reports whether a function asks a lock of a file whether it is held.
func (c *checker) asksLocked(a *trace.Event) bool {
	for _, call := range callsIn(a.Fn.Function) {
		fn, recv := client.Callee(call), client.Receiver(call)
		if fn != nil && recv != nil && (fn.Name() == "Locked" || fn.Name() == "RLocked") && c.pkg.Of(recv).ID() == a.Key.ID() {
			return true
		}
	}
	return false
}

// asksObject reports whether a function asks the object by whose method it acquires a lock, by another method, which answers yes or no: the object
// remembers whether it has the lock.
//
//	if !e.IsLeader() {
//		e.TryAcquire(ctx)
//	}
func (c *checker) asksObject(a *trace.Event) bool {
	instr, ok := a.Instr.(ssa.CallInstruction)
	if !ok {
		return false
	}
	acquire := instr.Common()
	if client.Receiver(acquire) == nil {
		return false
	}
	object := c.pkg.Of(client.Receiver(acquire)).ID()
	for _, call := range callsIn(a.Fn.Function) {
		recv := client.Receiver(call)
		if recv == nil || call == acquire || c.pkg.Of(recv).ID() != object {
			continue
		}
		sig := call.Signature()
		if sig.Params().Len() == 0 && sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), types.Typ[types.Bool]) {
			return true
		}
	}
	return false
}

// decidedLater reports whether something that follows a deferred release is done
// only where the lock was acquired.
func decidedLater(held, without trace.Walk, r *trace.Event) bool {
	for in := range held.Visited {
		if !without.Visited[in] && dominates(r.Instr, in) {
			return true
		}
	}
	return false
}

func deferred(r *trace.Event) bool { return r.Mode == trace.Deferred }

// plain reports whether a release takes a lock away from whoever has it.
func (c *checker) plain(r *trace.Event) bool { return !r.Owned && !r.Backend.Handle() }

// heldReleases returns the releases that the acquisition leads to, or that are
// deferred before it.
func (s *section) heldReleases() (here []*trace.Event) {
	for _, r := range s.releases {
		if s.held.Visited[r.Instr] || s.deferredBefore(r) {
			here = append(here, r)
		}
	}
	return here
}

// deferredBefore reports whether a release is deferred on every way to the acquisition.
func (s *section) deferredBefore(r *trace.Event) bool {
	return r.Mode == trace.Deferred && dominates(r.Instr, s.acquire.Instr)
}

// notHeld: somebody else's lock is released.
func notHeld(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		s := c.section(a)
		if a.Mode != trace.Now || a.Queued || s.class != mutex || !a.Fn.Consulted(a) {
			return
		}
		for _, r := range s.releases {
			if r.Mode == trace.Deferred && sharedObject(a) && c.before(r.Instr, a) && r.Depth == 0 {
				c.report(r.Instr, analysis.Diagnostic{
					Message: fmt.Sprintf("this releases the lock of another call if %s is not acquired at %s: the calls share it", c.lockName(r), c.at(a)),
					Related: c.related(a, "the lock is acquired here"),
				})
			}
			if !c.plain(r) || r.Mode == trace.Spawned || r.Mode == trace.Given || forced(r.Fn) {
				continue
			}
			site := r.Site
			if r.Depth > 0 {
				site = r.Instr
			}
			switch {
			case r.Mode == trace.Deferred && c.before(r.Instr, a):
				if c.asksFirst(r, a) {
					continue
				}
				c.report(site, analysis.Diagnostic{
					Message: fmt.Sprintf("this releases somebody else's lock if %s is not acquired at %s: the release is deferred before", c.lockName(r), c.at(a)),
					Related: c.related(a, "the lock is acquired here"), SuggestedFixes: c.fixNotHeld(r, a),
				})
			case s.lost.Visited[r.Instr] && s.held.Visited[r.Instr] && !c.looksAgain(a, r) && !(r.Mode == trace.Deferred && c.asksFirst(r, a)):
				c.report(site, analysis.Diagnostic{
					Message: fmt.Sprintf("this releases somebody else's lock: %s was not acquired at %s on this path", c.lockName(r), c.at(a)),
					Related: c.related(a, "the lock is not acquired here"),
				})
			}
		}
	})
}

// asksFirst reports whether the literal that a deferred release is in asks a variable
// whether to release, and the variable says no where the lock is not acquired.
func (c *checker) asksFirst(r, a *trace.Event) bool {
	lit := c.pkg.Literal(r.Instr)
	if lit == nil {
		return false
	}
	lost := a.Fn.Walk(a, a.Outcomes.Lost, nil)
	if lost.GaveUp {
		return false
	}
	for _, e := range lit.Events {
		if e.Op == client.Release && sameLock(e, r) && !c.forbidden(e.Instr, lost) {
			return false
		}
	}
	return true
}

// forbidden reports whether an instruction of a literal runs only if a variable of
// the function around it is true, or false, and that is not so at the end of any path
// of a walk that returns.
func (c *checker) forbidden(in ssa.Instruction, w trace.Walk) bool {
	for d := in.Block().Idom(); d != nil; d = d.Idom() {
		branch, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cond, want := branch.Cond, client.Yes
		if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
			cond, want = not.X, client.No
		}
		load, ok := cond.(*ssa.UnOp)
		if !ok || load.Op != token.MUL {
			continue
		}
		flag, ok := c.pkg.Cell(load.X).(*ssa.Alloc)
		if !ok {
			continue
		}
		side := d.Succs[0]
		if !side.Dominates(in.Block()) || len(side.Preds) != 1 {
			side, want = d.Succs[1], want.Not()
		}
		if !side.Dominates(in.Block()) || len(side.Preds) != 1 {
			continue
		}
		if !slices.ContainsFunc(w.Ends, func(end trace.End) bool { return end.Return != nil && end.Flag(flag) != want.Not() }) {
			return true
		}
	}
	return false
}

// sharedObject reports whether an acquisition is made on an object that other calls
// may hold the lock with.
func sharedObject(a *trace.Event) bool {
	switch a.Backend {
	case client.Consul, client.Redsync, client.ZooKeeper, client.GoZero:
		return a.Key.Kind == expr.Param || a.Key.Kind == expr.Field || a.Key.Kind == expr.Global
	}
	return false
}

// before reports whether a release is deferred on every way to an acquisition,
// and nothing acquires the lock before it.
func (c *checker) before(release ssa.Instruction, a *trace.Event) bool {
	if !dominates(release, a.Instr) {
		return false
	}
	for _, e := range a.Fn.Events {
		if e.Op == client.Acquire && e.Instr != a.Instr && sameLock(a, e) && dominates(e.Instr, release) {
			return false
		}
	}
	return true
}

// dominates reports whether an instruction is another one, or every way to that
// leads through it.
func dominates(x, y ssa.Instruction) bool { return x == y || ssax.Dominates(x, y) }

// missingRelease: the lock stays until it expires, or for ever.
func missingRelease(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		s := c.section(a)
		if a.Mode != trace.Now || a.Queued || a.Depth > 0 && !a.Fn.Consulted(a) || s.class != mutex || s.open.GaveUp || len(s.heldReleases()) == 0 || slices.ContainsFunc(s.releases, s.deferredBefore) || c.closesSession(a) {
			return
		}
		blind := s.blindReturns()
		for _, end := range s.open.Ends {
			if end.Return == nil || end.Stopped || blind != nil && !blind[end.Return] {
				continue
			}
			if succeeds(end) == client.Yes && a.Fn.Name() != "main" && s.keepsSomewhere() {
				continue
			}
			c.report(end.Return, analysis.Diagnostic{
				Message: fmt.Sprintf("nobody gets %s %s: this path does not release it (acquired at %s)", c.lockName(a), until(a), c.pos(a.Instr)),
				Related: append(c.related(a, "the lock is acquired here"), c.related(s.heldReleases()[0], "another path releases it here")...),
			})
		}
	})
}

// blindReturns returns where a function that compares the holder before it releases the
// lock returns without such a look; nil if it does not compare. After a look, there is
// nothing to release on the way on which the lock is somebody else's.
func (s *section) blindReturns() map[*ssa.Return]bool {
	if !slices.ContainsFunc(s.releases, func(r *trace.Event) bool { return r.Compared }) {
		return nil
	}
	a := s.acquire
	blind := make(map[*ssa.Return]bool)
	for _, end := range a.Fn.Walk(a, a.Outcomes.Held, func(in ssa.Instruction) bool {
		return slices.ContainsFunc(a.Fn.At(in), func(e *trace.Event) bool {
			return (e.Op == client.Read || e.Op == client.Release) && sameLock(a, e)
		})
	}).Ends {
		if end.Return != nil && !end.Stopped {
			blind[end.Return] = true
		}
	}
	return blind
}

// keepsSomewhere reports whether the function's job is to return with the lock
// held: it says whether it has it.
func (s *section) keepsSomewhere() bool {
	res := s.acquire.Fn.Signature.Results()
	for v := range res.Variables() {
		if isBool(v.Type()) {
			return true
		}
	}
	return words.Has(s.acquire.Fn.Name(), acquireWords)
}

var acquireWords = words.Of(`acquire acquires obtain lock trylock begin start claim reserve enter take try get ensure`)

// until says how long a lock that is not released is kept.
func until(a *trace.Event) string {
	switch {
	case never(a) && a.Backend == client.Redis:
		return "again"
	case a.Backend == client.Redis, a.Backend == client.Redislock, a.Backend == client.Redsync, a.Backend == client.GoZero:
		return "before it expires"
	case a.Backend == client.Dynamo:
		return "before the client is closed"
	case a.Backend.SQL():
		return "before the connection closes"
	case a.Backend == client.Flock:
		return "before this process ends"
	case a.Backend.Plain():
		return "before somebody deletes it"
	}
	return "before the session ends"
}

// eagerDefer: `defer rdb.Del(ctx, key).Err()` deletes at once.
func eagerDefer(c *checker) {
	for _, op := range []client.Op{client.Release, client.Extend} {
		c.events(op, func(r *trace.Event) {
			if r.Mode != trace.Now || r.Depth > 0 && !r.Generic || r.Queued || r.Builds {
				return
			}
			call, ok := r.Instr.(*ssa.Call)
			if !ok {
				return
			}
			for v := range r.Fn.Replies(r) {
				if v.Referrers() == nil {
					continue
				}
				for _, ref := range *v.Referrers() {
					d, ok := ref.(*ssa.Defer)
					if !ok || client.Receiver(d.Common()) != v || d.Block() != call.Block() {
						continue
					}
					diag := analysis.Diagnostic{Message: fmt.Sprintf(
						"%s runs now, not when the function returns: only the call of %s on its result is deferred", r.Command, client.Callee(d.Common()).Name())}
					if fix, ok := c.fixEagerDefer(d); ok {
						diag.SuggestedFixes = []analysis.SuggestedFix{fix}
					}
					c.report(r.Instr, diag)
				}
			}
		})
	}
}
