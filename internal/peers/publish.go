package peers

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// known reports whether others can already reach the channel that a goroutine uses at site when it
// waits for the lock at an earlier instruction. A goroutine that publishes a channel with the lock
// held is past the lock by then.
func (w *walk) known(f *function, at, site ssa.Instruction) bool {
	if site == w.op.Instr && f.spawned() && begins(w.op.Chan) {
		return true
	}
	made := false
	for origin, places := range w.origins(f) {
		made = true
		if !f.Precedes(at, site, origin) {
			continue // the channel is made later
		}
		for _, p := range places {
			if f.Precedes(p, at, origin) {
				return true
			}
		}
	}
	return !made
}

// begins reports whether a function has a channel from its beginning, whatever is made while it runs.
func begins(ch ssa.Value) bool {
	switch v := ch.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		return true
	case *ssa.UnOp:
		if fv, ok := v.X.(*ssa.FreeVar); ok && v.Op == token.MUL {
			alloc, ok := path.Binding(fv).(*ssa.Alloc)
			return ok && ssax.OnlyStore(alloc) != nil
		}
	}
	return false
}

// makesFirst reports whether f itself makes the channel that a goroutine uses at site, or gets the new object with it from
// a callee. The goroutine that waits has it already, and so this one is past that.
func (w *walk) makesFirst(f *function, site ssa.Instruction, ch *path.Node) bool {
	if ch == nil {
		return false
	}
	made, ok := path.Concrete(ch).Root().Val.(ssa.Instruction)
	if !ok || !ssax.Dominates(made, site) {
		return false
	}
	_, ok = w.origins(f)[made]
	return ok
}

// origins returns the instructions of f that make a channel of the operation's class,
// or call what does, with the places where others get to know it.
func (w *walk) origins(f *function) map[ssa.Instruction][]ssa.Instruction {
	if got, ok := w.made[f]; ok {
		return got
	}
	origins := make(map[ssa.Instruction][]ssa.Instruction)
	w.made[f] = origins
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			v, ok := instr.(ssa.Value)
			if ok && w.makes(instr) {
				origins[instr] = ssax.Publications(v)
			}
			if call, ok := instr.(*ssa.Call); ok {
				for _, e := range f.out[instr] {
					if e.kind == spawns {
						continue
					}
					if made, known := w.maker(e.callee, limits.MaxMakers); made {
						origins[instr] = append(origins[instr], ssax.Publications(call)...)
						if known {
							origins[instr] = append(origins[instr], instr)
						}
					}
				}
			}
		}
	}
	return origins
}

// makes reports whether an instruction makes a channel of the operation's class.
func (w *walk) makes(instr ssa.Instruction) bool {
	return slices.ContainsFunc(w.op.class.Makes, func(m *Make) bool { return m.Instr == instr })
}

// maker reports whether fn, or what it calls, makes a channel of the operation's
// class, and whether others know it when fn returns.
func (w *walk) maker(fn *ssa.Function, depth int) (made, known bool) {
	f := w.funcs[fn]
	if f == nil || w.inMaker[fn] {
		return false, false
	}
	if depth == 0 {
		w.table.Limits.Hit(limits.Makers)
		return false, false
	}
	w.inMaker[fn] = true
	defer delete(w.inMaker, fn)
	for _, m := range w.op.class.Makes {
		if m.Instr.Parent() == fn {
			made = true
			known = known || len(ssax.Publications(m.Instr)) > 0
		}
	}
	for instr, edges := range f.out {
		call, ok := instr.(*ssa.Call)
		if !ok {
			continue
		}
		for _, e := range edges {
			if e.kind == spawns {
				continue
			}
			if m, k := w.maker(e.callee, depth-1); m {
				made = true
				known = known || k || len(ssax.Publications(call)) > 0
			}
		}
	}
	return made, known
}
