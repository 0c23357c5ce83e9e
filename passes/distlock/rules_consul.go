package distlock

import (
	"go/ast"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/origin"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// consulRenewals looks at sessions of Consul that a goroutine renews, and says
// nothing when it cannot.
func (c *checker) consulRenewals(name string) {
	for _, f := range c.pkg.Funcs {
		if c.test(f) {
			continue
		}
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				if call, ok := in.(*ssa.Call); ok && c.electsAgain(f, call, name) {
					c.reportf(call, "the work goes on when another process leads: nothing is done when %s returns but to campaign again", name)
				}
				spawned, ok := in.(*ssa.Go)
				if !ok {
					continue
				}
				session := c.renewedBy(spawned, name)
				if session == nil || !c.keepsTerm(f, session) {
					continue
				}
				c.reportf(spawned, "the work goes on when the lock is lost: nobody hears that %s has returned, as it does when the session ends", name)
			}
		}
	}
}

// electsAgain reports whether a call renews a session of Consul until that ends, and
// all that its function does then is to acquire the key anew, while what it has
// started works on.
func (c *checker) electsAgain(f *trace.Func, call *ssa.Call, name string) bool {
	session := renews(call.Common(), name)
	if session == nil || used(call) {
		return false
	}
	from := c.origins(session)
	again := false
	for _, e := range f.Events {
		if e.Op != client.Acquire || e.Backend != client.ConsulKey || e.Token == nil || !c.handles().OfExpr(e.Token).Meets(from) {
			continue
		}
		if !dominates(e.Instr, call) || !c.starts(e, call) {
			return false
		}
		again = true
		if c.actsBetween(call, e.Instr) {
			return false
		}
	}
	return again
}

// starts reports whether something is started between an acquisition and a call.
func (c *checker) starts(a *trace.Event, call *ssa.Call) bool {
	for in := range c.section(a).held.Visited {
		if _, ok := in.(*ssa.Go); ok && dominates(in, call) {
			return true
		}
	}
	return false
}

// actsBetween reports whether a function returns, or does anything but to print, to
// wait and to call a client library, between one instruction and another.
func (c *checker) actsBetween(from, to ssa.Instruction) bool {
	seen := make(map[*ssa.BasicBlock]bool)
	var acts func(b *ssa.BasicBlock, i int) bool
	acts = func(b *ssa.BasicBlock, i int) bool {
		for _, in := range b.Instrs[i:] {
			if in == to {
				return false
			}
			if call, ok := in.(*ssa.Call); ok {
				if fn := client.Callee(call.Common()); fn != nil && fn.Pkg() != nil && client.Known(client.PkgPath(fn)) {
					continue
				}
			}
			if _, ok := in.(*ssa.Return); ok || trace.Acts(in) {
				return true
			}
		}
		for _, succ := range b.Succs {
			if !seen[succ] {
				seen[succ] = true
				if acts(succ, 0) {
					return true
				}
			}
		}
		return false
	}
	return acts(from.Block(), slices.Index(from.Block().Instrs, from)+1)
}

// renews returns the session that a call of Consul's library renews, or nil.
func renews(call *ssa.CallCommon, name string) ssa.Value {
	fn := client.Callee(call)
	if fn == nil || fn.Name() != name || !strings.HasSuffix(client.PkgPath(fn), "/consul/api") || len(client.Args(call)) < 2 {
		return nil
	}
	return client.Args(call)[1]
}

// renewedBy returns the session that a goroutine renews without looking at what
// comes of it, or nil.
func (c *checker) renewedBy(spawned *ssa.Go, name string) ssa.Value {
	if session := renews(spawned.Common(), name); session != nil {
		return session
	}
	lit := function(spawned.Call.Value)
	if lit == nil || lit.Parent() == nil {
		return nil
	}
	var session ssa.Value
	for _, call := range callsIn(lit) {
		if s := renews(call, name); s != nil {
			session = s
		} else if fn := client.Callee(call); fn == nil || !trace.Prints(client.PkgPath(fn), fn.Name()) && fn.Name() != "Session" {
			return nil
		}
	}
	if session != nil && doesMore(lit) {
		return nil
	}
	return session
}

// keepsTerm reports whether a function acquires keys with a session and returns
// with them: it does not release them, and does not ask for them again.
func (c *checker) keepsTerm(f *trace.Func, session ssa.Value) bool {
	from := c.origins(session)
	keeps := false
	for _, e := range f.Events {
		if e.Op != client.Acquire || e.Backend != client.ConsulKey || e.Token == nil || !c.handles().OfExpr(e.Token).Meets(from) {
			continue
		}
		s := c.section(e)
		if len(s.heldReleases()) > 0 || s.held.GaveUp {
			return false
		}
		for _, end := range s.held.Ends {
			if end.Again {
				return false
			}
		}
		keeps = true
	}
	if !keeps {
		return false
	}
	asks := false
	c.calls("/consul/api", "Info", func(f *trace.Func, call *ssa.Call) {
		asks = asks || len(call.Call.Args) > 1 && c.origins(call.Call.Args[1]).Meets(from)
	})
	return !asks
}

// unreadChannel: the channel of Consul is kept in a field that nobody reads.
func (c *checker) unreadChannel(a *trace.Event) {
	call, ok := a.Instr.(*ssa.Call)
	if !ok || a.Backend != client.Consul || a.Depth > 0 {
		return
	}
	ch := ssax.Result(call, 0)
	if ch == nil || ch.Referrers() == nil {
		return
	}
	for _, r := range *ch.Referrers() {
		store, ok := r.(*ssa.Store)
		if !ok {
			continue
		}
		field, ok := store.Addr.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		e := c.pkg.Of(field)
		if ast.IsExported(e.Name) || c.reads(origin.Place(e)) {
			continue
		}
		c.reportf(store, "the work goes on when the lock is lost: nobody reads %s, which is closed then", e.Name)
	}
}

// reads reports whether the package does anything with a field but assign it.
func (c *checker) reads(place string) bool {
	for _, f := range c.pkg.Funcs {
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				switch in := in.(type) {
				case *ssa.FieldAddr:
					if origin.Place(c.pkg.Of(in)) != place {
						continue
					}
					for _, r := range *in.Referrers() {
						if store, ok := r.(*ssa.Store); !ok || store.Addr != in {
							return true
						}
					}
				case *ssa.Field:
					if origin.Place(c.pkg.Of(in)) == place {
						return true
					}
				}
			}
		}
	}
	return false
}

// endlessSession: the session of a key of Consul has no time to live, and no check
// of its own ends it.
// https://developer.hashicorp.com/consul/docs/dynamic-app-config/sessions
func endlessSession(c *checker) {
	for _, name := range []string{"Create", "CreateNoChecks"} {
		c.calls("/consul/api", name, func(f *trace.Func, call *ssa.Call) {
			if _, typ := client.Named(call.Call.Args[0].Type()); typ != "Session" || !endlessEntry(call.Call.Args[1]) {
				return
			}
			id := ssax.Result(call, 0)
			if id == nil {
				return
			}
			from := c.origins(id)
			c.events(client.Acquire, func(a *trace.Event) {
				if a.Backend == client.ConsulKey && a.Depth == 0 && a.Token != nil && c.handles().OfExpr(a.Token).Meets(from) {
					c.reportf(call, "nobody gets %s again if this process dies: the session has no time to live", c.lockName(a))
				}
			})
		})
	}
}

// endlessEntry reports whether a session has neither a time to live nor checks.
func endlessEntry(entry ssa.Value) bool {
	if k, ok := entry.(*ssa.Const); ok && k.Value == nil {
		return true
	}
	fields := client.Fields(entry)
	if fields == nil {
		return false
	}
	for _, name := range []string{"TTL", "Checks", "NodeChecks", "ServiceChecks"} {
		if fields[name] != nil {
			return false
		}
	}
	return true
}
