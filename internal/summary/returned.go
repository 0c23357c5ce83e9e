package summary

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// An exported function may return a literal that uses locks of what the function was given: an iterator, or what gives a lock back. Importers
// get the summary of the literal, as one of a function that has the parameters of the literal, and after them those of the function around it.
//
//	func (r *Ring) All() iter.Seq[string] {
//		return func(yield func(string) bool) {
//			r.mu.RLock()
//			defer r.mu.RUnlock()
//			...

// returned returns the summaries of such literals, by the functions that return them and nothing else, as their first result.
func (a *analysis) returned() map[*types.Func]*flow.Summary {
	out := make(map[*types.Func]*flow.Summary)
	for _, fn := range a.funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || ssax.InTest(fn) || fn.Signature.Results().Len() == 0 {
			continue
		}
		if s := unlockMethod(fn, a.sums[fn]); s != nil {
			out[obj] = s
			if a.handsBack(a.sums[fn], s, 0) {
				a.sums[fn] = a.withoutFunc(a.sums[fn])
			}
			continue
		}
		for _, lit := range fn.AnonFuncs {
			if a.sums[lit].Trivial() || resultIs(fn, lit) != 0 {
				continue
			}
			out[obj] = a.fromOutside(fn, lit)
			if s := a.sums[fn]; s != nil && a.handsBack(s, out[obj], len(lit.Params)) {
				a.sums[fn] = a.withoutFunc(s)
			}
		}
	}
	return out
}

// unlockMethod returns the summary of the method value that a function returns, the Unlock of a lock of what it was given; nil if it returns
// something else.
func unlockMethod(fn *ssa.Function, s *flow.Summary) (unlock *flow.Summary) {
	if s == nil {
		return nil
	}
	for _, o := range s.Outcomes {
		if len(o.Results) == 0 || o.Results[0] == nil {
			return nil
		}
		r := o.Results[0]
		if r.IsNil() {
			continue
		}
		if r.Kind != path.Func || len(r.Args) != 1 || unlock != nil {
			return nil
		}
		m := boundMethod(r.Val.(*ssa.Function))
		op := model.OpOf(m)
		if op.Kind != model.Unlock {
			return nil
		}
		steps := []*flow.Step{{Pos: fn.Pos(), Func: flow.FuncName(fn) + "'s result", What: "unlocks"}}
		unlock = &flow.Summary{
			Events:   []flow.Event{{Kind: flow.Release, Lock: r.Args[0], Mode: op.Mode, Steps: steps}},
			Outcomes: []flow.Outcome{{Nets: []flow.Net{{Lock: r.Args[0], Mode: op.Mode, Delta: -1, Steps: steps}}}},
		}
	}
	return unlock
}

// handsBack reports whether a function leaves locks held which the literal that it returns always unlocks. params is the number of the literal's
// parameters, which stand before those of the function.
func (a *analysis) handsBack(s, lit *flow.Summary, params int) bool {
	found := false
	for _, o := range s.Outcomes {
		for _, n := range o.Nets {
			if n.Delta < 0 {
				continue
			}
			lock := a.table.Rewrite(n.Lock, func(n *path.Node) *path.Node {
				if n.Kind == path.Param {
					return a.table.Param(n.Index + params)
				}
				return nil
			})
			unlocks := func(o flow.Outcome) bool {
				return slices.ContainsFunc(o.Nets, func(m flow.Net) bool { return m.Delta < 0 && m.Lock == lock && m.Mode == n.Mode })
			}
			if len(lit.Outcomes) == 0 || slices.ContainsFunc(lit.Outcomes, func(o flow.Outcome) bool { return !unlocks(o) }) {
				return false
			}
			found = true
		}
	}
	return found
}

// withoutFunc returns a summary that says of the literal which a function returns no more than that it is not nil.
func (a *analysis) withoutFunc(s *flow.Summary) *flow.Summary {
	out := *s
	out.Outcomes = slices.Clone(s.Outcomes)
	for i, o := range out.Outcomes {
		if len(o.Results) > 0 && o.Results[0] != nil && o.Results[0].Kind == path.Func {
			results := slices.Clone(o.Results)
			results[0] = flow.NotNil(a.table)
			out.Outcomes[i].Results = results
		}
	}
	return &out
}

// fromOutside returns the summary of a literal in terms of its own parameters, and those of the function around it.
func (a *analysis) fromOutside(fn, lit *ssa.Function) *flow.Summary {
	mc, _ := (*lit.Referrers())[0].(*ssa.MakeClosure)
	param := func(v ssa.Value) *path.Node {
		if p, ok := v.(*ssa.Parameter); ok && p.Parent() == fn {
			return a.table.Param(len(lit.Params) + slices.Index(fn.Params, p))
		}
		return nil
	}
	return a.sums[lit].Rename(func(n *path.Node) *path.Node {
		return a.table.Rewrite(n, func(n *path.Node) *path.Node {
			switch {
			case n.Kind == path.Deref && n.X.Kind == path.FreeVar && n.X.Index < len(mc.Bindings):
				if alloc, ok := mc.Bindings[n.X.Index].(*ssa.Alloc); ok {
					return param(ssax.OnlyStore(alloc))
				}
			case n.Kind == path.FreeVar && n.Index < len(mc.Bindings):
				return param(mc.Bindings[n.Index])
			}
			return nil
		})
	})
}

// Returned implements [flow.Env].
func (a *analysis) Returned(fn *ssa.Function) *flow.Summary {
	obj, ok := fn.Object().(*types.Func)
	if !ok || obj.Pkg() == nil || obj.Pkg() == a.pkg.Pkg || a.imports.Returned == nil {
		return nil
	}
	obj = obj.Origin()
	s, ok := a.returns[obj]
	if !ok {
		s = a.imports.Returned(obj, a.table)
		a.returns[obj] = s
	}
	return s
}
