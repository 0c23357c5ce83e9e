package flow

import (
	"go/types"

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
	steps := []Step{{Pos: instr.Pos(), Func: w.name, What: "calls Do of"}}
	w.demand(s, &demand{by: Enter, lock: once, site: instr, steps: steps})
	return &known{Lock: once, Phase: lockset.Held, By: &act{site: instr, steps: steps}}
}

// onceRan is the address of what tells whether a sync.Once has run its function: false if it is new, true after Do.
func (w *walker) onceRan(once *path.Node) *path.Node {
	return w.t.Field(once, "ran", "sync.Once", false)
}

// newOnce notes that a variable is zero now, if it is a sync.Once.
func (w *walker) newOnce(s *state, addr *path.Node, typ types.Type) {
	if named, ok := types.Unalias(typ).(*types.Named); ok && named.Obj().Name() == "Once" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "sync" {
		s.setCell(w.onceRan(addr), w.t.Bool(false))
	}
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
