package trace

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// A reading is a look at who has a lock: what it says, and what is computed from that.
type reading struct {
	event   *Event
	replies map[ssa.Value]bool
	derived map[ssa.Value]bool
}

// read follows what an event that reads a key gets: decoded, taken apart, or asked by
// its methods.
func (f *Func) read(e *Event) *reading {
	r := &reading{e, f.Replies(e), make(map[ssa.Value]bool)}
	var follow func(v ssa.Value)
	follow = func(v ssa.Value) {
		if v == nil || r.derived[v] || ssax.IsError(v.Type()) || len(r.derived) == limits.MaxDistDerived {
			return
		}
		r.derived[v] = true
		if v.Referrers() == nil {
			return
		}
		for _, use := range *v.Referrers() {
			switch use := use.(type) {
			case *ssa.Store:
				if alloc, ok := use.Addr.(*ssa.Alloc); ok && use.Val == v {
					follow(alloc)
				}
			case *ssa.Call:
				follow(use)
				for _, arg := range use.Call.Args { // json.Unmarshal(v, &x)
					if alloc, ok := client.Strip(arg).(*ssa.Alloc); ok && arg != v {
						follow(alloc)
					}
				}
			case *ssa.BinOp:
				if use.Op == token.ADD {
					follow(use)
				}
			case ssa.Value:
				if _, ok := use.(*ssa.MakeClosure); !ok {
					follow(use)
				}
			}
		}
	}
	for v := range r.replies {
		follow(v)
	}
	if e.Depth > 0 {
		follow(callValue(e.Instr))
	}
	return r
}

func callValue(in ssa.Instruction) ssa.Value {
	if call, ok := in.(*ssa.Call); ok {
		return call
	}
	return nil
}

// compares reports whether something that was read is compared with what was not, and
// is no constant.
func (r *reading) compares(cmp *ssa.BinOp) bool {
	if _, ok := cmp.X.(*ssa.Const); ok {
		return false
	}
	if _, ok := cmp.Y.(*ssa.Const); ok {
		return false
	}
	return r.derived[cmp.X] != r.derived[cmp.Y]
}

// names reports whether the name of a lock was read, too.
func (r *reading) names(f *Func, key *expr.Expr) bool {
	return key.Any(func(e *expr.Expr) bool { return e.Kind == expr.Opaque && r.derived[e.Value] })
}
