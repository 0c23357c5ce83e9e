package summary

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/ssax"
)

// withoutHandle reports whether a function returns a failure, and nil, with the lock of an object held that it has looked up or made, and which it
// returns otherwise: then callers release the lock through the result, and here they cannot.
//
//	e.mu.Lock()
//	if e.revoked {
//		return nil, ErrRevoked
//	}
//	return e, nil
func withoutHandle(r *flow.Result, l flow.Leak) bool {
	site, ok := l.Site.(*ssa.Call)
	if !ok || l.Answer != flow.Failure || !l.Exit.IsValid() || l.Panic || l.Loop || len(r.Releases[l.Site]) > 0 || len(site.Call.Args) == 0 {
		return false
	}
	object := ssax.Origin(ssax.Base(site.Call.Args[0]))
	switch object.(type) {
	case *ssa.Alloc, *ssa.Call:
	default:
		if !ssax.LookedUp(object) {
			return false
		}
	}
	var here, elsewhere []int // the places of the results that are nil, and that are the object
	for _, b := range r.Fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		for i, v := range ssax.Results(ret) {
			switch {
			case ret.Pos() == l.Exit && ssax.IsNil(v):
				here = append(here, i)
			case ret.Pos() != l.Exit && ssax.SameObject(v, object):
				elsewhere = append(elsewhere, i)
			}
		}
	}
	return slices.ContainsFunc(here, func(i int) bool { return slices.Contains(elsewhere, i) })
}

// droppedHandle returns the type of the one result of a call that has acquired a lock, if nobody uses it: it was there to release the lock. It is nil
// if there is none.
//
//	s.Acquire() // returns s.mu.Unlock
func droppedHandle(site ssa.Instruction) types.Type {
	call, ok := site.(ssa.CallInstruction)
	if !ok || call.Common().StaticCallee() == nil || call.Common().Signature().Results().Len() != 1 {
		return nil
	}
	if _, isGo := site.(*ssa.Go); isGo {
		return nil
	}
	if v := call.Value(); v != nil && slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool { _, debug := r.(*ssa.DebugRef); return !debug }) {
		return nil
	}
	t := call.Common().Signature().Results().At(0).Type()
	if _, isFunc := t.Underlying().(*types.Signature); !isFunc && !ssax.IsPointer(t) {
		return nil
	}
	return t
}

// dropsRelease reports whether a lock was acquired by a call that returns a function, which nobody calls.
func dropsRelease(site ssa.Instruction) bool {
	t := droppedHandle(site)
	if t == nil {
		return false
	}
	_, isFunc := t.Underlying().(*types.Signature)
	return isFunc
}

// withoutHandleOf leaves out methods of an object that is the dropped handle of a lock: nobody has it to call them.
func withoutHandleOf(site ssa.Instruction, others []party) []party {
	t := droppedHandle(site)
	if t == nil {
		return others
	}
	return slices.DeleteFunc(slices.Clone(others), func(g party) bool {
		return g.fn != nil && g.fn.Signature.Recv() != nil && types.Identical(g.fn.Signature.Recv().Type(), t)
	})
}
