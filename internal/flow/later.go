package flow

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A CellCall is a call of a function that is read from a cell, or of a method of an interface value
// there, with locks held. Other packages put functions into the cell that the package knows nothing of.
type CellCall struct {
	Cell, Method string
	Sig          *types.Signature // of the function, nil if it is not known
	Held         []HeldLock       // named from [Holder], as variables of the package, or by their class
	Steps        []*Step
	Found        string // where the struct that has the cell was found: see [Origin]
	Is           []FieldIs
	Self         *path.Node   // the struct that has the cell, as the function names it; nil if there is none
	Locks        []*path.Node // the locks in Held, as the function names them
	Selves       []int        // the arguments that are Self: what is called gets the struct that it is kept by
}

// FieldIs says what a field of the struct from which a function is called holds on the way there.
type FieldIs struct {
	Cell  string
	Value constant.Value
	Not   bool // it holds something else
}

// fieldsOf returns what is known of the fields of a struct.
func (w *walker) fieldsOf(s *state, self *path.Node) (is []FieldIs) {
	if self == nil {
		return nil
	}
	fieldAt := func(n *path.Node) string {
		if n = w.source(s, n); n.Kind == path.Deref && n.X.Kind == path.Field && n.X.X == self {
			return w.t.Cell(n.X)
		}
		return ""
	}
	for _, c := range s.conds {
		if c.stale {
			continue
		}
		if cell := fieldAt(c.key); cell != "" {
			is = append(is, FieldIs{cell, constant.MakeBool(c.val), false})
		} else if c.key.Kind == path.Op && c.key.Name == "==" && c.key.Y.Kind == path.Const && c.key.Y.Const != nil {
			if cell := fieldAt(c.key.X); cell != "" {
				is = append(is, FieldIs{cell, c.key.Y.Const, !c.val})
			}
		}
	}
	return is
}

// excluded reports whether a struct with such fields is of another kind than one that a function was put into.
func excluded(k pointsto.Kind, is []FieldIs) bool {
	return slices.ContainsFunc(is, func(f FieldIs) bool { return k.Excludes(f.Cell, f.Value, f.Not) })
}

// For reports whether the call may be one of a function that was put into a struct of a kind.
func (c *CellCall) For(k pointsto.Kind) bool { return !excluded(k, c.Is) }

// Holder names the struct that has the cell of a CellCall.
func Holder(t *path.Table) *path.Node { return t.Op("holder", t.Const(nil), nil) }

// cellCall takes note of a call of f, under the locks of s and extra, those in gone left out.
func (w *walker) cellCall(s *state, f called, extra []known, gone []*path.Node, steps []*Step) {
	if len(w.res.CellCalls) >= limits.MaxKept {
		w.t.Limits.Hit(limits.Kept)
	}
	if w.later != nil || len(w.res.CellCalls) >= limits.MaxKept || len(steps) > limits.MaxSteps {
		return
	}
	cell, self := pointsto.Place(w.t, f.at)
	if cell == "" {
		return
	}
	c := CellCall{Cell: cell, Method: f.method, Sig: f.sig, Steps: steps, Self: self}
	if self != nil {
		c.Found, c.Is = self.Found(), w.fieldsOf(s, self)
		for i, arg := range f.args {
			if arg != nil && path.Concrete(arg) == self {
				c.Selves = append(c.Selves, i)
			}
		}
	}
	for _, h := range slices.Concat(s.locks.Held(), extra, w.doing()) {
		if h.Is(lockset.Unsure) || isSlot(h) || slices.Contains(gone, h.Lock) {
			continue
		}
		name := h.Lock
		if self != nil && name.Through(self) {
			name = w.t.Rewrite(name, func(n *path.Node) *path.Node {
				if n == self {
					return Holder(w.t)
				}
				return nil
			})
		} else if name.IsOne() {
			// A variable of the package is the same lock for everybody.
		} else if class := name.ClassIn(w.fn); class != "" {
			name = w.t.Class(class, name.Declared(), name.Within())
		} else {
			continue
		}
		c.Held, c.Locks = append(c.Held, HeldLock{Lock: name, Mode: h.Mode, Steps: h.By.steps}), append(c.Locks, h.Lock)
	}
	if len(c.Held) == 0 || slices.ContainsFunc(w.res.CellCalls, func(o CellCall) bool {
		return o.Cell == c.Cell && o.Method == c.Method && o.Found == c.Found && o.Self == c.Self && sameSig(o.Sig, c.Sig) && sameHeld(o.Held, c.Held) && slices.Equal(o.Is, c.Is) && slices.Equal(o.Selves, c.Selves)
	}) {
		return
	}
	w.res.CellCalls = append(w.res.CellCalls, c)
}

// doing returns the sync.Onces whose functions are being executed, as locks that are held in mode [model.Doing].
func (w *walker) doing() (held []known) {
	for _, h := range w.onces.Held() {
		h.Mode = model.Doing
		held = append(held, h)
	}
	return held
}

// lends executes what a callee does with a function that it keeps: others call it later, with other
// locks held than now. What happens then is no effect of this function; it says so all the same, as
// nobody else knows both the function and the locks.
func (w *walker) lends(s *state, instr ssa.CallInstruction, c Callee, e *Event) {
	if w.later != nil || w.keepsOther(e, instr) {
		return
	}
	if elements := w.listed(s, e.Param, c, instr); len(elements) > 0 {
		for _, fn := range elements {
			w.lendsOne(s, instr, c, e, fn)
		}
	} else if fn := w.translate(s, e.Param, c, instr); fn != nil {
		w.lendsOne(s, instr, c, e, fn)
	}
}

// lendsOne is lends for one function, which may be an element of a list that the callee keeps.
func (w *walker) lendsOne(s *state, instr ssa.CallInstruction, c Callee, e *Event, fn *path.Node) {
	var named, classes []known
	var made ssa.Value // the call that makes the object which has a lock
	for _, h := range e.Held {
		if lock, maker := w.lockOfMade(s, h.Lock, c, instr); lock != nil {
			made = maker
			named = append(named, heldThere(lock, h, instr))
			if !isInstance(maker.Type()) {
				class := w.t.Class(h.Lock.Class(), h.Lock.Declared(), h.Lock.Within())
				classes = append(classes, heldThere(class, h, instr))
			}
			continue
		}
		if ofInstance(h.Lock, instr) {
			if lock := w.translate(s, h.Lock, c, instr); lock != nil {
				named = append(named, heldThere(lock, h, instr))
			}
			continue // its class is that of all instances of the generic type
		}
		class, ok := w.callersLock(s, h.Lock, Callee{Args: make([]*path.Node, len(c.Args))}, instr)
		if !ok {
			continue
		}
		classes = append(classes, heldThere(class, h, instr))
		if lock := w.translate(s, h.Lock, c, instr); lock != nil {
			within := class.Outer
			if within == "" {
				within = lock.Within()
			}
			name := class.Name
			if lock.Declared() == class.Owner && lock.Class() != "" {
				name = lock.Class() // the struct around it tells it from others
			}
			classes[len(classes)-1].Lock = w.t.Class(name, class.Owner, within)
			class = lock
		}
		named = append(named, heldThere(class, h, instr))
	}
	if len(named) == 0 {
		return
	}
	if e.Method == "" {
		fn = path.Concrete(fn)
	}
	given := w.givenHere(s, e.Given, c, instr)
	var target *ssa.Function
	var run func(s *state, known bool, extra []known)
	switch {
	case e.Method == "" && fn.Kind == path.Func:
		target = fn.Val.(*ssa.Function)
		captured := len(fn.Args)
		if m, ok := target.Object().(*types.Func); ok && target.Synthetic != "" && m.Signature().Recv() != nil { // a method value
			target, captured = concreteMethodOf(target.Prog, m), 0
		}
		run = func(s *state, known bool, extra []known) {
			if known {
				w.runWith(s, instr, fn, given, extra, nil)
			} else {
				w.runLater(s, instr, target, captured, extra)
			}
		}
	case e.Method != "" && fn.Kind == path.Iface:
		if target = w.methodOf(fn.Type, e.Method); target == nil {
			return
		}
		run = func(s *state, known bool, extra []known) {
			if known {
				w.runMethod(s, instr, target, fn.X, given, extra, nil)
			} else {
				w.runLater(s, instr, target, 0, extra)
			}
		}
	default:
		if fn = w.anyElement(fn); fn.InEntry() {
			event := Event{Kind: Later, Param: fn, Method: e.Method, Given: given, Steps: e.Steps}
			for i, h := range named {
				if !h.Lock.InEntry() {
					if len(classes) < len(named) {
						continue
					}
					h = classes[i]
				}
				event.Held = append(event.Held, HeldLock{Lock: h.Lock, Mode: h.Mode, Steps: h.By.steps, Maybe: h.Is(lockset.Unsure)})
			}
			if slices.ContainsFunc(event.Held, func(h HeldLock) bool { return !h.Maybe }) {
				w.event(event)
			}
		}
		return
	}
	if target == nil {
		return
	}
	if len(target.Blocks) == 0 { // of another package
		if sum, _ := w.env.Static(target); sum.Trivial() {
			return
		}
	}
	hands := HandsOver
	if b := instr.Block(); b != nil && ssax.InLoop(b) {
		hands = HandsAgain
	}
	later := laterCall{steps: e.Steps, kept: hands + FuncName(target) + " to " + c.Name}
	call := later
	call.findings = true
	l := lentFunc{made: made, call: &call, run: func(s *state) { run(s, true, named) }}
	if made == nil {
		w.calledLater(s, l)
	} else {
		w.lent = append(w.lent, l)
	}
	if len(classes) == 0 {
		return
	}
	later.points, later.oneWay = true, w.oneWay(s, e, c, instr, fn)
	w.calledLater(s, lentFunc{call: &later, run: func(s *state) { run(s, false, classes) }})
}

// ofInstance reports whether a lock of the callee is that of an argument which is an instance of a generic type.
func ofInstance(lock *path.Node, instr ssa.CallInstruction) bool {
	root, args := path.Concrete(lock).Root(), instr.Common().Args
	return root.Kind == path.Param && !instr.Common().IsInvoke() && root.Index < len(args) && isInstance(args[root.Index].Type())
}

// heldThere is a lock that those hold who call a function later.
func heldThere(lock *path.Node, h HeldLock, instr ssa.Instruction) known {
	k := known{Lock: lock, Mode: h.Mode, Phase: lockset.Held, By: &act{site: instr, steps: h.Steps}}
	if h.Maybe {
		k.Doubt = lockset.Unsure
	}
	return k
}

// isInstance reports whether a type is, or points to, an instance of a generic one.
func isInstance(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.TypeArgs() != nil
}

// HandsOver begins the step by which a function is handed to code that keeps it and calls it later.
const HandsOver = "hands "

// HandsAgain begins the step if that happens in each turn of a loop.
const HandsAgain = "in each turn hands "

// A lentFunc is a function that others keep, and call later.
type lentFunc struct {
	made ssa.Value // the object that keeps it, if that is made by a call; nil otherwise
	call *laterCall
	run  func(*state)
}

// calledLater executes the call of a function that was lent, in a state without locks.
func (w *walker) calledLater(s *state, l lentFunc) {
	at := s.clone()
	at.locks = lockset.Set[*path.Node, *act]{}
	w.later = l.call
	defer func() { w.later = nil }()
	l.run(at)
}

// lentToMade executes the calls of the functions that were lent to objects which were made on the way to a return. Where
// such an object is known only then: c.cache = New(c.evicted).
func (w *walker) lentToMade(s *state, ret *ssa.Return) {
	for _, l := range w.lent {
		if in, ok := l.made.(ssa.Instruction); ok && in.Block().Dominates(ret.Block()) {
			w.calledLater(s, l)
		}
	}
}

// lockOfMade names a lock of the object that a call makes, and returns what it is made by: the call that the function is
// handed to, or the one that takes the call's result, an option which other functions apply to what they make, or the struct that the function
// is stored in, a configuration. Or that struct is itself the object.
func (w *walker) lockOfMade(s *state, lock *path.Node, c Callee, instr ssa.CallInstruction) (name *path.Node, made ssa.Value) {
	st, isStore := instr.(storeCall)
	if lock.Kind != path.Class {
		root := lock.Root()
		if root.Kind == path.Result {
			made = ssax.Result(instr, root.Index)
		} else if isStore && root.Kind == path.Param && st.object != nil {
			made = st.object
		}
		if made != nil {
			return w.translate(s, lock, c, instr), made
		}
		return nil, nil
	}
	var uses []ssax.Use
	if isStore {
		uses = st.uses()
	} else if option := instr.Value(); option != nil {
		if _, isFunc := option.Type().Underlying().(*types.Signature); isFunc {
			uses = ssax.PassedTo(option)
		}
	}
	for _, use := range uses {
		made = ssax.Result(use.Call, 0)
		if made == nil {
			continue
		}
		if name = w.t.FieldOf(w.t.Value(made, 0), made.Type(), lock.Name); name != nil {
			return name, made
		}
	}
	return nil, nil
}

// laterCall is a call that another goroutine makes later. Of what it does only what is asked for is
// kept.
type laterCall struct {
	steps            []*Step // to the call
	kept             string
	findings, points bool
	oneWay           bool // see [Point.OneWay]
}

// fromUsers executes a call of a function that users of the package have given to it, under the locks that are held: an option, say, that
// the package has made for them. That they may do so is no effect of this function.
func (w *walker) fromUsers(s *state, instr ssa.CallInstruction, args []*path.Node) {
	if w.later != nil || !slices.ContainsFunc(s.locks.Held(), func(h known) bool { return !h.Is(lockset.Unsure) }) {
		return
	}
	for _, c := range w.env.OfType(w.fn, instr.Common().Value.Type()) {
		w.later = &laterCall{kept: "may be given " + c.Name, findings: true}
		w.applyFound(s.clone(), nonResult{instr}, c, args)
		w.later = nil
	}
}

// runLater executes a call of a function of which only the classes of its locks are known.
func (w *walker) runLater(s *state, instr ssa.CallInstruction, fn *ssa.Function, captured int, extra []known) {
	sum, writes := w.env.Static(fn)
	w.runCallee(s, instr, Callee{Fn: fn, Name: FuncName(fn), Summary: sum, Captured: make([]*path.Node, captured), Writes: writes}, extra, nil)
}

// by puts the steps that lead to the call in place of the call that hands the function on.
func (l *laterCall) by(steps []*Step) []*Step {
	if len(steps) == 0 {
		return steps
	}
	first := *steps[0]
	first.What = l.kept
	return slices.Concat([]*Step{&first}, l.steps, steps[1:])
}

// locksAgain reports whether a finding is that a goroutine waits for a lock that it holds.
func locksAgain(k FindingKind) bool {
	return k == LockedAgain || k == Upgraded || k == ReadUnderWrite || k == RecursiveRead || k == OnceAgain
}

// keptByField executes a store to a field of another package, whose functions call what is in it under
// their locks.
func (w *walker) keptByField(s *state, instr *ssa.Store, addr, val *path.Node) {
	fa, ok := instr.Addr.(*ssa.FieldAddr)
	if !ok || addr.Kind != path.Field {
		return
	}
	sum := w.env.Kept(fa)
	if sum == nil {
		return
	}
	c := Callee{Name: addr.Owner[strings.LastIndexByte(addr.Owner, '/')+1:] + "." + addr.Name, Summary: sum, Args: []*path.Node{addr.X, val}}
	object, _ := fa.X.(*ssa.Alloc)
	for i := range sum.Events {
		if sum.Events[i].Kind == Later {
			w.lends(s, storeCall{instr, object}, c, &sum.Events[i])
		}
	}
}

// storeCall is a store as the call that it leads to.
type storeCall struct {
	*ssa.Store
	object *ssa.Alloc // the struct that has the field, if that is a new one; nil otherwise
}

func (storeCall) Common() *ssa.CallCommon { return &ssa.CallCommon{} }
func (storeCall) Value() *ssa.Call        { return nil }

// uses returns the calls that the struct is passed to, or a copy of it.
func (s storeCall) uses() (uses []ssax.Use) {
	if s.object == nil {
		return nil
	}
	uses = ssax.PassedTo(s.object)
	for _, r := range *s.object.Referrers() {
		if load, ok := r.(*ssa.UnOp); ok {
			uses = append(uses, ssax.PassedTo(load)...)
		}
	}
	return uses
}
