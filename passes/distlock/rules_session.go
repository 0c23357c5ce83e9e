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
				if fn := client.Callee(call.Common()); fn != nil && fn.Name() == name && fn.Pkg() != nil && strings.HasSuffix(fn.Pkg().Path(), pkg) {
					do(f, call)
				}
			}
		}
	}
}

// etcd calls do for calls of go.etcd.io/etcd/client/v3/concurrency.
func (c *checker) etcd(name string, do func(*trace.Func, *ssa.Call)) {
	c.calls("etcd/client/v3/concurrency", name, do)
	c.calls("etcd/clientv3/concurrency", name, do)
}

// sessionContext: the lease ends with the context, the work goes on.
func sessionContext(c *checker) {
	c.etcd("WithContext", func(f *trace.Func, call *ssa.Call) {
		ctx := c.pkg.Of(call.Call.Args[0])
		if ctx.Kind != expr.Opaque {
			return
		}
		x, ok := ctx.Value.(*ssa.Extract)
		if !ok {
			return
		}
		made, ok := x.Tuple.(*ssa.Call)
		if !ok || !cancels(made) {
			return
		}
		if name := client.Callee(made.Common()).Name(); strings.HasPrefix(name, "WithCancel") {
			return
		}
		c.report(call, analysis.Diagnostic{
			Message: "the session's context has a deadline: from then on the lease is not kept alive, and the lock is given to somebody else while this holder works on",
			Related: []analysis.RelatedInformation{{Pos: pos(made), Message: "the deadline is set here"}},
		})
	})
}

// sharedSession: two locks of one session do not exclude each other.
func sharedSession(c *checker) {
	for _, name := range []string{"NewMutex", "NewLocker"} {
		c.etcd(name, func(f *trace.Func, call *ssa.Call) {
			session := c.pkg.Of(call.Call.Args[0])
			key := c.pkg.Of(call.Call.Args[1])
			switch session.Kind {
			case expr.Global:
			case expr.Field:
				base := session
				for base.Kind == expr.Field {
					base = base.Args[0]
				}
				if base.Kind != expr.Param && base.Kind != expr.Global || c.assigns(f, session) {
					return
				}
			default:
				return
			}
			// A lock that is made once, with a key of its own, may be the only one. One
			// for each call, or for each key that a caller gives, is not.
			given := key.Any(func(k *expr.Expr) bool {
				return k.Kind == expr.Param && !(k.Index == 0 && f.Signature.Recv() != nil)
			})
			if !given && !locksHere(f, c.pkg.Of(call)) || c.excludes(f, call) {
				return
			}
			name, _ := spell(session)
			c.reportf(call, "locks of one session do not exclude each other, and calls share %s: two goroutines of this process can hold %s at the same time",
				name, orElse(key, "the lock"))
		})
	}
}

func orElse(e *expr.Expr, text string) string {
	if s, ok := spell(e); ok {
		return "lock " + s
	}
	return text
}

// locksHere reports whether a function acquires a lock object.
func locksHere(f *trace.Func, lock *expr.Expr) bool {
	for _, e := range f.Events {
		if e.Op == client.Acquire && e.Key.ID() == lock.ID() {
			return true
		}
	}
	return false
}

// excludes reports whether a lock of the process is taken before a call.
func (c *checker) excludes(f *trace.Func, call ssa.Instruction) bool {
	for _, b := range f.Blocks {
		for _, in := range b.Instrs {
			other, ok := in.(*ssa.Call)
			if !ok || !dominates(other, call) {
				continue
			}
			fn := client.Callee(other.Common())
			if fn == nil || fn.Pkg() == nil {
				continue
			}
			if fn.Pkg().Path() == "sync" && strings.HasSuffix(fn.Name(), "Lock") || strings.Contains(fn.Pkg().Path(), "singleflight") {
				return true
			}
			if hasWord(fn.Name(), words("lock mutex mu")) && !client.Known(fn.Pkg().Path()) {
				return true
			}
		}
	}
	return false
}

// sessionLeak: the lease lives as long as the process.
func sessionLeak(c *checker) {
	c.etcd("NewSession", func(f *trace.Func, call *ssa.Call) {
		session := resultValue(call, 0)
		if session == nil || session.Referrers() == nil {
			return
		}
		used := false
		if !onlyUsed(c, session, &used) || !used || c.endsElsewhere(call) {
			return
		}
		c.reportf(call, "the session is never closed: its lease is kept alive, and so is every lock of it, until the process ends")
	})
}

// endsElsewhere reports whether a session ends with a context, or with its
// client, which the function closes.
func (c *checker) endsElsewhere(call *ssa.Call) bool {
	options := call.Call.Args[1]
	if elems := expr.Elements(options); elems == nil {
		if k, ok := options.(*ssa.Const); !ok || k.Value != nil {
			return true // who knows
		}
	}
	for _, option := range expr.Elements(options) {
		made, ok := option.(*ssa.Call)
		if !ok {
			return true
		}
		if fn := client.Callee(made.Common()); fn == nil || fn.Name() == "WithContext" {
			return true
		}
	}
	cli := c.pkg.Of(call.Call.Args[0])
	for _, b := range call.Parent().Blocks {
		for _, in := range b.Instrs {
			if other, ok := in.(ssa.CallInstruction); ok {
				recv := client.Receiver(other.Common())
				if fn := client.Callee(other.Common()); fn != nil && fn.Name() == "Close" && recv != nil && c.pkg.Of(recv).ID() == cli.ID() {
					return true
				}
			}
		}
	}
	return false
}

func resultValue(call *ssa.Call, i int) ssa.Value {
	for _, r := range *call.Referrers() {
		if x, ok := r.(*ssa.Extract); ok && x.Index == i {
			return x
		}
	}
	return nil
}

// onlyUsed reports whether a session stays in its function and is not closed
// there. used is set if a lock is made with it.
func onlyUsed(c *checker, v ssa.Value, used *bool) bool {
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
		case ssa.CallInstruction:
			fn := client.Callee(r.Common())
			if fn == nil || fn.Pkg() == nil || !strings.HasSuffix(fn.Pkg().Path(), "/concurrency") {
				return false
			}
			switch fn.Name() {
			case "Close", "Orphan":
				return false
			case "NewMutex", "NewElection", "NewLocker":
				*used = true
				// The lock outlives the function, and its session with it.
				if made := r.Value(); made != nil && escapes(made) {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// escapes reports whether a lock object goes anywhere but into its own methods.
func escapes(v ssa.Value) bool {
	if v.Referrers() == nil {
		return false
	}
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
		case ssa.CallInstruction:
			if client.Receiver(r.Common()) != v {
				return true
			}
		default:
			return true
		}
	}
	return false
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
			shared = !hasWord(name, lockWords)
		}
		if !shared || len(c.section(a).heldReleases()) == 0 || c.excludes(a.Fn, a.Instr) {
			return
		}
		c.reportf(a.Instr, "all calls share the lock object %s, which remembers one holder: a call whose lock has expired can release that of another call", c.lockName(a))
	})
}

// anyConn: the statements run on any connections of the pool, the lock belongs to one.
func anyConn(c *checker) {
	if c.singleConnection() {
		return
	}
	for _, op := range []client.Op{client.Acquire, client.Release} {
		c.events(op, func(e *trace.Event) {
			if !e.Backend.SQL() || !e.Session || e.Depth > 0 || client.ConnOf(e.On) != client.Pool {
				return
			}
			c.reportf(e.Instr, "%s through the pool: the lock belongs to whatever connection the pool takes, and the next statement may take another", e.Command)
		})
	}
}

// singleConnection reports whether the package limits a pool to one connection.
func (c *checker) singleConnection() (single bool) {
	for _, name := range []string{"SetMaxOpenConns"} {
		c.calls("database/sql", name, func(f *trace.Func, call *ssa.Call) {
			if k := client.Const(call.Call.Args[1]); k != nil && k.ExactString() == "1" {
				single = true
			}
		})
	}
	return single
}

// xactLock: the lock ends with the statement.
func xactLock(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Backend != client.Postgres || a.Session || !a.Whole || a.Depth > 0 || client.ConnOf(a.On) != client.Pool {
			return
		}
		c.reportf(a.Instr, "%s outside of a transaction: the lock is gone when the statement ends", a.Command)
	})
}

// returnedConn: the pool hands the connection out again, lock included.
func returnedConn(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if !a.Backend.SQL() || !a.Session || a.Depth > 0 || client.ConnOf(a.On) != client.Pinned {
			return
		}
		conn := c.pkg.Of(a.On)
		if conn.Kind != expr.Opaque {
			return
		}
		s := c.section(a)
		if len(s.releases) > 0 || s.held.GaveUp {
			return // missingrelease looks at these
		}
		for in := range s.held.Visited {
			if call, ok := in.(ssa.CallInstruction); ok && mayUnlock(c, call, conn) {
				return
			}
		}
		returned := closes(c, a.Fn, conn, func(in ssa.Instruction) bool { return s.held.Visited[in] || isDefer(in) && dominates(in, a.Instr) })
		if returned == nil {
			return
		}
		c.report(returned, analysis.Diagnostic{
			Message: fmt.Sprintf("the connection goes back to the pool with the lock of %s at %s still held: closing it does not end the session", a.Command, c.pos(a.Instr)),
			Related: c.related(a, "the lock is acquired here"),
		})
	})
}

func isDefer(in ssa.Instruction) bool {
	_, ok := in.(*ssa.Defer)
	return ok
}

// mayUnlock reports whether a connection is given to something that may end its
// session or unlock.
func mayUnlock(c *checker, call ssa.CallInstruction, conn *expr.Expr) bool {
	for _, arg := range client.Args(call.Common()) {
		if c.pkg.Of(arg).ID() == conn.ID() {
			return true
		}
	}
	if recv := client.Receiver(call.Common()); recv != nil && c.pkg.Of(recv).ID() == conn.ID() {
		switch fn := client.Callee(call.Common()); fn.Name() {
		case "Raw", "Hijack":
			return true
		}
	}
	return false
}

// closes returns the call that gives a connection back to its pool, or nil.
func closes(c *checker, f *trace.Func, conn *expr.Expr, where func(ssa.Instruction) bool) ssa.Instruction {
	for _, b := range f.Blocks {
		for _, in := range b.Instrs {
			call, ok := in.(ssa.CallInstruction)
			if !ok || !where(in) {
				continue
			}
			recv := client.Receiver(call.Common())
			if recv == nil || c.pkg.Of(recv).ID() != conn.ID() {
				continue
			}
			pkg, _ := client.Named(recv.Type())
			switch name := client.Callee(call.Common()).Name(); {
			case name == "Close" && pkg == "database/sql", name == "Release" && strings.HasSuffix(pkg, "/pgxpool"):
				return in
			}
		}
	}
	return nil
}

// sessionInTx: rollback and commit do not end the lock.
func sessionInTx(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if !a.Backend.SQL() || !a.Session || a.Depth > 0 || client.ConnOf(a.On) != client.Tx {
			return
		}
		s := c.section(a)
		if len(s.releases) > 0 || len(s.partners) > 0 {
			return
		}
		c.reportf(a.Instr, "%s in a transaction: the lock is the session's, and is still held after commit or rollback, when the connection is back in its pool", a.Command)
	})
}

// nilChannel: Lock of Consul gives nil and no error if it stopped waiting.
func nilChannel(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Backend != client.Consul || a.Depth > 0 || a.Mode != trace.Now {
			return
		}
		args := client.Args(a.Call.Common())
		if k, ok := client.Strip(args[0]).(*ssa.Const); ok && k.Value == nil && !c.triesOnce() {
			return
		}
		s := c.section(a)
		ch := resultValue(a.Instr.(*ssa.Call), 0)
		if ch == nil || ch.Referrers() == nil || len(*ch.Referrers()) == 0 {
			c.reportf(a.Instr, "the channel that %s returns is not looked at: it is nil, without an error, if the lock was not acquired", a.Command)
			return
		}
		for _, r := range s.heldReleases() {
			if s.lost.Visited[r.Instr] {
				c.reportf(a.Instr, "the channel that %s returns is not compared with nil: it is nil, without an error, if the lock was not acquired", a.Command)
				return
			}
		}
	})
}

// triesOnce reports whether the package sets LockTryOnce or SemaphoreTryOnce.
func (c *checker) triesOnce() bool {
	for _, f := range c.pkg.Funcs {
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				if field, ok := in.(*ssa.FieldAddr); ok {
					if name := c.pkg.Of(field).Name; name == "LockTryOnce" || name == "SemaphoreTryOnce" {
						return true
					}
				}
			}
		}
	}
	return false
}

// lostSignal: the library says that the lock is lost, and nobody listens.
func lostSignal(c *checker) {
	for _, pkg := range []string{"/rueidislock", "/valkeylock"} {
		for _, name := range []string{"WithContext", "TryWithContext", "ForceWithContext"} {
			c.calls(pkg, name, func(f *trace.Func, call *ssa.Call) {
				if ctx := resultValue(call, 0); ctx == nil || ctx.Referrers() == nil || len(*ctx.Referrers()) == 0 {
					c.reportf(call, "the context that %s returns is not used: it is cancelled when the lock is lost, and the work under it goes on", name)
				}
			})
		}
	}
}

// leader: the callback that starts the work cannot be told to stop it.
func leader(c *checker) {
	for _, f := range c.pkg.Funcs {
		if c.test(f) {
			continue
		}
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				store, ok := in.(*ssa.Store)
				if !ok {
					continue
				}
				field, ok := store.Addr.(*ssa.FieldAddr)
				if !ok {
					continue
				}
				pkg, name := client.Named(field.X.Type())
				if name != "LeaderCallbacks" || !strings.HasSuffix(pkg, "/leaderelection") || c.pkg.Of(field).Name != "OnStartedLeading" {
					continue
				}
				started := function(store.Val)
				stopped := sibling(c, field, "OnStoppedLeading")
				if started == nil || stopped == nil || !ignores(started) || ends(stopped) {
					continue
				}
				c.reportf(store, "OnStartedLeading does not use its context, and OnStoppedLeading ends nothing: the work goes on when another process is the leader")
			}
		}
	}
}

func function(v ssa.Value) *ssa.Function {
	switch v := client.Strip(v).(type) {
	case *ssa.Function:
		return v
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function)
	}
	return nil
}

// sibling returns the function that another field of the same struct is set to
// in the same function.
func sibling(c *checker, field *ssa.FieldAddr, name string) *ssa.Function {
	for _, b := range field.Parent().Blocks {
		for _, in := range b.Instrs {
			store, ok := in.(*ssa.Store)
			if !ok {
				continue
			}
			other, ok := store.Addr.(*ssa.FieldAddr)
			if ok && c.pkg.Of(other).Name == name && c.pkg.Of(other.X).ID() == c.pkg.Of(field.X).ID() {
				return function(store.Val)
			}
		}
	}
	return nil
}

// ignores reports whether a literal does not use its context. A method value
// that is not a literal may.
func ignores(fn *ssa.Function) bool {
	return fn.Parent() != nil && fn.Synthetic == "" && len(fn.Params) == 1 && len(*fn.Params[0].Referrers()) == 0
}

// ends reports whether a function may end work: it calls anything but what
// prints, closes or sends.
func ends(fn *ssa.Function) bool {
	if len(fn.Blocks) == 0 || fn.Synthetic != "" {
		return true
	}
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.Send, *ssa.Panic, *ssa.Store, *ssa.MapUpdate:
				if store, ok := in.(*ssa.Store); ok && variadic(store.Addr) {
					continue
				}
				return true
			case ssa.CallInstruction:
				callee := client.Callee(in.Common())
				if callee == nil || callee.Pkg() == nil {
					return true
				}
				if hasWord(callee.Name(), words("fatal fatalf fatalln exit")) || !harmless(callee) || callee.Pkg().Path() == "os" || callee.Pkg().Path() == "context" {
					return true
				}
			}
		}
	}
	return false
}

// unlockResult: the library says that the lock was lost before it was released.
func unlockResult(c *checker) {
	c.events(client.Release, func(r *trace.Event) {
		if r.Depth > 0 || !r.Backend.Handle() || r.Backend == client.Etcd || r.Mode == trace.Spawned {
			return
		}
		call, ok := r.Instr.(*ssa.Call)
		if ok && used(call) {
			return
		}
		c.reportf(r.Instr, "what %s returns is dropped: it says that the lock was lost before, and the work under it was not alone", r.Command)
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

// tooShort: RedisLock of go-zero lives half a second unless it is told otherwise.
func tooShort(c *checker) {
	set := false
	c.calls("/core/stores/redis", "SetExpire", func(*trace.Func, *ssa.Call) { set = true })
	if set {
		return
	}
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Backend == client.GoZero && a.Depth == 0 {
			c.reportf(a.Instr, "%s expires after half a second: SetExpire is never called", c.lockName(a))
		}
	})
}

// assigns reports whether a function assigns a field.
func (c *checker) assigns(f *trace.Func, field *expr.Expr) bool {
	for _, b := range f.Blocks {
		for _, in := range b.Instrs {
			if store, ok := in.(*ssa.Store); ok && c.pkg.Of(store.Addr).ID() == field.ID() {
				return true
			}
		}
	}
	return false
}
