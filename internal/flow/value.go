package flow

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
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
	if n := w.lazyNode(s, v); n != nil && !n.TooDeep() {
		return n
	}
	return t.Value(v, 0)
}

func constNode(t *path.Table, c *ssa.Const) *path.Node {
	if c.Value == nil {
		return t.Const(nil)
	}
	return t.Const(c.Value)
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
			}
		case *ssa.TypeAssert:
			x := w.node(s, tuple.X)
			if v.Index == 0 {
				return w.asserted(s, x, tuple.AssertedType)
			}
			if x.Kind == path.Iface {
				return t.Bool(hasType(x.Type, tuple.AssertedType))
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
		return binop(t, v.Op, w.node(s, v.X), w.node(s, v.Y))
	case *ssa.UnOp:
		switch v.Op {
		case token.NOT:
			return not(t, w.node(s, v.X))
		case token.SUB:
			return t.Op("-", w.node(s, v.X), nil)
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && (b.Name() == "len" || b.Name() == "cap") {
			return t.Op(b.Name(), w.node(s, v.Call.Args[0]), nil)
		} else if ok && b.Name() == "recover" {
			return t.Op(recoverHere, t.Const(nil), nil)
		}
	}
	return nil
}

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
		y.Kind == path.Op && (y.Name == "len" || y.Name == "cap") && x.Const.Kind() == constant.Int {
		return not(t, t.Op("==", y, x))
	}
	return t.Op(op.String(), x, y)
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
			return c.val, true, c.stale
		}
	}
	if val, known, stale := s.otherType(key); known {
		return val, true, stale
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
	for i := range s.held {
		h := &s.held[i]
		if h.lock.Lumped() || !h.lock.Through(n) {
			continue
		}
		if !h.moved {
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
	case path.Value:
		switch v := n.Val.(type) {
		case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice:
			return true
		case *ssa.Call:
			return nonNilCall(v)
		}
	case path.Op:
		return n == w.t.Op(NotNilName, w.t.Const(nil), nil)
	case path.Deref:
		// A package-level error variable: io.EOF, ErrClosed.
		return n.X.Kind == path.Global && isErrorName(n.X.Name) && w.env.IsError(n.X.Name)
	}
	return false
}

// certainty answers the comparisons whose answer no memory can change.
func (w *walker) certainty(s *state, key *path.Node) (val, known bool) {
	if passesType(key) {
		return true, true
	}
	if val, ok := stringTest(key); ok {
		return val, true
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
	case w.acyclic(x, y) || w.acyclic(y, x):
		return false, true
	}
	return false, false
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
func New(t *path.Table) *path.Node { return t.Op(NewName, t.Const(nil), nil) }

// NewName is the operator of [New].
const NewName = "new"

// isNotNil reports whether a result is known not to be nil.
func isNotNil(t *path.Table, n *path.Node) bool {
	return n == NotNil(t) || n == New(t) || n.Kind == path.Iface
}

func isErrorName(global string) bool {
	name := global[lastDot(global)+1:]
	return len(name) > 3 && (name[:3] == "Err" || name[:3] == "err") || name == "EOF"
}

func lastDot(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return i
		}
	}
	return -1
}

// load returns what addr holds in s. by is the instruction that loads, whose
// own name the contents get when they are unknown; it may be nil, and then
// unknown contents have no name.
func (w *walker) load(s *state, addr *path.Node, by ssa.Value) *path.Node {
	if n := w.env.Alias(w.t, addr); n != nil {
		return n
	}
	if held := path.HeldIn(addr); held != nil {
		return held
	}
	addr = w.inVariable(addr)
	val, ok := s.cell(addr)
	if ok && val != nil {
		return val
	}
	if addr.Kind == path.FreeVar {
		if n := w.captured(addr); n != nil {
			return n
		}
	}
	if !ok && addr.Kind == path.Field {
		// A field of a variable that got its struct as a whole: a parameter's copy.
		if whole, ok := s.cell(addr.X); ok && whole != nil && whole.Kind != path.Const && addr.X.Kind == path.Value && !addr.TooDeep() {
			if whole.Kind == path.Deref {
				whole = whole.X
			}
			// Only names of what callers know: a variable copied to another, in a
			// loop perhaps, may lead back here.
			if whole.InEntry() {
				return w.load(s, w.t.Field(whole, addr.Name, addr.Owner, addr.Embed), by)
			}
			if whole != addr.X && whole.Kind == path.Value {
				if val, ok := s.cell(w.t.Field(whole, addr.Name, addr.Owner, addr.Embed)); ok && val != nil {
					return val
				}
			}
		}
	}
	if !ok {
		if cell := w.t.Cell(addr); cell == "" || !s.lost.has(cell) {
			if addr.TooDeep() {
				return nil
			}
			return w.t.Deref(addr)
		}
	}
	if by == nil {
		return nil
	}
	n := w.t.Value(by, 0)
	if len(s.mem) < limits.MaxCells || addr.Kind != path.Field {
		s.setCell(addr, n)
	}
	return n
}

// inVariable names a field of a struct that was read from a variable as a field of
// the variable.
func (w *walker) inVariable(addr *path.Node) *path.Node {
	if addr.Kind != path.Field || addr.X.Kind != path.Deref || addr.X.X.Kind != path.Value && !addr.X.X.IsSome() {
		return addr
	}
	alloc, ok := addr.X.X.Val.(*ssa.Alloc)
	if !ok {
		return addr
	}
	if _, isStruct := alloc.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct); !isStruct {
		return addr
	}
	return w.t.Field(addr.X.X, addr.Name, addr.Owner, addr.Embed)
}

// store records that addr now holds val (nil: something unknown).
func (w *walker) store(s *state, addr, val *path.Node) {
	if val != nil && val.TooDeep() {
		val = nil
	}
	cell := w.t.Cell(addr)
	if cell != "" {
		w.lose(s, cell, addr)
	}
	if len(s.mem) >= limits.MaxCells && addr.Kind == path.Field {
		w.t.Limits.Hit(limits.Cells)
		if !w.info.loaded[cell] {
			return
		}
		val = nil
	}
	s.setCell(addr, val)
}

// lose forgets what addresses of a cell hold, but for keep.
func (w *walker) lose(s *state, cell string, keep *path.Node) {
	s.lost = w.lost.add(s.lost, cell)
	s.mem = slices.DeleteFunc(s.mem, func(c Cell) bool {
		return c.Addr != keep && w.t.Cell(c.Addr) == cell && !distinctLocals(c.Addr, keep)
	})
}

// distinctLocals reports whether a and b lie in different local variables.
func distinctLocals(a, b *path.Node) bool {
	if a == nil || b == nil {
		return false
	}
	ra, rb := a.Root(), b.Root()
	isLocal := func(n *path.Node) bool {
		if n.Kind != path.Value || n.Index > 0 {
			return false
		}
		_, ok := n.Val.(*ssa.Alloc)
		return ok
	}
	return ra != rb && isLocal(ra) && isLocal(rb) && !a.Loads() && !b.Loads()
}

// doubt makes what is known of a condition stale.
func (s *state) doubt(key *path.Node) {
	for i := range s.conds {
		if s.conds[i].key == key {
			s.conds[i].stale = true
		}
	}
}

// disturb notes that code ran which nobody here can see (or, with a lock
// acquired, that others ran before): what was read from memory may have changed.
// moves says whether pointers on the way to locks may have changed, too.
func (w *walker) disturb(s *state, moves bool) {
	s.waited = true
	for i := range s.conds {
		if w.mayChange(s.conds[i].key) || isCallNode(s.conds[i].key) {
			s.conds[i].stale = true
		}
	}
	for i := range s.mem {
		c := &s.mem[i]
		if root := c.Addr.Root(); root.Kind == path.Value {
			if alloc, ok := root.Val.(*ssa.Alloc); ok && (!w.info.shared[alloc] || c.Addr != root || w.env.Settled().isConfined(alloc)) {
				continue
			}
		}
		if c.Addr.Kind == path.FreeVar && w.env.Settled().Confined(w.fn, c.Addr.Index) {
			continue
		}
		if c.Val == nil {
			continue
		}
		if _, ok := c.Val.IsBool(); ok {
			w.forgetCell(s, c)
			continue
		}
		if cell := w.t.Cell(c.Addr); cell != "" && !w.env.Unstable(cell) && moves {
			continue
		}
		if c.Val.Kind == path.Const {
			c.Val = nil
		}
	}
	if !moves {
		return
	}
	for i := range s.held {
		if w.unstable(s.held[i].lock) {
			s.held[i].moved = true
		}
	}
	for i := range s.known {
		s.known[i].moved = s.known[i].moved || w.unstable(s.known[i].lock)
	}
}

// forgetCell makes the contents of a cell unknown; of a boolean, the old value stays
// as a belief about the new one.
func (w *walker) forgetCell(s *state, c *Cell) {
	if c.Val == nil {
		return
	}
	b, ok := c.Val.IsBool()
	if !ok {
		c.Val = nil
		return
	}
	c.Val = w.t.Op("later", w.t.Deref(c.Addr), nil)
	s.assume(c.Val, b)
	s.doubt(c.Val)
}

// unstable reports whether the way to a lock leads through a variable that
// code of the package changes after construction.
func (w *walker) unstable(n *path.Node) bool {
	for ; n != nil; n = n.X {
		if n.Kind == path.Deref {
			if cell := w.t.Cell(n.X); cell != "" && w.env.Unstable(cell) {
				return true
			}
		}
		if n.Kind == path.Elem {
			return true
		}
	}
	return false
}

// The results of recover in the function itself, and in a deferred function that
// it runs: nil unless there is a panic.
const (
	recoverHere  = "recover"
	recoverBelow = "recover in a deferred function"
)

// nonNilCall reports whether the result of a call is known not to be nil.
func nonNilCall(c *ssa.Call) bool {
	fn := c.Call.StaticCallee()
	return fn != nil && model.NonNil(funcObject(fn))
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
