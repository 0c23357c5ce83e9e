package trace

import (
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// Prints reports whether a function prints, and does nothing else.
func Prints(path, name string) bool {
	return path == "fmt" || path == "log" || path == "log/slog" || strings.HasSuffix(path, "errors") || words.Has(path[strings.LastIndexByte(path, '/')+1:], words.Log) || words.Has(name, words.Log)
}

// Acts reports whether an instruction may do something about a failure: anything
// but to print it, to wait, or to compute.
func Acts(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.Send, *ssa.MapUpdate, *ssa.Panic, *ssa.Go, *ssa.Defer, *ssa.RunDefers:
		return true
	case *ssa.Store:
		return !Local(in.Addr)
	case *ssa.Call:
		fn := client.Callee(in.Common())
		if fn == nil || fn.Pkg() == nil {
			return in.Common().StaticCallee() == nil && fn == nil && !isBuiltin(in, "len", "append", "print", "println") || fn != nil && fn.Name() != "Error"
		}
		return !Prints(client.PkgPath(fn), fn.Name()) && client.PkgPath(fn) != "time"
	}
	return false
}

// Local reports whether an address is that of a variable, of a field of one, or of
// a place in the arguments of a call.
func Local(addr ssa.Value) bool {
	if field, ok := addr.(*ssa.FieldAddr); ok {
		addr = field.X
	}
	_, ok := addr.(*ssa.Alloc)
	return ok || Variadic(addr)
}

func isBuiltin(call *ssa.Call, names ...string) bool {
	b, ok := call.Call.Value.(*ssa.Builtin)
	if !ok {
		return false
	}
	for _, name := range names {
		if b.Name() == name {
			return true
		}
	}
	return false
}

// ActsLate is Acts where the function may return: deferred calls are something that others may take notice of, but for those that stop a timer or
// print.
func ActsLate(in ssa.Instruction) bool {
	if _, ok := in.(*ssa.RunDefers); !ok {
		return Acts(in)
	}
	for _, b := range in.Parent().Blocks {
		for _, d := range b.Instrs {
			if d, ok := d.(*ssa.Defer); ok && !quiet(d) {
				return true
			}
		}
	}
	return false
}

// quiet reports whether a deferred call tells nobody of a loss: who waits for the goroutine waits for it at the end of the work, too.
func quiet(d *ssa.Defer) bool {
	fn := client.Callee(d.Common())
	if fn != nil && fn.FullName() == "(*sync.WaitGroup).Done" {
		return true
	}
	return fn != nil && fn.Pkg() != nil && (client.PkgPath(fn) == "time" || Prints(client.PkgPath(fn), fn.Name()))
}

// Variadic reports whether an address is a place in the arguments of a call.
func Variadic(addr ssa.Value) bool {
	at, ok := addr.(*ssa.IndexAddr)
	if !ok {
		return false
	}
	_, ok = at.X.(*ssa.Alloc)
	return ok
}
