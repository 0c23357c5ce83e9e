package ssax

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// IsCause reports whether a call asks a context why it is done, where the function has received from the context's Done channel
// before: then there is an answer. https://pkg.go.dev/context#Context
func IsCause(call *ssa.Call) bool {
	ctx := contextOf(&call.Call, "Err")
	if fn := call.Call.StaticCallee(); fn != nil && fn.String() == "context.Cause" {
		ctx = call.Call.Args[0]
	}
	if ctx == nil {
		return false
	}
	done := func(ch ssa.Value) bool {
		of := DoneOf(ch)
		return of != nil && SameObject(of, ctx)
	}
	for b := call.Block(); b != nil; b = b.Idom() {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.UnOp:
				if instr.Op == token.ARROW && done(instr.X) && Dominates(instr, call) {
					return true
				}
			case *ssa.Select:
				for i, st := range instr.States {
					if st.Dir != types.RecvOnly || !done(st.Chan) {
						continue
					}
					if to := Case(instr, i); to != nil && len(to.Preds) == 1 && to.Dominates(call.Block()) {
						return true
					}
				}
			}
		}
	}
	return false
}

// DoneOf returns the context of which a channel is the Done channel, nil if it is none.
func DoneOf(ch ssa.Value) ssa.Value {
	c, ok := ch.(*ssa.Call)
	if !ok {
		return nil
	}
	return contextOf(&c.Call, "Done")
}

// contextOf returns the context of which a call calls the method of that name, nil if it does not.
func contextOf(c *ssa.CallCommon, method string) ssa.Value {
	if c.IsInvoke() && c.Method.FullName() == "(context.Context)."+method {
		return c.Value
	}
	return nil
}
