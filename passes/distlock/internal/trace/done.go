package trace

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
)

// doneBefore reports whether a call of Err of a context, or of context.Cause, is made
// only after its channel Done was closed: what it says is not nil then.
func doneBefore(err *ssa.Call) bool {
	ctx := contextOf(err.Common())
	return ctx != nil && Ended(err, func(v ssa.Value) bool { return sameValue(v, ctx) }) != nil
}

// Ended returns where a function has found on every way to an instruction that one of
// some contexts has ended: it receives from its channel Done, or branches on a select
// statement that has. It returns nil if there is no such place.
func Ended(in ssa.Instruction, is func(ctx ssa.Value) bool) ssa.Instruction {
	closed := func(ch ssa.Value) bool {
		done, ok := ch.(*ssa.Call)
		if !ok {
			return false
		}
		fn := client.Callee(done.Common())
		return fn != nil && fn.FullName() == "(context.Context).Done" && is(done.Common().Value)
	}
	b := in.Block()
	for d := b; d != nil; d = d.Idom() {
		for _, x := range d.Instrs {
			if x == in {
				break
			}
			if recv, ok := x.(*ssa.UnOp); ok && recv.Op == token.ARROW && closed(recv.X) {
				return recv
			}
			// A select of one case is a receive; of more, a branch on its index.
			branch, ok := x.(*ssa.If)
			if !ok || len(d.Succs) != 2 || !d.Succs[0].Dominates(b) || len(d.Succs[0].Preds) != 1 {
				continue
			}
			if state := Selected(branch.Cond); state != nil && state.Dir == types.RecvOnly && closed(state.Chan) {
				return branch
			}
		}
	}
	return nil
}

// contextOf returns the context that a call of Err or of context.Cause asks, or nil.
func contextOf(c *ssa.CallCommon) ssa.Value {
	if c.IsInvoke() {
		return c.Value
	}
	if len(c.Args) > 0 {
		return c.Args[0]
	}
	return nil
}

// Selected returns the case of a select that a condition asks for, or nil.
func Selected(cond ssa.Value) *ssa.SelectState {
	sel, i, ok := ssax.CaseOf(cond)
	if !ok {
		return nil
	}
	return sel.States[i]
}

// sameValue reports whether two values are one, or loads of one variable.
func sameValue(x, y ssa.Value) bool {
	if x == y {
		return true
	}
	a, ok := x.(*ssa.UnOp)
	b, also := y.(*ssa.UnOp)
	return ok && also && a.Op == token.MUL && b.Op == token.MUL && a.X == b.X
}
