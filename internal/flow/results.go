package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// nonResult is a call whose results go to somebody else.
type nonResult struct{ ssa.CallInstruction }

func (nonResult) Value() *ssa.Call { return nil }

// resetResults takes the results of an earlier execution of the call away.
func (w *walker) resetResults(s *state, instr ssa.CallInstruction) {
	v := instr.Value()
	if v == nil {
		return
	}
	loop := v.Block() != nil && w.info.inLoop[v.Block().Index]
	for _, r := range *v.Referrers() {
		if e, ok := r.(*ssa.Extract); ok {
			if loop {
				w.age(s, e, nil)
			}
			s.unbind(e)
		}
	}
}

// bindResults gives the results of a call the names that are known.
func (w *walker) bindResults(s *state, instr ssa.CallInstruction, results []*path.Node) {
	v := instr.Value()
	if v == nil {
		return
	}
	set := func(v ssa.Value, n *path.Node) {
		switch {
		case n == nil:
		case isMade(w.t, n):
			if n != NotNil(w.t) {
				w.made[v] = true
			}
			if n != NewOrNil(w.t) {
				s.assume(binop(w.t, tokenEQL, w.t.Value(v, 0), w.t.Const(nil)), false)
			}
		default:
			s.bind(v, n)
		}
	}
	if len(results) == 1 {
		set(v, results[0])
		return
	}
	for _, r := range *v.Referrers() {
		if e, ok := r.(*ssa.Extract); ok && e.Index < len(results) {
			set(e, results[e.Index])
		}
	}
}

// result returns the node of result i of a call.
func (w *walker) result(s *state, instr ssa.CallInstruction, i int) *path.Node {
	if v := ssax.Result(instr, i); v != nil {
		return w.t.Value(v, 0)
	}
	return nil
}

// nameResult names the boolean result of a call after the function and its
// arguments, so that the same question asked twice can be recognised. The answer
// is never more than a belief: see walker.branch.
func (w *walker) nameResult(s *state, instr ssa.CallInstruction, function string, args []*path.Node) {
	v := instr.Value()
	if v == nil || !isBool(v.Type()) || function == "" {
		return
	}
	n := w.t.Op("call "+function, w.t.Const(nil), nil)
	for _, a := range args {
		if a == nil || n.TooDeep() || a.TooDeep() {
			return
		}
		n = w.t.Op("call ,", n, a)
	}
	if !n.TooDeep() && !n.Mentions(w.t.Value(v, 0)) {
		s.bind(v, n)
	}
}
