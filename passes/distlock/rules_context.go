package distlock

import (
	"fmt"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// deadContext: the release is refused, since its context has been cancelled.
func deadContext(c *checker) {
	requestContext(c)
	endedContext(c)
	outlivedContext(c)
	c.events(client.Release, func(r *trace.Event) {
		if r.Mode == trace.Given {
			c.cancelledOnReturn(r)
			return
		}
		contexts := contextsOf(r)
		if len(contexts) != 1 || contexts[0] != r.Ctx.Value {
			return
		}
		ctx := contexts[0]
		for _, b := range r.Fn.Blocks {
			for _, in := range b.Instrs {
				if call, ok := in.(*ssa.Call); ok && c.isCancel(&call.Call, ctx) && dominates(in, r.Instr) && dominates(ctx, in) {
					c.report(siteOf(r), analysis.Diagnostic{
						Message:        fmt.Sprintf("the release of %s is refused: its context is cancelled before, at %s", c.lockName(r), c.pos(call)),
						Related:        []analysis.RelatedInformation{{Pos: pos(call), Message: "the context is cancelled here"}},
						SuggestedFixes: c.fixContext(siteOf(r)),
					})
					return
				}
				d, ok := in.(*ssa.Defer)
				if !ok || r.Mode != trace.Deferred || !c.isCancel(&d.Call, ctx) || !dominates(r.Instr, in) {
					continue
				}
				c.report(siteOf(r), analysis.Diagnostic{
					Message:        fmt.Sprintf("the release of %s is refused: the cancel that is deferred later, at %s, runs first", c.lockName(r), c.pos(d)),
					Related:        []analysis.RelatedInformation{{Pos: d.Pos(), Message: "deferred calls run in reverse order: this is the first"}},
					SuggestedFixes: c.fixContext(siteOf(r)),
				})
				return
			}
		}
	})
}

// siteOf returns where to report what is wrong with an event.
func siteOf(e *trace.Event) ssa.Instruction {
	if e.Site == nil {
		return e.Instr
	}
	return e.Site
}

// releaseSite returns where to report a release that a function makes, by itself, in a
// literal or in what it calls: in the function.
func (c *checker) releaseSite(a, r *trace.Event) ssa.Instruction {
	site := r.Instr
	if r.Depth == 0 || r.Instr == nil {
		site = siteOf(r)
	}
	if lit := c.pkg.Literal(r.Instr); lit != nil {
		for _, e := range lit.Events {
			if e.Op == client.Release && sameLock(e, r) {
				return e.Instr
			}
		}
	}
	if r.Site != nil && r.Site.Parent() != nil && within(r.Site.Parent(), a.Fn.Function) {
		site = r.Site // in a literal of the function
	}
	return site
}

// within reports whether a function is another one or a literal in it.
func within(fn, around *ssa.Function) bool {
	for ; fn != nil; fn = fn.Parent() {
		if fn == around {
			return true
		}
	}
	return false
}

// workContext: work that takes until its deadline leaves no time for the release.
func workContext(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Mode != trace.Now || a.Queued {
			return
		}
		s := c.section(a)
		if s.class != mutex {
			return
		}
		for _, r := range s.heldReleases() {
			if r.Mode == trace.Deferred && r.Ctx != nil {
				c.sharesDeadline(s, r)
			}
		}
	})
}

// sharesDeadline reports a release with a context whose deadline is that of work under
// the lock.
func (c *checker) sharesDeadline(s *section, r *trace.Event) {
	work := c.workWith(s, r.Ctx)
	if work == nil {
		return
	}
	for _, source := range c.contextSources(r.Ctx) {
		if !deadline(source.made) {
			continue
		}
		site := c.releaseSite(s.acquire, r)
		c.report(site, analysis.Diagnostic{
			Message:        fmt.Sprintf("the release of %s is refused if the work at %s takes until the deadline: they share the context", c.lockName(r), c.pos(work)),
			Related:        []analysis.RelatedInformation{{Pos: pos(source.made), Message: "the deadline is set here"}, {Pos: pos(work), Message: "the work has the same deadline"}},
			SuggestedFixes: c.fixContext(site),
		})
		return
	}
}

// workWith returns the first call under a lock that is given a context and does
// more than to use the lock, or nil.
func (c *checker) workWith(s *section, ctx *expr.Expr) *ssa.Call {
	for _, b := range s.acquire.Fn.Blocks {
		for _, in := range b.Instrs {
			work, ok := in.(*ssa.Call)
			if !ok || !s.held.Visited[in] || len(s.acquire.Fn.At(in)) > 0 || !works(work) {
				continue
			}
			for _, arg := range client.Args(work.Common()) {
				if c.pkg.Of(arg).ID() == ctx.ID() {
					return work
				}
			}
		}
	}
	return nil
}

// cancels reports whether a call makes a context that can be cancelled.
func cancels(call *ssa.Call) bool {
	fn := client.Callee(call.Common())
	if fn == nil || client.PkgPath(fn) != "context" {
		return false
	}
	switch fn.Name() {
	case "WithCancel", "WithTimeout", "WithDeadline", "WithCancelCause", "WithTimeoutCause", "WithDeadlineCause":
		return true
	}
	return false
}
