package distlock

import (
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// calls calls do for the calls of a function of a package, by its name without
// the receiver's type. The package's path ends in the given one.
func (c *checker) calls(pkg, name string, do func(*trace.Func, *ssa.Call)) {
	for _, f := range c.pkg.Funcs {
		if c.test(f) {
			continue
		}
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				call, ok := in.(*ssa.Call)
				if !ok {
					continue
				}
				if fn := client.Callee(call.Common()); fn != nil && fn.Name() == name && strings.HasSuffix(client.PkgPath(fn), pkg) {
					do(f, call)
				}
			}
		}
	}
}

// sharedHandle: the object knows one holder, and goroutines share it.
func sharedHandle(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Depth > 0 || a.Backend != client.Redsync && a.Backend != client.GoZero && a.Backend != client.ZooKeeper {
			return
		}
		shared := a.Key.Kind == expr.Global
		if a.Key.Kind == expr.Field && a.Key.Args[0].Kind == expr.Param && a.Key.Args[0].Index == 0 && a.Fn.Signature.Recv() != nil {
			_, name := client.Named(a.Fn.Signature.Recv().Type())
			shared = !words.Has(name, lockWords)
		}
		if !shared || len(c.section(a).heldReleases()) == 0 || c.excludes(a.Fn, a.Instr) {
			return
		}
		c.reportf(a.Instr, "a call whose lock has expired can release that of another call: all share the object %s", c.lockName(a))
	})
}

// unlockResult: the library says that the lock was lost before it was released.
func unlockResult(c *checker) {
	c.events(client.Release, func(r *trace.Event) {
		if r.Depth > 0 || !r.Backend.Handle() || r.Backend == client.Etcd || r.Backend == client.Flock || r.Mode == trace.Spawned {
			return
		}
		call, ok := r.Instr.(*ssa.Call)
		if ok && used(call) {
			return
		}
		c.reportf(r.Instr, "the work was not alone if the lock was lost before: the result of %s, which says so, is dropped", r.Command)
	})
}

// used reports whether any result of a call is used.
func used(call *ssa.Call) bool {
	for _, r := range *call.Referrers() {
		if x, ok := r.(*ssa.Extract); ok {
			if len(*x.Referrers()) > 0 {
				return true
			}
			continue
		}
		if _, ok := r.(*ssa.DebugRef); !ok {
			return true
		}
	}
	return false
}
