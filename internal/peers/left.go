package peers

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
)

// left tells where a goroutine that receives in a loop needs the lock when it has left the loop: to take itself off
// the list in which the sender, with the lock held, has found its channel. Until then it is on the list, and
// receives no more. It is nil if no goroutine does.
func (a *asker) left(send, p *Op) *Bound {
	list := a.listOf(send.Chan, 0)
	f := a.funcs[p.Fn]
	if list == nil || !f.Loops(p.Instr) || !a.leavesEarly(p) {
		return nil
	}
	for _, q := range a.acquires(p.Fn, a.class) {
		if a.conflicts(q) && a.matches(q.lock, a.name(p.Chan)) && f.Precedes(p.Instr, q.at, nil) && !f.Precedes(q.at, p.Instr, nil) && a.takesOff(f, q.at, list, 0) {
			return &Bound{Op: p, Steps: q.steps, Left: true}
		}
	}
	return nil
}

// listOf returns the field or variable with the container in which a function has found a channel, or the object
// that has it; nil if it is not known.
func (g *Graph) listOf(v ssa.Value, depth int) any {
	if depth > limits.MaxCalls {
		return nil
	}
	inside := func(container ssa.Value) any {
		switch container.Type().Underlying().(type) {
		case *types.Map, *types.Slice:
		default:
			return nil
		}
		if load, ok := ssax.Origin(container).(*ssa.UnOp); ok {
			return variable(load.X)
		}
		return nil
	}
	switch v := ssax.Origin(v).(type) {
	case *ssa.UnOp:
		switch addr := v.X.(type) {
		case *ssa.FieldAddr:
			return g.listOf(addr.X, depth+1)
		case *ssa.IndexAddr:
			return inside(addr.X)
		}
	case *ssa.Field:
		return g.listOf(v.X, depth+1)
	case *ssa.Lookup:
		return inside(v.X)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Lookup:
			return inside(t.X)
		case *ssa.Next:
			if r, ok := t.Iter.(*ssa.Range); ok {
				return inside(r.X)
			}
		}
	case *ssa.Parameter:
		f := g.funcs[v.Parent()]
		if f == nil || len(f.in) != 1 {
			return nil
		}
		for i, p := range v.Parent().Params {
			if e := f.in[0]; p == v && i < len(e.args) && e.args[i] != nil {
				return g.listOf(e.args[i], depth+1)
			}
		}
	}
	return nil
}

// leavesEarly reports whether the loop of a receive can be left although the channel has not been closed.
func (a *asker) leavesEarly(p *Op) bool {
	if p.Kind == Range {
		return a.leaves(p)
	}
	f := a.funcs[p.Fn]
	at := p.Instr.Block()
	for _, b := range p.Fn.Blocks {
		if b != at && (!f.After(at, b) || !f.After(b, at)) {
			continue
		}
		if len(b.Succs) == 0 {
			return true
		}
		for _, s := range b.Succs {
			if s != at && !f.After(s, at) && !testsClosed(b) {
				return true
			}
		}
	}
	return false
}

// testsClosed reports whether a block ends with the question whether a channel has been closed.
func testsClosed(b *ssa.BasicBlock) bool {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	cond := branch.Cond
	if not, ok := cond.(*ssa.UnOp); ok {
		cond = not.X
	}
	e, ok := cond.(*ssa.Extract)
	if !ok || e.Index != 1 {
		return false
	}
	switch e.Tuple.(type) {
	case *ssa.UnOp, *ssa.Select:
		return true
	}
	return false
}

// takesOff reports whether an instruction that locks, or the function that it calls, goes on to take something off
// a list.
func (a *asker) takesOff(f *function, at ssa.Instruction, list any, depth int) bool {
	only := map[any]bool{list: true, contents{list}: true}
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			if depth == 0 && !f.Precedes(at, instr, nil) {
				continue
			}
			writes, removes := writesTo(instr, only)
			if st, ok := instr.(*ssa.Store); ok && writes {
				_, isSlice := st.Val.Type().Underlying().(*types.Slice)
				removes = removes || isSlice
			}
			if removes {
				return true
			}
		}
	}
	if depth > limits.MaxCalls {
		return false
	}
	for instr, edges := range f.out {
		if depth == 0 && instr != at {
			continue
		}
		for _, e := range edges {
			if e.kind != spawns && a.takesOff(a.funcs[e.callee], at, list, depth+1) {
				return true
			}
		}
	}
	return false
}
