package condvar

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// An Unwoken is a Wait in a loop that also ends at an event, such as the end of a context, which nobody signals.
type Unwoken struct {
	Wait ssa.CallInstruction
	Test *ssa.If
	Name string // of the context or channel; empty for the time
}

// Unwoken returns such Waits. The event is one that callers know: a context or channel that they pass, a
// context that the function derives, or the time.
func (p *Package) Unwoken(v *Var) (found []Unwoken) {
	if v.Open || v.Woken || len(v.Signals)+len(v.Broadcasts) == 0 {
		return nil
	}
	d := p.flow
	for _, wait := range v.Waits {
		test, name, ok := d.eventTest(wait)
		if !ok {
			continue
		}
		if len(found) == 0 && d.wakersOf(v).alarm() {
			return nil
		}
		found = append(found, Unwoken{wait, test, name})
	}
	return found
}

// eventTest finds a branch that ends the loop around a Wait when an event has happened.
func (d *dataflow) eventTest(wait ssa.CallInstruction) (test *ssa.If, name string, ok bool) {
	t := turnOf(wait.Block())
	for _, b := range wait.Parent().Blocks {
		branch, isIf := lastInstr(b).(*ssa.If)
		if !isIf || !t.body[b] {
			continue
		}
		e, ok := eventIn(branch.Cond)
		if !ok {
			continue
		}
		side := b.Succs[1]
		if e.happened {
			side = b.Succs[0]
		}
		if !t.body[side] {
			return branch, e.name, true
		}
	}
	return nil, "", false
}

// An event is what a condition asks for: a context or channel with a name, or the time.
type event struct {
	name     string
	happened bool // the value of the condition when the event has happened
}

// eventIn reports whether a condition asks if an event has happened.
func eventIn(cond ssa.Value) (e event, ok bool) {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			e, ok = eventIn(c.X)
			e.happened = !e.happened
			return e, ok
		}
	case *ssa.BinOp:
		if _, isExtract := c.X.(*ssa.Extract); isExtract {
			sel, i, ok := ssax.CaseOf(c)
			if !ok || sel.Blocking {
				return e, false
			}
			name, ok := eventChan(sel.States[i].Chan)
			return event{name, true}, ok
		}
		if name, ok := contextErr(c.X); ok && isConst(c.Y) {
			return event{name, c.Op == token.NEQ}, true
		}
		return passed(c)
	case *ssa.Call:
		return reached(c)
	}
	return e, false
}

// passed is eventIn for the question whether more time has passed than a limit, or less is left.
func passed(c *ssa.BinOp) (e event, ok bool) {
	x, op := c.X, c.Op
	call, isCall := x.(*ssa.Call)
	if !isCall {
		if call, isCall = c.Y.(*ssa.Call); !isCall {
			return e, false
		}
		op = mirrored[op]
	}
	more := op == token.GTR || op == token.GEQ
	switch {
	case !ordered[op]:
	case isFunc(call.Call.StaticCallee(), "time", "Since"):
		return event{"", more}, true
	case isFunc(call.Call.StaticCallee(), "time", "Until"):
		return event{"", !more}, true
	}
	return e, false
}

// reached is eventIn for the question whether it is later than a deadline.
func reached(c *ssa.Call) (e event, ok bool) {
	fn := c.Call.StaticCallee()
	if fn == nil || fn.Pkg == nil || fn.Pkg.Pkg.Path() != "time" || fn.Name() != "After" && fn.Name() != "Before" || len(c.Call.Args) != 2 {
		return e, false
	}
	for i, a := range c.Call.Args {
		if call, isCall := a.(*ssa.Call); isCall && isFunc(call.Call.StaticCallee(), "time", "Now") {
			return event{"", (i == 0) == (fn.Name() == "After")}, true
		}
	}
	return e, false
}

// contextErr names the context whose Err a value is.
func contextErr(v ssa.Value) (name string, ok bool) {
	call, isCall := v.(*ssa.Call)
	if !isCall || !call.Call.IsInvoke() || call.Call.Method.FullName() != "(context.Context).Err" {
		return "", false
	}
	return passedContext(call.Call.Value)
}

// passedContext names a context that the function is passed, or derives itself.
func passedContext(v ssa.Value) (name string, ok bool) {
	if u, isLoad := v.(*ssa.UnOp); isLoad && u.Op == token.MUL {
		if alloc, isLocal := u.X.(*ssa.Alloc); isLocal {
			for _, val := range assigned(alloc) {
				if _, ok := passedContext(val); ok {
					return alloc.Comment, true
				}
			}
			return "", false
		}
	}
	switch x := captured(v).(type) {
	case *ssa.Parameter:
		return x.Name(), true
	case *ssa.Extract:
		call, isCall := x.Tuple.(*ssa.Call)
		if isCall && isFunc(call.Call.StaticCallee(), "context", "WithTimeout", "WithDeadline", "WithCancel") {
			return passedContext(call.Call.Args[0])
		}
	}
	return "", false
}

// eventChan names a channel that tells of an event: that of a passed context, of the time, or one that is passed.
func eventChan(ch ssa.Value) (name string, ok bool) {
	if call, isCall := ch.(*ssa.Call); isCall {
		if call.Call.IsInvoke() && call.Call.Method.FullName() == "(context.Context).Done" {
			return passedContext(call.Call.Value)
		}
		return "", isFunc(call.Call.StaticCallee(), "time", "After")
	}
	if isTimeChan(ch) {
		return "", true
	}
	p, isParam := captured(ch).(*ssa.Parameter)
	if !isParam {
		return "", false
	}
	c, isChan := p.Type().Underlying().(*types.Chan)
	if !isChan || c.Dir() == types.SendOnly {
		return "", false
	}
	st, isStruct := c.Elem().Underlying().(*types.Struct)
	return p.Name(), isStruct && st.NumFields() == 0
}

// alarm reports whether something may signal when an event happens: a function that waits for messages or the
// time, one that signals without a change, or one that has ended a context.
func (w *wakers) alarm() bool {
	if w.repeats || w.idle() || w.afterCancel() {
		return true
	}
	for s := range w.signals {
		for fn := s.Parent(); fn != nil; fn = fn.Parent() {
			if receives(fn) {
				return true
			}
		}
	}
	return false
}

// receives reports whether a function waits for messages, or sleeps.
func receives(fn *ssa.Function) (found bool) {
	eachInstr(fn, func(instr ssa.Instruction) {
		switch instr := instr.(type) {
		case *ssa.Select:
			found = found || instr.Blocking
		case *ssa.UnOp:
			found = found || instr.Op == token.ARROW
		case *ssa.Call:
			found = found || isFunc(instr.Call.StaticCallee(), "time", "Sleep")
		}
	})
	return found
}
