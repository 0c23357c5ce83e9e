package distlock

import (
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// rowLocks: SELECT … FOR UPDATE outside of a transaction locks its rows until the
// statement ends.
func rowLocks(c *checker) {
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
				if c.locksRows(call) && c.surePool(client.Receiver(call.Common())) && !c.oneConnection(c.origins(client.Receiver(call.Common()))) {
					c.reportf(call, "the rows are unlocked when the statement ends: FOR UPDATE is outside of a transaction")
				}
			}
		}
	}
}

// locksRows reports whether a call runs a statement that locks rows, or makes gorm
// run one.
func (c *checker) locksRows(call *ssa.Call) bool {
	fn, recv := client.Callee(call.Common()), client.Receiver(call.Common())
	if fn == nil || recv == nil || fn.Pkg() == nil {
		return false
	}
	if client.Gorm(recv.Type()) && fn.Name() == "Clauses" {
		for _, arg := range client.Args(call.Common()) {
			for _, elem := range expr.Elements(arg) {
				if pkg, name := client.Named(client.Strip(elem).Type()); name == "Locking" && strings.HasSuffix(pkg, "/clause") {
					strength := client.Fields(elem)["Strength"]
					return strength != nil && client.Text(strength) == "UPDATE"
				}
			}
		}
		return false
	}
	// A statement that is prepared may run in a transaction.
	if !client.SQL(client.PkgPath(fn)) || strings.HasPrefix(fn.Name(), "Prepare") || c.connOf(recv) != client.Pool {
		return false
	}
	for _, arg := range client.Args(call.Common()) {
		if client.LocksRows(client.StatementText(arg)) {
			return true
		}
	}
	return false
}
