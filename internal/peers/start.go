package peers

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
)

// unstarted reports whether the goroutine of another way is only started after the last of the frames has gone
// on, for an object that the first ones have made, or for which they go on only once.
func (g *Graph) unstarted(frames []frame, other frame) bool {
	f := frames[len(frames)-1]
	started := g.funcs[other.fn]
	if f.site == nil || started == nil || started.open || len(started.in) == 0 {
		return false
	}
	run := g.funcs[f.fn]
	for _, e := range started.in {
		if e.kind != spawns || e.caller != f.fn || run.Precedes(e.instr, f.site, nil) || !run.Precedes(f.site, e.instr, nil) {
			return false
		}
		made := !elementwise(object(other.want)) && g.startedWith(frames, f.held, e) || !elementwise(object(other.held)) && g.startedWith(frames, f.want, e)
		if !made && !g.goesOnOnce(frames, g.raise(other.want, e)) && !g.goesOnOnce(frames, g.raise(other.held, e)) {
			return false
		}
	}
	return true
}

// startedWith reports whether an object that one of the frames has made has the lock, as the last of them names it,
// and is what a goroutine is started with.
func (g *Graph) startedWith(frames []frame, lock *path.Node, start *edge) bool {
	root := object(lock)
	if root == nil || root != path.Concrete(lock).Root() {
		return false // it may be shared
	}
	with := false
	for _, arg := range append(start.args[:len(start.args):len(start.args)], start.value) {
		if arg == nil {
			continue
		}
		if mc, ok := arg.(*ssa.MakeClosure); ok {
			for _, b := range mc.Bindings {
				with = with || path.Concrete(g.name(b)).Root() == root
			}
		}
		with = with || path.Concrete(g.name(arg)).Root() == root
	}
	for i := len(frames) - 1; with; i-- {
		if root.Kind == path.Value {
			alloc, ok := root.Val.(*ssa.Alloc)
			return ok && alloc.Parent() == frames[i].fn
		}
		if i == 0 || frames[i-1].edge == nil {
			return false
		}
		up := g.raise(root, frames[i-1].edge)
		if up == nil {
			return false
		}
		root = path.Concrete(up).Root()
	}
	return false
}

// goesOnOnce reports whether one of the frames, of which the last one names the lock, goes on only once for each object that leads to
// the lock: a flag of the object, which the function sets, and nobody takes back, says so.
func (g *Graph) goesOnOnce(frames []frame, lock *path.Node) bool {
	for i := len(frames) - 1; lock != nil; i-- {
		f := frames[i]
		for flag := range flags(f.site) {
			if slices.ContainsFunc(g.set(f.fn, flag), func(object *path.Node) bool { return leadsTo(object, path.Concrete(lock), false) }) && g.latched(flag) {
				return true
			}
		}
		e := g.soleCall(f.fn)
		if i == 0 || e == nil || e != frames[i-1].edge {
			break
		}
		lock = g.raise(lock, e)
	}
	return false
}

// set returns the objects of which a function sets a field.
func (g *Graph) set(fn *ssa.Function, field any) (objects []*path.Node) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if st, ok := instr.(*ssa.Store); ok && variable(st.Addr) == field {
				if fa, ok := st.Addr.(*ssa.FieldAddr); ok {
					objects = append(objects, g.name(fa.X))
				}
			}
		}
	}
	return objects
}
