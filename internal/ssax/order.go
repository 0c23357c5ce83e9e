package ssax

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// An Order knows in which order the instructions of one function can run. Those of another function may
// run at any time for all it knows. It keeps what it has found out, and is not safe for concurrent use.
type Order struct {
	fn    *ssa.Function
	after map[int][]bool // by block index: the blocks that can run after it
	ahead map[int][]bool // the same, and the block itself, but for ways back in a loop
}

// NewOrder returns the Order of a function with a body.
func NewOrder(fn *ssa.Function) *Order {
	return &Order{fn: fn, after: make(map[int][]bool), ahead: make(map[int][]bool)}
}

// After reports whether block b can run after block a has been left.
func (o *Order) After(a, b *ssa.BasicBlock) bool {
	if a.Parent() != o.fn || b.Parent() != o.fn {
		return true
	}
	seen := o.after[a.Index]
	if seen == nil {
		seen = make([]bool, len(o.fn.Blocks))
		work := slices.Clone(a.Succs)
		for len(work) > 0 {
			b := work[len(work)-1]
			work = work[:len(work)-1]
			if !seen[b.Index] {
				seen[b.Index] = true
				work = append(work, b.Succs...)
			}
		}
		o.after[a.Index] = seen
	}
	return seen[b.Index]
}

// Ahead reports whether block b is a, or can run after a in the same iteration of all loops around both: no way leads back to a
// block through which it must have come.
func (o *Order) Ahead(a, b *ssa.BasicBlock) bool {
	seen := o.ahead[a.Index]
	if seen == nil {
		seen = make([]bool, len(o.fn.Blocks))
		work := []*ssa.BasicBlock{a}
		for len(work) > 0 {
			b := work[len(work)-1]
			work = work[:len(work)-1]
			if seen[b.Index] {
				continue
			}
			seen[b.Index] = true
			for _, next := range b.Succs {
				if !next.Dominates(b) {
					work = append(work, next)
				}
			}
		}
		o.ahead[a.Index] = seen
	}
	return seen[b.Index]
}

// Leads reports whether b can run after a without avoid in between; avoid may be nil. A
// deferred call counts where its defer statement stands.
func (o *Order) Leads(a, b, avoid ssa.Instruction) bool {
	from, to := a.Block(), b.Block()
	if avoid == nil || a.Parent() != o.fn || b.Parent() != o.fn || avoid.Parent() != o.fn {
		return from == to && Index(a) < Index(b) || o.After(from, to)
	}
	at := Index(avoid)
	if from == to && Index(a) < Index(b) && (avoid.Block() != from || at <= Index(a) || at >= Index(b)) {
		return true
	}
	if avoid.Block() == from && at > Index(a) {
		return false
	}
	seen := make([]bool, len(o.fn.Blocks))
	work := slices.Clone(from.Succs)
	for len(work) > 0 {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[x.Index] {
			continue
		}
		seen[x.Index] = true
		if x == to && (avoid.Block() != x || at >= Index(b)) {
			return true
		}
		if x != avoid.Block() {
			work = append(work, x.Succs...)
		}
	}
	return false
}

// LeadsPast reports whether b can run after a without one of the instructions of avoid in between. All are in the function of o.
func (o *Order) LeadsPast(a, b ssa.Instruction, avoid ...ssa.Instruction) bool {
	seen := make([]bool, len(o.fn.Blocks))
	var from func(block *ssa.BasicBlock, i int) bool
	from = func(block *ssa.BasicBlock, i int) bool {
		for _, instr := range block.Instrs[i:] {
			if instr == b {
				return true
			}
			if slices.Contains(avoid, instr) {
				return false
			}
		}
		return slices.ContainsFunc(block.Succs, func(next *ssa.BasicBlock) bool {
			if seen[next.Index] {
				return false
			}
			seen[next.Index] = true
			return from(next, 0)
		})
	}
	return from(a.Block(), Index(a)+1)
}

// Published reports whether others may know a new object when an instruction is come to, or get to know it there.
func (o *Order) Published(object ssa.Value, at ssa.Instruction) bool {
	made, _ := object.(ssa.Instruction)
	return slices.ContainsFunc(Publications(object), func(place ssa.Instruction) bool { return place == at || o.Precedes(place, at, made) })
}

// Precedes reports whether what a does can come before what b does, without avoid in
// between; avoid may be nil. Deferred calls run at the end of the function, in reverse order.
func (o *Order) Precedes(a, b, avoid ssa.Instruction) bool {
	_, deferA := a.(*ssa.Defer)
	_, deferB := b.(*ssa.Defer)
	switch {
	case deferA && deferB:
		return o.Leads(b, a, avoid)
	case deferA:
		return false
	case deferB:
		return slices.ContainsFunc(o.Ends(b), func(end ssa.Instruction) bool { return o.Leads(a, end, avoid) })
	}
	return o.Leads(a, b, avoid)
}

// Ends returns the places where a deferred call runs.
func (o *Order) Ends(d ssa.Instruction) (ends []ssa.Instruction) {
	for _, b := range o.fn.Blocks {
		for _, instr := range b.Instrs {
			if _, ok := instr.(*ssa.RunDefers); ok && o.Leads(d, instr, nil) {
				ends = append(ends, instr)
			}
		}
	}
	return ends
}

// Always reports whether every way to what b does leads through a.
func (o *Order) Always(a, b ssa.Instruction) bool {
	ends := []ssa.Instruction{b}
	if _, deferred := b.(*ssa.Defer); deferred {
		ends = o.Ends(b)
	}
	return !slices.ContainsFunc(ends, func(end ssa.Instruction) bool { return !a.Block().Dominates(end.Block()) })
}

// Loops reports whether an instruction can run again in the same call of the function.
func (o *Order) Loops(i ssa.Instruction) bool {
	_, deferred := i.(*ssa.Defer)
	return !deferred && o.After(i.Block(), i.Block())
}

// CallAt returns the first call in a function at a place in the source, nil if there is none.
func CallAt(fn *ssa.Function, pos token.Pos) ssa.CallInstruction {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if c, ok := instr.(ssa.CallInstruction); ok && c.Pos() == pos {
				return c
			}
		}
	}
	return nil
}

// Index returns the place of an instruction in its block.
func Index(i ssa.Instruction) int { return slices.Index(i.Block().Instrs, i) }

// Dominates reports whether every way to b leads through a. It does not if they are in two functions.
func Dominates(a, b ssa.Instruction) bool {
	if a.Parent() != b.Parent() {
		return false
	}
	if a.Block() != b.Block() {
		return a.Block().Dominates(b.Block())
	}
	return Index(a) < Index(b)
}

// Side returns the side of the branch at the end of b that alone leads to block, the index of a successor; -1 if both do.
func Side(b, block *ssa.BasicBlock) int {
	return slices.IndexFunc(b.Succs, func(s *ssa.BasicBlock) bool { return s.Dominates(block) && entersOnce(b, s) })
}

// entersOnce reports whether the way from b is the only one to s, but for the turns of a loop that begins at s.
func entersOnce(b, s *ssa.BasicBlock) bool {
	ways := 0
	for _, p := range s.Preds {
		if p == b {
			ways++
		} else if !s.Dominates(p) {
			return false
		}
	}
	return ways == 1 && !s.Dominates(b)
}

// InLoop reports whether a block can run more than once in one call of its function.
func InLoop(b *ssa.BasicBlock) bool {
	return leadsTo(b, nil, func(x *ssa.BasicBlock) bool { return x == b })
}

// leadsTo reports whether a way from the end of a block, which does not lead through the block avoid, comes to one that is looked for; avoid may be nil.
func leadsTo(from, avoid *ssa.BasicBlock, lookedFor func(*ssa.BasicBlock) bool) bool {
	seen := map[*ssa.BasicBlock]bool{avoid: true}
	work := slices.Clone(from.Succs)
	for len(work) > 0 {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[x] {
			continue
		}
		if lookedFor(x) {
			return true
		}
		seen[x] = true
		work = append(work, x.Succs...)
	}
	return false
}

// Unconditional reports whether a function has a call or a defer statement at pos, and comes to it whenever it returns.
func Unconditional(fn *ssa.Function, pos token.Pos) bool {
	call := CallAt(fn, pos)
	if call == nil {
		return false
	}
	return !slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool {
		_, returns := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		return returns && b != fn.Recover && !call.Block().Dominates(b)
	})
}

// AlwaysAfter reports whether a function comes to the call or defer statement at pos whether it executes op or passes it by: from the branch that
// decides about op, each way to a return, or back to the branch, leads through the call.
func AlwaysAfter(op ssa.Instruction, pos token.Pos) bool {
	call := CallAt(op.Parent(), pos)
	if call == nil {
		return false
	}
	fork := call.Block()
	for fork != nil && !fork.Dominates(op.Block()) {
		fork = fork.Idom()
	}
	if fork == nil || fork == call.Block() || fork == op.Block() {
		return false
	}
	return !leadsTo(fork, call.Block(), func(b *ssa.BasicBlock) bool {
		_, returns := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		return returns || b == fork
	})
}

// Followed reports whether each way from an instruction to a return of its function leads through another one.
func Followed(a, b ssa.Instruction) bool {
	if a.Block() == b.Block() && Index(a) < Index(b) {
		return true
	}
	return !leadsTo(a.Block(), b.Block(), func(x *ssa.BasicBlock) bool {
		_, returns := x.Instrs[len(x.Instrs)-1].(*ssa.Return)
		return returns
	})
}
