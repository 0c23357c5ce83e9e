package summary

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// An executor is a goroutine of the package that runs, one after the other, the functions which it receives from one channel, such as an event loop.
//
//	func (l *Loop) run()          { for f := range l.queue { f() } }
//	func (l *Loop) Post(f func()) { l.queue <- f }
//	func (l *Loop) Do(f func())   { ran := make(chan struct{}); l.Post(func() { f(); close(ran) }); <-ran }
//
// Who waits for the end of one function also waits for those that were sent before it: who calls Do with a lock held that a function needs
// which was given to Post waits for ever.
type executor struct {
	cell string    // of the channel
	runs *ssa.Call // what it has received
}

// executors finds the executors of the package by the cells of their channels. Where several goroutines receive from a channel, one that is stuck does
// not keep the others from running what follows.
func (a *analysis) executors() map[string]*executor {
	found := make(map[string]*executor)
	receivers := make(map[string]*ssa.Function)
	for _, fn := range a.funcs {
		if ssax.InTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				c, ok := instr.(*ssa.Call)
				if !ok || c.Call.StaticCallee() != nil {
					continue
				}
				cell, receiver := a.receivedFrom(c.Call.Value, 0)
				switch {
				case cell == "":
				case receivers[cell] != nil && receivers[cell] != receiver || a.startedTwice(receiver):
					receivers[cell] = receiver
					found[cell] = nil
				case receivers[cell] == nil:
					receivers[cell] = receiver
					found[cell] = &executor{cell, c}
				}
			}
		}
	}
	return found
}

// startedTwice reports whether several go statements of the package run a function, or one in a loop.
func (a *analysis) startedTwice(fn *ssa.Function) bool {
	starts := 0
	for _, c := range a.info[fn].callers {
		if _, isGo := c.(*ssa.Go); isGo && !ssax.InTest(c.Parent()) {
			if starts++; starts > 1 || ssax.InLoop(c.Block()) {
				return true
			}
		}
	}
	return false
}

// receivedFrom names the channel that a value, or the struct with the value, was received from, and returns the function that has received it; "" if it
// was not.
func (a *analysis) receivedFrom(v ssa.Value, depth int) (cell string, receiver *ssa.Function) {
	for range limits.MaxFrames {
		v = ssax.Origin(v)
		if ch := ssax.ReceivedFrom(v); ch != nil {
			return path.ReadFrom(ch), v.Parent()
		}
		switch x := v.(type) {
		case *ssa.Field:
			v = x.X
		case *ssa.UnOp:
			fa, ok := x.X.(*ssa.FieldAddr)
			if !ok {
				return "", nil
			}
			v = fa.X
		case *ssa.Alloc:
			val := ssax.OnlyStore(x)
			if val == nil {
				return "", nil
			}
			v = val
		case *ssa.Parameter:
			fi := a.info[x.Parent()]
			if depth > 0 || fi == nil || len(fi.callers) != 1 {
				return "", nil
			}
			args := fi.callers[0].Common().Args
			if i := slices.Index(x.Parent().Params, x); i < len(args) && !fi.callers[0].Common().IsInvoke() {
				return a.receivedFrom(args[i], depth+1)
			}
			return "", nil
		default:
			return "", nil
		}
	}
	return "", nil
}

// A submission is where a method sends what it was given to an executor of its receiver.
type submission struct {
	by     *executor
	field  *ssa.FieldAddr // with the channel
	at     ssa.Instruction
	param  int
	method string // of the parameter that is called; "" if that is a function
}

// submissions returns what a method sends to executors.
func (a *analysis) submissions(fn *ssa.Function, execs map[string]*executor, depth int) (found []submission) {
	if fn.Signature.Recv() == nil || fn.Parent() != nil || depth > limits.MaxFrames {
		return nil
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, s := range sendsOf(instr) {
				load, ok := s.ch.(*ssa.UnOp)
				if !ok {
					continue
				}
				fa, ok := load.X.(*ssa.FieldAddr)
				if !ok || ssax.Origin(fa.X) != fn.Params[0] || execs[path.StaticCell(fa)] == nil {
					continue
				}
				e := execs[path.StaticCell(fa)]
				for i, p := range fn.Params {
					if method, ok := carries(s.val, p, methodCalled(e.runs)); ok {
						found = append(found, submission{e, fa, instr, i, method})
					}
				}
			}
			call, ok := instr.(*ssa.Call)
			if !ok || callee(call) == nil || a.info[callee(call)] == nil || len(call.Call.Args) == 0 || ssax.Origin(call.Call.Args[0]) != fn.Params[0] {
				continue
			}
			for _, s := range a.submissions(callee(call), execs, depth+1) {
				for i, p := range fn.Params {
					if method, ok := carries(call.Call.Args[s.param], p, s.method); ok {
						found = append(found, submission{s.by, s.field, instr, i, method})
					}
				}
			}
		}
	}
	return found
}

// A sending is what an instruction sends to a channel, or may send: it may be a select statement, which goes on in the block in then.
type sending struct {
	at      ssa.Instruction
	ch, val ssa.Value
	in      *ssa.BasicBlock
}

// sendsOf returns what an instruction sends, or may send.
func sendsOf(instr ssa.Instruction) (sends []sending) {
	switch instr := instr.(type) {
	case *ssa.Send:
		return []sending{{instr, instr.Chan, instr.X, nil}}
	case *ssa.Select:
		for i, st := range instr.States {
			if in := ssax.Case(instr, i); st.Dir == types.SendOnly && in != nil {
				sends = append(sends, sending{instr, st.Chan, st.Send, in})
			}
		}
	}
	return sends
}

// followed reports whether each way from where something has been sent to a return leads through an instruction.
func (s sending) followed(by ssa.Instruction) bool {
	if s.in == nil {
		return ssax.Followed(s.at, by)
	}
	return s.in == by.Block() || ssax.Followed(s.in.Instrs[0], by)
}

// methodCalled returns the name of the method that a call is of, "" if what it calls is a function.
func methodCalled(c *ssa.Call) string {
	if c.Call.IsInvoke() {
		return c.Call.Method.Name()
	}
	return ""
}

// carries reports whether a value is a parameter, a literal that calls it, or a struct with one of the two, and by which method the parameter is called.
// method is the one by which the value itself is called.
func carries(v ssa.Value, p *ssa.Parameter, method string) (called string, ok bool) {
	if !ssax.IsCallable(p.Type()) && !types.IsInterface(p.Type()) {
		return "", false
	}
	v = literal(ssax.Origin(v))
	switch x := v.(type) {
	case *ssa.Parameter:
		return method, x == p
	case *ssa.MakeClosure:
		return callsCaptured(x.Fn.(*ssa.Function), p)
	case *ssa.UnOp:
		v = x.X
	}
	if alloc, isAlloc := v.(*ssa.Alloc); isAlloc {
		for _, fa := range fieldsOf(alloc) {
			for _, r := range *fa.Referrers() {
				st, isStore := r.(*ssa.Store)
				if !isStore || st.Addr != fa {
					continue
				}
				switch x := literal(ssax.Origin(st.Val)).(type) {
				case *ssa.Parameter:
					if x == p {
						return method, true
					}
				case *ssa.MakeClosure:
					if called, ok = callsCaptured(x.Fn.(*ssa.Function), p); ok {
						return called, true
					}
				}
			}
		}
	}
	return "", false
}

// callsCaptured reports whether a literal calls a parameter of the function around it, and by which method.
func callsCaptured(lit *ssa.Function, p *ssa.Parameter) (method string, ok bool) {
	for _, b := range lit.Blocks {
		for _, instr := range b.Instrs {
			if call, isCall := instr.(*ssa.Call); isCall && callee(call) == nil && origin(call.Call.Value, nil, lit) == p {
				return methodCalled(call), true
			}
		}
	}
	return "", false
}

// tellExecuted tells importers which functions hand executors what they are given, and which wait until one has run it; waits has the instructions after
// which the latter wait.
func (a *analysis) tellExecuted(waits map[ssa.Instruction]bool) {
	if len(waits) == 0 {
		return
	}
	execs := a.executors()
	if len(execs) == 0 {
		return
	}
	submitted := make(map[*ssa.Function][]submission)
	waited := make(map[string]bool)
	for _, fn := range a.funcs {
		if isAPI(fn) {
			submitted[fn] = a.submissions(fn, execs, 0)
		}
		for _, s := range submitted[fn] {
			waited[s.by.cell] = waited[s.by.cell] || waits[s.at]
		}
	}
	for _, fn := range a.funcs {
		for _, s := range submitted[fn] {
			if !waited[s.by.cell] {
				continue
			}
			name, owner, embedded := path.StructField(s.field.X.Type(), s.field.Field)
			ch := a.table.Field(a.table.Param(0), name, owner, embedded)
			at := s.by.runs
			a.tell(fn, flow.Event{Kind: flow.Serves, Param: a.table.Param(s.param), Method: s.method, Lock: ch, Steps: []*flow.Step{{
				Pos: at.Pos(), Func: flow.FuncName(at.Parent()), What: "calls what it was sent"}}})
			if waits[s.at] {
				a.tell(fn, flow.Event{Kind: flow.Joins, Lock: ch, Steps: []*flow.Step{{Pos: s.at.Pos(), Func: flow.FuncName(fn), What: "waits for the goroutine"}}})
			}
		}
	}
}
