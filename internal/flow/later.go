package flow

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
)

// A CellCall is a call of a function that is read from a cell, or of a method of an interface value
// there, with locks held. Other packages put functions into the cell that the package knows nothing of.
type CellCall struct {
	Cell, Method string
	Held         []HeldLock // named from [Holder], or by their class
	Steps        []Step
}

// Holder names the struct that has the cell of a CellCall.
func Holder(t *path.Table) *path.Node { return t.Op("holder", t.Const(nil), nil) }

// cellCall takes note of a call of what is at n, under the locks of s and extra, those in gone left out.
func (w *walker) cellCall(s *state, n *path.Node, method string, extra []held, gone []*path.Node, steps []Step) {
	if len(w.res.CellCalls) >= limits.MaxKept {
		w.t.Limits.Hit(limits.Kept)
	}
	if w.later != nil || len(w.res.CellCalls) >= limits.MaxKept || len(steps) > limits.MaxSteps {
		return
	}
	cell, self := pointsto.Place(w.t, n)
	if cell == "" {
		return
	}
	c := CellCall{Cell: cell, Method: method, Steps: steps}
	for _, h := range slices.Concat(s.held, extra) {
		if h.unsure || isSlot(h) || slices.Contains(gone, h.lock) {
			continue
		}
		name := h.lock
		if self != nil && name.Through(self) {
			name = w.t.Rewrite(name, func(n *path.Node) *path.Node {
				if n == self {
					return Holder(w.t)
				}
				return nil
			})
		} else if class := name.ClassIn(w.fn); class != "" {
			name = w.t.Class(class, name.Declared(), name.Within())
		} else {
			continue
		}
		c.Held = append(c.Held, HeldLock{Lock: name, Mode: h.mode, Steps: h.steps})
	}
	if len(c.Held) == 0 || slices.ContainsFunc(w.res.CellCalls, func(o CellCall) bool {
		return o.Cell == c.Cell && o.Method == c.Method && sameHeld(o.Held, c.Held)
	}) {
		return
	}
	w.res.CellCalls = append(w.res.CellCalls, c)
}

// lends executes what a callee does with a function that it keeps: others call it later, with other
// locks held than now. What happens then is no effect of this function; it says so all the same, as
// nobody else knows both the function and the locks.
func (w *walker) lends(s *state, instr ssa.CallInstruction, c Callee, e *Event) {
	fn := w.translate(s, e.Param, c, instr)
	if fn == nil || w.later != nil {
		return
	}
	var named, classes []held
	for _, h := range e.Held {
		class, ok := w.callersLock(s, h.Lock, Callee{Args: make([]*path.Node, len(c.Args))}, instr)
		if !ok {
			continue
		}
		classes = append(classes, held{lock: class, mode: h.Mode, site: instr, steps: h.Steps})
		if lock := w.translate(s, h.Lock, c, instr); lock != nil {
			if classes[len(classes)-1].lock.Outer == "" {
				classes[len(classes)-1].lock = w.t.Class(class.Name, class.Owner, lock.Within())
			}
			class = lock
		}
		named = append(named, held{lock: class, mode: h.Mode, site: instr, steps: h.Steps})
	}
	if len(classes) == 0 {
		return
	}
	if e.Method == "" {
		fn = path.Concrete(fn)
	}
	var target *ssa.Function
	var run func(s *state, known bool, extra []held)
	switch {
	case e.Method == "" && fn.Kind == path.Func:
		target = fn.Val.(*ssa.Function)
		captured := len(fn.Args)
		if m, ok := target.Object().(*types.Func); ok && target.Synthetic != "" { // a method value
			target, captured = concreteMethodOf(target.Prog, m), 0
		}
		run = func(s *state, known bool, extra []held) {
			if known {
				w.run(s, instr, fn, extra, nil)
			} else {
				w.runLater(s, instr, target, captured, extra)
			}
		}
	case e.Method != "" && fn.Kind == path.Iface:
		if target = w.methodOf(fn.Type, e.Method); target == nil {
			return
		}
		run = func(s *state, known bool, extra []held) {
			if known {
				w.runMethod(s, instr, target, fn.X, extra, nil)
			} else {
				w.runLater(s, instr, target, 0, extra)
			}
		}
	default:
		if fn = w.anyElement(fn); fn.InEntry() {
			event := Event{Kind: Later, Param: fn, Method: e.Method, Steps: e.Steps}
			for i, h := range named {
				if !h.lock.InEntry() {
					h = classes[i]
				}
				event.Held = append(event.Held, HeldLock{Lock: h.lock, Mode: h.mode, Steps: h.steps})
			}
			w.event(event)
		}
		return
	}
	if target == nil || len(target.Blocks) == 0 {
		return
	}
	at := s.clone()
	at.held, at.known = nil, nil
	defer func() { w.later = nil }()
	w.later = &laterCall{steps: e.Steps, kept: "hands " + FuncName(target) + " to " + c.Name, findings: true}
	run(at.clone(), true, named)
	w.later = &laterCall{steps: e.Steps, kept: w.later.kept, points: true}
	run(at, false, classes)
}

// laterCall is a call that another goroutine makes later. Of what it does only what is asked for is
// kept.
type laterCall struct {
	steps            []Step // to the call
	kept             string
	findings, points bool
}

// runLater executes a call of a function of which only the classes of its locks are known.
func (w *walker) runLater(s *state, instr ssa.CallInstruction, fn *ssa.Function, captured int, extra []held) {
	sum, writes := w.env.Static(fn)
	w.runCallee(s, instr, Callee{Fn: fn, Name: FuncName(fn), Summary: sum, Captured: make([]*path.Node, captured), Writes: writes}, extra, nil)
}

// by puts the steps that lead to the call in place of the call that hands the function on.
func (l *laterCall) by(steps []Step) []Step {
	if len(steps) == 0 {
		return steps
	}
	first := steps[0]
	first.What = l.kept
	return slices.Concat([]Step{first}, l.steps, steps[1:])
}

// locksAgain reports whether a finding is that a goroutine waits for a lock that it holds.
func locksAgain(k FindingKind) bool {
	return k == LockedAgain || k == Upgraded || k == ReadUnderWrite || k == RecursiveRead
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
	for i := range sum.Events {
		if sum.Events[i].Kind == Later {
			w.lends(s, storeCall{instr}, c, &sum.Events[i])
		}
	}
}

// storeCall is a store as the call that it leads to.
type storeCall struct{ *ssa.Store }

func (storeCall) Common() *ssa.CallCommon { return &ssa.CallCommon{} }
func (storeCall) Value() *ssa.Call        { return nil }
