package flow

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// notNilIf returns what is not nil if a condition is true, nil if the condition says nothing
// of the kind: errors.Is(err, target), errors.As(err, &target) and err.(T) need an err.
func (w *walker) notNilIf(key *path.Node) *path.Node {
	if key.Kind == path.Op && (strings.HasPrefix(key.Name, isType) || strings.HasPrefix(key.Name, asType)) {
		return key.X
	}
	return w.notNil[key]
}

// What the names of conditions about the type of an interface value begin with: that it has the
// type, and that it is an error which has it or wraps one that has.
const (
	isType = "is "
	asType = "as "
)

// passesType answers such a condition of a value whose type is known, where the answer is yes.
func passesType(key *path.Node) bool {
	if key.Kind != path.Op || key.X.Kind != path.Iface {
		return false
	}
	_, want, ok := strings.Cut(key.Name, " ")
	return ok && key.X.Name == want && (key.Name == isType+want || key.Name == asType+want) // the name of an Iface is that of its type
}

// notesAnswer takes note of what the answer of a call says about its arguments.
func (w *walker) notesAnswer(s *state, instr ssa.CallInstruction, args []*path.Node) {
	v := instr.Value()
	if v == nil || v.Call.StaticCallee() == nil {
		return
	}
	fn := funcObject(v.Call.StaticCallee())
	i, ok := model.NotNilIfTrue(fn)
	switch {
	case !ok || i >= len(args):
	case args[i].IsNil():
		s.bind(v, w.t.Bool(false))
	case model.ErrorsAs(fn) && pointee(args[1]) != nil:
		s.bind(v, w.t.Op(asType+types.TypeString(pointee(args[1]), nil), args[0], nil))
	default:
		w.notNil[w.node(s, v)] = args[i]
	}
}

// pointee returns the type of what an interface value points to, nil if that is not known.
func pointee(n *path.Node) types.Type {
	if n.Kind != path.Iface {
		return nil
	}
	if p, ok := n.Type.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return nil
}

// hasType reports whether a value of the concrete type t passes the type assertion to want.
func hasType(t, want types.Type) bool {
	if want == nil {
		return false
	}
	if it, ok := want.Underlying().(*types.Interface); ok {
		return types.Implements(t, it)
	}
	return types.Identical(t, want)
}

// implies adds to s what follows from a condition's value. It returns false if that cannot be.
func (w *walker) implies(s *state, key *path.Node, val bool) bool {
	arg := w.notNilIf(key)
	if arg == nil || !val {
		return true
	}
	isNil := binop(w.t, tokenEQL, arg, w.t.Const(nil))
	if val, known, stale := w.decide(s, isNil); known {
		return !val || stale
	}
	s.assume(isNil, false)
	return true
}

// answers returns the states in which a function returns true and false, if what it returns
// is an answer that says something about what its caller passes, and s otherwise.
func (w *walker) answers(s *state, ret *ssa.Return) []*state {
	if len(ret.Results) != 1 || !isBool(ret.Results[0].Type()) {
		return []*state{s}
	}
	key, _ := w.condition(w.node(s, ret.Results[0]))
	if w.notNilIf(key) == nil {
		return []*state{s}
	}
	if _, known, _ := w.decide(s, key); known {
		return []*state{s}
	}
	yes := s.clone()
	yes.assume(key, true)
	s.assume(key, false)
	if !w.implies(yes, key, true) {
		return []*state{s}
	}
	return []*state{yes, s}
}
