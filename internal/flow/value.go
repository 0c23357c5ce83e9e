package flow

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// node returns the name of v in state s. Pure operations are named after their
// operands; loads, phis and results have the names they were bound to when they
// were executed, or else their own.
func (w *walker) node(s *state, v ssa.Value) *path.Node {
	t := w.t
	switch v := v.(type) {
	case *ssa.Const:
		return constNode(t, v)
	case *ssa.Parameter:
		return t.Param(slices.Index(w.fn.Params, v))
	case *ssa.FreeVar:
		return t.FreeVar(slices.Index(w.fn.FreeVars, v))
	case *ssa.Global:
		return t.Global(path.GlobalName(v))
	case *ssa.Function:
		return t.Func(v, nil)
	}
	if n := s.bound(v); n != nil {
		return n
	}
	if n := w.lazyNode(s, v); n != nil {
		question, _ := w.condition(n)
		if !n.TooDeep() || question.Kind == path.Op && question.Name == "==" && !question.X.TooDeep() {
			return n // a question makes no name longer
		}
	}
	return t.Value(v, 0)
}

func constNode(t *path.Table, c *ssa.Const) *path.Node {
	if c.Value == nil {
		return t.Const(nil)
	}
	return t.Const(c.Value)
}

// spelled names a value whose name is no longer bound, as nobody asks for it any more, by what it was read from.
func (w *walker) spelled(s *state, v ssa.Value) *path.Node {
	switch v := v.(type) {
	case *ssa.UnOp:
		switch v.Op {
		case token.NOT:
			return not(w.t, w.spelled(s, v.X))
		case token.MUL:
			if n := w.load(s, w.node(s, v.X), nil); n != nil {
				return n
			}
			return w.t.Deref(w.node(s, v.X))
		}
	case *ssa.BinOp:
		return compared(w.t, v, w.spelled(s, v.X), w.spelled(s, v.Y))
	}
	return w.node(s, v)
}

func (w *walker) lazyNode(s *state, v ssa.Value) *path.Node {
	t := w.t
	switch v := v.(type) {
	case *ssa.FieldAddr:
		name, owner, embedded := t.StructField(v.X.Type(), v.Field)
		return w.canonical(t.Field(w.node(s, v.X), name, owner, embedded))
	case *ssa.Field:
		// What a struct value holds is what the variable it was read from held.
		name, owner, embedded := t.StructField(v.X.Type(), v.Field)
		x := w.node(s, v.X)
		if x.Kind == path.Deref {
			x = x.X
		}
		return t.Deref(t.Field(x, name, owner, embedded))
	case *ssa.IndexAddr:
		return t.Elem(w.node(s, v.X), w.node(s, v.Index))
	case *ssa.Index:
		return t.Elem(w.node(s, v.X), w.node(s, v.Index))
	case *ssa.Lookup:
		if !isMap(v.X) {
			return t.Elem(w.node(s, v.X), w.node(s, v.Index))
		}
	case *ssa.Extract:
		switch tuple := v.Tuple.(type) {
		case *ssa.Lookup:
			if v.Index == 0 {
				return s.bound(tuple)
			}
			return t.Op(has, w.node(s, tuple.X), w.node(s, tuple.Index))
		case *ssa.UnOp:
			if v.Index == 1 && neverClosed(tuple.X) {
				return t.Bool(true)
			}
		case *ssa.Next:
			// The element of this turn, under a key that only this turn has.
			if rng, ok := tuple.Iter.(*ssa.Range); ok && v.Index == 2 && !tuple.IsString {
				return t.Deref(t.Elem(w.node(s, rng.X), t.Value(tuple, 0)))
			} else if ok && v.Index == 1 && (ssax.IsPointer(v.Type()) || types.IsInterface(v.Type())) {
				return t.Key(w.node(s, rng.X), t.Value(tuple, 0))
			}
		case *ssa.TypeAssert:
			x := w.node(s, tuple.X)
			if v.Index == 0 {
				return w.asserted(s, x, tuple.AssertedType)
			}
			if x.Kind == path.Iface {
				return t.Bool(hasType(x.Type, tuple.AssertedType))
			}
			if w.env.NeverHolds(tuple.X.Type(), tuple.AssertedType) {
				return t.Bool(false)
			}
			return hasTypeOf(t, x, tuple.AssertedType)
		}
	case *ssa.TypeAssert:
		if types.IsInterface(v.AssertedType) {
			return w.node(s, v.X)
		}
		return path.Concrete(w.node(s, v.X))
	case *ssa.ChangeType:
		return w.node(s, v.X)
	case *ssa.ChangeInterface:
		return w.node(s, v.X)
	case *ssa.Slice:
		// All of an array that is made for it: the last arguments of a call.
		if array, ok := v.X.(*ssa.Alloc); ok && v.Low == nil && v.High == nil && v.Max == nil {
			return w.node(s, array)
		}
	case *ssa.Convert:
		return t.Op("conv "+types.TypeString(v.Type(), nil), w.node(s, v.X), nil)
	case *ssa.MakeInterface:
		return t.Iface(w.node(s, v.X), v.X.Type())
	case *ssa.MakeClosure:
		captured := make([]*path.Node, len(v.Bindings))
		for i, b := range v.Bindings {
			captured[i] = w.node(s, b)
		}
		return t.Func(v.Fn.(*ssa.Function), captured)
	case *ssa.BinOp:
		if w.info.calculated(v) > limits.MaxCalculated {
			w.t.Limits.Hit(limits.Calculated)
			return nil
		}
		return compared(t, v, w.node(s, v.X), w.node(s, v.Y))
	case *ssa.UnOp:
		switch v.Op {
		case token.NOT:
			return not(t, w.node(s, v.X))
		case token.SUB:
			return t.Op("-", w.node(s, v.X), nil)
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && (b.Name() == "len" || b.Name() == "cap") {
			return length(t, lengthOp(b.Name(), v.Call.Args[0].Type()), w.node(s, v.Call.Args[0]))
		} else if ok && b.Name() == "recover" {
			return t.Op(recoverHere, t.Const(nil), nil)
		}
	}
	return nil
}

// calculated returns how many calculations with two operands, neither of which is a constant, lie within each other in a value. The
// operands of a hash are made of the same ones again and again, and to follow all ways to them takes time that doubles with each.
func (fi *funcInfo) calculated(v ssa.Value) int {
	switch v := v.(type) {
	case *ssa.BinOp:
		n, ok := fi.calculations[v]
		if !ok {
			n = max(fi.calculated(v.X), fi.calculated(v.Y))
			if !isConst(v.X) && !isConst(v.Y) {
				n++
			}
			fi.calculations[v] = n
		}
		return n
	case *ssa.UnOp:
		if v.Op != token.MUL && v.Op != token.ARROW {
			return fi.calculated(v.X)
		}
	case *ssa.Convert:
		return fi.calculated(v.X)
	case *ssa.ChangeType:
		return fi.calculated(v.X)
	}
	return 0
}

func isConst(v ssa.Value) bool {
	_, ok := v.(*ssa.Const)
	return ok
}

// compared is binop for an instruction, whose types tell more: what is unsigned is never below zero.
func compared(t *path.Table, v *ssa.BinOp, x, y *path.Node) *path.Node {
	if b, ok := v.X.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsUnsigned != 0 {
		switch {
		case isZeroInt(y) && (v.Op == token.LSS || v.Op == token.GEQ):
			return t.Bool(v.Op == token.GEQ)
		case isZeroInt(x) && (v.Op == token.GTR || v.Op == token.LEQ):
			return t.Bool(v.Op == token.LEQ)
		}
	}
	return binop(t, v.Op, x, y)
}

func isZeroInt(n *path.Node) bool { return isInt(n) && constant.Sign(n.Const) == 0 }

// binop names a comparison or calculation, in one form for all its spellings:
// == and < only, constants on the right.
func binop(t *path.Table, op token.Token, x, y *path.Node) *path.Node {
	switch op {
	case token.NEQ:
		return not(t, binop(t, token.EQL, x, y))
	case token.GTR:
		return binop(t, token.LSS, y, x)
	case token.GEQ:
		return not(t, binop(t, token.LSS, x, y))
	case token.LEQ:
		return not(t, binop(t, token.LSS, y, x))
	case token.EQL:
		if x.Kind == path.Const && y.Kind != path.Const || (x.Kind == path.Const) == (y.Kind == path.Const) && y.ID < x.ID {
			x, y = y, x
		}
		if b, ok := y.IsBool(); ok {
			if b {
				return x
			}
			return not(t, x)
		}
		if x == y {
			return t.Bool(true)
		}
		// n+1 == 3 asks whether n == 2.
		if x.Kind == path.Op && x.Name == "+" && isInt(x.Y) && isInt(y) {
			return binop(t, token.EQL, x.X, t.Const(constant.BinaryOp(y.Const, token.SUB, x.Y.Const)))
		}
	}
	if x.Kind == path.Const && y.Kind == path.Const && x.Const != nil && y.Const != nil {
		switch op {
		case token.EQL, token.LSS:
			if x.Const.Kind() == y.Const.Kind() {
				return t.Bool(constant.Compare(x.Const, op, y.Const))
			}
		}
	}
	// len(x) > 0 and len(x) != 0 are one question.
	if op == token.LSS && x.Kind == path.Const && x.Const != nil && constant.Sign(zeroIfNotNumeric(x.Const)) == 0 &&
		y.Kind == path.Op && (y.Name == "len" || y.Name == "cap" || y.Name == size) && x.Const.Kind() == constant.Int {
		return not(t, t.Op("==", y, x))
	}
	return t.Op(op.String(), x, y)
}

// size names the len of a map or channel, which changes though the field that has the map does not.
const size = "size"

// lengthOp returns the name of a len or cap of something of a type.
func lengthOp(op string, typ types.Type) string {
	switch typ.Underlying().(type) {
	case *types.Map, *types.Chan:
		if op == "len" {
			return size
		}
	}
	return op
}

// length names the len or cap of something: 0 for nil, as the last argument of a call is that has nothing for it.
func length(t *path.Table, op string, x *path.Node) *path.Node {
	if x.IsNil() {
		return t.Const(constant.MakeInt64(0))
	}
	if x.Kind == path.Value {
		if array, ok := x.Val.(*ssa.Alloc); ok {
			if typ, ok := array.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array); ok {
				return t.Const(constant.MakeInt64(typ.Len()))
			}
		}
	}
	return t.Op(op, x, nil)
}

func isInt(n *path.Node) bool {
	return n != nil && n.Kind == path.Const && n.Const != nil && n.Const.Kind() == constant.Int
}

func zeroIfNotNumeric(c constant.Value) constant.Value {
	if c.Kind() == constant.Int || c.Kind() == constant.Float {
		return c
	}
	return constant.MakeInt64(0)
}

func not(t *path.Table, x *path.Node) *path.Node {
	if b, ok := x.IsBool(); ok {
		return t.Bool(!b)
	}
	if x.Kind == path.Op && x.Name == "!" {
		return x.X
	}
	return t.Op("!", x, nil)
}

// The results of recover in the function itself, and in a deferred function that
// it runs: nil unless there is a panic.
const (
	recoverHere  = "recover"
	recoverBelow = "recover in a deferred function"
)
