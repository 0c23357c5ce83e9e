package peers

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// gathered reports whether the function of f has received, before the way goes on, as many messages on a channel as it has started goroutines,
// each of which sends one when it comes to its end:
//
//	for range n {
//		go func() { work(); done <- true }()
//	}
//	for range n {
//		<-done
//	}
func (g *Graph) gathered(f frame, theirs []frame) bool {
	if f.site == nil {
		return false
	}
	starts := g.startsIn(f.fn, theirs[0].fn)
	run := g.funcs[f.fn]
	for _, op := range run.ops {
		if op.Kind != Receive || !joins(op) || len(starts) != 1 || starts[0].Parent() != f.fn {
			continue
		}
		n := turns(op.Instr)
		if n == nil || !sameNumber(n, turns(starts[0])) || run.Leads(f.site, op.Instr, starts[0]) || run.Leads(op.Instr, starts[0], f.site) {
			continue
		}
		if slices.ContainsFunc(g.ends(op), func(e end) bool {
			return e.instr != nil && !g.funcs[e.fn].Loops(e.instr) && g.endedBefore(e, f, theirs, g.name(op.Chan))
		}) {
			return true
		}
	}
	return false
}

// turns returns the number of turns of the loop around an instruction, which executes it in each; nil if it is in no such loop.
func turns(instr ssa.Instruction) (n ssa.Value) {
	body := ssax.LoopAround(instr.Block())
	var last *ssa.BasicBlock // decides whether there is another turn
	for b := range body {
		for _, s := range b.Succs {
			if body[s] {
				continue
			}
			if last != nil {
				return nil
			}
			last = b
		}
	}
	if last == nil {
		return nil
	}
	branch, _ := last.Instrs[len(last.Instrs)-1].(*ssa.If)
	if branch == nil {
		return nil
	}
	cond, ok := branch.Cond.(*ssa.BinOp)
	if !ok || cond.Op != token.LSS || !ssax.EachTurn(last, instr.Block()) {
		return nil
	}
	return cond.Y
}

// sameNumber reports whether two values are one number.
func sameNumber(a, b ssa.Value) bool {
	if a == nil || b == nil {
		return false
	}
	x, isX := a.(*ssa.Const)
	y, isY := b.(*ssa.Const)
	if isX && isY {
		return x.Value != nil && y.Value != nil && x.Int64() == y.Int64()
	}
	return a == b || sameLength(a, b)
}

// sameLength reports whether two values are the length of one slice or map.
func sameLength(a, b ssa.Value) bool {
	of := func(v ssa.Value) ssa.Value {
		c, ok := v.(*ssa.Call)
		if !ok {
			return nil
		}
		if b, ok := c.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" {
			return nil
		}
		return c.Call.Args[0]
	}
	x, y := of(a), of(b)
	return x != nil && x == y
}
