package ssax

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
)

// handsOut reports whether a method makes its receiver known to a goroutine that it starts, with the receiver or with a literal that captures
// it. What it puts into the receiver itself is known to nobody else, and a timer has a part of the object's work to do rather than a life of
// its own.
func (k *publishing) handsOut(p *ssa.Parameter, depth int) bool {
	if depth > limits.MaxPublishing {
		return false
	}
	return remember(&k.handed, given{p, depth}, func() bool { return k.valueHandedOut(p, depth) })
}

func (k *publishing) valueHandedOut(v ssa.Value, depth int) bool {
	at := followed{v, depth}
	if v.Referrers() == nil || k.followed[at] {
		return false
	}
	if k.followed == nil {
		k.followed = make(map[followed]bool)
	}
	k.followed[at] = true
	return slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.Go:
			return true
		case *ssa.MakeClosure:
			return k.literalHandedOut(r, depth)
		case *ssa.Store:
			if r.Val != v {
				return false
			}
			if local, ok := r.Addr.(*ssa.Alloc); ok {
				return k.variableHandedOut(local, depth)
			}
			object, ok := Base(r.Addr).(*ssa.Alloc) // that has a pointer to v
			return ok && k.valueHandedOut(object, depth)
		case *ssa.Call:
			fn := r.Call.StaticCallee()
			if fn == nil || len(fn.Blocks) == 0 {
				return false
			}
			for i, arg := range r.Call.Args {
				if arg == v && i < len(fn.Params) && k.handsOut(fn.Params[i], depth+1) {
					return true
				}
			}
		}
		return false
	})
}

// variableHandedOut reports whether the object in a local variable is handed out, by a literal that captures the variable or by what is read from it.
func (k *publishing) variableHandedOut(local *ssa.Alloc, depth int) bool {
	return slices.ContainsFunc(*local.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.MakeClosure:
			return k.literalHandedOut(r, depth)
		case *ssa.UnOp:
			return r.Op == token.MUL && k.valueHandedOut(r, depth)
		}
		return false
	})
}

// literalHandedOut reports whether a literal, or a method value, is started as a goroutine.
func (k *publishing) literalHandedOut(lit *ssa.MakeClosure, depth int) bool {
	return slices.ContainsFunc(*lit.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.Go:
			return true
		case *ssa.Call:
			fn := r.Call.StaticCallee()
			if fn == nil {
				return false
			}
			if fn.Origin() != nil {
				fn = fn.Origin()
			}
			obj, _ := fn.Object().(*types.Func)
			for i, arg := range r.Call.Args {
				if arg != ssa.Value(lit) {
					continue
				}
				if len(fn.Blocks) == 0 && k.starts(obj, i) || len(fn.Blocks) > 0 && i < len(fn.Params) && k.publishes(fn.Params[i], depth+1) {
					return true
				}
			}
		}
		return false
	})
}

// starts reports whether a function of another package starts a goroutine that runs argument i: at once, or later if timers count.
func (k *publishing) starts(fn *types.Func, i int) bool {
	if fn == nil || !k.timers && fn.Name() != "Go" && fn.Name() != "TryGo" {
		return false
	}
	if fn.Signature().Recv() != nil {
		i--
	}
	return slices.ContainsFunc(model.Callbacks(fn), func(cb model.Callback) bool { return cb.Arg == i && cb.Run == model.Another })
}
