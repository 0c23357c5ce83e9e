package flow

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// instr executes one instruction that is not a jump and returns the states it
// leads to, none if it does not return.
func (w *walker) instr(s *state, instr ssa.Instruction) []*state {
	w.now = instr
	if v, ok := instr.(ssa.Value); ok && instr.Block() != nil && w.info.inLoop[instr.Block().Index] && !lazy(v) && !isCallResult(v) {
		w.age(s, v, nil)
		s.unbind(v)
		w.ageParts(s, v)
	}
	switch instr := instr.(type) {
	case *ssa.Alloc:
		w.alloc(s, instr)
	case *ssa.UnOp:
		switch instr.Op {
		case token.MUL:
			if n := w.load(s, w.node(s, instr.X), instr); n != nil {
				s.bind(instr, n)
			}
		case token.ARROW:
			w.blocks(s, instr, nil, "receives")
			w.slotOp(s, instr, instr.X, false)
			w.disturb(s, true)
		}
	case *ssa.Store:
		val := w.node(s, instr.Val)
		addr := w.node(s, instr.Addr)
		if addr.Kind != path.Value {
			w.escape(s, val)
		}
		w.keptByField(s, instr, addr, val)
		w.overwrites(s, instr, addr)
		w.storeInstr(s, addr, val, instr.Val.Type())
		w.storeLiteral(s, addr, instr.Val)
		w.busyOp(s, instr, addr)
	case *ssa.IndexAddr:
		if w.beyond(s, instr) {
			w.panics(s.clone(), instr.Pos())
		}
	case *ssa.MapUpdate:
		if w.node(s, instr.Map).IsNil() {
			w.panics(s.clone(), instr.Pos())
		}
		val := w.node(s, instr.Value)
		w.escape(s, val)
		w.setElement(s, instr, val)
	case *ssa.Lookup:
		w.lookup(s, instr)
	case *ssa.Range:
		w.begins(s, instr)
	case *ssa.Next:
		w.nextTurn(s, instr)
	case *ssa.Send:
		w.blocks(s, instr, nil, "sends")
		w.slotOp(s, instr, instr.Chan, true)
		w.escape(s, w.node(s, instr.X))
		w.disturb(s, true)
	case *ssa.Select:
		if instr.Blocking {
			w.blocks(s, instr, nil, "selects")
		}
		for _, st := range instr.States {
			if st.Send != nil {
				w.escape(s, w.node(s, st.Send))
			}
		}
		w.disturb(s, true)
		if states := w.slotSelect(s, instr); states != nil {
			return states
		}
	case *ssa.Call:
		return w.call(s, instr, w.site(s, instr))
	case *ssa.Go:
		if w.watch != nil {
			w.stand(s, instr)
		}
		d := w.site(s, instr)
		w.startWaits(s, instr, d.value, d.args)
		w.spawn(s, d)
	case *ssa.Defer:
		d := w.site(s, instr)
		if IsLoopBody(w.fn) {
			w.spawn(s, d) // the call runs at the end of the function with the loop
			break
		}
		for _, old := range s.defers {
			if old.instr == instr && sameNodes(old, d) {
				return []*state{s} // one more turn of a loop, nothing new
			}
		}
		s.defers = append(s.defers, d)
		if len(s.defers) > limits.MaxHeld {
			w.giveUp(limits.Held)
		}
	case *ssa.RunDefers:
		return w.runDefers(s)
	}
	return []*state{s}
}

// ageParts makes what is taken out of a tuple one turn older, where it has a name of its own: what is
// received from a channel is another object on each turn.
func (w *walker) ageParts(s *state, v ssa.Value) {
	if _, ok := v.Type().(*types.Tuple); !ok {
		return
	}
	for _, ref := range *v.Referrers() {
		if e, ok := ref.(*ssa.Extract); ok {
			w.age(s, e, nil)
		}
	}
}

// isCallResult reports whether v is one of several results of a call: those get
// their names when the call is executed.
func isCallResult(v ssa.Value) bool {
	e, ok := v.(*ssa.Extract)
	if !ok {
		return false
	}
	_, ok = e.Tuple.(*ssa.Call)
	return ok
}

func sameNodes(a, b deferred) bool {
	if a.value != b.value || len(a.args) != len(b.args) {
		return false
	}
	for i := range a.args {
		if a.args[i] != b.args[i] {
			return false
		}
	}
	return true
}

// alloc executes the making of a variable, which starts as zero.
func (w *walker) alloc(s *state, instr *ssa.Alloc) {
	elem := ssax.Pointee(instr.Type())
	if n := zero(w.t, elem); n != nil {
		s.setCell(w.t.Value(instr, 0), n)
	}
	w.newOnce(s, w.t.Value(instr, 0), elem)
	if st, ok := elem.Underlying().(*types.Struct); ok && !instr.Heap {
		w.storeZero(s, w.t.Value(instr, 0), elem, st)
	}
}

func zero(t *path.Table, typ types.Type) *path.Node {
	switch u := typ.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return t.Bool(false)
		case u.Info()&types.IsInteger != 0:
			return t.Const(constant.MakeInt64(0))
		case u.Info()&types.IsString != 0:
			return t.Const(constant.MakeString(""))
		}
	case *types.Pointer, *types.Interface, *types.Signature, *types.Map, *types.Chan, *types.Slice:
		return t.Const(nil)
	}
	return nil
}

// storeInstr records a store if anything in reach may ask for it.
func (w *walker) storeInstr(s *state, addr, val *path.Node, typ types.Type) {
	if val.IsNil() {
		defer w.newOnce(s, addr, typ)
	}
	switch addr.Kind {
	case path.Value: // a local variable
		if st, ok := typ.Underlying().(*types.Struct); ok && val.IsNil() {
			w.storeZero(s, addr, typ, st)
			return
		}
		s.mem = slices.DeleteFunc(s.mem, func(c Cell) bool { return within(c.Addr, addr) })
		w.store(s, addr, val)
		return
	case path.FreeVar:
		w.store(s, addr, val)
		return
	}
	cell := w.t.Cell(addr)
	if !w.info.loaded[cell] {
		// Not read here; but a caller may get the object, or be told.
		root := addr.Root()
		_, local := root.Val.(*ssa.Alloc)
		_, isBool := val.IsBool()
		if !(local && (tracked(typ) || val.Kind == path.Const) || isBool && (root.Kind == path.Param || root.Kind == path.Global) || replaces(addr, val, typ)) {
			return
		}
	}
	if !tracked(typ) && val.Kind != path.Const {
		val = nil
	}
	w.store(s, addr, val)
}

// within reports whether an address lies in the struct at another address.
func within(addr, object *path.Node) bool {
	for addr.Kind == path.Field {
		if addr = addr.X; addr == object {
			return true
		}
	}
	return false
}

// replaces reports whether a store puts another object where callers, and callees, find one.
func replaces(addr, val *path.Node, typ types.Type) bool {
	_, isPointer := typ.Underlying().(*types.Pointer)
	return isPointer && addr.InEntry()
}

// storeZero records that a struct variable is zero. Its fields are noted one by one, because
// they may get other values one by one.
func (w *walker) storeZero(s *state, addr *path.Node, typ types.Type, st *types.Struct) {
	s.mem = slices.DeleteFunc(s.mem, func(c Cell) bool { return c.Addr == addr || within(c.Addr, addr) })
	if st.NumFields() > limits.MaxZero {
		w.t.Limits.Hit(limits.Zero)
	}
	for i := range min(st.NumFields(), limits.MaxZero) {
		if val := zero(w.t, st.Field(i).Type()); val != nil {
			name, owner, embedded := path.StructField(typ, i)
			s.setCell(w.t.Field(addr, name, owner, embedded), val) // no other address is of the variable
		}
	}
}

// storeLiteral records what the fields of a composite literal are, where it is stored as
// a whole into the field of another one.
func (w *walker) storeLiteral(s *state, addr *path.Node, v ssa.Value) {
	literal, _ := literalOf(v)
	if literal == nil {
		return
	}
	from := w.node(s, literal)
	var within func(n *path.Node) *path.Node
	within = func(n *path.Node) *path.Node {
		switch {
		case n == from:
			return addr
		case n.Kind != path.Field:
			return nil
		}
		if x := within(n.X); x != nil {
			return w.t.Field(x, n.Name, n.Owner, n.Embed)
		}
		return nil
	}
	for _, c := range slices.Clone(s.mem) {
		if to := within(c.Addr); to != nil && c.Addr != from && !to.TooDeep() {
			w.store(s, to, c.Val)
		}
	}
}

// site evaluates the function and the arguments of a call.
func (w *walker) site(s *state, instr ssa.CallInstruction) deferred {
	c := instr.Common()
	d := deferred{args: make([]*path.Node, len(c.Args))}
	d.instr, _ = instr.(*ssa.Defer)
	if _, ok := c.Value.(*ssa.Builtin); !ok {
		d.value = w.node(s, c.Value)
	}
	for i, a := range c.Args {
		d.args[i] = w.node(s, a)
	}
	return d
}

// runDefers executes the deferred calls, the last one first.
func (w *walker) runDefers(s *state) []*state {
	states := []*state{s}
	for i := len(s.defers) - 1; i >= 0; i-- {
		var next []*state
		for _, s := range states {
			d := s.defers[len(s.defers)-1]
			s.defers = s.defers[:len(s.defers)-1]
			next = append(next, w.call(s, d.instr, d)...)
			if len(next) > 2*limits.MaxLockSets {
				if next = w.merge(next); len(next) > 2*limits.MaxLockSets {
					w.giveUp(limits.LockSets)
					return nil
				}
			}
		}
		states = next
	}
	return states
}

// beyond reports whether an index is the length of what it is an index of: each execution panics.
func (w *walker) beyond(s *state, instr *ssa.IndexAddr) bool {
	if _, isSlice := instr.X.Type().Underlying().(*types.Slice); !isSlice {
		return false
	}
	n := w.node(s, instr.Index)
	return n.Kind == path.Op && n.Name == "len" && n.X == w.node(s, instr.X)
}

// throws executes a call of a function that cannot be seen as if that function panicked, if a call that has been deferred by then, or a caller, recovers from
// it: who writes such a function expects a panic. A function that only the package itself can have put where it is found is not one of others.
func (w *walker) throws(s *state, instr ssa.CallInstruction) {
	if _, isCall := instr.(*ssa.Call); !isCall || w.later != nil || w.panicking || cancels(instr.Common().Value) {
		return
	}
	if cell := pointsto.Cell(instr.Common().Value); cell != "" && w.env.Own(cell) {
		return
	}
	here := slices.ContainsFunc(s.defers, func(d deferred) bool { return ssax.Swallows(d.instr.Common().StaticCallee()) })
	if !here && len(s.locks.Held()) > 0 {
		w.recoveredBy = w.env.RecoveredBy(w.fn)
	}
	if here || w.recoveredBy != nil {
		w.thrown = true
		w.panics(s.clone(), instr.Pos())
		w.thrown, w.recoveredBy = false, nil
	}
}

// cancels reports whether a function value is one that ends a context, by its type, its name or where it comes from: that never panics.
func cancels(fn ssa.Value) bool {
	if named, ok := types.Unalias(fn.Type()).(*types.Named); ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context" {
		return true
	}
	switch v := ssax.Origin(fn).(type) {
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			name, _, _ := path.StructField(fa.X.Type(), fa.Field)
			return strings.Contains(strings.ToLower(name), "cancel")
		}
	case *ssa.Parameter:
		return strings.Contains(strings.ToLower(v.Name()), "cancel")
	}
	return false
}

// panics executes a panic: the deferred calls run with what is held.
func (w *walker) panics(s *state, pos token.Pos) {
	if len(s.locks.Held()) == 0 {
		return
	}
	s.panics, w.panicking = true, true
	defer func() { w.panicking = false }()
	for _, s := range w.runDefers(s) {
		for _, h := range s.locks.Held() {
			if !h.Is(lockset.Unsure) && h.Phase != lockset.Retaken {
				w.leak(s, h, pos, leakPanic, Unclear)
			}
		}
	}
}
