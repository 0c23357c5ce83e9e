package distlock

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// A gorm.DB is a pool, one connection or a transaction, and its type does not say
// which. Where it comes from does.

// connOf returns what a statement runs on.
func (c *checker) connOf(on ssa.Value) client.Conn {
	if on == nil {
		return client.UnknownConn
	}
	if client.Gorm(on.Type()) {
		return c.gormConn(c.gormRoot(on), 3)
	}
	// A method of an embedded type is given the embedded field.
	if e := c.pkg.Of(on); e.Kind == expr.Field && client.SQL(e.OwnerPkg) {
		return client.ConnOf(e.OwnerType)
	}
	if _, ok := on.Type().Underlying().(*types.Interface); ok {
		return c.behind(on)
	}
	return client.ConnOf(on.Type())
}

// behind returns what all values are that an interface may hold.
func (c *checker) behind(on ssa.Value) client.Conn {
	if conn := client.ConnOf(on.Type()); conn != client.UnknownConn {
		return conn // pgx.Tx
	}
	var found []client.Conn
	for _, source := range c.origins(on) {
		if source.Type == nil {
			return client.UnknownConn
		}
		found = append(found, client.ConnOf(source.Type))
	}
	return agreed(found)
}

// surePool reports whether a statement runs on a pool. A gorm.DB in a field may be
// a transaction that another package put there, with NewRepository(tx); not so if
// the package begins transactions with it, or has opened it.
func (c *checker) surePool(on ssa.Value) bool {
	if c.connOf(on) != client.Pool {
		return false
	}
	if !client.Gorm(on.Type()) {
		return true
	}
	root := c.gormRoot(on)
	if root.Kind != expr.Field {
		return true
	}
	_, owner := client.Named(root.Args[0].Fn.Params[root.Args[0].Index].Type())
	for _, f := range c.pkg.Funcs {
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				switch in := in.(type) {
				case *ssa.Store:
					if c.variable(in.Addr, root, owner) && c.gormConn(c.gormRoot(in.Val), 1) == client.Pool {
						return true
					}
				case *ssa.Call:
					if recv := begun(in); recv != nil && c.field(c.gormRoot(recv), root.Name, owner) {
						return true
					}
				}
			}
		}
	}
	return false
}

// field reports whether an expression is a field of a parameter of the type owner.
func (c *checker) field(e *expr.Expr, name, owner string) bool {
	if e.Kind != expr.Field || e.Name != name || e.Args[0].Kind != expr.Param || e.Args[0].Fn == nil {
		return false
	}
	_, of := client.Named(e.Args[0].Fn.Params[e.Args[0].Index].Type())
	return of == owner
}

// begun returns the gorm.DB that a call begins a transaction with, or asks for a
// connection or for its pool, which one does with a pool; else nil.
func begun(call *ssa.Call) ssa.Value {
	fn, recv := client.Callee(call.Common()), client.Receiver(call.Common())
	if fn == nil || recv == nil || !client.Gorm(recv.Type()) {
		return nil
	}
	switch fn.Name() {
	case "Begin", "Transaction", "Connection", "DB":
		return recv
	}
	return nil
}

// gormRoot names the gorm.DB that a chain of calls begins with: what Where, Model
// or WithContext return is the same connection.
func (c *checker) gormRoot(v ssa.Value) *expr.Expr {
	for {
		e := c.pkg.Of(v)
		call, ok := e.Value.(*ssa.Call)
		if e.Kind != expr.Opaque || !ok {
			return e
		}
		fn, recv := client.Callee(call.Common()), client.Receiver(call.Common())
		if fn == nil || recv == nil || fn.Name() == "Begin" || !client.Gorm(recv.Type()) || !client.Gorm(call.Type()) {
			return e
		}
		v = recv
	}
}

// gormConn returns what a gorm.DB is, looking through depth callers or assignments.
func (c *checker) gormConn(e *expr.Expr, depth int) client.Conn {
	switch e.Kind {
	case expr.Opaque:
		switch v := e.Value.(type) {
		case *ssa.Call:
			if fn := client.Callee(v.Common()); fn != nil && fn.Name() == "Begin" {
				return client.Tx
			}
		case *ssa.Extract:
			if made, ok := v.Tuple.(*ssa.Call); ok {
				if fn := client.Callee(made.Common()); fn != nil && fn.Pkg() != nil && fn.Name() == "Open" && client.SQL(client.PkgPath(fn)) {
					return client.Pool
				}
			}
		}
	case expr.Param:
		return c.gormParam(e, depth)
	case expr.Field, expr.Global:
		return c.gormVariable(e, depth)
	}
	return client.UnknownConn
}

// gormParam returns what a parameter is: by the function that calls a literal, by
// what the function does with it, or by its callers in the package.
func (c *checker) gormParam(e *expr.Expr, depth int) client.Conn {
	if e.Fn == nil || depth == 0 {
		return client.UnknownConn
	}
	if e.Fn.Parent() != nil {
		switch c.runner(e.Fn) {
		case "Transaction":
			return client.Tx
		case "Connection":
			return client.Pinned
		}
		return client.UnknownConn
	}
	if c.begins(e) {
		return client.Pool
	}
	obj, ok := e.Fn.Object().(*types.Func)
	if !ok || obj.Exported() {
		return client.UnknownConn
	}
	var found []client.Conn
	for _, f := range c.pkg.Funcs {
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				if call, ok := in.(ssa.CallInstruction); ok && call.Common().StaticCallee() == e.Fn {
					found = append(found, c.gormConn(c.gormRoot(call.Common().Args[e.Index]), depth-1))
				}
			}
		}
	}
	return agreed(found)
}

func agreed(found []client.Conn) client.Conn {
	for _, conn := range found {
		if conn != found[0] {
			return client.UnknownConn
		}
	}
	if len(found) == 0 {
		return client.UnknownConn
	}
	return found[0]
}

// runner returns the name of the method that a literal is given to.
func (c *checker) runner(lit *ssa.Function) string {
	for _, b := range lit.Parent().Blocks {
		for _, in := range b.Instrs {
			call, ok := in.(*ssa.Call)
			if !ok {
				continue
			}
			for _, arg := range call.Call.Args {
				if fn := client.Callee(call.Common()); fn != nil && function(arg) == lit {
					return fn.Name()
				}
			}
		}
	}
	return ""
}

// begins reports whether a function begins a transaction with a gorm.DB.
func (c *checker) begins(e *expr.Expr) bool {
	for _, f := range c.pkg.Funcs {
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				if call, ok := in.(*ssa.Call); ok {
					if recv := begun(call); recv != nil && c.gormRoot(recv).ID() == e.ID() {
						return true
					}
				}
			}
		}
	}
	return false
}

// gormVariable returns what a field or a global is: a pool, unless the package
// assigns a transaction to it, or it is part of something called a transaction.
func (c *checker) gormVariable(e *expr.Expr, depth int) client.Conn {
	if depth == 0 || words.Has(e.Name, notPool) {
		return client.UnknownConn
	}
	owner := ""
	if e.Kind == expr.Field {
		// Where the type is declared is where its fields are assigned.
		base := e.Args[0]
		if base.Kind != expr.Param || base.Fn == nil || base.Index >= len(base.Fn.Params) {
			return client.UnknownConn
		}
		pkg, name := client.Named(base.Fn.Params[base.Index].Type())
		if pkg != c.pass.Pkg.Path() || words.Has(name, notPool) {
			return client.UnknownConn
		}
		owner = name
	}
	for _, f := range c.pkg.Funcs {
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				store, ok := in.(*ssa.Store)
				if !ok || !client.Gorm(store.Val.Type()) || !c.variable(store.Addr, e, owner) {
					continue
				}
				root := c.gormRoot(store.Val)
				if conn := c.gormConn(root, depth-1); conn == client.Tx || conn == client.Pinned {
					return client.UnknownConn
				}
				if root.Kind == expr.Param && words.Has(root.Name, notPool) {
					return client.UnknownConn
				}
			}
		}
	}
	return client.Pool
}

// variable reports whether an address is that of a global, or of a field of the
// type owner, whatever the object.
func (c *checker) variable(addr ssa.Value, e *expr.Expr, owner string) bool {
	at := c.pkg.Of(addr)
	if at.Kind != e.Kind || at.Name != e.Name {
		return false
	}
	if field, ok := addr.(*ssa.FieldAddr); ok {
		_, name := client.Named(field.X.Type())
		return name == owner
	}
	return true
}

// notPool are words for what is not a pool.
var notPool = words.Of(`tx transaction conn connection session`)

// givenPool reports whether an exported function is given a gorm.DB that is called
// a pool, and that it both locks and unlocks on.
func (c *checker) givenPool(e *trace.Event) bool {
	if e.On == nil || !client.Gorm(e.On.Type()) {
		return false
	}
	root := c.gormRoot(e.On)
	if root.Kind != expr.Param || root.Fn == nil || root.Fn.Parent() != nil || !poolName[strings.ToLower(root.Name)] || c.called(root.Fn) {
		return false
	}
	var acquires, releases bool
	for _, other := range e.Fn.Events {
		if other.Session && other.Depth == 0 && other.On != nil && client.Gorm(other.On.Type()) && sameLock(e, other) && c.gormRoot(other.On).ID() == root.ID() {
			acquires = acquires || other.Op == client.Acquire
			releases = releases || other.Op == client.Release
		}
	}
	return acquires && releases
}

// poolName are names of variables that hold pools.
var poolName = words.Of(`db gdb gormdb database pool`)

// called reports whether the package calls a function, so that its callers say what
// it is given.
func (c *checker) called(fn *ssa.Function) bool {
	for _, f := range c.pkg.Funcs {
		for _, call := range callsIn(f.Function) {
			if call.StaticCallee() == fn {
				return true
			}
		}
	}
	return false
}
