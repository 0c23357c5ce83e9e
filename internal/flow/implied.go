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
	if key.Kind == path.Op && (strings.HasPrefix(key.Name, isType) || strings.HasPrefix(key.Name, asType) || strings.HasPrefix(key.Name, implements)) {
		return key.X
	}
	return w.notNil[key]
}

// What the names of conditions about the type of an interface value begin with: that it has the concrete
// type, that its type implements the interface, and that it is an error which has the type or wraps one that has.
const (
	isType     = "is "
	implements = "implements "
	asType     = "as "
)

// inType begins the name of what an interface value holds if it has the type, and of the zero value of the type otherwise.
const inType = "in "

// hasTypeOf names the condition that a type assertion of x passes.
func hasTypeOf(t *path.Table, x *path.Node, asserted types.Type) *path.Node {
	test := isType
	if types.IsInterface(asserted) {
		test = implements
	}
	return t.Op(test+types.TypeString(asserted, nil), x, nil)
}

// asserted names the value of a type assertion of x that does not panic: the object, unless it is not known whether x has the type.
func (w *walker) asserted(s *state, x *path.Node, typ types.Type) *path.Node {
	if x.Kind == path.Iface || types.IsInterface(typ) {
		return path.Concrete(x)
	}
	if is, known, _ := w.decide(s, hasTypeOf(w.t, x, typ)); known && is {
		return path.Concrete(x)
	}
	return w.t.Op(inType+types.TypeString(typ, nil), x, nil)
}

// typeTest takes a condition apart that tells whether the value x has a concrete type: it has the type if the condition has the value yes.
// If the condition has the other value, x is sure not to have the type only if sure is true. x is nil for other conditions.
func typeTest(key *path.Node) (x *path.Node, typ string, yes, sure bool) {
	if key.Kind != path.Op {
		return nil, "", false, false
	}
	if typ, ok := strings.CutPrefix(key.Name, isType); ok {
		return key.X, typ, true, true
	}
	if key.Name == "==" && key.Y.IsNil() && key.X.Kind == path.Op {
		if typ, ok := strings.CutPrefix(key.X.Name, inType); ok {
			return key.X.X, typ, false, false
		}
	}
	return nil, "", false, false
}

// otherType answers a condition about the type of a value by another one: a value has one concrete type.
func (s *state) otherType(key *path.Node) (val, known, stale bool) {
	x, typ, yes, sure := typeTest(key)
	if x == nil {
		return false, false, false
	}
	for _, c := range s.conds {
		cx, ctyp, cyes, csure := typeTest(c.key)
		switch {
		case cx != x:
		case c.val == cyes && ctyp != typ:
			return !yes, true, c.stale // it has another type
		case c.val == cyes && sure:
			return yes, true, c.stale
		case c.val != cyes && csure && ctyp == typ:
			return !yes, true, c.stale
		}
	}
	return false, false, false
}

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
