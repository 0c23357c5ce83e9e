package condvar

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
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
	var w *wakers
	for _, wait := range v.Waits {
		test, name, ok := d.eventTest(wait)
		if !ok {
			continue
		}
		if w == nil {
			w = d.wakersOf(v)
		}
		if w.alarm() {
			return nil
		}
		found = append(found, Unwoken{wait, test, name})
	}
	return found
}

// eventTest finds a branch that ends the loop around a Wait at an event.
func (d *dataflow) eventTest(wait ssa.CallInstruction) (test *ssa.If, name string, ok bool) {
	t := turnOf(wait.Block())
	for _, b := range wait.Parent().Blocks {
		branch, isIf := lastInstr(b).(*ssa.If)
		if !isIf || !t.body[b] || !slices.ContainsFunc(b.Succs, func(s *ssa.BasicBlock) bool { return !t.body[s] }) {
			continue
		}
		if name, ok := d.eventIn(branch.Cond); ok {
			return branch, name, true
		}
	}
	return nil, "", false
}

// eventIn reports whether a condition asks if an event has happened, and names the context or channel.
func (d *dataflow) eventIn(cond ssa.Value) (name string, ok bool) {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return d.eventIn(c.X)
		}
	case *ssa.BinOp:
		if e, isExtract := c.X.(*ssa.Extract); isExtract {
			sel, isSelect := e.Tuple.(*ssa.Select)
			if !isSelect || sel.Blocking || e.Index != 0 {
				return "", false
			}
			k, isK := c.Y.(*ssa.Const)
			if !isK || k.Value == nil || int(k.Int64()) >= len(sel.States) || k.Int64() < 0 {
				return "", false
			}
			return eventChan(sel.States[k.Int64()].Chan)
		}
		if name, ok := contextErr(c.X); ok && isConst(c.Y) {
			return name, true
		}
		for _, side := range []ssa.Value{c.X, c.Y} {
			if call, isCall := side.(*ssa.Call); isCall && isFunc(call.Call.StaticCallee(), "time", "Since", "Until") {
				return "", true
			}
		}
	case *ssa.Call:
		fn := c.Call.StaticCallee()
		if fn == nil || fn.Pkg == nil || fn.Pkg.Pkg.Path() != "time" || fn.Name() != "After" && fn.Name() != "Before" {
			return "", false
		}
		for _, a := range c.Call.Args {
			if call, isCall := a.(*ssa.Call); isCall && isFunc(call.Call.StaticCallee(), "time", "Now") {
				return "", true
			}
		}
	}
	return "", false
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
// time, or one that signals without a change.
func (w *wakers) alarm() bool {
	if w.repeats || w.idle() {
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
