package condvar

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// cancels reports whether a call is that of the function in a field which ends a context that is tested: the two have been made by one call of
// context.WithCancel, and are in two fields since.
func (d *dataflow) cancels(call *ssa.Call, tested reads) bool {
	load, ok := call.Call.Value.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	fa, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	if d.ended == nil {
		d.ended = make(map[types.Object]types.Object)
		for _, fn := range d.funcs {
			eachInstr(fn, func(instr ssa.Instruction) {
				if made, ok := instr.(*ssa.Call); ok && isFunc(made.Call.StaticCallee(), "context", "WithCancel", "WithTimeout", "WithDeadline", "WithCancelCause") {
					d.noteContext(made)
				}
			})
		}
	}
	ctx := d.ended[fieldOf(fa)]
	return ctx != nil && tested.vars[d.root(ctx)]
}

// noteContext notes the fields into which a new context and the function that ends it are put.
func (d *dataflow) noteContext(made *ssa.Call) {
	ctx, cancel := ssax.Result(made, 0), ssax.Result(made, 1)
	if ctx == nil || cancel == nil {
		return
	}
	if of, by := keptIn(ctx), keptIn(cancel); of != nil && by != nil {
		d.ended[by] = of
	}
}

// keptIn returns a field into which a value is put, perhaps as one of another type; nil if there is none.
func keptIn(v ssa.Value) types.Object {
	for _, use := range *v.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			if fa, ok := use.Addr.(*ssa.FieldAddr); ok && use.Val == v {
				return fieldOf(fa)
			}
		case *ssa.ChangeType:
			if f := keptIn(use); f != nil {
				return f
			}
		}
	}
	return nil
}

// afterCancel reports whether who ends a context by the function in a field signals afterwards, wherever that function is called.
func (w *wakers) afterCancel() bool {
	silent := make(map[types.Object]bool) // by field: whether some call of its function is not followed by a signal
	for _, fn := range w.funcs {
		eachInstr(fn, func(instr ssa.Instruction) {
			call, ok := instr.(ssa.CallInstruction)
			if !ok || !isCancel(call.Common().Value.Type()) {
				return
			}
			load, ok := call.Common().Value.(*ssa.UnOp)
			if !ok {
				return
			}
			if fa, ok := load.X.(*ssa.FieldAddr); ok {
				f := fieldOf(fa)
				silent[f] = silent[f] || !w.follow(call)
			}
		})
	}
	for _, silent := range silent {
		if !silent {
			return true
		}
	}
	return false
}

// follow reports whether a signal comes after a call, in the same function.
func (w *wakers) follow(call ssa.CallInstruction) bool {
	order := ssax.NewOrder(call.Parent())
	for s := range w.signals {
		if s.Parent() == call.Parent() && order.Precedes(call, s, nil) {
			return true
		}
	}
	return false
}

func isCancel(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context" && named.Obj().Name() == "CancelFunc"
}
