package distlock

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// anyConn: the statements run on any connections of the pool, the lock belongs to one.
func anyConn(c *checker) {
	for _, op := range []client.Op{client.Acquire, client.Release} {
		c.events(op, func(e *trace.Event) {
			if !e.Backend.SQL() || !e.Session || !c.onPool(e) {
				return
			}
			c.report(e.Instr, analysis.Diagnostic{
				Message:        fmt.Sprintf("the lock stays with a connection that the next statement may not get: %s runs on the pool", e.Command),
				SuggestedFixes: c.fixConn(e),
			})
		})
	}
}

// onPool reports whether a statement runs on a pool of more than one connection, by
// itself or in a function of another package that is given the pool.
func (c *checker) onPool(e *trace.Event) bool {
	if e.Depth == 0 {
		pool := c.origins(e.On)
		return (c.connOf(e.On) == client.Pool || c.givenPool(e)) && !c.oneConnection(pool) && !c.asksSession(pool)
	}
	return e.Depth == 1 && e.Site == nil && e.Conn != nil && c.typeOf(e.Conn) == client.Pool && !c.oneConnection(c.handles().OfExpr(e.Conn))
}

// typeOf returns what a statement runs on, as far as the type of its name says.
func (c *checker) typeOf(conn *expr.Expr) client.Conn {
	switch conn.Kind {
	case expr.Opaque:
		return client.ConnOf(conn.Value.Type())
	case expr.Param:
		if conn.Fn != nil {
			return client.ConnOf(conn.Fn.Params[conn.Index].Type())
		}
	case expr.Field:
		if conn.OwnerType == nil {
			break
		}
		if st, ok := conn.OwnerType.Underlying().(*types.Struct); ok {
			for f := range st.Fields() {
				if f.Name() == conn.Name {
					return client.ConnOf(f.Type())
				}
			}
		}
	}
	return client.UnknownConn
}

// xactLock: the lock ends with the statement.
func xactLock(c *checker) {
	rowLocks(c)
	c.events(client.Acquire, func(a *trace.Event) {
		if a.Backend != client.Postgres || a.Session || !a.Whole || a.Depth > 0 || !c.surePool(a.On) {
			return
		}
		c.reportf(a.Instr, "the lock is gone when the statement ends: %s is outside of a transaction", a.Command)
	})
}

// returnedConn: the pool hands the connection out again, lock included.
func returnedConn(c *checker) {
	c.events(client.Acquire, func(a *trace.Event) {
		if !a.Backend.SQL() || !a.Session || a.Depth > 0 || c.connOf(a.On) != client.Pinned {
			return
		}
		conn := c.pkg.Of(a.On)
		if conn.Kind != expr.Opaque {
			return
		}
		s := c.section(a)
		if slices.ContainsFunc(s.releases, c.inSession) || s.held.GaveUp {
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
			Message: fmt.Sprintf("the next user of this connection has the lock of %s at %s: giving it back does not end the session", a.Command, c.pos(a.Instr)),
			Related: c.related(a, "the lock is acquired here"),
		})
	})
}

// inSession reports whether a release may run on the connection that has the lock,
// which one through a pool does not.
func (c *checker) inSession(r *trace.Event) bool {
	return r.Depth > 0 || c.connOf(r.On) != client.Pool
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
		if !a.Backend.SQL() || !a.Session || a.Depth > 0 || c.connOf(a.On) != client.Tx {
			return
		}
		s := c.section(a)
		if slices.ContainsFunc(s.releases, c.inSession) || slices.ContainsFunc(s.partners, c.inSession) {
			return
		}
		c.reportf(a.Instr, "the lock stays after commit and rollback, with a connection in the pool: that of %s is the session's", a.Command)
	})
}
