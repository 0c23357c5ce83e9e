package ssax

import (
	"go/token"
	"go/types"
	"iter"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
)

// Nilness tells of the results of functions whether they may be nil. It keeps what it has found out; the zero value is ready to use.
type Nilness struct {
	results map[result]Unless
	phis    map[*ssa.Phi]Unless
}

type result struct {
	fn *ssa.Function
	i  int
}

// Unless says when a value is nil.
type Unless struct {
	Never bool // it never is, unless Arg is
	Arg   int  // the number of an argument, the receiver counted, -1 if there is none
}

func (u Unless) String() string {
	switch {
	case !u.Never:
		return "maybe nil"
	case u.Arg < 0:
		return "never nil"
	}
	return "not nil unless arg" + strconv.Itoa(u.Arg) + " is"
}

// Nothing is known of a value that is maybe nil.
var maybe, never = Unless{Arg: -1}, Unless{Never: true, Arg: -1}

// Of says whether a result of a call may be nil, as the body of the callee or the model tells. An argument of which that depends is one of
// the call.
func (m *Nilness) Of(v ssa.Value) Unless {
	i := 0
	if e, ok := v.(*ssa.Extract); ok {
		i, v = e.Index, e.Tuple
	}
	c, ok := v.(*ssa.Call)
	if !ok {
		return maybe
	}
	return m.answer(c, i, 0)
}

// Never reports whether a value is never nil, as the instructions tell that make it.
func (m *Nilness) Never(v ssa.Value, at *ssa.BasicBlock) bool {
	u := m.value(v, at, 0)
	return u.Never && u.Arg < 0
}

func (m *Nilness) result(fn *ssa.Function, i, depth int) Unless {
	key := result{fn, i}
	if u, ok := m.results[key]; ok {
		return u
	}
	if m.results == nil {
		m.results = make(map[result]Unless)
	}
	m.results[key] = maybe // for a function that calls itself
	u := m.compute(fn, i, depth)
	m.results[key] = u
	return u
}

func (m *Nilness) compute(fn *ssa.Function, i, depth int) Unless {
	if obj, ok := fn.Object().(*types.Func); ok && i == 0 {
		if model.NonNil(obj) {
			return never
		}
		if arg, ok := model.Wraps(obj); ok {
			return Unless{Never: true, Arg: arg}
		}
	}
	if len(fn.Blocks) == 0 && isConstructor(fn) {
		return never
	}
	if len(fn.Blocks) == 0 || depth > limits.MaxCalls {
		return maybe
	}
	u, returns := never, false
	for ret, results := range Returns(fn) {
		returns = true
		if u = u.and(m.value(results[i], ret.Block(), depth)); !u.Never {
			return maybe
		}
	}
	if !returns {
		return maybe
	}
	return u
}

// isConstructor reports whether a function of another package is by its name one that makes an object, and by its results one that cannot fail.
func isConstructor(fn *ssa.Function) bool {
	results := fn.Signature.Results()
	return fn.Signature.Recv() == nil && strings.HasPrefix(fn.Name(), "New") && results.Len() == 1 && IsPointer(results.At(0).Type())
}

// and returns what holds of a value that is one of two.
func (u Unless) and(o Unless) Unless {
	switch {
	case !u.Never || !o.Never:
		return maybe
	case u.Arg < 0:
		return o
	case o.Arg < 0 || o.Arg == u.Arg:
		return u
	}
	return maybe
}

// value says whether v may be nil where block b ends.
func (m *Nilness) value(v ssa.Value, b *ssa.BasicBlock, depth int) Unless {
	if testedBefore(v, b, false) {
		return never
	}
	switch v := v.(type) {
	case *ssa.MakeInterface, *ssa.Alloc, *ssa.MakeClosure, *ssa.Function, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice:
		return never
	case *ssa.Const:
		if !v.IsNil() {
			return never
		}
		if i := slices.IndexFunc(b.Parent().Params, func(p *ssa.Parameter) bool { return isNilAt(p, b) }); i >= 0 {
			return Unless{Never: true, Arg: i}
		}
	case *ssa.Parameter:
		return Unless{Never: true, Arg: slices.Index(v.Parent().Params, v)}
	case *ssa.UnOp:
		if g, ok := v.X.(*ssa.Global); ok && v.Op == token.MUL && IsError(v.Type()) && model.IsErrorName(g.Name()) {
			return never
		}
	case *ssa.ChangeInterface:
		return m.value(v.X, b, depth)
	case *ssa.ChangeType:
		return m.value(v.X, b, depth)
	case *ssa.Phi:
		return m.phi(v, depth)
	case *ssa.Call:
		return m.call(v, 0, b, depth)
	case *ssa.Extract:
		c, ok := v.Tuple.(*ssa.Call)
		if !ok {
			return maybe
		}
		if m.withoutError(c, v, b) {
			return never
		}
		return m.call(c, v.Index, b, depth)
	}
	return maybe
}

// phi says whether a value that comes from several blocks may be nil. Phis lead to each other, often by many ways: each is looked at once.
func (m *Nilness) phi(v *ssa.Phi, depth int) Unless {
	if u, ok := m.phis[v]; ok {
		return u
	}
	if m.phis == nil {
		m.phis = make(map[*ssa.Phi]Unless)
	}
	m.phis[v] = maybe // for one that leads back to itself
	u := never
	for i, e := range v.Edges {
		if pred := v.Block().Preds[i]; !testedAlong(e, pred, v.Block(), false) {
			if u = u.and(m.value(e, pred, depth)); !u.Never {
				break
			}
		}
	}
	m.phis[v] = u
	return u
}

// withoutError reports whether block b is only come to if a call returns no error, which by convention says that the pointer or interface value
// v that it returns as well is not nil. The convention does not hold of a function that is seen to return nil for both, and a caller that asks
// whether v is nil knows better.
func (m *Nilness) withoutError(c *ssa.Call, v *ssa.Extract, b *ssa.BasicBlock) bool {
	results := c.Call.Signature().Results()
	last := results.Len() - 1
	switch v.Type().Underlying().(type) {
	case *types.Pointer, *types.Interface:
	default:
		return false
	}
	if v.Index == last || !IsError(results.At(last).Type()) || isCompared(v) {
		return false
	}
	if fn := c.Call.StaticCallee(); fn != nil && returnsNeither(fn, v.Index) {
		return false
	}
	return slices.ContainsFunc(*c.Referrers(), func(r ssa.Instruction) bool {
		err, ok := r.(*ssa.Extract)
		return ok && err.Index == last && isNilAt(err, b)
	})
}

// isCompared reports whether a value is compared with nil.
func isCompared(v ssa.Value) bool {
	return slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		cmp, ok := r.(*ssa.BinOp)
		return ok && (IsNil(cmp.X) || IsNil(cmp.Y))
	})
}

// returnsNeither reports whether a function may return the constant nil as result i, and as an error.
func returnsNeither(fn *ssa.Function, i int) bool {
	for _, results := range Returns(fn) {
		if IsNil(results[i]) && IsNil(results[len(results)-1]) {
			return true
		}
	}
	return false
}

// call says whether result i of a call may be nil, in terms of the function that calls.
func (m *Nilness) call(c *ssa.Call, i int, b *ssa.BasicBlock, depth int) Unless {
	u := m.answer(c, i, depth+1)
	if u.Arg < 0 {
		return u
	}
	return m.value(c.Call.Args[u.Arg], b, depth+1)
}

// answer says whether result i of a call may be nil, in terms of its arguments.
func (m *Nilness) answer(c *ssa.Call, i, depth int) Unless {
	if IsCause(c) {
		return never
	}
	fn := c.Call.StaticCallee()
	if fn == nil {
		return maybe
	}
	u := m.result(fn, i, depth)
	if u.Arg >= len(c.Call.Args) {
		return maybe
	}
	return u
}

// isNilAt reports whether a block is only come to if a value is nil, as a test of it shows.
func isNilAt(v ssa.Value, b *ssa.BasicBlock) bool { return testedBefore(v, b, true) }

// testedBefore reports whether a block is only come to if a value is nil, or if it is not nil, as a test of it shows.
func testedBefore(v ssa.Value, b *ssa.BasicBlock, isNil bool) bool {
	for branch, side := range NilTests(v, isNil) {
		if to := branch.Block().Succs[side]; len(to.Preds) == 1 && to.Dominates(b) {
			return true
		}
	}
	return false
}

// testedAlong reports the same of the way from one block to the next, which may begin with the test.
func testedAlong(v ssa.Value, from, to *ssa.BasicBlock, isNil bool) bool {
	for branch, side := range NilTests(v, isNil) {
		if succs := branch.Block().Succs; branch.Block() == from && succs[side] == to && succs[1-side] != to {
			return true
		}
	}
	return testedBefore(v, from, isNil)
}

// NilTests yields the branches that depend on whether a value is nil, each with the number of the side on which it is, or is not.
func NilTests(v ssa.Value, isNil bool) iter.Seq2[*ssa.If, int] {
	return func(yield func(*ssa.If, int) bool) {
		if v.Referrers() == nil {
			return
		}
		for _, ref := range *v.Referrers() {
			cmp, ok := ref.(*ssa.BinOp)
			if !ok || cmp.Op != token.EQL && cmp.Op != token.NEQ || !IsNil(cmp.X) && !IsNil(cmp.Y) {
				continue
			}
			side := 0
			if (cmp.Op == token.EQL) != isNil {
				side = 1
			}
			for _, use := range *cmp.Referrers() {
				if branch, ok := use.(*ssa.If); ok && !yield(branch, side) {
					return
				}
			}
		}
	}
}

// IsNil reports whether a value is the constant nil.
func IsNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}
