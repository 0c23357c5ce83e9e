package ssax

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
)

// handsOut reports whether a method makes its receiver known to another goroutine, or to code that may run in one: it starts a goroutine with it,
// or with a literal that captures it, or hands such a literal to a function of another package. What it puts into the receiver itself is
// known to nobody else.
func (k *publishing) handsOut(p *ssa.Parameter, depth int) bool {
	if depth > limits.MaxPublishing {
		return false
	}
	g := given{p, depth}
	known, ok := k.handed[g]
	if !ok {
		known = k.valueHandedOut(p, depth)
		if k.handed == nil {
			k.handed = make(map[given]bool)
		}
		k.handed[g] = known
	}
	return known
}

func (k *publishing) valueHandedOut(v ssa.Value, depth int) bool {
	if v.Referrers() == nil {
		return false
	}
	return slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.Go:
			return true
		case *ssa.MakeClosure:
			return k.literalHandedOut(r, depth)
		case *ssa.Store:
			if local, ok := r.Addr.(*ssa.Alloc); ok && r.Val == v {
				return k.variableHandedOut(local, depth)
			}
		case *ssa.Call:
			args := r.Call.Args
			fn := r.Call.StaticCallee()
			if fn != nil && len(fn.Blocks) > 0 && fn.Signature.Recv() != nil && len(args) > 0 && args[0] == v {
				return k.handsOut(fn.Params[0], depth+1)
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

// literalHandedOut reports whether a literal, or a method value, runs in a goroutine, or may do so, as code of another package has it.
func (k *publishing) literalHandedOut(lit *ssa.MakeClosure, depth int) bool {
	return slices.ContainsFunc(*lit.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.Go:
			return true
		case *ssa.Call:
			fn := r.Call.StaticCallee()
			if fn != nil && fn.Origin() != nil {
				fn = fn.Origin()
			}
			for i, arg := range r.Call.Args {
				if arg != ssa.Value(lit) {
					continue
				}
				if fn == nil {
					return true
				}
				obj, _ := fn.Object().(*types.Func)
				if len(fn.Blocks) == 0 && !model.RunsInPlace(obj, i) || len(fn.Blocks) > 0 && i < len(fn.Params) && k.publishes(fn.Params[i], depth+1) {
					return true
				}
			}
		}
		return false
	})
}
