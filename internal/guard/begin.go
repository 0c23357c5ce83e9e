package guard

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
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
				w := p.in.Watched[fn]
				if w == nil {
					continue // the function has nothing to do with guards
				}
				if st := w.Stands[instr]; st == nil || !slices.ContainsFunc(st.Held, func(h flow.Stood) bool { return key(h.Lock) == want }) {
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

// newborn reports whether an access is one to an object that its function makes.
func newborn(a *Access) bool {
	if a.Base == nil {
		return false
	}
	alloc, ok := path.Concrete(a.Base).Root().Val.(*ssa.Alloc)
	return ok && !a.Base.Loads() && alloc.Parent() == a.Fn
}

// starts reports whether a is the work of a goroutine that the function of the write b starts, once it has written
// what had no value before: who runs while there is one finds that value.
//
//	if db.cleaner == nil {
//		db.cleaner = make(chan struct{})
//		go db.clean() // reads db.cleaner
//	}
func (p *pkg) starts(a, b *Access, accesses []*Access) bool {
	if !b.Write || b.Content || cleared(b.instr) || !p.filled(b, accesses) {
		return false
	}
	roots := p.roots(a.Fn)
	for fn := range roots {
		calls := p.callers(fn)
		if len(calls) != 1 || calls[0].Parent() != b.Fn || !ssax.Dominates(b.instr, calls[0]) {
			return false
		}
		if _, isGo := calls[0].(*ssa.Go); !isGo {
			return false
		}
	}
	return len(roots) > 0
}

// filledIn reports whether an object was found in another one that nobody else knows yet, and that its function has
// filled with such objects itself.
//
//	r := &registry{buckets: make([]*bucket, n)}
//	for i := range r.buckets {
//		r.buckets[i] = &bucket{m: make(map[string]int)}
//		r.buckets[i].m["root"] = 1
//	}
func filledIn(base ssa.Value, at ssa.Instruction) bool {
	container := base
	for range 6 {
		if load, ok := container.(*ssa.UnOp); ok {
			container = load.X
		}
		if index, ok := container.(*ssa.IndexAddr); ok {
			container = index.X
		}
		if field, ok := container.(*ssa.FieldAddr); ok {
			container = field.X
		}
	}
	outer, ok := container.(*ssa.Alloc)
	if !ok || outer == base {
		return false
	}
	makes := func(instr ssa.Instruction) bool {
		alloc, ok := instr.(*ssa.Alloc)
		return ok && alloc != outer && types.Identical(alloc.Type(), base.Type())
	}
	if !slices.ContainsFunc(outer.Parent().Blocks, func(b *ssa.BasicBlock) bool { return slices.ContainsFunc(b.Instrs, makes) }) {
		return false
	}
	order := ssax.NewOrder(outer.Parent())
	return !slices.ContainsFunc(ssax.Publications(outer), func(i ssa.Instruction) bool { return order.Precedes(i, at, outer) })
}
