package pointsto

import (
	"iter"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// calledWith returns what a literal gets for its parameter obj, where the frame's call makes the literal and a function of
// the package is given it and calls it: an option, say, which a constructor applies to the new object.
func calledWith(obj ssa.Value, f *frame) (out []owner) {
	param, ok := obj.(*ssa.Parameter)
	if !ok || f == nil || f.call == nil || f.call.Value() == nil {
		return nil
	}
	made := option(f.fn)
	if made == nil || made.Fn != param.Parent() {
		return nil
	}
	at := slices.Index(param.Parent().Params, param)
	for _, use := range ssax.PassedTo(f.call.Value()) {
		fn := use.Call.Common().StaticCallee()
		if fn == nil || len(fn.Params) != len(use.Call.Common().Args) {
			continue
		}
		for args := range applications(fn, use.Arg, use.InSlice) {
			if at < len(args) {
				out = append(out, owner{obj: args[at], frame: &frame{fn, use.Call, use.Call.Common().Args, f.up}})
			}
		}
	}
	return out
}

// option returns the literal that a function returns whenever it does, as a function or as an interface value of a function type whose method calls it;
// nil if there is none.
func option(fn *ssa.Function) *ssa.MakeClosure { return literalOf(fn, unboxed) }

// literalOf returns the literal that a function returns whenever it does, if it returns nothing else; nil if there is none. follow tells what a result
// is a copy of.
func literalOf(fn *ssa.Function, follow func(ssa.Value, *frame) ssa.Value) (lit *ssa.MakeClosure) {
	if fn == nil || fn.Signature.Results().Len() != 1 {
		return nil
	}
	for _, results := range ssax.Returns(fn) {
		mc, ok := follow(results[0], nil).(*ssa.MakeClosure)
		if !ok || lit != nil && lit != mc {
			return nil
		}
		lit = mc
	}
	return lit
}

// applications yields the arguments of the calls that a function makes of its parameter i, or of the elements of that: of the function that it is, or of a
// method of an interface value, which hands its argument on.
func applications(fn *ssa.Function, i int, elements bool) iter.Seq[[]ssa.Value] {
	return func(yield func([]ssa.Value) bool) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				called := call.Common().Value
				if u, ok := called.(*ssa.UnOp); ok && elements {
					if ia, ok := u.X.(*ssa.IndexAddr); ok {
						called = ia.X
					}
				}
				if called == fn.Params[i] && !yield(call.Common().Args) {
					return
				}
			}
		}
	}
}
