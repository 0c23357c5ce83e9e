package peers

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// stuckServer: a handler of the server needs the lock. Shutdown waits until all requests have been answered. The handlers
// are those of the object that has the lock and the server, as methods or as literals in methods.
func (a *asker) stuckServer(op *Op) *Verdict {
	owner := onlyServer(op.Chan)
	if owner == nil || !a.same {
		return a.may(op, why.ObjectsUnknown, nil)
	}
	if hasDeadline(op.Instr) {
		return a.may(op, why.EndsInTime, nil)
	}
	for _, fn := range a.queue {
		if !model.HTTPHandler(fn.Signature) || !methodOf(fn, owner) {
			continue
		}
		for _, q := range a.acquires(fn, a.class) {
			if o := object(q.lock); a.conflicts(q) && o != nil && !o.HasValue() {
				return &Verdict{Peers: []*Bound{{Op: &Op{Kind: Serve, Instr: q.at, Fn: fn}, Steps: q.steps}}}
			}
		}
	}
	return a.may(op, why.ActsWithoutLock, nil)
}

// hasDeadline reports whether a call is passed a context that the function has made with a deadline.
func hasDeadline(instr ssa.Instruction) bool {
	call, ok := instr.(ssa.CallInstruction)
	return ok && slices.ContainsFunc(call.Common().Args, func(arg ssa.Value) bool {
		pair, ok := ssax.Origin(arg).(*ssa.Extract)
		if !ok {
			return false
		}
		with, ok := pair.Tuple.(*ssa.Call)
		if !ok || with.Call.StaticCallee() == nil {
			return false
		}
		switch with.Call.StaticCallee().String() {
		case "context.WithTimeout", "context.WithDeadline", "context.WithTimeoutCause", "context.WithDeadlineCause":
			return true
		}
		return false
	})
}

// onlyServer returns the struct type with the field that an http.Server was found in, nil if it has several servers.
func onlyServer(server ssa.Value) (owner *types.Named) {
	addr, ok := server.(*ssa.FieldAddr) // a server by value
	if !ok {
		load, isLoad := ssax.Origin(server).(*ssa.UnOp)
		if !isLoad {
			return nil
		}
		if addr, ok = load.X.(*ssa.FieldAddr); !ok {
			return nil
		}
	}
	owner, _ = pointee(addr.X.Type()).(*types.Named)
	if owner == nil {
		return nil
	}
	st, ok := owner.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	servers := 0
	for f := range st.Fields() {
		if types.Identical(pointee(f.Type()), pointee(server.Type())) {
			servers++
		}
	}
	if servers != 1 {
		return nil
	}
	return owner
}

// methodOf reports whether a function is a method of a type, or a literal in one.
func methodOf(fn *ssa.Function, owner *types.Named) bool {
	recv := ssax.Outermost(fn).Signature.Recv()
	return recv != nil && types.Identical(pointee(recv.Type()), owner)
}

// pointee returns the type that a pointer type points to, and another type as it is.
func pointee(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}
