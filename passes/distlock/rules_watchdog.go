package distlock

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// quietEnd: the goroutine that renews a lock finds that it is lost, ends, and tells nobody.
func quietEnd(c *checker) {
	c.events(client.Extend, func(e *trace.Event) {
		if e.Loss == trace.LossUnknown || e.Queued || e.Fn.Watched() || !c.renewsLock(e) {
			return
		}
		switch in := e.Instr.(type) {
		case *ssa.Go:
			// Where all that run the loop start it here, it is reported there.
			if callee := in.Call.StaticCallee(); e.Loss == trace.LossEnded && (c.pkg.Func(callee) == nil || !c.aside(callee)) {
				c.reportf(in, quietly)
			}
		case *ssa.Call:
			if !c.aside(e.Fn.Function) {
				return
			}
			if e.Loss == trace.LossShown && e.Depth > 0 && ssax.InLoop(in.Block()) && !used(in) { // if Depth is 0, lostRenewal looks at it
				c.reportf(in, renewalDropped)
				return
			}
			if loss, _ := e.Fn.Loss(e); loss == trace.LossEnded {
				c.reportf(in, quietly)
			}
		}
	})
}

const quietly = "the work goes on when the lock is lost: the goroutine that renews it ends, and tells nobody"

// renewsLock reports whether an event renews a lock, and no other key that expires.
func (c *checker) renewsLock(e *trace.Event) bool {
	if e.Backend.Handle() || e.Owned {
		return true
	}
	a := c.acquisition(e)
	return a != nil && c.section(a).class == mutex
}

// aside reports whether a function runs in goroutines of its own only, as far as the package shows.
func (c *checker) aside(fn *ssa.Function) bool {
	calls := c.callers()[fn]
	return len(calls) > 0 && !slices.ContainsFunc(calls, func(call ssa.CallInstruction) bool {
		_, spawned := call.(*ssa.Go)
		return !spawned
	})
}
