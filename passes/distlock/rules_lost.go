package distlock

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// nilChannel: Lock of Consul gives nil and no error if it stopped waiting.
func nilChannel(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Backend != client.Consul || a.Depth > 0 || a.Mode != trace.Now {
			return
		}
		args := client.Args(a.Call.Common())
		if k, ok := client.Strip(args[0]).(*ssa.Const); ok && k.Value == nil && !c.triesOnce(a.Key) {
			return
		}
		s := c.section(a)
		ch := ssax.Result(a.Instr.(*ssa.Call), 0)
		if ch == nil || ch.Referrers() == nil || len(*ch.Referrers()) == 0 {
			c.reportf(a.Instr, "the work is done without the lock as well: nobody looks at the channel of %s, which is nil then", a.Command)
			return
		}
		for _, r := range s.heldReleases() {
			if s.lost.Visited[r.Instr] {
				c.reportf(a.Instr, "the work is done without the lock as well: nobody compares the channel of %s with nil, which it is then", a.Command)
				return
			}
		}
	})
}

// lostSignal: the library says that the lock is lost, and nobody listens.
func lostSignal(c *checker) {
	lostRenewal(c)
	renewsOn(c)
	quietEnd(c)
	quietLease(c)
	lostTerm(c)
	for _, pkg := range []string{"/rueidislock", "/valkeylock"} {
		for _, name := range []string{"WithContext", "TryWithContext", "ForceWithContext"} {
			c.calls(pkg, name, func(f *trace.Func, call *ssa.Call) {
				if ctx := ssax.Result(call, 0); ctx == nil || ctx.Referrers() == nil || len(*ctx.Referrers()) == 0 {
					c.reportf(call, "the work goes on when the lock is lost: nobody uses the context of %s, which is cancelled then", name)
				}
			})
		}
	}
}

// renewalDropped is what is said of a renewal whose result nobody looks at.
const renewalDropped = "the work goes on when the lock is lost: the result of the renewal, which says so, is dropped"

// lostRenewal: the renewal of a lock fails if it is lost, and nobody looks.
func lostRenewal(c *checker) {
	c.events(client.Extend, func(e *trace.Event) {
		call, ok := e.Instr.(*ssa.Call)
		if !ok || !e.Owned || e.Queued || e.Depth > 0 || e.Fn.Watched() {
			return
		}
		if used(call) {
			if e.Zero && !e.Fn.Answered(e) {
				c.reportf(call, "the work goes on when the lock is lost: the script says so by a reply of 0, and nobody looks at it")
			}
			return
		}
		if a := c.acquisition(e); e.Backend.Strict() && (a == nil || c.section(a).class != mutex) {
			return
		}
		c.reportf(call, renewalDropped)
	})
}

// lostLock: the channel of Consul, or the session of etcd, says that the lock is
// lost, and nobody listens. The work under a lock may be too short to matter.
func lostLock(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		call, ok := a.Instr.(*ssa.Call)
		if !ok || a.Backend != client.Consul || a.Depth > 0 {
			return
		}
		if k, ok := client.Strip(client.Args(a.Call.Common())[0]).(*ssa.Const); !ok || k.Value != nil || c.triesOnce(a.Key) {
			return // nilchannel looks at these
		}
		if ch := ssax.Result(call, 0); ch == nil || ch.Referrers() == nil || len(*ch.Referrers()) == 0 {
			c.reportf(call, "the work goes on when the lock is lost: nobody uses the channel of %s, which is closed then", a.Command)
		}
	})
	c.etcd("NewSession", func(f *trace.Func, call *ssa.Call) {
		session := ssax.Result(call, 0)
		if session == nil || session.Referrers() == nil || c.listens(session) {
			return
		}
		for _, r := range *session.Referrers() {
			made, ok := r.(*ssa.Call)
			if !ok {
				continue
			}
			if fn := client.Callee(made.Common()); fn != nil && (fn.Name() == "NewMutex" || fn.Name() == "NewLocker" || fn.Name() == "NewElection") {
				c.reportf(call, "the work goes on when the lease ends, and the lock with it: nothing looks at Done or Ctx of the session")
				return
			}
		}
	})
}
