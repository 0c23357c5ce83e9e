package distlock

import (
	"fmt"
	"go/types"
	"slices"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// outlivedContext: the context that limits the acquisition is that of the release, too. The work is not given it, so that nothing makes it end in time,
// and the lock lives longer than the context: work that takes so long is expected.
func outlivedContext(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		ttl, ok := c.lives(a)
		if !ok || a.Mode != trace.Now || a.Queued {
			return
		}
		s := c.section(a)
		if s.class != mutex || !c.worksUnder(s) {
			return
		}
		for _, r := range s.heldReleases() {
			if r.Ctx == nil || c.workWith(s, r.Ctx) != nil {
				continue
			}
			for _, source := range c.contextSources(r.Ctx) {
				limit, ok := timeout(source.made)
				if !ok || limit >= ttl || source.passed != nil || source.made.Parent() != a.Fn.Function || !dominates(source.made, a.Instr) {
					continue
				}
				c.report(c.releaseSite(a, r), analysis.Diagnostic{
					Message: fmt.Sprintf("the release of %s is refused if the work takes more than %v: its context ends then, and the lock lives %v", c.lockName(r), short(limit), short(ttl)),
					Related: []analysis.RelatedInformation{{Pos: pos(source.made), Message: "the context has its deadline from here"}},
				})
				return
			}
		}
	})
}

// cancelledOnReturn reports a release in a literal that a function returns, if the function cancels the context of the release when it returns.
func (c *checker) cancelledOnReturn(r *trace.Event) {
	if !handsOut(r) {
		return
	}
	for _, ctx := range contextsOf(r) {
		for _, b := range r.Fn.Blocks {
			for _, in := range b.Instrs {
				d, ok := in.(*ssa.Defer)
				if !ok || !dominates(d, r.Instr) || !c.cancelsOf(d, ctx) {
					continue
				}
				site := siteOf(r)
				c.report(site, analysis.Diagnostic{
					Message:        fmt.Sprintf("the release of %s is refused: its context is cancelled when %s returns, at %s", c.lockName(r), r.Fn.Name(), c.line(d.Pos())),
					Related:        []analysis.RelatedInformation{{Pos: d.Pos(), Message: "the context is cancelled here"}},
					SuggestedFixes: c.fixContext(site),
				})
				return
			}
		}
	}
}

// handsOut reports whether a release is made by a function value that the function around it returns.
func handsOut(r *trace.Event) bool {
	for _, results := range ssax.Returns(r.Fn.Function) {
		for _, v := range results {
			v = client.Strip(v)
			if _, ok := v.Type().Underlying().(*types.Signature); !ok {
				continue
			}
			if x, ok := v.(*ssa.Extract); ok {
				v = x.Tuple
			}
			if in, ok := v.(ssa.Instruction); ok && in == r.Instr {
				return true
			}
		}
	}
	return false
}

// contextsOf returns the contexts that a release may be given and that can be cancelled.
func contextsOf(r *trace.Event) (contexts []*ssa.Extract) {
	if r.Ctx == nil || r.Ctx.Kind != expr.Opaque {
		return nil
	}
	values := []ssa.Value{r.Ctx.Value}
	if phi, ok := r.Ctx.Value.(*ssa.Phi); ok {
		values = phi.Edges
	}
	for _, v := range values {
		if x, ok := v.(*ssa.Extract); ok && x.Index == 0 {
			if made, ok := x.Tuple.(*ssa.Call); ok && cancels(made) {
				contexts = append(contexts, x)
			}
		}
	}
	return contexts
}

// isCancel reports whether a call cancels a context.
func (c *checker) isCancel(call *ssa.CallCommon, ctx *ssa.Extract) bool {
	if call.IsInvoke() {
		return false
	}
	cancel := func(v ssa.Value) bool {
		x, ok := v.(*ssa.Extract)
		return ok && x.Tuple == ctx.Tuple && x.Index == 1
	}
	if cancel(c.pkg.Of(call.Value).Value) {
		return true
	}
	load, ok := call.Value.(*ssa.UnOp)
	if !ok {
		return false
	}
	// var cancel context.CancelFunc, which is assigned on some ways only
	cell, ok := c.pkg.Cell(load.X).(*ssa.Alloc)
	return ok && slices.ContainsFunc(*cell.Referrers(), func(in ssa.Instruction) bool {
		store, ok := in.(*ssa.Store)
		return ok && store.Addr == cell && cancel(store.Val)
	})
}

// cancelsOf reports whether a deferred call, or one in the literal that it runs, cancels a context.
func (c *checker) cancelsOf(d *ssa.Defer, ctx *ssa.Extract) bool {
	lit := c.pkg.Literal(d)
	return c.isCancel(&d.Call, ctx) || lit != nil && slices.ContainsFunc(callsIn(lit.Function), func(call *ssa.CallCommon) bool { return c.isCancel(call, ctx) })
}

// worksUnder reports whether anything but what the lock itself needs is called where it is held.
func (c *checker) worksUnder(s *section) bool {
	for in := range s.held.Visited {
		if call, ok := in.(*ssa.Call); ok && len(s.acquire.Fn.At(in)) == 0 && works(call) && (trace.Acts(call) || isSleep(call)) {
			return true
		}
	}
	return false
}

// timeout returns how long a context lives that a call of context.WithTimeout makes, if that is a constant.
func timeout(made *ssa.Call) (time.Duration, bool) {
	if !deadline(made) || len(made.Call.Args) < 2 || !client.IsDuration(made.Call.Args[1].Type()) {
		return 0, false
	}
	return constantDuration(made.Call.Args[1])
}

// isSleep reports whether a call waits for some time to go by.
func isSleep(call *ssa.Call) bool {
	fn := client.Callee(call.Common())
	return fn != nil && fn.FullName() == "time.Sleep"
}
