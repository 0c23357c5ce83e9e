package guard

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/ssax"
)

// begins reports whether an access comes before all else in a function that starts something: before
// its goroutines, and before it takes the guard. A function that such alone call, there, begins like them.
func (p *pkg) begins(a *Access, want string) bool {
	return p.beginsAt(a.instr, want, nil)
}

func (p *pkg) beginsAt(at ssa.Instruction, want string, seen []*ssa.Function) bool {
	fn := at.Parent()
	if beginning.MatchString(fn.Name()) {
		return p.first(at, want)
	}
	calls := p.callers(fn)
	return len(calls) > 0 && !p.in.Root(fn).Is && !slices.Contains(seen, fn) && len(seen) < 4 && !slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool {
		_, plain := c.(*ssa.Call)
		return !plain || !p.beginsAt(c, want, append(seen, fn))
	})
}

// first reports whether its function has started no goroutine when it comes to an instruction, nor taken the guard.
func (p *pkg) first(at ssa.Instruction, want string) bool {
	fn := at.Parent()
	order := ssax.NewOrder(fn)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr.(type) {
			case *ssa.Go:
			case *ssa.Call, *ssa.Defer:
				st := p.in.Watched[fn].Stands[instr]
				if st == nil || !slices.ContainsFunc(st.Held, func(h flow.Stood) bool { return key(h.Lock) == want }) {
					continue
				}
			default:
				continue
			}
			if order.Leads(instr, at, nil) {
				return false
			}
		}
	}
	return true
}

// takenOut reports whether an object was found in a map from which the function has deleted it since: nobody
// else finds it there any more.
func (p *pkg) takenOut(base ssa.Value, at ssa.Instruction) bool {
	v := ssax.Origin(base)
	if pair, ok := v.(*ssa.Extract); ok {
		v = pair.Tuple
	}
	found, ok := v.(*ssa.Lookup)
	if !ok {
		return false
	}
	in, ok := p.reader.contents(found.X)
	if !ok {
		return false
	}
	deletes := func(instr ssa.Instruction) bool {
		call, ok := instr.(*ssa.Call)
		if !ok || !ssax.Dominates(instr, at) {
			return false
		}
		b, ok := call.Call.Value.(*ssa.Builtin)
		if !ok || b.Name() != "delete" || call.Call.Args[1] != found.Index {
			return false
		}
		out, ok := p.reader.contents(call.Call.Args[0])
		return ok && out.cell == in.cell
	}
	return slices.ContainsFunc(at.Parent().Blocks, func(b *ssa.BasicBlock) bool { return slices.ContainsFunc(b.Instrs, deletes) })
}
