package condvar

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A Lost is a Signal or Broadcast that a goroutine may miss which has just found its
// condition false and is about to wait.
type Lost struct {
	Signal ssa.CallInstruction
	Change ssa.Instruction     // what makes the condition true, without the lock
	Wait   ssa.CallInstruction // of a goroutine that tests it
}

// Lost returns the Signals and Broadcasts of a condition variable whose change is made
// without any lock that those who wait hold, although they test under the lock of the Cond what is changed.
func (p *Package) Lost(v *Var, locks Holding) (found []Lost) {
	d := p.flow
	holding := v.sharing(locks)
	l := locker{d, holding, d.hidden(v), make(map[*ssa.Function]bool)}
	// Who waits for an event before the signal has no lock that those who wait need: they would never
	// come to wait.
	after := locker{d, holding, true, make(map[*ssa.Function]bool)}
	for _, signal := range slices.Concat(v.Signals, v.Broadcasts) {
		if _, ok := signal.(*ssa.Call); !ok || holding(signal) || !l.bare(signal.Parent()) && !after.bare(signal.Parent()) || repeated(signal) {
			continue
		}
		for _, wait := range v.Waits {
			tested := d.testedAround(wait)
			if wait.Parent() == signal.Parent() || len(tested.vars) == 0 {
				continue
			}
			if change := d.changeBefore(signal, tested); change != nil && (l.bare(signal.Parent()) || isEvent(change)) {
				found = append(found, Lost{signal, change, wait})
				break
			}
		}
	}
	return found
}

// repeated reports whether a signal is given again and again, until others end the loop that it is in: one
// that comes too early is followed by another.
func repeated(signal ssa.CallInstruction) bool {
	t := turnOf(signal.Block())
	if t.head == nil || !t.leaves() {
		return false
	}
	for b := range t.body {
		branch, ok := lastInstr(b).(*ssa.If)
		if ok && slices.ContainsFunc(b.Succs, func(s *ssa.BasicBlock) bool { return !t.body[s] }) && !asksOthers(branch.Cond, 0) {
			return false
		}
	}
	return true
}

// asksOthers reports whether a condition depends on what other goroutines do: on a message, or on memory.
func asksOthers(cond ssa.Value, depth int) bool {
	switch v := cond.(type) {
	case *ssa.Select, *ssa.Call:
		return true
	case *ssa.UnOp:
		if _, local := v.X.(*ssa.Alloc); v.Op == token.ARROW || v.Op == token.MUL && !local {
			return true
		}
		return depth < 6 && asksOthers(v.X, depth+1)
	case *ssa.BinOp:
		return depth < 6 && (asksOthers(v.X, depth+1) || asksOthers(v.Y, depth+1))
	case *ssa.Extract:
		return depth < 6 && asksOthers(v.Tuple, depth+1)
	}
	return false
}

// isEvent reports whether an instruction waits for something to happen.
func isEvent(change ssa.Instruction) bool {
	switch change.(type) {
	case *ssa.UnOp, *ssa.Select:
		return true
	}
	return false
}

// testedAround finds what the loop around a Wait tests, before or after it.
func (d *dataflow) testedAround(wait ssa.CallInstruction) reads {
	r, ok := d.around[wait]
	if !ok {
		r = d.findTests(wait)
		d.around[wait] = r
	}
	return r
}

func (d *dataflow) findTests(wait ssa.CallInstruction) reads {
	t := turnOf(wait.Block())
	var tests []ssa.Value
	for b := range t.body {
		branch, ok := lastInstr(b).(*ssa.If)
		if ok && slices.ContainsFunc(b.Succs, func(s *ssa.BasicBlock) bool { return !t.body[s] }) {
			tests = append(tests, branch.Cond)
		}
	}
	return d.readsOf(tests...)
}

// changeBefore finds a change of what is tested that always comes before the signal,
// with nothing in between that could lock or unlock; or else one that does on some way.
func (d *dataflow) changeBefore(signal ssa.CallInstruction, tested reads) ssa.Instruction {
	if c := d.startedBy(signal.Parent(), tested); c != nil {
		return c
	}
	at := signal.Block()
	for b := at; b != nil; b = b.Idom() {
		if change, locks := d.changeIn(b, signal, tested); change != nil || locks || b != at && d.locksBetween(b, at) {
			return change
		}
	}
	return d.changeOnWay(signal, tested)
}

// changeOnWay finds a change of what is tested that comes before the signal on some way, with nothing in between that could lock or unlock.
func (d *dataflow) changeOnWay(signal ssa.CallInstruction, tested reads) ssa.Instruction {
	at := signal.Block()
	seen := map[*ssa.BasicBlock]bool{at: true}
	work := []*ssa.BasicBlock{at}
	for len(work) > 0 {
		b := work[0]
		work = work[1:]
		change, locks := d.changeIn(b, signal, tested)
		if change != nil {
			return change
		}
		if locks {
			continue
		}
		for _, p := range b.Preds {
			if !seen[p] && !b.Dominates(p) { // not on a way back
				seen[p] = true
				work = append(work, p)
			}
		}
	}
	return nil
}

// changeIn returns the last change of what is tested in a block, before the signal if that is there; locks reports that something after it may
// lock or unlock, so that it does not count.
func (d *dataflow) changeIn(b *ssa.BasicBlock, signal ssa.CallInstruction, tested reads) (change ssa.Instruction, locks bool) {
	at := signal.Block()
	end := len(b.Instrs)
	if b == at {
		end = slices.Index(b.Instrs, ssa.Instruction(signal))
	}
	for i := end - 1; i >= 0; i-- {
		if instr := b.Instrs[i]; d.isChange(instr, tested, at) && sameOwner(instr, signal) {
			return instr, false
		} else if d.mayLock(instr) {
			return nil, true
		}
	}
	return nil, false
}

// locksBetween reports whether a block between one and a later one that it dominates
// may lock or unlock something.
func (d *dataflow) locksBetween(from, to *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{from: true, to: true}
	work := slices.Clone(to.Preds)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		if slices.ContainsFunc(b.Instrs, d.mayLock) {
			return true
		}
		work = append(work, b.Preds...)
	}
	return false
}

// mayLock reports whether an instruction may lock or unlock something.
func (d *dataflow) mayLock(instr ssa.Instruction) bool {
	c, ok := instr.(ssa.CallInstruction)
	if !ok {
		return false
	}
	if _, isGo := c.(*ssa.Go); isGo {
		return false
	}
	common := c.Common()
	if _, ok := common.Value.(*ssa.Builtin); ok {
		return false
	}
	if d.callee(common) != nil {
		return true // a function of the package
	}
	m := common.Method
	if fn := common.StaticCallee(); fn != nil {
		m, _ = fn.Object().(*types.Func)
	} else if m == nil {
		return true // a function value
	}
	switch model.OpOf(m).Kind {
	case model.None, model.Signal, model.Broadcast:
		return false
	}
	return true
}

// isChange reports whether an instruction changes something that is tested, and that
// other goroutines know already. A receive from a channel changes it if that leads to
// the block at.
func (d *dataflow) isChange(instr ssa.Instruction, tested reads, at *ssa.BasicBlock) bool {
	var addr ssa.Value
	switch instr := instr.(type) {
	case *ssa.Store:
		addr = instr.Addr
	case *ssa.Call:
		if b, ok := instr.Call.Value.(*ssa.Builtin); ok && b.Name() == "close" {
			r := d.readsOf(instr.Call.Args[0])
			return r.meets(tested)
		}
		if d.cancels(instr, tested) {
			return true
		}
		op, ok := ssax.AtomicOf(&instr.Call)
		if !ok || op.Op == "Load" {
			return false
		}
		addr = op.Addr
	case *ssa.UnOp:
		return instr.Op == token.ARROW && d.isTestedEvent(instr.X, tested)
	case *ssa.Select:
		return slices.ContainsFunc(instr.States, func(st *ssa.SelectState) bool {
			return st.Dir == types.RecvOnly && d.isTestedEvent(st.Chan, tested) && leadsTo(instr, slices.Index(instr.States, st), at)
		})
	}
	if addr == nil || d.isNew(addr) {
		return false
	}
	v := d.variable(addr)
	return v != nil && tested.vars[d.root(v)] && !unknownYet(addr, instr)
}

// unknownYet reports whether an address is that of a variable which nobody else knows when an instruction is reached.
func unknownYet(addr ssa.Value, at ssa.Instruction) bool {
	alloc, ok := addr.(*ssa.Alloc)
	return ok && !ssax.NewOrder(at.Parent()).Published(alloc, at)
}

// sameOwner reports whether a store to a field, and the signal of a Cond in a field,
// may be about one object.
func sameOwner(change ssa.Instruction, signal ssa.CallInstruction) bool {
	st, ok := change.(*ssa.Store)
	if !ok {
		return true
	}
	x, isField := owner(st.Addr)
	y, isFieldToo := owner(signal.Common().Args[0])
	return !isField || !isFieldToo || x == y
}

// owner follows fields back to the object that has them: a parameter, a variable.
func owner(v ssa.Value) (root ssa.Value, isField bool) {
	for {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			v, isField = x.X, true
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return v, isField
			}
			v = x.X
		default:
			return v, isField
		}
	}
}

// isNew reports whether an address lies in an object made by the same function.
func (d *dataflow) isNew(addr ssa.Value) bool {
	for {
		fa, ok := addr.(*ssa.FieldAddr)
		if !ok {
			return false
		}
		addr = fa.X
		if _, ok := addr.(*ssa.Alloc); ok {
			return true
		}
	}
}

// isTestedEvent reports whether a channel tells the end of a context that is tested, or
// the time if that is.
func (d *dataflow) isTestedEvent(ch ssa.Value, tested reads) bool {
	if c, ok := ch.Type().Underlying().(*types.Chan); ok && types.TypeString(c.Elem(), nil) == "time.Time" {
		return tested.vars[clock{}]
	}
	call, ok := ch.(*ssa.Call)
	if !ok || !call.Call.IsInvoke() || call.Call.Method.FullName() != "(context.Context).Done" {
		return false
	}
	return d.isTested(call.Call.Value, tested)
}

// isTested reports whether a context is tested.
func (d *dataflow) isTested(ctx ssa.Value, tested reads) bool {
	r := reader{d, reads{vars: make(map[any]bool)}, make(map[any]bool)}
	r.receiver(ctx, 0)
	if r.meets(tested) {
		return true
	}
	// Contexts that callers pass: what is woken when one ends is who tests the other.
	isParam := func(v any) bool {
		if h, ok := v.(held); ok {
			v = captured(h.addr)
		}
		p, ok := v.(*ssa.Parameter)
		return ok && types.TypeString(p.Type(), nil) == "context.Context"
	}
	for v := range tested.vars {
		if isParam(v) && isParam(captured(ctx)) {
			return true
		}
	}
	return false
}

// captured returns the parameter that a value is, of the function or of the one around it that a literal
// has captured it from.
func captured(v ssa.Value) any {
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		v = u.X
	}
	if fv, ok := v.(*ssa.FreeVar); ok {
		v = path.Binding(fv)
	}
	if alloc, ok := v.(*ssa.Alloc); ok {
		v = ssax.OnlyStore(alloc)
	}
	return v
}

// leadsTo reports whether case i of a select leads to a block.
func leadsTo(sel *ssa.Select, i int, to *ssa.BasicBlock) bool {
	next := ssax.Case(sel, i)
	return next != nil && next.Dominates(to)
}

// startedBy returns the call of context.AfterFunc that runs fn when a tested context is
// done, or of time.AfterFunc if the time is tested.
func (d *dataflow) startedBy(fn *ssa.Function, tested reads) ssa.Instruction {
	parent := fn.Parent()
	if parent == nil {
		return nil
	}
	var found ssa.Instruction
	eachInstr(parent, func(instr ssa.Instruction) {
		call, ok := instr.(*ssa.Call)
		if !ok || len(call.Call.Args) != 2 {
			return
		}
		if mc, ok := call.Call.Args[1].(*ssa.MakeClosure); !ok || mc.Fn != fn {
			return
		}
		callee := call.Call.StaticCallee()
		if isFunc(callee, "context", "AfterFunc") && d.isTested(call.Call.Args[0], tested) || isFunc(callee, "time", "AfterFunc") && tested.vars[clock{}] {
			found = call
		}
	})
	return found
}

// isFunc reports whether fn is one of the functions of a package, and no method.
func isFunc(fn *ssa.Function, pkg string, names ...string) bool {
	return fn != nil && fn.Pkg != nil && fn.Pkg.Pkg.Path() == pkg && fn.Signature.Recv() == nil && slices.Contains(names, fn.Name())
}
