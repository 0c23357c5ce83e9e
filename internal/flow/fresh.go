package flow

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// fresh reports whether a lock lies in an object that the function has made and that
// no other goroutine can know at the instruction.
func (w *walker) fresh(lock *path.Node, site ssa.Instruction) bool {
	root, _ := Owner(w.t, w.env, lock)
	if root == nil || root.Kind != path.Value || root.Index > 0 {
		return false
	}
	if !w.isNew(root.Val) {
		return false
	}
	places := w.env.Settled().publications(root.Val)
	made, _ := root.Val.(ssa.Instruction)
	return !slices.ContainsFunc(places, func(p ssa.Instruction) bool { return w.precedes(p, site, made) })
}

// Owner returns the object that a lock belongs to: the one that has it by value, or that has made the one which has it; nil if that is not known.
// It also returns the names of the fields through which the latter have it.
func Owner(t *path.Table, env Env, lock *path.Node) (owner *path.Node, fields []string) {
	for n := path.Concrete(lock); ; n = path.Concrete(n.X) {
		switch {
		case n.Kind == path.Field, n.Kind == path.RLocker:
		case n.Kind == path.Deref && n.X.Kind == path.Field && env.Sealed(t.Cell(n.X)):
			n = n.X
			fields = append(fields, n.Name)
		case n.Loads():
			return nil, nil
		default:
			return n, fields
		}
	}
}

// isNew reports whether a value is an object that the function makes, or has made for it.
func (w *walker) isNew(v ssa.Value) bool {
	switch v.(type) {
	case *ssa.Alloc, *ssa.MakeChan:
		return true
	}
	return w.made[v]
}

// freshUnder is fresh for a lock that is waited for. Where the object has got known under
// another lock that is held until then, as covered tells of each place, nobody has had
// time to lock it: who makes an element, puts it into the locked registry, and locks it.
func (w *walker) freshUnder(lock *path.Node, site ssa.Instruction, covered func(place ssa.Instruction) bool) bool {
	if w.fresh(lock, site) {
		return true
	}
	root := path.Concrete(lock).Root()
	made, isInstr := root.Val.(ssa.Instruction)
	return root.Kind == path.Value && isInstr && !lock.Loads() && root.Index == 0 && w.isNew(root.Val) &&
		!slices.ContainsFunc(w.env.Settled().publications(root.Val), func(p ssa.Instruction) bool { return w.precedes(p, site, made) && !covered(p) })
}

// precedes reports whether what a does may come before what b does, since made was last
// executed.
func (w *walker) precedes(a, b, made ssa.Instruction) bool {
	for _, instr := range []ssa.Instruction{a, b, made} {
		if instr.Block() == nil || instr.Parent() != w.fn {
			return true
		}
	}
	return w.info.run.Precedes(a, b, made)
}

// publishesHeld reports whether the callee makes the object with the lock n, one of its
// arguments, known only under locks of its own that the point has.
func (p *Point) publishesHeld(c Callee, instr ssa.CallInstruction, n *path.Node, m *Settled) bool {
	if c.Fn == nil || instr.Common().StaticCallee() != c.Fn {
		return false
	}
	for i, arg := range instr.Common().Args {
		if arg != path.Concrete(n).Root().Val || i >= len(c.Fn.Params) {
			continue
		}
		for _, place := range m.publications(c.Fn.Params[i]) {
			if !slices.ContainsFunc(p.Held, func(h HeldLock) bool {
				return len(h.Steps) == 1 && !h.Maybe && comesAfter(place, h.Steps[0].Pos)
			}) {
				return false
			}
		}
	}
	return true
}

// comesAfter reports whether every way to an instruction leads through the call at pos.
func comesAfter(instr ssa.Instruction, pos token.Pos) bool {
	call := ssax.CallAt(instr.Parent(), pos)
	return call != nil && ssax.Dominates(call, instr)
}

// unshared reports whether a new object is reachable only from the function's results. Objects
// that are made there may refer to each other.
func (w *walker) unshared(v ssa.Value, seen []ssa.Value) bool {
	if _, ok := v.(*ssa.Alloc); !ok && !w.made[v] {
		return false
	}
	if slices.Contains(seen, v) || w.info.private(v) {
		return true
	}
	refs := v.Referrers()
	if refs == nil || len(seen) > 4 {
		return false
	}
	for _, r := range *refs {
		switch r := r.(type) {
		case *ssa.Store:
			if r.Val == v && !w.unshared(ssax.Base(r.Addr), append(seen, v)) {
				return false
			}
		case *ssa.MakeClosure, *ssa.Go, *ssa.Send, *ssa.MapUpdate, *ssa.Phi, *ssa.ChangeType:
			return false
		}
	}
	return true
}
