package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// madeBy takes note of the results of a call that are new objects, where the callee has
// no summary: it has nothing to do with locks.
func (w *walker) madeBy(instr ssa.CallInstruction, fn *ssa.Function) {
	v := instr.Value()
	if v == nil || len(fn.Blocks) == 0 {
		return
	}
	if fn.Signature.Results().Len() == 1 {
		w.made[v] = w.made[v] || Makes(fn, 0)
		return
	}
	for _, r := range *v.Referrers() {
		if e, ok := r.(*ssa.Extract); ok && Makes(fn, e.Index) {
			w.made[e] = true
		}
	}
}

// IsMade reports whether a value is a new object: one that is made by the instruction, or by the function that is called there.
func IsMade(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Alloc:
		return true
	case *ssa.Call:
		return madeByCall(v, 0, 0)
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && madeByCall(call, v.Index, 0)
	}
	return false
}

// Makes reports whether result i of fn is always an object that fn has made and that
// nobody else knows.
func Makes(fn *ssa.Function, i int) bool { return makes(fn, i, 0) }

func makes(fn *ssa.Function, i, depth int) bool {
	if depth > limits.MaxMade {
		return false
	}
	found := false
	for _, results := range ssax.Returns(fn) {
		if i >= len(results) {
			continue
		}
		switch r := results[i].(type) {
		case *ssa.Const: // nil
			continue
		case *ssa.Alloc:
			if !(&funcInfo{}).private(r) && len(ssax.Publications(r)) > 0 {
				return false
			}
		case *ssa.Call:
			if !madeByCall(r, 0, depth) {
				return false
			}
		case *ssa.Extract:
			if c, ok := r.Tuple.(*ssa.Call); !ok || !madeByCall(c, r.Index, depth) {
				return false
			}
		default:
			return false
		}
		if len(ssax.Publications(results[i])) > 0 {
			return false
		}
		found = true
	}
	return found
}

func madeByCall(c *ssa.Call, i, depth int) bool {
	fn := c.Call.StaticCallee()
	return fn != nil && len(fn.Blocks) > 0 && makes(fn, i, depth+1)
}

// madeFor doubts the locks of the objects that a function, which nobody can see, was got from: a method may
// return what unlocks its receiver.
func (w *walker) madeFor(s *state, instr ssa.CallInstruction) {
	from := callOf(instr.Common().Value)
	if from == nil || instr.Common().IsInvoke() {
		return
	}
	objects := from.Call.Args
	if from.Call.IsInvoke() {
		objects = append([]ssa.Value{from.Call.Value}, objects...)
	}
	for _, o := range objects {
		n := path.Concrete(w.node(s, o))
		if n.Kind == path.Const {
			continue
		}
		for i := range s.locks.Held() {
			if h := &s.locks.Held()[i]; h.Lock.Through(n) {
				h.Doubt |= lockset.Unsure
			}
		}
	}
}
