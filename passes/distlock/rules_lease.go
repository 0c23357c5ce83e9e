package distlock

import (
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

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
			Message: "the lock goes to somebody else after the deadline of this context: the lease is not kept alive any more",
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
			c.reportf(call, "two goroutines can hold %s at the same time: locks of one session, %s, do not exclude each other",
				orElse(key, "the lock"), name)
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
			if strings.Contains(client.PkgPath(fn), "singleflight") {
				return true
			}
			locks := client.PkgPath(fn) == "sync" && strings.HasSuffix(fn.Name(), "Lock") ||
				words.Has(fn.Name(), words.Of("lock mutex mu")) && !client.Known(client.PkgPath(fn))
			if locks && still(other, call, func(later *ssa.Call) bool { return c.undoes(later, other) }) {
				return true
			}
		}
	}
	return false
}

// undoes reports whether a call unlocks what another one locks.
func (c *checker) undoes(unlock, lock *ssa.Call) bool {
	fn := client.Callee(unlock.Common())
	if fn == nil || !words.Has(fn.Name(), words.Of("unlock runlock release")) && !strings.HasSuffix(fn.Name(), "Unlock") {
		return false
	}
	x, y := client.Receiver(unlock.Common()), client.Receiver(lock.Common())
	return x == nil && y == nil || x != nil && y != nil && c.pkg.Of(x).ID() == c.pkg.Of(y).ID()
}

// sessionLeak: the lease lives as long as the process.
func sessionLeak(c *checker) {
	c.etcd("NewSession", func(f *trace.Func, call *ssa.Call) {
		session := ssax.Result(call, 0)
		if session == nil || session.Referrers() == nil {
			return
		}
		used := false
		stays := onlyUsed(c, session, &used) && used
		if !stays && !c.perLock(f, session) || c.endsElsewhere(call) {
			return
		}
		d := analysis.Diagnostic{Message: "every lock of this session stays until the process ends: the session is never closed"}
		if stays {
			d.SuggestedFixes = c.fixSessionLeak(call)
		}
		c.report(call, d)
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
		fn := client.Callee(made.Common())
		if fn == nil || fn.Name() == "WithContext" && !endless(made.Call.Args[0]) {
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

// endless reports whether a context never ends.
func endless(ctx ssa.Value) bool {
	call, ok := client.Strip(ctx).(*ssa.Call)
	if !ok {
		return false
	}
	fn := client.Callee(call.Common())
	if fn == nil {
		return false
	}
	switch fn.FullName() {
	case "context.Background", "context.TODO", "context.WithoutCancel":
		return true
	}
	return false
}

// onlyUsed reports whether a session stays in its function and is not closed
// there. used is set if a lock is made with it.
func onlyUsed(c *checker, v ssa.Value, used *bool) bool {
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
		case ssa.CallInstruction:
			fn := client.Callee(r.Common())
			if fn == nil || !strings.HasSuffix(client.PkgPath(fn), "/concurrency") {
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

// leader: the callback that starts the work cannot be told to stop it.
func leader(c *checker) {
	flagStays(c)
	deadCampaign(c)
	runsOnce(c)
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
				c.reportf(store, "the work goes on when another process leads: OnStartedLeading ignores its context, OnStoppedLeading ends nothing")
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
				if store, ok := in.(*ssa.Store); ok && trace.Variadic(store.Addr) {
					continue
				}
				return true
			case ssa.CallInstruction:
				callee := client.Callee(in.Common())
				if callee == nil || callee.Pkg() == nil {
					return true
				}
				switch path := client.PkgPath(callee); {
				case words.Has(callee.Name(), words.Of("fatal fatalf fatalln exit")), !harmless(callee), path == "os", path == "context", path == "sync/atomic":
					return true
				}
			}
		}
	}
	return false
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
