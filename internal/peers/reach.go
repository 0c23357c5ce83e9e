package peers

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// reach tells which blocks of a function can be executed after which, by index.
type reach map[int][]bool

// after reports whether block b can be executed after block a has been left.
func (r reach) after(a, b *ssa.BasicBlock) bool {
	seen := r[a.Index]
	if seen == nil {
		seen = make([]bool, len(a.Parent().Blocks))
		work := slices.Clone(a.Succs)
		for len(work) > 0 {
			b := work[len(work)-1]
			work = work[:len(work)-1]
			if !seen[b.Index] {
				seen[b.Index] = true
				work = append(work, b.Succs...)
			}
		}
		r[a.Index] = seen
	}
	return seen[b.Index]
}

// then reports whether the instruction b can be executed after a, in one call of
// their function.
func (f *function) then(a, b ssa.Instruction) bool { return f.leads(a, b, nil) }

// leads reports whether b can be executed after a without executing avoid in between.
func (f *function) leads(a, b, avoid ssa.Instruction) bool {
	from, to := a.Block(), b.Block()
	if avoid == nil {
		return from == to && index(a) < index(b) || f.reaches.after(from, to)
	}
	at := index(avoid)
	if from == to && index(a) < index(b) && (avoid.Block() != from || at <= index(a) || at >= index(b)) {
		return true
	}
	if avoid.Block() == from && at > index(a) {
		return false
	}
	seen := make([]bool, len(f.fn.Blocks))
	work := slices.Clone(from.Succs)
	for len(work) > 0 {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[x.Index] {
			continue
		}
		seen[x.Index] = true
		if x == to && (avoid.Block() != x || at >= index(b)) {
			return true
		}
		if x != avoid.Block() {
			work = append(work, x.Succs...)
		}
	}
	return false
}

func index(i ssa.Instruction) int { return slices.Index(i.Block().Instrs, i) }

// precedes reports whether what a does can come before what b does, without avoid in
// between: calls that are deferred happen at the end of the function, in reverse order.
func (f *function) precedes(a, b, avoid ssa.Instruction) bool {
	_, deferA := a.(*ssa.Defer)
	_, deferB := b.(*ssa.Defer)
	switch {
	case deferA && deferB:
		return f.leads(b, a, avoid)
	case deferA:
		return false
	case deferB:
		return slices.ContainsFunc(f.ends(b), func(end ssa.Instruction) bool { return f.leads(a, end, avoid) })
	}
	return f.leads(a, b, avoid)
}

// ends returns where a deferred call is run.
func (f *function) ends(d ssa.Instruction) (ends []ssa.Instruction) {
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			if _, ok := instr.(*ssa.RunDefers); ok && f.then(d, instr) {
				ends = append(ends, instr)
			}
		}
	}
	return ends
}

// always reports whether every way to b leads through a.
func (f *function) always(a, b ssa.Instruction) bool {
	ends := []ssa.Instruction{b}
	if _, deferred := b.(*ssa.Defer); deferred {
		ends = f.ends(b)
	}
	return !slices.ContainsFunc(ends, func(end ssa.Instruction) bool { return !a.Block().Dominates(end.Block()) })
}

// loops reports whether an instruction can be executed again in the same call.
func (f *function) loops(i ssa.Instruction) bool {
	_, deferred := i.(*ssa.Defer)
	return !deferred && f.reaches.after(i.Block(), i.Block())
}
