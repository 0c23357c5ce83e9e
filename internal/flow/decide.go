package flow

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// condition strips negations: n is true exactly when key is not neg.
func (w *walker) condition(n *path.Node) (key *path.Node, neg bool) {
	for n.Kind == path.Op && n.Name == "!" {
		n, neg = n.X, !neg
	}
	return n, neg
}

// decide evaluates a condition in s. stale says that the answer dates from
// before code ran that may have changed it.
func (w *walker) decide(s *state, key *path.Node) (val, known, stale bool) {
	if b, ok := key.IsBool(); ok {
		return b, true, false
	}
	if val, known := w.certainty(s, key); known {
		return val, true, false
	}
	if w.heldAgainst(s, key) {
		return false, true, false
	}
	for _, c := range s.conds {
		if c.key == key {
			return c.val, true, c.stale && !w.lasting(key)
		}
	}
	if val, known, stale := s.otherType(key); known {
		return val, true, stale
	}
	if key.Kind == path.Op && key.Name == "<" && s.pastLast(key.X, key.Y) {
		return false, true, false
	}
	if key.Kind != path.Op || key.Name != "==" {
		return false, false, false
	}
	x, y := key.X, key.Y
	if y.IsNil() {
		if held, moved := s.reachesHeld(x); held {
			return false, true, moved
		}
	}
	if y.IsNil() && x.Kind == path.Value {
		// An error that another one is wrapped in.
		if u := w.nilness(x.Val); u.Never && u.Arg >= 0 && w.wraps(s, x.Val, u.Arg) {
			return false, true, false
		}
	}
	if is, stale := s.unequal(x, y); is {
		return false, true, stale
	}
	for _, c := range s.conds {
		if c.key.Kind != path.Op || c.key.Name != "==" || !c.val || y.Kind != path.Const {
			continue
		}
		switch {
		case c.key.X == x && c.key.Y.Kind == path.Const && c.key.Y != y:
			return false, true, c.stale // x is another constant
		case y.IsNil() && (c.key.X == x && w.neverNil(c.key.Y) || c.key.Y == x && w.neverNil(c.key.X)):
			return false, true, c.stale // x is something that is not nil
		}
	}
	return false, false, false
}

// reachesHeld reports whether a lock that is held was found through the pointer n, which
// therefore is not nil. moved says that what n was read from may have changed since.
func (s *state) reachesHeld(n *path.Node) (held, moved bool) {
	for i := range s.locks.Held() {
		h := &s.locks.Held()[i]
		if h.Lock.Lumped() || !h.Lock.Through(n) {
			continue
		}
		if !h.Is(lockset.Moved) {
			return true, false
		}
		held, moved = true, true
	}
	return held, moved
}

// neverNil reports whether n is never nil.
func (w *walker) neverNil(n *path.Node) bool {
	switch n.Kind {
	case path.Iface, path.Func, path.Global, path.FreeVar, path.Field:
		return true
	case path.Const:
		return n.Const != nil
	case path.Param:
		return w.givenByOthers(n.Index)
	case path.Value:
		switch v := n.Val.(type) {
		case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice:
			return true
		case *ssa.Call, *ssa.Extract:
			u := w.nilness(v)
			return u.Never && u.Arg < 0
		case *ssa.Parameter:
			return w.gifts[v] != nil
		}
	case path.Op:
		return n == w.t.Op(NotNilName, w.t.Const(nil), nil)
	case path.Deref:
		if n.X.Kind == path.Field && n.X.Struct().InEntry() {
			return w.env.NeverNil(w.t.Cell(n.X))
		}
		// A package-level error variable: io.EOF, ErrClosed.
		return n.X.Kind == path.Global && model.IsErrorName(n.X.Name[lastDot(n.X.Name)+1:]) && w.env.IsError(n.X.Name)
	}
	return false
}

// givenByOthers reports whether a parameter is a pointer, or an object behind an interface, that another package passes to a literal which it is
// given, and which does not ask whether it is nil: the transaction, or the request, that the literal is there to work on.
func (w *walker) givenByOthers(i int) bool {
	if w.fn.Parent() == nil || i >= len(w.fn.Params) || !isReference(w.fn.Params[i].Type()) {
		return false
	}
	for _, r := range *w.fn.Params[i].Referrers() {
		if cmp, ok := r.(*ssa.BinOp); ok && (isConst(cmp.X) || isConst(cmp.Y)) {
			return false
		}
	}
	return ssax.AllUses(w.fn, func(instr ssa.Instruction, lit ssa.Value) bool {
		call, ok := instr.(*ssa.Call)
		if !ok || !slices.Contains(call.Call.Args, lit) {
			return false
		}
		if call.Call.IsInvoke() {
			return call.Call.Method.Pkg() != w.fn.Pkg.Pkg
		}
		callee := call.Call.StaticCallee()
		return callee != nil && callee.Origin() == nil && callee.Pkg != nil && callee.Pkg != w.fn.Pkg
	})
}

// certainty answers the comparisons whose answer no memory can change.
func (w *walker) certainty(s *state, key *path.Node) (val, known bool) {
	if passesType(key) {
		return true, true
	}
	if val, ok := stringTest(key); ok {
		return val, true
	}
	if fieldOfZero(key) {
		return false, true
	}
	if key.Kind != path.Op || key.Name != "==" {
		return false, false
	}
	x, y := key.X, key.Y
	switch {
	case y.IsNil() && w.neverNil(x):
		return false, true
	case y.IsNil() && x.Kind == path.Op && x.Name == recoverBelow:
		return !s.panics, true
	case x.IsNil() && y.IsNil():
		return true, true
	case y.IsNil() && x.Kind == path.Value && ssax.IsError(x.Val.Type()) && w.info.neverFails(x.Val):
		return true, true
	case y.Kind == path.Const && fieldOfZero(x):
		return y.IsZero(), true
	case w.acyclic(x, y) || w.acyclic(y, x):
		return false, true
	case w.isOther(x, y) || w.isOther(y, x):
		return false, true
	}
	return false, false
}

// neverFails reports whether an error is always nil: see [ssax.NeverFails].
func (fi *funcInfo) neverFails(err ssa.Value) bool {
	never, ok := fi.failing[err]
	if !ok {
		never = ssax.NeverFails(err)
		fi.failing[err] = never
	}
	return never
}

// isOther reports whether x is a new object that nobody else knows yet, and y one that callers know, or that a package-level variable has.
func (w *walker) isOther(x, y *path.Node) bool {
	return x.Kind == path.Value && ssax.IsPointer(x.Val.Type()) && y.Kind != path.Const && y.InEntry() && w.now != nil && w.fresh(x, w.now)
}

// fieldOfZero reports whether n is what a field of a struct without a value holds, which is a constant: an argument T{}.
func fieldOfZero(n *path.Node) bool {
	if n.Kind == path.Deref {
		n = n.X
	}
	for n.Kind == path.Field {
		if n = n.X; n.IsNil() {
			return true
		}
	}
	return false
}

// reached reports whether x is a pointer found by following fields of y: not y
// itself, unless the data has a cycle.
func reached(x, y *path.Node) bool {
	if x.Kind != path.Deref || y.Kind == path.Const {
		return false
	}
	for x = x.X; x != nil; x = x.X {
		if x == y {
			return true
		}
	}
	return false
}

// acyclic reports whether x, a pointer found by following fields of y, is taken to be another object:
// the assumption is that objects with locks of their own do not lead back to themselves, as functions
// that lock one after the other would lock one twice. Of other data, rings are common.
func (w *walker) acyclic(x, y *path.Node) bool {
	return reached(x, y) && x.X.Kind == path.Field && w.env.HasLock(x.X.Owner)
}

// NotNilName is the operator of [NotNil].
const NotNilName = "not nil"

// NotNil is a result of which only that it is not nil is known.
func NotNil(t *path.Table) *path.Node { return t.Op(NotNilName, t.Const(nil), nil) }

// New is a result that is an object made by the callee, which nobody else knows.
func New(t *path.Table) *path.Node { return t.Op(newName, t.Const(nil), nil) }

const newName = "new"

// NewOrNil is a result that is [New], or nil.
func NewOrNil(t *path.Table) *path.Node { return t.Op(newOrNilName, t.Const(nil), nil) }

const newOrNilName = "new or nil"

// IsNew reports whether a result is [New].
func IsNew(n *path.Node) bool { return n.Kind == path.Op && n.Name == newName }

// IsNewOrNil reports whether a result is [New] or [NewOrNil].
func IsNewOrNil(n *path.Node) bool { return IsNew(n) || n.Kind == path.Op && n.Name == newOrNilName }

// isMade reports whether a result is known by the call alone: by what it is, not by a name that it has elsewhere.
func isMade(t *path.Table, n *path.Node) bool { return n == NotNil(t) || IsNewOrNil(n) }

// isNotNil reports whether a result is known not to be nil.
func isNotNil(t *path.Table, n *path.Node) bool {
	return n == NotNil(t) || n == New(t) || n.Kind == path.Iface
}

func lastDot(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return i
		}
	}
	return -1
}

// isReference reports whether a type is that of pointers, or an interface with methods that is not error.
func isReference(t types.Type) bool {
	it, ok := t.Underlying().(*types.Interface)
	return ssax.IsPointer(t) || ok && it.NumMethods() > 0 && !ssax.IsError(t)
}

// nilness says whether a result of a call may be nil.
func (w *walker) nilness(v ssa.Value) ssax.Unless { return w.env.Settled().nilness.Of(v) }

// wraps reports whether a result of a call is made of argument number arg, which is known not to be nil.
func (w *walker) wraps(s *state, v ssa.Value, arg int) bool {
	call := callOf(v)
	given := call.Call.Args[arg]
	if given.Parent() != w.fn || slices.Contains(w.wrapping, call) {
		return false // the argument is the result of the turn before
	}
	w.wrapping = append(w.wrapping, call)
	defer func() { w.wrapping = w.wrapping[:len(w.wrapping)-1] }()
	isNil, known, _ := w.decide(s, binop(w.t, tokenEQL, w.node(s, given), w.t.Const(nil)))
	return known && !isNil
}

// stringTest answers whether a constant string passes a test of package strings: see walker.nameResult.
func stringTest(n *path.Node) (val, ok bool) {
	text := func(n *path.Node) (string, bool) {
		if n == nil || n.Kind != path.Op || n.Y == nil || n.Y.Kind != path.Const || n.Y.Const == nil || n.Y.Const.Kind() != constant.String {
			return "", false
		}
		return constant.StringVal(n.Y.Const), true
	}
	y, ok := text(n)
	if !ok {
		return false, false
	}
	x, ok := text(n.X)
	if !ok || n.X.X == nil || n.X.X.Kind != path.Op {
		return false, false
	}
	name, isCall := strings.CutPrefix(n.X.X.Name, "call ")
	test := model.StringTests[name]
	if !isCall || test == nil {
		return false, false
	}
	return test(x, y), true
}

// isCallNode reports whether n is built on the result of a call named after
// its function and arguments (see walker.nameResult) that may be another one the next time.
func isCallNode(n *path.Node) bool {
	for ; n != nil; n = n.X {
		if n.Kind != path.Op {
			continue
		}
		if name, ok := strings.CutPrefix(n.Name, "call "); ok && name != "," {
			return model.StringTests[name] == nil
		}
	}
	return false
}
