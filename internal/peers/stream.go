package peers

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A Streamed is a loop that receives from a channel of an object of another package, and waits between two messages for a lock
// with which the object sends.
type Streamed struct {
	Receive ssa.Instruction
	At      ssa.Instruction // where the loop waits for the lock
	Fn      *ssa.Function
	Lock    *path.Node
	Steps   []*flow.Step // from the loop to the lock
	Send    []*flow.Step // from the function that sends with the lock held to the send
}

// StreamOf returns the event which says that the function of a call of another package returns a channel on which others send with locks held; nil if
// nothing says so. foreign tells what is known of functions of other packages.
func StreamOf(instr ssa.Instruction, pkg *types.Package, foreign func(types.Object) *flow.Summary) *flow.Event {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return nil
	}
	if _, isChan := call.Type().Underlying().(*types.Chan); !isChan || call.Call.StaticCallee() == nil {
		return nil
	}
	obj, ok := call.Call.StaticCallee().Object().(*types.Func)
	if !ok || obj.Pkg() == nil || obj.Pkg() == pkg {
		return nil
	}
	sum := foreign(obj.Origin())
	if sum == nil {
		return nil
	}
	for i := range sum.Events {
		if sum.Events[i].Kind == flow.Streams {
			return &sum.Events[i]
		}
	}
	return nil
}

// Streamed returns the loops that receive what a function returns, see [StreamOf], to which all the calls are. There are none if somebody in the package
// receives without waiting for the lock, or may do so.
func (g *Graph) Streamed(calls []*ssa.Call, e *flow.Event) (found []Streamed) {
	for _, call := range calls {
		f := g.funcs[call.Parent()]
		if f == nil {
			return nil
		}
		for _, ch := range ssax.Copies(call) {
			for _, r := range *ch.Referrers() {
				switch {
				case receivesFrom(r, ch):
					s := g.waitsBetween(f, r, call, e)
					if s == nil {
						return nil
					}
					found = append(found, *s)
				case !keepsLocally(r, ch):
					return nil
				}
			}
		}
	}
	return found
}

// keepsLocally reports whether an instruction that uses a channel puts it into a variable which holds nothing else, and of which only its function knows.
func keepsLocally(instr ssa.Instruction, ch ssa.Value) bool {
	switch instr := instr.(type) {
	case *ssa.DebugRef:
		return true
	case *ssa.Store:
		alloc, ok := instr.Addr.(*ssa.Alloc)
		return ok && !alloc.Heap && ssax.OnlyStore(alloc) == ch
	}
	return false
}

// receivesFrom reports whether an instruction receives from a channel.
func receivesFrom(instr ssa.Instruction, ch ssa.Value) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		return instr.X == ch
	case *ssa.Select:
		for _, st := range instr.States {
			if st.Chan == ch && st.Dir == types.RecvOnly {
				return true
			}
		}
	}
	return false
}

// waitsBetween returns where a function waits for a lock, with which others send, after it has received and before it does so again; nil if it does not.
func (g *Graph) waitsBetween(f *function, receive ssa.Instruction, call *ssa.Call, e *flow.Event) *Streamed {
	if !f.Loops(receive) {
		return nil
	}
	for _, h := range e.Held {
		lock := g.table.Rewrite(h.Lock, func(n *path.Node) *path.Node {
			if n.Kind != path.Param || n.Index >= len(call.Call.Args) {
				return nil
			}
			return g.name(call.Call.Args[n.Index])
		})
		class := g.class(f.fn, lock, 0)
		if class == "" {
			continue
		}
		for _, q := range g.acquires(f.fn, class) {
			if q.lock != lock || q.mode == model.Read && h.Mode == model.Read {
				continue
			}
			if _, isDefer := q.at.(*ssa.Defer); !isDefer && f.Leads(receive, q.at, nil) && f.Leads(q.at, receive, nil) {
				return &Streamed{receive, q.at, f.fn, lock, q.steps, e.Steps}
			}
		}
	}
	return nil
}
