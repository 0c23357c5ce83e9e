package distlock

import (
	"go/ast"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// A term is a lock that is held as long as it can be: a leadership. Its end has to
// end what the leader does, so that one that nobody hears of is reported by default,
// while the work under a short lock may be too short to matter.

// termWords are words for a lock that is held for a term.
var termWords = words.Of(`leader leaders leadership leading master masters mastership elect election elections campaign candidate primary`)

// lostTerm: the session ends, and the leader leads on.
func lostTerm(c *checker) {
	c.etcd("NewSession", func(f *trace.Func, call *ssa.Call) {
		session := ssax.Result(call, 0)
		if session == nil || session.Referrers() == nil || !c.term(f, session) || c.listens(session) || c.leaves(session) {
			return
		}
		c.reportf(call, "this process leads on when another one leads: nobody hears that the session has ended")
	})
	for _, name := range []string{"RenewPeriodic"} {
		c.consulRenewals(name)
	}
	c.events(client.Acquire, c.unreadChannel)
}

// term reports whether a session is made for a leadership that its function
// campaigns for.
func (c *checker) term(f *trace.Func, session ssa.Value) bool {
	from := c.origins(session)
	for _, e := range f.Events {
		if e.Op != client.Acquire || e.Backend != client.Etcd || e.Depth > 0 {
			continue
		}
		for _, source := range c.handles().OfExpr(e.Key) {
			made := source.Made
			if made == nil || len(made.Call.Args) < 2 || !c.origins(made.Call.Args[0]).Meets(from) {
				continue
			}
			switch fn := client.Callee(made.Common()); {
			case fn == nil:
			case fn.Name() == "NewElection":
				return true
			case words.Has(c.pkg.Of(made.Call.Args[1]).Text(), termWords), words.Has(funcName(f), termWords), c.leads(e):
				return true
			}
		}
	}
	return false
}

// leads reports whether what is called under a lock is called a leader's work.
func (c *checker) leads(a *trace.Event) bool {
	for in := range c.section(a).held.Visited {
		call, ok := in.(ssa.CallInstruction)
		if !ok {
			continue
		}
		name := ""
		if fn := client.Callee(call.Common()); fn != nil {
			name = fn.Name()
		} else if e := c.pkg.Of(call.Common().Value); e.Kind == expr.Param || e.Kind == expr.Field {
			name = e.Name
		}
		if words.Has(name, termWords) {
			return true
		}
	}
	return false
}

// leaves reports whether a session goes where this package does not see what is
// done with it: to a function of another package, or into an exported field.
func (c *checker) leaves(session ssa.Value) bool {
	for _, r := range *session.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
		case *ssa.Store:
			if field, ok := r.Addr.(*ssa.FieldAddr); ok && r.Val == session {
				if ast.IsExported(c.pkg.Of(field).Name) {
					return true
				}
				continue
			}
			if _, ok := r.Addr.(*ssa.Alloc); !ok {
				return true
			}
		case ssa.CallInstruction:
			fn := client.Callee(r.Common())
			if fn == nil || fn.Pkg() == nil || fn.Pkg() != c.pkg.Pkg && !strings.HasSuffix(client.PkgPath(fn), "/concurrency") {
				return true
			}
			if fn.Name() == "Observe" || fn.Name() == "Leader" {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// doesMore reports whether a function sets, sends or closes anything.
func doesMore(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.Send, *ssa.MapUpdate, *ssa.Panic, *ssa.Select:
				return true
			case *ssa.Store:
				if !trace.Local(in.Addr) {
					return true
				}
			case ssa.CallInstruction:
				if _, ok := in.Common().Value.(*ssa.Builtin); ok {
					return true
				}
			}
		}
	}
	return false
}

// renewsOn: the renewal fails, which is printed, and is tried again, while the work
// goes on.
func renewsOn(c *checker) {
	c.events(client.Extend, func(e *trace.Event) {
		call, ok := e.Instr.(*ssa.Call)
		if !ok || e.Queued || e.Fn.Watched() || !e.Owned || e.Backend.Strict() && !c.renewsLock(e) || !ssax.InLoop(call.Block()) {
			return
		}
		switch e.Loss {
		case trace.LossShown:
			if used(call) && triesOn(e) {
				c.reportf(call, "the work goes on when the lock is lost: a renewal that fails is printed and tried again")
			}
		case trace.LossHidden:
			after := e.Fn.Walk(e, client.Outcome{}, nil)
			if again(e, after) && !e.Fn.Tells(e, after) {
				c.reportf(call, "the work goes on when the lock is lost: %s finds that it is, and tells nobody", call.Call.Value.Name())
			}
		}
	})
}

// triesOn reports whether a renewal that finds the lock lost leads to the next one, and to nothing else that one which succeeds does not lead to, but
// what is printed.
func triesOn(e *trace.Event) bool {
	lost := e.Fn.Walk(e, e.Outcomes.Lost, nil)
	if !lost.Visited[branchOn(e)] || !again(e, lost) {
		return false
	}
	for _, end := range lost.Ends {
		if end.Return != nil && len(end.Return.Results) > 0 {
			return false // it tells its caller
		}
	}
	held := e.Fn.Walk(e, e.Outcomes.Held, nil)
	differs := false
	for in := range lost.Visited {
		if held.Visited[in] {
			continue // on the way to the next attempt, whatever came of this one
		}
		differs = true
		if trace.Acts(in) {
			return false
		}
	}
	return differs
}

// again reports whether a path of a walk from a renewal leads to the next one, and none to where the lock is acquired anew.
func again(e *trace.Event, w trace.Walk) (again bool) {
	for _, end := range w.Ends {
		if end.Again && end.At != e.Instr {
			return false
		}
		again = again || end.Again
	}
	return again
}

// branchOn returns the branch that ends the block of an event.
func branchOn(e *trace.Event) ssa.Instruction {
	b := e.Instr.Block()
	return b.Instrs[len(b.Instrs)-1]
}

// perLock reports whether a session is made for one lock, which goes to the caller
// and takes along the only way to the session: nothing can close it any more.
func (c *checker) perLock(f *trace.Func, session ssa.Value) bool {
	locked := false
	for _, r := range *session.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
		case *ssa.Call:
			fn := client.Callee(r.Common())
			if fn == nil || fn.Name() != "NewMutex" && fn.Name() != "NewLocker" {
				return false
			}
			key := c.pkg.Of(r.Call.Args[1])
			given := key.Any(func(k *expr.Expr) bool {
				return k.Kind == expr.Param && !(k.Index == 0 && f.Signature.Recv() != nil)
			})
			locked = locked || given && locksHere(f, c.pkg.Of(r))
		default:
			return false
		}
	}
	return locked
}
