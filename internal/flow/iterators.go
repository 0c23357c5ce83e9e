package flow

import (
	"iter"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// bodies runs those arguments that are bodies of range-over-func loops: the
// iterator runs them any number of times before it returns.
func (w *walker) bodies(s *state, instr ssa.CallInstruction, args []*path.Node) []*state {
	states := []*state{s}
	for _, a := range args {
		if a.Kind == path.Func && IsLoopBody(a.Val.(*ssa.Function)) {
			states = w.repeat(states, instr, a, 2)
		}
	}
	return states
}

// IsLoopBody reports whether fn is what go/ssa makes of the body of a loop over a
// function.
func IsLoopBody(fn *ssa.Function) bool {
	return strings.HasPrefix(fn.Synthetic, "range-over-func")
}

// repeat runs a function value any number of times up to times.
func (w *walker) repeat(states []*state, instr ssa.CallInstruction, fn *path.Node, times int) []*state {
	all := states
	now := states
	for range times {
		var next []*state
		for _, s := range now {
			t := &turn{nonResult{instr}, make(map[*state]bool)}
			s = s.clone()
			w.nextElements(s, fn)
			for _, r := range w.run(s, t, fn, nil, nil) {
				if t.stopped[r] {
					all = append(all, r)
				} else {
					next = append(next, r)
				}
			}
		}
		if len(next) == 0 || len(all)+len(next) > limits.MaxLockSets {
			break
		}
		all = append(all, next...)
		now = next
	}
	// What the runs did not change need not be kept twice.
	var distinct []*state
	keys := make(map[string]bool)
	for _, s := range all {
		k := string(w.keys.key(s, func(*path.Node) bool { return false }))
		if !keys[k] {
			keys[k] = true
			distinct = append(distinct, s)
		}
	}
	return distinct
}

// turn is one turn of a loop over a function: a call of the loop's body. stopped are
// the states in which the body asks for no more, as it does at a break or a return.
type turn struct {
	nonResult
	stopped map[*state]bool
}

// nextElements makes what a function was last run with, by an iterator, different from what it
// is run with next: each element comes once.
func (w *walker) nextElements(s *state, fn *path.Node) {
	for _, p := range fn.Val.(*ssa.Function).Params {
		w.age(s, p, nil)
	}
}

// turns runs a loop's body once, and, unless the iterator runs it once only, again where that has changed
// the lock set. It yields the states after that, and whether the body asks for no more in them.
func (w *walker) turns(s *state, instr ssa.CallInstruction, body *path.Node, once bool, extra []known, gone []*path.Node) iter.Seq2[*state, bool] {
	return func(yield func(*state, bool) bool) {
		first := &turn{nonResult{instr}, make(map[*state]bool)}
		for _, r := range w.run(s.clone(), first, body, extra, gone) {
			if !yield(r, first.stopped[r]) {
				return
			}
			if once || first.stopped[r] || w.keys.effectKey(r) == w.keys.effectKey(s) {
				continue
			}
			second := &turn{nonResult{instr}, make(map[*state]bool)}
			r := r.clone()
			w.nextElements(r, body)
			for _, again := range w.run(r, second, body, extra, gone) {
				if w.keys.effectKey(again) != w.keys.effectKey(r) && !yield(again, second.stopped[again]) {
					return
				}
			}
		}
	}
}

// runsOnce reports whether fn calls its parameter in one place, which no loop leads to again, and does
// nothing else with it.
func runsOnce(fn *ssa.Function, param *path.Node) bool {
	if fn == nil || param.Kind != path.Param || param.Index >= len(fn.Params) {
		return false
	}
	p := fn.Params[param.Index]
	uses := slices.DeleteFunc(slices.Clone(*p.Referrers()), func(r ssa.Instruction) bool {
		_, debug := r.(*ssa.DebugRef)
		return debug
	})
	if len(uses) != 1 {
		return false
	}
	call, ok := uses[0].(*ssa.Call)
	return ok && call.Call.Value == p && !slices.Contains(call.Call.Args, ssa.Value(p)) && !ssax.InLoop(call.Block())
}
