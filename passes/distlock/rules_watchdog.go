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
		call, ok := e.Instr.(*ssa.Call)
		if !ok || e.Queued || e.Depth > 1 || e.Fn.Watched() || !ssax.InLoop(call.Block()) || !c.aside(e.Fn.Function) || !c.renewsLock(e) {
			return
		}
		loss, known := c.loss(e)
		if !known {
			return
		}
		if !used(call) {
			if e.Depth > 0 { // else lostRenewal looks at it
				c.reportf(call, renewalDropped)
			}
			return
		}
		lost, held := e.Fn.Walk(e, loss, nil), e.Fn.Walk(e, renewed, nil)
		if len(lost.Ends) > 0 && comesOut(lost) && !comesOut(held) && !tells(e, lost) {
			c.reportf(call, "the work goes on when the lock is lost: the goroutine that renews it ends, and tells nobody")
		}
	})
}

// renewsLock reports whether an event renews a lock, and no other key that expires.
func (c *checker) renewsLock(e *trace.Event) bool {
	if e.Backend.Handle() || e.Owned {
		return true
	}
	a := c.acquisition(e)
	return a != nil && c.section(a).class == mutex
}

// loss returns how the results of a renewal show that the lock is another's; known is false if they do not, or if what is called
// does something about it.
func (c *checker) loss(e *trace.Event) (o client.Outcome, known bool) {
	o = client.Outcome{OK: client.No, Err: client.No}
	if e.Backend.Handle() {
		o = failedRenewal
	}
	if e.Depth == 0 {
		return o, true
	}
	callee := c.pkg.Func(e.Instr.(*ssa.Call).Call.StaticCallee())
	if callee == nil {
		return o, false
	}
	var inner *trace.Event
	for _, x := range callee.Events {
		if x.Op == client.Extend {
			if inner != nil || x.Depth > 0 {
				return o, false
			}
			inner = x
		}
	}
	if inner == nil {
		return o, false
	}
	lost := callee.Walk(inner, o, nil)
	if len(lost.Ends) == 0 || tells(inner, lost) {
		return o, false
	}
	out := client.Outcome{OK: client.No, Err: client.No}
	for _, end := range lost.Ends {
		if end.Return == nil || len(end.Results) == 0 {
			return o, false
		}
		said := false
		for i, truth := range end.Results {
			switch {
			case ssax.IsError(end.Return.Results[i].Type()) && truth == client.Yes:
				out.Err, said = client.Yes, true
			case isBool(end.Return.Results[i].Type()) && truth == client.No:
				said = true
			}
		}
		if !said {
			return o, false
		}
	}
	return out, true
}

// comesOut reports whether all paths lead out of the function, and none to the next renewal.
func comesOut(w trace.Walk) bool {
	for _, end := range w.Ends {
		if end.Return == nil || end.Again {
			return false
		}
	}
	return true
}

// tells reports whether anything is done on the paths of a walk from an event that others may take notice of.
func tells(e *trace.Event, w trace.Walk) bool {
	replies := e.Fn.Replies(e)
	for in := range w.Visited {
		if call, ok := in.(*ssa.Call); ok && replies[client.Receiver(call.Common())] {
			continue
		}
		if actsLate(in) {
			return true
		}
	}
	return false
}

// actsLate is actsOn where the function may return: deferred calls are something that others may take notice of, but for those that stop a timer or
// print.
func actsLate(in ssa.Instruction) bool {
	if _, ok := in.(*ssa.RunDefers); !ok {
		return actsOn(in)
	}
	for _, b := range in.Parent().Blocks {
		for _, d := range b.Instrs {
			if d, ok := d.(*ssa.Defer); ok && !quiet(d) {
				return true
			}
		}
	}
	return false
}

// quiet reports whether a deferred call tells nobody of a loss: who waits for the goroutine waits for it at the end of the work, too.
func quiet(d *ssa.Defer) bool {
	fn := client.Callee(d.Common())
	if fn != nil && fn.FullName() == "(*sync.WaitGroup).Done" {
		return true
	}
	return fn != nil && fn.Pkg() != nil && (client.PkgPath(fn) == "time" || prints(client.PkgPath(fn), fn.Name()))
}

// aside reports whether a function runs in goroutines of its own only, as far as the package shows.
func (c *checker) aside(fn *ssa.Function) bool {
	calls := c.callers()[fn]
	return len(calls) > 0 && !slices.ContainsFunc(calls, func(call ssa.CallInstruction) bool {
		_, spawned := call.(*ssa.Go)
		return !spawned
	})
}
