package distlock

import (
	"fmt"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// endedContext: the function waits for the end of a context, and then releases with it.
func endedContext(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Mode != trace.Now || a.Queued {
			return
		}
		s := c.section(a)
		if s.class != mutex || c.closesSession(a) {
			return
		}
		for _, r := range s.heldReleases() {
			if r.Ctx != nil && !c.endsSession(a, r) {
				c.releasesEnded(s, r)
			}
		}
	})
}

// endsSession reports whether the function that makes a release closes the session of the lock after it. That gives up the lock, and needs no context
// of the caller.
func (c *checker) endsSession(a, r *trace.Event) bool {
	at := siteOf(r)
	if r.Backend != client.Etcd || at == nil || at.Parent() == nil {
		return false
	}
	closes, order := c.closerOf(a), ssax.NewOrder(at.Parent())
	for _, b := range at.Parent().Blocks {
		for _, in := range b.Instrs {
			if call, ok := in.(ssa.CallInstruction); ok && closes(call.Common()) && order.Leads(at, in, nil) {
				return true
			}
		}
	}
	return false
}

// releasesEnded reports a release whose context has ended where it is made.
func (c *checker) releasesEnded(s *section, r *trace.Event) {
	f := s.acquire.Fn
	ids := c.derived(r.Ctx)
	site := c.releaseSite(s.acquire, r)
	d := analysis.Diagnostic{Related: c.related(s.acquire, "the lock is acquired here"), SuggestedFixes: c.fixContext(site)}
	for _, b := range f.Blocks {
		for _, in := range b.Instrs {
			if !s.held.Visited[in] {
				continue
			}
			switch r.Mode {
			case trace.Deferred:
				ret, ok := in.(*ssa.Return)
				if !ok || !dominates(r.Instr, ret) && !s.deferredBefore(r) {
					continue
				}
				if wait := c.waitBefore(ret, s, ids); wait != nil {
					d.Message = fmt.Sprintf("the release of %s is refused if the function returns at %s: its context has ended then", c.lockName(r), c.pos(ret))
					c.report(site, d)
					return
				}
			case trace.Now:
				if in == r.Instr {
					if wait := c.waitBefore(in, s, ids); wait != nil {
						d.Message = fmt.Sprintf("the release of %s is refused: its context has ended at %s", c.lockName(r), c.pos(wait))
						c.report(site, d)
						return
					}
				}
				call, ok := in.(*ssa.Call)
				if !ok || in == r.Instr || !dominates(in, r.Instr) {
					continue
				}
				ret, always := c.returnsEnded(call, ids)
				if ret == nil {
					continue
				}
				name := call.Call.StaticCallee().Name()
				d.Message = fmt.Sprintf("the release of %s is refused if its context has ended, which makes %s return at %s", c.lockName(r), name, c.pos(ret))
				if always {
					d.Message = fmt.Sprintf("the release of %s is refused: its context has ended when %s returns, at %s", c.lockName(r), name, c.pos(ret))
				}
				c.report(site, d)
				return
			}
		}
	}
}

// waitBefore returns where a function has waited, with the lock of a section, for the
// end of one of some contexts, on every way to an instruction; nil if it has not.
func (c *checker) waitBefore(in ssa.Instruction, s *section, ctxs map[string]bool) ssa.Instruction {
	wait := trace.Ended(in, func(ctx ssa.Value) bool { return ctxs[c.pkg.Of(ctx).ID()] })
	if wait == nil || !s.held.Visited[wait] {
		return nil
	}
	return wait
}

// returnsEnded returns where a function that a call runs returns since one of some
// contexts that it is given has ended, and whether it always does; nil if it does not, or
// says what it returned for.
func (c *checker) returnsEnded(call *ssa.Call, ctxs map[string]bool) (at ssa.Instruction, always bool) {
	callee := c.pkg.Func(call.Call.StaticCallee())
	if callee == nil {
		return nil, false
	}
	given := make(map[string]bool)
	for i, arg := range call.Call.Args {
		if ctxs[c.pkg.Of(arg).ID()] && i < len(callee.Params) {
			given[c.pkg.Of(callee.Params[i]).ID()] = true
		}
	}
	if len(given) == 0 {
		return nil, false
	}
	always = true
	for _, b := range callee.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || b == callee.Recover {
			continue
		}
		if trace.Ended(ret, func(ctx ssa.Value) bool { return given[c.pkg.Of(ctx).ID()] }) == nil {
			always = false
		} else if at == nil {
			at = ret
		}
	}
	if callee.Signature.Results().Len() > 0 && !always {
		return nil, false
	}
	return at, always
}
