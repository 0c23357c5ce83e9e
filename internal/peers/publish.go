package peers

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
)

// maxMakers bounds the calls down to where a channel is made.
const maxMakers = 3

// known reports whether others can know the channel that a goroutine acts on at site
// when it waits for the lock at an earlier instruction. A goroutine that makes a
// channel and puts it, with the lock held, where others find it, is past the lock
// when they do.
func (w *walk) known(f *function, at, site ssa.Instruction) bool {
	made := false
	for origin, places := range w.origins(f) {
		made = true
		if !f.precedes(at, site, origin) {
			continue // the channel is made later
		}
		for _, p := range places {
			if f.precedes(p, at, origin) {
				return true
			}
		}
	}
	return !made
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
				origins[instr] = publications(v)
			}
			if call, ok := instr.(*ssa.Call); ok {
				for _, e := range f.out[instr] {
					if e.kind == spawns {
						continue
					}
					if made, known := w.maker(e.callee, maxMakers); made {
						origins[instr] = append(origins[instr], publications(call)...)
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
	if f == nil || depth == 0 || w.inMaker[fn] {
		return false, false
	}
	w.inMaker[fn] = true
	defer delete(w.inMaker, fn)
	for _, m := range w.op.class.Makes {
		if m.Instr.Parent() == fn {
			made = true
			known = known || len(publications(m.Instr)) > 0
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
				known = known || k || len(publications(call)) > 0
			}
		}
	}
	return made, known
}

// publications returns where others get to know a new object, or the new struct that
// it has been put into: where it is stored, sent, captured or passed on.
func publications(v ssa.Value) (places []ssa.Instruction) {
	seen := make(map[ssa.Value]bool)
	work := []ssa.Value{v}
	add := func(v ssa.Value) {
		if !seen[v] {
			seen[v] = true
			work = append(work, v)
		}
	}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		refs := v.Referrers()
		if refs == nil {
			continue
		}
		for _, r := range *refs {
			switch r := r.(type) {
			case *ssa.Store:
				if r.Val != v {
					continue
				}
				if base, ok := flow.Base(r.Addr).(*ssa.Alloc); ok {
					add(base)
				} else {
					places = append(places, r)
				}
			case *ssa.Go, *ssa.Send, *ssa.MapUpdate:
				places = append(places, r)
			case *ssa.MakeClosure:
				if !onlyDeferred(r) {
					places = append(places, r)
				}
			case *ssa.Call:
				if b, ok := r.Call.Value.(*ssa.Builtin); ok {
					if b.Name() == "append" {
						add(r)
					}
				} else {
					places = append(places, r)
				}
			case *ssa.UnOp:
				if r.Op == token.MUL {
					add(r)
				}
			case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.Extract, *ssa.Slice:
				add(r.(ssa.Value))
			}
		}
	}
	return places
}

func onlyDeferred(mc *ssa.MakeClosure) bool {
	return !slices.ContainsFunc(*mc.Referrers(), func(r ssa.Instruction) bool {
		d, ok := r.(*ssa.Defer)
		return !ok || d.Call.Value != mc
	})
}
