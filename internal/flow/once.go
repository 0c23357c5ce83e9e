package flow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/why"
)

// A running is a sync.Once whose function is being executed: "because no call to Do
// returns until the one call to f returns, if f causes Do to be called, it will
// deadlock" (documentation of package sync).
type running struct {
	once  *path.Node
	steps []Step
	site  ssa.Instruction
}

// onceDo executes the call of Do itself, and returns what its function runs under; nil
// if the function called is not Do of a sync.Once.
func (w *walker) onceDo(s *state, obj *types.Func, once *path.Node, instr ssa.CallInstruction) *running {
	if !model.OnceDo(obj) {
		return nil
	}
	once, _ = w.behind(once)
	steps := []Step{{Pos: instr.Pos(), Func: w.name, What: "calls Do of"}}
	w.enters(s, once, instr, steps, nil)
	return &running{once, steps, instr}
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
func (w *walker) runOnce(states []*state, instr ssa.CallInstruction, do *running, fn *path.Node) (out []*state) {
	ran := w.onceRan(do.once)
	w.onces = append(w.onces, *do)
	for _, s := range states {
		val, known := s.cell(ran)
		did, isBool := false, false
		if known && val != nil {
			did, isBool = val.IsBool()
		}
		switch {
		case isBool && did:
			out = append(out, s)
		case isBool && len(w.onces) == 1:
			out = append(out, w.run(s, nonResult{instr}, fn, nil, nil)...)
		default:
			out = append(out, w.repeat([]*state{s}, instr, fn, 1)...)
		}
	}
	w.onces = w.onces[:len(w.onces)-1]
	for _, s := range out {
		s.setCell(ran, w.t.Bool(true))
	}
	return out
}

// enters reports a call of Do by the function that the same Do is running, or tells
// callers of the call.
func (w *walker) enters(s *state, once *path.Node, site ssa.CallInstruction, steps []Step, guard []Literal) {
	for _, r := range w.onces {
		if r.once == once {
			if !once.Lumped() && !isOpaque(site, once) {
				w.report(s, guard, Finding{Kind: OnceAgain, Pos: site.Pos(), Lock: once, First: r.steps, Again: steps, Site: r.site})
			} else if w.why != nil {
				w.silent(Finding{Kind: OnceAgain, Pos: site.Pos(), Lock: once, Site: r.site}, why.MaybeAnother, why.Evidence{})
			}
			return
		}
	}
	if once.InEntry() {
		w.event(Event{Kind: Enter, Lock: once, Guard: append(w.guard(s), guard...), Steps: steps})
	}
}
