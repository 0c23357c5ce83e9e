package distlock

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// unlinks: the kernel locks files, not names. A process that waits for the lock has
// the file open that is removed, and gets it; the next one makes a file of that name,
// and gets that.
func unlinks(c *checker) {
	paths := make(map[string]bool) // of files that are locked, as they are written
	c.calls("/gofrs/flock", "New", func(f *trace.Func, call *ssa.Call) {
		path := c.pkg.Of(call.Call.Args[0])
		paths[path.ID()] = true
		// The path is kept beside the lock.
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				store, ok := in.(*ssa.Store)
				if !ok || c.pkg.Of(store.Val).ID() != path.ID() {
					continue
				}
				if field, ok := store.Addr.(*ssa.FieldAddr); ok {
					paths[fieldID(c.pkg.Of(field))] = true
				}
			}
		}
	})
	delete(paths, "")
	if len(paths) == 0 {
		return
	}
	for _, f := range c.pkg.Funcs {
		if c.test(f) {
			continue
		}
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				call, ok := in.(ssa.CallInstruction)
				if !ok || !removesFile(call.Common()) || forced(f) {
					continue
				}
				path := c.pkg.Of(call.Common().Args[0])
				if paths[path.ID()] || paths[fieldID(path)] || asksPath(call.Common().Args[0]) {
					c.reportf(in, "two processes get the lock: one that waits for the file that is removed here, and one that makes it anew")
				}
			}
		}
	}
}

// fieldID names a field of a type, whatever object it is of; "" if it is none.
func fieldID(e *expr.Expr) string {
	if e.Kind != expr.Field || e.Owner == "" {
		return ""
	}
	return "field " + e.Owner + "." + e.Name
}

func removesFile(call *ssa.CallCommon) bool {
	fn := client.Callee(call)
	return fn != nil && client.PkgPath(fn) == "os" && fn.Name() == "Remove" && fn.Signature().Recv() == nil
}

// asksPath reports whether a value is what a lock of a file says its path is.
func asksPath(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	fn := client.Callee(call.Common())
	if fn == nil || fn.Pkg() == nil || fn.Name() != "Path" {
		return false
	}
	return client.Known(client.PkgPath(fn))
}
