package condvar

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ssax"
)

// An Unannounced is a change that goroutines wait for, and after which nothing signals them.
type Unannounced struct {
	Change ssa.Instruction
	Name   string // of the variable that is changed
	Wait   ssa.CallInstruction
	// Exit is the return that is reached without a signal, in the function of the change or one that calls it.
	Exit ssa.Instruction
	// Other is where the same function, or another one, signals after such a change; nil if none does.
	Other ssa.Instruction
	calls []ssa.Instruction // that lead from the function of the return to the one of the change
}

// Unannounced returns such changes of what is tested around the Waits of a condition variable. A change
// counts if it is made after a lock has been taken, to an object that others know. That others are to be
// told of it follows from a signal on another path of the same function, from another such change
// that a signal follows on all paths, or from a signal for nothing but other variables.
func (p *Package) Unannounced(v *Var) (found []Unannounced) {
	if v.Open || v.Woken || len(v.Waits) == 0 || len(v.Signals)+len(v.Broadcasts) == 0 {
		return nil
	}
	d := p.flow
	w := d.wakersOf(v)
	if w.repeats {
		return nil
	}
	waiters := d.leadTo(v.Waits)
	seen := make(map[ssa.Instruction]bool) // one report for each change, whoever waits for it
	wants := d.wants(v)
	for _, want := range wants {
		for _, u := range (&announcer{wakers: w, want: want, wants: wants, waiters: waiters}).judge() {
			if !seen[u.Change] {
				seen[u.Change] = true
				found = append(found, u)
			}
		}
	}
	return found
}

// announcer looks for signals after the changes of one variable.
type announcer struct {
	*wakers
	want    want
	wants   []want                 // all of them
	waiters map[*ssa.Function]bool // those that may come to wait
}

// judge looks at all changes that grant what is wanted.
func (a *announcer) judge() (found []Unannounced) {
	var announced ssa.Instruction
	for _, fn := range a.dataflow.funcs {
		if a.sets(fn) {
			continue
		}
		eachInstr(fn, func(instr ssa.Instruction) {
			if a.effect(instr, a.want) != granted || a.fresh(instr) || a.undoes(instr) || a.nobodyWaits(instr) || a.knownBefore(instr) {
				return
			}
			l := a.leak(instr, instr, false, 0)
			if announced == nil {
				announced = l.woken
			}
			if l.exit == nil {
				return
			}
			found = append(found, Unannounced{Change: instr, Name: nameOf(a.want.variable), Wait: a.want.wait, Exit: l.exit, Other: a.wakeAfter(instr), calls: l.calls})
		})
	}
	kept := found[:0]
	for _, u := range found {
		if u.Other == nil {
			u.Other = announced
		}
		if u.Other != nil || a.alone(u) {
			kept = append(kept, u)
		}
	}
	return kept
}

// sets reports whether a function makes the Cond: nobody can wait yet.
func (a *announcer) sets(fn *ssa.Function) bool {
	return slices.ContainsFunc(a.v.Makes, func(m *ssa.Call) bool { return m.Parent() == fn })
}

// A leak is a return that a function, or one that calls it, reaches after a change without a signal; exit
// is nil if there is none. woken is a signal that follows on other paths. calls lead from the function of the return to that of the change.
type leak struct {
	exit, woken ssa.Instruction
	calls       []ssa.Instruction
}

// leak follows a change, or the call of a function that makes it, to the ends of the functions around.
func (a *announcer) leak(change, from ssa.Instruction, locked bool, depth int) leak {
	fn := from.Parent()
	locked = locked || locksBefore(from)
	if wake := a.deferred(from); wake != nil {
		return leak{woken: wake}
	}
	w := announcement{announcer: a, seen: make(map[*ssa.BasicBlock]bool)}
	w.follow(from.Block(), slices.Index(from.Block().Instrs, from)+1)
	if w.exit == nil || depth > limits.MaxCondCalls {
		return leak{woken: w.woken}
	}
	if a.valued[fn] {
		return leak{}
	}
	calls := a.calls[fn]
	if len(calls) == 0 && (!locked || fn.Parent() != nil || !token.IsExported(fn.Name()) && !mainWaits(from)) {
		return leak{}
	}
	if len(calls) == 0 {
		return leak{exit: w.exit}
	}
	var all leak
	for _, c := range calls {
		switch c := c.(type) {
		case *ssa.Go:
			if locked && all.exit == nil {
				all.exit = w.exit
			}
		case *ssa.Call:
			if c.Parent() == fn || a.passesFresh(c) || a.sets(c.Parent()) {
				continue
			}
			l := a.leak(change, c, locked, depth+1)
			if all.exit == nil && l.exit != nil {
				all.exit, all.calls = l.exit, append(l.calls, c)
			}
			if all.woken == nil {
				all.woken = l.woken
			}
		}
	}
	return all
}

// mainWaits reports whether a program's main function waits for a message after an instruction: it does not end yet.
func mainWaits(from ssa.Instruction) bool {
	fn := from.Parent()
	if fn.Name() != "main" || fn.Pkg == nil || fn.Pkg.Pkg.Name() != "main" {
		return false
	}
	order, found := ssax.NewOrder(fn), false
	eachInstr(fn, func(instr ssa.Instruction) {
		receive, ok := instr.(*ssa.UnOp)
		found = found || ok && receive.Op == token.ARROW && order.Leads(from, instr, nil)
	})
	return found
}

// passesFresh reports whether a call passes a new object to the function of a change.
func (a *announcer) passesFresh(c *ssa.Call) bool {
	return slices.ContainsFunc(c.Call.Args, func(arg ssa.Value) bool {
		root, _ := owner(arg)
		return a.newAt(root, c)
	})
}

// deferred returns a call that may signal, and that has been deferred before an instruction.
func (a *announcer) deferred(at ssa.Instruction) (wake ssa.Instruction) {
	order := ssax.NewOrder(at.Parent())
	eachInstr(at.Parent(), func(instr ssa.Instruction) {
		if d, ok := instr.(*ssa.Defer); ok && a.mayWake(d) && order.Leads(d, at, nil) {
			wake = d
		}
	})
	return wake
}

// locksBefore reports whether a lock has been taken when an instruction is reached, or the name of the function
// says so.
func locksBefore(at ssa.Instruction) bool {
	fn := at.Parent()
	if strings.HasSuffix(fn.Name(), "Locked") {
		return true
	}
	for b := at.Block(); b != nil; b = b.Idom() {
		for _, instr := range b.Instrs {
			if instr == at {
				break
			}
			c, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			if k := opOf(&c.Call); k == model.Lock || k == model.TryLock {
				return true
			}
			if callee := c.Call.StaticCallee(); callee != nil && callee.Pkg == fn.Pkg && strings.EqualFold(callee.Name(), "lock") {
				return true
			}
		}
	}
	return false
}

// alone reports whether nothing but the signal itself could tell others of a change: what follows it, and the calls that lead to it, are
// operations on locks.
func (a *announcer) alone(u Unannounced) bool {
	return !a.idle() && onlyLocksAfter(u.Change) && !slices.ContainsFunc(u.calls, func(c ssa.Instruction) bool { return !onlyLocksAfter(c) })
}

// onlyLocksAfter reports whether an instruction is followed by no calls in its function but by those of builtins and of operations on locks.
func onlyLocksAfter(at ssa.Instruction) bool {
	t := turn{}
	b := at.Block()
	for x := range t.reach(b) {
		for i, instr := range x.Instrs {
			c, isCall := instr.(ssa.CallInstruction)
			if !isCall || x == b && i <= slices.Index(b.Instrs, at) {
				continue
			}
			if _, isBuiltin := c.Common().Value.(*ssa.Builtin); !isBuiltin && opOf(c.Common()) == model.None {
				return false
			}
		}
	}
	return true
}

// wakeAfter returns a signal, or a call that leads to one, that follows a change on some path of its function.
func (a *announcer) wakeAfter(change ssa.Instruction) ssa.Instruction {
	var t turn
	b := change.Block()
	reached := t.reach(b)
	for _, x := range b.Parent().Blocks { // in their order, so that the answer is always the same
		if !reached[x] {
			continue
		}
		for i, instr := range x.Instrs {
			if (x != b || i > slices.Index(b.Instrs, change)) && a.signalsAt(instr) {
				return instr
			}
		}
	}
	return nil
}

// signalsAt reports whether an instruction signals, or calls a function of the package that does.
func (a *announcer) signalsAt(instr ssa.Instruction) bool {
	if a.signals[instr] {
		return true
	}
	c, ok := instr.(*ssa.Call)
	if !ok {
		return false
	}
	fn := a.callee(&c.Call)
	return fn != nil && a.may[fn]
}

// announcement follows the paths after a change.
type announcement struct {
	*announcer
	seen        map[*ssa.BasicBlock]bool
	exit, woken ssa.Instruction
}

// follow looks for a return that is reached from instruction i of b without a signal.
func (w *announcement) follow(b *ssa.BasicBlock, i int) {
	for _, instr := range b.Instrs[i:] {
		if w.mayWake(instr) {
			if w.woken == nil && w.signalsAt(instr) {
				w.woken = instr
			}
			return
		}
		if c, ok := instr.(ssa.CallInstruction); ok && slices.Contains(w.v.Waits, c) || w.effect(instr, w.want) == against {
			return
		}
		switch instr := instr.(type) {
		case *ssa.Return:
			if w.exit == nil {
				w.exit = instr
			}
		case *ssa.Panic:
			return
		case *ssa.Go: // nobody has waited before
			if fn := w.callee(instr.Common()); fn != nil && w.waiters[fn] {
				return
			}
		}
	}
	for _, s := range w.goesOn(b) {
		if !w.seen[s] {
			w.seen[s] = true
			w.follow(s, 0)
		}
	}
}

// goesOn returns the blocks that follow b. Where a branch decides by what goroutines share whether to
// signal, or a signal is all that it is about, not to signal is meant.
func (w *announcement) goesOn(b *ssa.BasicBlock) []*ssa.BasicBlock {
	branch, ok := lastInstr(b).(*ssa.If)
	if !ok {
		return b.Succs
	}
	yes, no := b.Succs[0], b.Succs[1]
	wakes, skips := w.reachesWake(yes), w.reachesWake(no)
	if wakes == skips {
		return b.Succs
	}
	if skips {
		yes, no = no, yes
	}
	var t turn
	if w.asksShared(branch.Cond, 0) || t.reach(yes)[no] {
		return []*ssa.BasicBlock{yes}
	}
	return b.Succs
}

// reachesWake reports whether something that may signal is reached from a block.
func (w *announcement) reachesWake(b *ssa.BasicBlock) bool {
	var t turn
	for x := range t.reach(b) {
		if slices.ContainsFunc(x.Instrs, w.mayWake) {
			return true
		}
	}
	return false
}

// asksShared reports whether a condition depends on memory that goroutines share: on a field, on an element, or
// on what a function of the package says. Errors are none of that.
func (w *announcement) asksShared(v ssa.Value, depth int) bool {
	if depth > 2*limits.MaxCondCalls {
		return false
	}
	ask := func(vs ...ssa.Value) bool {
		return slices.ContainsFunc(vs, func(v ssa.Value) bool { return w.asksShared(v, depth+1) })
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return ask(v.X)
		}
		alloc, isLocal := v.X.(*ssa.Alloc)
		return !isLocal || ask(assigned(alloc)...)
	case *ssa.BinOp:
		return ask(v.X, v.Y)
	case *ssa.Phi:
		return ask(v.Edges...)
	case *ssa.Convert:
		return ask(v.X)
	case *ssa.Lookup:
		return true
	case *ssa.Extract:
		if ssax.IsError(v.Type()) {
			return false
		}
		return ask(v.Tuple)
	case *ssa.Call:
		if _, ok := v.Call.Value.(*ssa.Builtin); ok {
			return ask(v.Call.Args...)
		}
		return !ssax.IsError(v.Type()) && (w.callee(&v.Call) != nil || ssax.IsAtomic(&v.Call))
	}
	return false
}

// opOf returns which operation on a lock or Cond a call is.
func opOf(c *ssa.CallCommon) model.OpKind {
	m := c.Method
	if fn := c.StaticCallee(); fn != nil {
		m, _ = fn.Object().(*types.Func)
	}
	return model.OpOf(m).Kind
}

// nameOf returns the name of a variable.
func nameOf(variable any) string {
	switch v := variable.(type) {
	case types.Object:
		return v.Name()
	case held:
		if alloc, ok := v.addr.(*ssa.Alloc); ok {
			return alloc.Comment
		}
		return v.addr.Name()
	}
	return "it"
}
