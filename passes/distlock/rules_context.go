package distlock

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// deadContext: the release is refused, since its context has been cancelled.
func deadContext(c *checker) {
	c.events(client.Release, func(r *trace.Event) {
		ctx, _ := ownContext(r)
		if ctx == nil {
			return
		}
		cancelled := func(in ssa.Instruction) bool {
			call, ok := in.(ssa.CallInstruction)
			if !ok || call.Common().IsInvoke() {
				return false
			}
			x, ok := c.pkg.Of(call.Common().Value).Value.(*ssa.Extract)
			return ok && x.Tuple == ctx.Tuple && x.Index == 1
		}
		for _, b := range r.Fn.Blocks {
			for _, in := range b.Instrs {
				d, ok := in.(*ssa.Defer)
				if !ok || !cancelled(in) || !dominates(r.Instr, in) {
					continue
				}
				site := r.Site
				if site == nil {
					site = r.Instr
				}
				c.report(site, analysis.Diagnostic{
					Message: fmt.Sprintf("%s is released with a context that is cancelled by then: the cancel that is deferred later, at %s, runs first", c.lockName(r), c.pos(d)),
					Related: []analysis.RelatedInformation{{Pos: d.Pos(), Message: "deferred calls run in reverse order: this is the first"}},
				})
				return
			}
		}
	})
}

// ownContext returns the context that a deferred release is given, and the call
// that made it, if that is one that can be cancelled.
func ownContext(r *trace.Event) (*ssa.Extract, *ssa.Call) {
	if r.Mode != trace.Deferred || r.Ctx == nil || r.Ctx.Kind != expr.Opaque {
		return nil, nil
	}
	ctx, ok := r.Ctx.Value.(*ssa.Extract)
	if !ok || ctx.Index != 0 {
		return nil, nil
	}
	made, ok := ctx.Tuple.(*ssa.Call)
	if !ok || !cancels(made) {
		return nil, nil
	}
	return ctx, made
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
			ctx, made := ownContext(r)
			if ctx == nil || strings.HasPrefix(client.Callee(made.Common()).Name(), "WithCancel") {
				continue
			}
			if work := c.workWith(s, r.Ctx); work != nil {
				site := r.Site
				if site == nil {
					site = r.Instr
				}
				c.report(site, analysis.Diagnostic{
					Message: fmt.Sprintf("%s is released with the context that limits the work: if the work at %s takes until the deadline, the release is refused with it", c.lockName(r), c.pos(work)),
					Related: []analysis.RelatedInformation{{Pos: pos(made), Message: "the deadline is set here"}, {Pos: pos(work), Message: "the work has the same deadline"}},
				})
			}
		}
	})
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
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "context" {
		return false
	}
	switch fn.Name() {
	case "WithCancel", "WithTimeout", "WithDeadline", "WithCancelCause", "WithTimeoutCause", "WithDeadlineCause":
		return true
	}
	return false
}
