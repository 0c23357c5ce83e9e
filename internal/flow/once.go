package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// "Because no call to Do returns until the one call to f returns, if f causes Do to be called, it will
// deadlock" (documentation of package sync): a sync.Once whose function is being executed is like a lock that is held. It stands in
// walker.onces.

// onceDo executes the call of Do itself, and returns what its function runs under; nil
// if the function called is not Do of a sync.Once.
func (w *walker) onceDo(s *state, obj *types.Func, once *path.Node, instr ssa.CallInstruction) *known {
	if !model.OnceDo(obj) {
		return nil
	}
	once, _ = w.behind(once)
	steps := []*Step{{Pos: instr.Pos(), Func: w.name, What: "calls Do of"}}
	w.demand(s, &demand{by: Enter, lock: once, site: instr, steps: steps})
	if ran, _ := s.cell(w.onceRan(once)); ran != w.t.Bool(true) {
		w.acquires(s, once, model.Doing, instr, steps)
	}
	return &known{Lock: once, Phase: lockset.Held, By: &act{site: instr, steps: steps}}
}

// onceRan is the address of what tells whether a sync.Once has run its function: false if it is new, true after Do.
func (w *walker) onceRan(once *path.Node) *path.Node {
	return w.t.Field(once, "ran", "sync.Once", false)
}

func (w *walker) isOnceRan(addr *path.Node) bool {
	return addr.Kind == path.Field && w.onceRan(addr.X) == addr
}

// newOnce notes that a variable is zero now, if it is a sync.Once.
func (w *walker) newOnce(s *state, addr *path.Node, typ types.Type) {
	if named, ok := types.Unalias(typ).(*types.Named); ok && named.Obj().Name() == "Once" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "sync" {
		s.setCell(w.onceRan(addr), w.t.Bool(false))
	}
}

// onceFunc returns what a function that sync.OnceFunc has made here runs, and what it runs under; nil if n is none.
func (w *walker) onceFunc(s *state, n *path.Node) (do *known, runs *path.Node) {
	if n.Kind != path.Value || n.Index != 0 || n.Old() {
		return nil, nil
	}
	made, ok := n.Val.(*ssa.Call)
	if !ok || !ownOnceFunc(made) {
		return nil, nil
	}
	if runs = path.Concrete(w.node(s, made.Call.Args[0])); runs.Kind != path.Func {
		return nil, nil
	}
	return &known{Lock: n, Phase: lockset.Held, By: &act{site: made}}, runs
}

// ownOnceFunc reports whether a call is one of sync.OnceFunc, and only the function that makes it calls the result.
func ownOnceFunc(call *ssa.Call) bool {
	fn := call.Call.StaticCallee()
	return fn != nil && model.OnceFunc(funcObject(fn)) && keptHere(call)
}

// keptHere reports whether all that happens to a function which a call returns is that this function calls it.
func keptHere(call ssa.CallInstruction) bool {
	v := call.Value()
	return v != nil && !slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		c, ok := r.(ssa.CallInstruction)
		_, isGo := r.(*ssa.Go)
		return !ok || isGo || c.Common().Value != v || slices.Contains(c.Common().Args, ssa.Value(v))
	})
}

// runOnce executes the function that Do was given, if the Once has not run, or may not have run, yet.
func (w *walker) runOnce(states []*state, instr ssa.CallInstruction, do *known, fn *path.Node) (out []*state) {
	ran := w.onceRan(do.Lock)
	around := w.onces.Clone()
	w.onces.Hold(*do)
	for _, s := range states {
		val, known := s.cell(ran)
		did, isBool := false, false
		if known && val != nil {
			did, isBool = val.IsBool()
		}
		switch {
		case isBool && did:
			out = append(out, s)
		case isBool && len(w.onces.Held()) == 1:
			out = append(out, w.run(s, nonResult{instr}, fn, nil, nil)...)
		default:
			out = append(out, w.repeat([]*state{s}, instr, fn, 1)...)
		}
	}
	w.onces = around
	for _, s := range out {
		s.setCell(ran, w.t.Bool(true))
	}
	return out
}
