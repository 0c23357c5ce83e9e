package distlock

import (
	"go/constant"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/origin"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// What a package does with one lock, one handle or one connection says nothing of
// another. The functions here tell which of them a fact is about: by value where it
// can be followed, else by the field that it is kept in.

// origins returns where a handle comes from.
func (c *checker) origins(v ssa.Value) origin.Set { return c.handles().Of(v) }

func (c *checker) handles() *origin.Finder {
	if c.finder == nil {
		fns := make([]*ssa.Function, len(c.pkg.Funcs))
		for i, f := range c.pkg.Funcs {
			fns[i] = f.Function
		}
		c.finder = origin.New(c.pkg.Namer, fns)
	}
	return c.finder
}

// oneConnection reports whether the package limits the pool that a statement runs
// on to one connection.
func (c *checker) oneConnection(pool origin.Set) (limited bool) {
	for _, source := range pool {
		limited = limited || source.Made != nil && c.limitedConfig(source.Made)
	}
	c.calls("database/sql", "SetMaxOpenConns", func(f *trace.Func, call *ssa.Call) {
		if k := client.Const(call.Call.Args[1]); k != nil && k.ExactString() == "1" && c.origins(call.Call.Args[0]).Meets(pool) {
			limited = true
		}
	})
	return limited
}

// limitedConfig reports whether a call makes a pool of pgx, of a configuration that
// limits it to one connection.
func (c *checker) limitedConfig(made *ssa.Call) bool {
	for _, arg := range made.Call.Args {
		if _, name := client.Named(arg.Type()); name != "Config" {
			continue
		}
		for _, b := range made.Parent().Blocks {
			for _, in := range b.Instrs {
				store, ok := in.(*ssa.Store)
				if !ok {
					continue
				}
				at, ok := store.Addr.(*ssa.FieldAddr)
				if !ok || c.pkg.Of(at.X).ID() != c.pkg.Of(arg).ID() || c.pkg.Of(at).Name != "MaxConns" {
					continue
				}
				if k := client.Const(store.Val); k != nil && k.ExactString() == "1" {
					return true
				}
			}
		}
	}
	return false
}

// asksSession reports whether the package asks a pool that comes from elsewhere which
// session it is in: it has one connection then.
func (c *checker) asksSession(pool origin.Set) bool {
	if !pool.Open() {
		return false
	}
	for _, f := range c.pkg.Funcs {
		for _, call := range callsIn(f.Function) {
			recv := client.Receiver(call)
			if recv == nil {
				continue
			}
			for _, arg := range client.Args(call) {
				if strings.Contains(client.StatementText(arg), "pg_backend_pid()") && c.origins(recv).Meets(pool) {
					return true
				}
			}
		}
	}
	return false
}

// setsExpiry reports whether the package tells a lock of go-zero how long it lives.
// A lock that comes from elsewhere may be any that is told.
func (c *checker) setsExpiry(lock *expr.Expr) (set bool) {
	from := c.handles().OfExpr(lock)
	c.calls("/core/stores/redis", "SetExpire", func(f *trace.Func, call *ssa.Call) {
		set = set || from.Open() || c.origins(call.Call.Args[0]).Meets(from)
	})
	return set
}

// triesOnce reports whether a lock of Consul is made to stop waiting.
func (c *checker) triesOnce(lock *expr.Expr) bool {
	for _, source := range c.handles().OfExpr(lock) {
		if source.Made == nil {
			continue
		}
		args := client.Args(source.Made.Common())
		if len(args) != 1 {
			continue
		}
		options := client.Fields(args[0])
		for _, name := range []string{"LockTryOnce", "SemaphoreTryOnce"} {
			if v := options[name]; v != nil {
				if k := client.Const(v); k == nil || constant.BoolVal(k) {
					return true
				}
			}
		}
	}
	return false
}

// listens reports whether the package looks at whether a session of etcd has ended,
// or gives it to somebody who may.
func (c *checker) listens(session ssa.Value) (listens bool) {
	from := c.origins(session)
	for _, name := range []string{"Done", "Ctx", "Lease"} {
		c.etcd(name, func(f *trace.Func, call *ssa.Call) {
			listens = listens || c.origins(call.Call.Args[0]).Meets(from)
		})
	}
	// A transaction that compares the owner of a lock of the session.
	c.etcd("IsOwner", func(f *trace.Func, call *ssa.Call) {
		for _, source := range c.origins(call.Call.Args[0]) {
			if source.Made == nil || len(source.Made.Call.Args) == 0 || c.origins(source.Made.Call.Args[0]).Meets(from) {
				listens = true
			}
		}
	})
	return listens || keptAlive(session)
}

// keptAlive reports whether the function that makes a session for a lease of its own, with WithLease, uses the channel of KeepAlive of that
// lease, too: it is closed when the lease ends.
func keptAlive(session ssa.Value) bool {
	lease := leaseOf(session)
	if lease == nil {
		return false
	}
	for _, b := range session.Parent().Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !isCallOf(call, "KeepAlive") {
				continue
			}
			if !slices.ContainsFunc(call.Call.Args, func(arg ssa.Value) bool { return ssax.SameObject(arg, lease) }) {
				continue
			}
			ch := ssax.Result(call, 0)
			if ch != nil && slices.ContainsFunc(*ch.Referrers(), func(r ssa.Instruction) bool { _, debug := r.(*ssa.DebugRef); return !debug }) {
				return true
			}
		}
	}
	return false
}

// leaseOf returns the lease that a session is made for, nil if it makes one itself.
func leaseOf(session ssa.Value) ssa.Value {
	if e, ok := session.(*ssa.Extract); ok {
		session = e.Tuple
	}
	made, ok := session.(*ssa.Call)
	if !ok || len(made.Call.Args) == 0 {
		return nil
	}
	options, _ := ssax.Elements(made.Call.Args[len(made.Call.Args)-1])
	for _, o := range options {
		if call, ok := o.(*ssa.Call); ok && isCallOf(call, "WithLease") {
			return call.Call.Args[0]
		}
	}
	return nil
}

// isCallOf reports whether a call is one of a function or method with a name.
func isCallOf(call *ssa.Call, name string) bool {
	fn := client.Callee(call.Common())
	return fn != nil && fn.Name() == name
}

// renewed reports whether a lock is extended somewhere in the package, or by
// something that its function calls.
func (c *checker) renewed(a *trace.Event) bool {
	for _, f := range c.pkg.Funcs {
		for _, e := range f.Events {
			if e.Op == client.Extend && sameStore(a, e) && c.sameEverywhere(a, e) {
				return true
			}
		}
	}
	for _, b := range a.Fn.Blocks {
		for _, in := range b.Instrs {
			if call, ok := in.(ssa.CallInstruction); ok && in != a.Instr && c.concerns(call, a) {
				if fn := client.Callee(call.Common()); fn != nil && words.Has(fn.Name(), renewWords) {
					return true
				}
			}
		}
	}
	return false
}

// sameEverywhere reports whether two events, of any functions of the package, are
// about one lock.
func (c *checker) sameEverywhere(a, e *trace.Event) bool {
	if a.Key.ID() == e.Key.ID() {
		return true
	}
	if a.Backend.Handle() {
		if of := c.handles().OfExpr(e.Key); of.Open() || of.Meets(c.handles().OfExpr(a.Key)) {
			return true
		}
	}
	looks := c.templatesOf(e)
	for _, t := range c.templatesOf(a) {
		for _, look := range looks {
			if t == look {
				return true
			}
		}
	}
	return false
}

// concerns reports whether a call is given a lock that was acquired: its key, its
// handle, its token, or the object that it is a lock of.
func (c *checker) concerns(call ssa.CallInstruction, a *trace.Event) bool {
	about := func(v ssa.Value) bool {
		e := c.pkg.Of(v)
		if e.Kind == expr.Const || client.IsContext(v.Type()) {
			return false
		}
		if a.Key.Any(func(k *expr.Expr) bool { return k.ID() == e.ID() }) || a.Token != nil && a.Token.ID() == e.ID() {
			return true
		}
		if e.Kind == expr.Param && e.Index == 0 && e.Fn == a.Fn.Function && a.Fn.Signature.Recv() != nil {
			return true
		}
		if a.Depth > 0 {
			for _, given := range a.Instr.(ssa.CallInstruction).Common().Args {
				if !client.IsContext(given.Type()) && c.pkg.Of(given).ID() == e.ID() {
					return true
				}
			}
		}
		return false
	}
	common := call.Common()
	if recv := client.Receiver(common); recv != nil && about(recv) {
		return true
	}
	for _, arg := range client.Args(common) {
		if about(arg) {
			return true
		}
	}
	if mc, ok := common.Value.(*ssa.MakeClosure); ok {
		return captures(c, mc, about)
	}
	return false
}

// still reports whether what acquires a lock, of a store or of the process, has not
// been followed by what releases it when another instruction is reached.
func still(acquire, reached ssa.Instruction, releases func(*ssa.Call) bool) bool {
	for _, b := range reached.Parent().Blocks {
		for _, in := range b.Instrs {
			if call, ok := in.(*ssa.Call); ok && releases(call) && dominates(acquire, in) && dominates(in, reached) {
				return false
			}
		}
	}
	return true
}

// rest returns what the name of a function says beside that it has to do with a
// lock: "user" of LockUser, unlockUser and extendUserLock.
func rest(name string) string {
	var parts []string
	for _, w := range words.Split(name) {
		if !lockWords[w] && !releaseWords[w] && !acquireWords[w] && !renewWords[w] && !fillWords[w] {
			parts = append(parts, w)
		}
	}
	return strings.Join(parts, " ")
}

// fillWords are words of functions that say nothing of what is locked.
var fillWords = words.Of(`key keys redis with ctx context do is set add has check by for to from the and of on in nx ex ttl expire timeout wait
	block blocking retry simple global if async sync safe must new un v id name value token script lua`)

// closesSession reports whether a function ends the session of an etcd lock when it
// returns, and the lock with it.
func (c *checker) closesSession(a *trace.Event) bool {
	if a.Backend != client.Etcd {
		return false
	}
	closes := c.closerOf(a)
	for _, b := range a.Fn.Blocks {
		for _, in := range b.Instrs {
			d, ok := in.(*ssa.Defer)
			if !ok || !dominates(in, a.Instr) {
				continue
			}
			if closes(d.Common()) {
				return true
			}
			if lit := function(d.Common().Value); lit != nil && lit.Parent() != nil && slices.ContainsFunc(callsIn(lit), closes) {
				return true
			}
		}
	}
	return false
}

// closerOf returns a function that reports whether a call closes the session of an etcd lock.
func (c *checker) closerOf(a *trace.Event) func(*ssa.CallCommon) bool {
	session := make(origin.Set)
	for _, source := range c.handles().OfExpr(a.Key) {
		if source.Made != nil && len(source.Made.Call.Args) > 0 {
			for id, of := range c.origins(source.Made.Call.Args[0]) {
				session[id] = of
			}
		}
	}
	return func(call *ssa.CallCommon) bool {
		fn, recv := client.Callee(call), client.Receiver(call)
		return fn != nil && fn.Name() == "Close" && recv != nil && c.origins(recv).Meets(session)
	}
}

// callsIn returns the calls in a function.
func callsIn(fn *ssa.Function) (calls []*ssa.CallCommon) {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if call, ok := in.(ssa.CallInstruction); ok {
				calls = append(calls, call.Common())
			}
		}
	}
	return calls
}
