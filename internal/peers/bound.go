package peers

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// bound tells where goroutines that come to an operation need the lock first. It is
// nil if one of them may come there without.
func (a *asker) bound(op *Op) *Bound {
	if _, isGo := op.Instr.(*ssa.Go); isGo {
		return nil
	}
	if b, ok := a.walk(op, true); ok {
		return b
	}
	return nil
}

// someBound tells where a goroutine that comes to the operation needs the lock
// first, nil if none does.
func (a *asker) someBound(op *Op) *Bound {
	if op.Kind == Go {
		return a.boundGo(op)
	}
	if _, isGo := op.Instr.(*ssa.Go); isGo {
		return nil
	}
	b, _ := a.walk(op, false)
	return b
}

// boundGo: the function given to a Go method needs the lock before it returns.
func (a *asker) boundGo(op *Op) *Bound {
	for _, e := range a.funcs[op.Fn].out[op.Instr] {
		for _, q := range a.acquires(e.callee, a.class) {
			if a.conflicts(q) && !a.past(a.funcs[e.callee], q.at) && a.matches(a.raise(q.lock, e), a.name(op.Chan)) {
				return &Bound{Op: op, Steps: q.steps}
			}
		}
	}
	return nil
}

// walk goes from an operation up through its callers.
type walk struct {
	*asker
	op   *Op
	busy map[*ssa.Function]bool
	all  bool // every way to the operation has to be bound

	inner *Bound // what a callee on the way needs the lock for, which counts if a goroutine runs it

	made    map[*function]map[ssa.Instruction][]ssa.Instruction
	inMaker map[*ssa.Function]bool
}

func (a *asker) walk(op *Op, all bool) (b *Bound, ok bool) {
	w := walk{
		asker: a, op: op, all: all, busy: make(map[*ssa.Function]bool),
		made: make(map[*function]map[ssa.Instruction][]ssa.Instruction), inMaker: make(map[*ssa.Function]bool),
	}
	return w.up(op.Fn, op.Instr, a.name(op.Chan))
}

// up looks for the lock in fn before site, which is or leads to the operation, and
// then in fn's callers. ch is the operation's channel in fn's terms. ok is false if a
// goroutine may come there without the lock; b is nil if that was decided elsewhere.
func (w *walk) up(fn *ssa.Function, site ssa.Instruction, ch *path.Node) (b *Bound, ok bool) {
	f := w.funcs[fn]
	if b = w.before(fn, site, ch); b != nil && (w.all || f.spawned()) {
		return b, true
	}
	if len(w.counted(fn, site)) > 0 {
		return nil, !w.all // what its callers needed the lock for is over when it counts
	}
	if w.makesFirst(f, site, ch) {
		return nil, !w.all // what its callers needed the lock for, they needed before the channel was made
	}
	if !w.all && w.inner != nil && f.spawned() {
		return w.inner, true
	}
	if b != nil {
		defer func(old *Bound) { w.inner = old }(w.inner)
		if len(b.Steps) <= limits.MaxInner {
			w.inner = b
		} else {
			w.table.Limits.Hit(limits.Inner)
		}
		b = nil
	}
	if w.busy[fn] {
		return nil, true
	}
	w.busy[fn] = true
	defer delete(w.busy, fn)
	if w.all && (f.open || len(f.in) == 0) {
		return nil, false
	}
	for _, e := range f.in {
		if e.kind == spawns {
			if w.all {
				return nil, false
			}
			continue
		}
		got, ok := w.up(e.caller, e.instr, w.raise(ch, e))
		if w.all && !ok {
			return nil, false
		}
		if b == nil {
			b = got
		}
		if !w.all && b != nil {
			return b, true
		}
	}
	return b, true
}

// spawned reports whether fn is what a go statement runs.
func (f *function) spawned() bool {
	return slices.ContainsFunc(f.in, func(e *edge) bool { return e.kind == spawns })
}

// before finds what fn needs the lock for before it comes to site.
func (w *walk) before(fn *ssa.Function, site ssa.Instruction, ch *path.Node) *Bound {
	f := w.funcs[fn]
	counted := w.counted(fn, site)
	var best *acq
	acquires := w.acquires(fn, w.class)
	if w.by != nil {
		acquires = w.acquiresBy(fn)
	}
	for _, q := range acquires {
		if !w.all && w.past(f, q.at) {
			continue
		}
		if !w.conflicts(q) || !w.matches(q.lock, ch) || w.sends(q.lock) || w.registers(f, q.at) || !w.comesFirst(f, q.at, site) || f.reassigned(q.lock, q.at, site) {
			continue
		}
		if !w.all && w.counts(f, q.at) {
			continue // of several phases, this wait may be for the first
		}
		if slices.ContainsFunc(counted, func(add ssa.Instruction) bool { return add == q.at || f.Precedes(q.at, add, nil) }) {
			continue
		}
		if best == nil || len(q.steps) < len(best.steps) {
			best = &q
		}
	}
	if best != nil {
		return &Bound{Op: w.op, Steps: best.steps}
	}
	if w.depth >= limits.MaxWaits {
		w.table.Limits.Hit(limits.Waits)
		return nil
	}
	for _, op := range f.ops {
		beside := w.same && op.Chan != nil && object(ch) != nil && object(w.name(op.Chan)) == object(ch)
		if op.Instr == w.op.Instr {
			continue // it acts there as soon as it can
		}
		if !op.Waits || op.class == w.op.class || !own(op) && !beside || !w.comesFirst(f, op.Instr, site) || w.answers(f, op) {
			continue
		}
		w.depth++
		v := w.stuck(op.Instr, beside)
		w.depth--
		if v != nil && len(v.Peers) > 0 {
			return &Bound{Op: w.op, Steps: append([]*flow.Step{step(op.Instr, "waits")}, v.Peers[0].Steps...), Wait: op}
		}
	}
	return nil
}

// acquiresBy returns where fn waits for a lock of the class as it calls the function by.
func (a *asker) acquiresBy(fn *ssa.Function) (acqs []acq) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, e := range a.funcs[fn].out[instr] {
				if e.kind == spawns || e.callee != a.by {
					continue
				}
				for _, q := range a.acquires(a.by, a.class) {
					steps := append([]*flow.Step{step(instr, "calls "+flow.FuncName(a.by))}, q.steps...)
					acqs = append(acqs, acq{instr, a.raise(q.lock, e), q.mode, steps})
				}
			}
		}
	}
	return acqs
}

// sends reports whether a lock belongs to the message that the operation sends. A goroutine that has received
// another message does not hold it.
func (w *walk) sends(lock *path.Node) bool {
	var x ssa.Value
	switch instr := w.op.Instr.(type) {
	case *ssa.Send:
		x = instr.X
	case *ssa.Select:
		if w.op.Kind == Send {
			x = instr.States[w.op.Case].Send
		}
	}
	return x != nil && lock != nil && lock.Through(w.name(x))
}

// registers reports whether the function makes the literal that waits, or the one around it, and has not made it known to anybody when it
// comes to an instruction: the literal has not run before, and the call that hands it on is no exception.
func (w *walk) registers(f *function, at ssa.Instruction) bool {
	made := false
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			mc, ok := instr.(*ssa.MakeClosure)
			if !ok || mc.Fn != w.first.Fn && !ssax.Within(w.first.Fn, mc.Fn.(*ssa.Function)) {
				continue
			}
			made = true
			for _, place := range ssax.Publications(mc) {
				if place == at && f.Loops(at) || place != at && f.Precedes(place, at, nil) {
					return false
				}
			}
		}
	}
	return made
}

// counts reports whether the goroutine has called Done of the same WaitGroup before it comes to an
// instruction.
func (w *walk) counts(f *function, at ssa.Instruction) bool {
	return slices.ContainsFunc(f.ops, func(d *Op) bool {
		_, deferred := d.Instr.(*ssa.Defer)
		return d.Kind == Done && d.class == w.op.class && d != w.op && !deferred && ssax.Dominates(d.Instr, at)
	})
}

// past reports whether a goroutine that runs f has come past an instruction when the wait begins:
// the function that waits, or one that it is called by, has waited before for what the goroutine does after the instruction only.
func (a *asker) past(f *function, at ssa.Instruction) bool {
	if a.comesPast(f, at, a.first.Fn, a.first.Instr) {
		return true
	}
	return slices.ContainsFunc(a.way, func(e *edge) bool { return a.comesPast(f, at, e.caller, e.instr) })
}

// comesPast reports whether a goroutine that runs f has come past at when the function fn comes to site.
func (a *asker) comesPast(f *function, at ssa.Instruction, fn *ssa.Function, site ssa.Instruction) bool {
	return slices.ContainsFunc(a.funcs[fn].ops, func(r *Op) bool {
		if !r.Waits || r.Kind != Receive && r.Kind != Range || r.class == a.first.class || r.class.outside&sends != 0 || !ssax.Dominates(r.Instr, site) {
			return false
		}
		peers := r.class.of(Send, Close)
		return len(peers) > 0 && !slices.ContainsFunc(peers, func(p *Op) bool {
			return p.Fn != f.fn || !f.Precedes(at, p.Instr, nil) || f.Precedes(p.Instr, at, nil)
		})
	})
}

// counted returns where fn, before it comes to site, adds to the WaitGroup whose Done
// the operation is, or calls what does. Nobody waits for a goroutine that has not been
// counted: only what it needs the lock for after that is in the way.
func (w *walk) counted(fn *ssa.Function, site ssa.Instruction) (adds []ssa.Instruction) {
	if w.op.Kind != Done {
		return nil
	}
	f, adding := w.funcs[fn], w.adding(w.op.class)
	if !adding[fn] {
		return nil
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if instr != site && w.adds(f, instr, adding) && f.Leads(instr, site, nil) {
				adds = append(adds, instr)
			}
		}
	}
	return adds
}

// adds reports whether an instruction adds to the WaitGroup, in this goroutine. adding are the functions that do.
func (w *walk) adds(f *function, instr ssa.Instruction, adding map[*ssa.Function]bool) bool {
	return slices.ContainsFunc(f.ops, func(op *Op) bool { return op.Instr == instr && op.Kind == Add && op.class == w.op.class }) ||
		slices.ContainsFunc(f.out[instr], func(e *edge) bool { return e.kind != spawns && adding[e.callee] })
}

// adding returns the functions that add to the WaitGroups of a class, or call what does, in their own goroutine.
func (g *Graph) adding(c *Class) map[*ssa.Function]bool {
	adding, ok := g.adders[c]
	if ok {
		return adding
	}
	adding = make(map[*ssa.Function]bool)
	var work []*ssa.Function
	for _, op := range c.of(Add) {
		work = append(work, op.Fn)
	}
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if adding[fn] {
			continue
		}
		adding[fn] = true
		for _, e := range g.funcs[fn].in {
			if e.kind != spawns {
				work = append(work, e.caller)
			}
		}
	}
	if g.adders == nil {
		g.adders = make(map[*Class]map[*ssa.Function]bool)
	}
	g.adders[c] = adding
	return adding
}

// own reports whether an operation waits on a channel that its function has made: such
// a wait is for one thing to happen.
func own(op *Op) bool {
	_, isSelect := op.Instr.(*ssa.Select)
	return !isSelect && len(op.class.Makes) == 1 && op.class.Makes[0].Instr.Parent() == op.Fn
}

// comesFirst reports whether at can come before site, after the goroutine that
// holds the lock and waits has been started.
func (w *walk) comesFirst(f *function, at, site ssa.Instruction) bool {
	if at == site {
		if !f.Loops(at) {
			return false
		}
	} else if !f.Precedes(at, site, nil) {
		return false
	}
	if !w.known(f, at, site) || w.asked.Later && !w.startsBefore(f, at) {
		return false
	}
	var starts map[ssa.Instruction]bool
	if !w.asked.Later {
		starts = w.startsOf(w.asked.Root)
	}
	started, here := false, false
	for instr := range f.out {
		if starts[instr] {
			here = true
			started = started || f.Precedes(instr, at, nil)
		}
	}
	return started || !here
}

// startsBefore reports whether a goroutine may already be waiting when f comes to an instruction. If f itself has handed the function that
// waits to another package, f must have started a goroutine before.
func (w *walk) startsBefore(f *function, at ssa.Instruction) bool {
	if ssax.Outermost(w.asked.Op.Parent()) != f.fn {
		return true
	}
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			if _, ok := instr.(*ssa.Go); ok && f.Precedes(instr, at, nil) {
				return true
			}
		}
	}
	return false
}

// conflicts reports whether the acquisition waits for whoever holds the lock. It does not if the fields in which the two
// locks' objects were found never hold one object, or if the function that holds the lock knows the two by different names.
func (a *asker) conflicts(q acq) bool {
	if a.mode == model.Read && q.mode == model.Read || a.namedApart(q) {
		return false
	}
	if q.lock == nil || a.Apart == nil || a.within == "" {
		return true
	}
	wanted := q.lock.Within()
	return wanted == "" || !a.Apart(a.within, wanted)
}

// namedApart reports whether the function that holds the lock has a name for the lock which an acquisition waits for, and it is not that of the
// lock it holds. It has one if the acquisition is in a goroutine that it starts, or what it calls on the way to the wait.
func (a *asker) namedApart(q acq) bool {
	held := path.Concrete(a.asked.Lock.Lock)
	if !held.InEntry() {
		return false
	}
	wanted, fn, started := q.lock, q.at.Parent(), false
	for range limits.MaxCalls {
		in := a.funcs[fn].in
		if wanted == nil || len(in) != 1 || started {
			break
		}
		wanted, fn, started = a.raise(wanted, in[0]), in[0].caller, in[0].kind == spawns
	}
	if !started {
		return false
	}
	i := slices.IndexFunc(a.way, func(e *edge) bool { return e.caller == fn })
	if i < 0 {
		// Or the function that waits starts it, and all calls that lead there are known.
		end := a.asked.Root
		if i = len(a.way); i > 0 {
			end = a.way[i-1].callee
		}
		if fn != end || fn != a.asked.Op.Parent() {
			return false
		}
	}
	for _, e := range slices.Backward(a.way[:i]) {
		wanted = a.raise(wanted, e)
	}
	if wanted == nil || !wanted.InEntry() {
		return false
	}
	x, y := a.whole(object(wanted)), a.whole(object(held))
	return x != nil && y != nil && x != y
}

// matches reports whether a lock and the channel of a peer can be those of the wait:
// if there both are fields of one object, so are these.
func (a *asker) matches(lock, ch *path.Node) bool {
	if !a.same {
		return true
	}
	l, c := a.whole(object(lock)), a.whole(object(ch))
	return !a.exact && (l == nil || c == nil) || l != nil && l == c
}

// whole returns the object that has another one by value, where a field of that one leads back to it: the two
// are taken for one object.
func (g *Graph) whole(object *path.Node) *path.Node {
	if object == nil || object.Kind != path.Deref || object.X.Kind != path.Field || !g.contents.Around(g.table.Cell(object.X)) {
		return object
	}
	return object.X.Struct()
}

// startsOf returns the go statements that start the goroutines in which fn runs, and
// the calls that lead to those; nil if fn may run in others.
func (g *Graph) startsOf(fn *ssa.Function) map[ssa.Instruction]bool {
	if g.started.fn != fn {
		g.started.fn, g.started.by = fn, g.findStarts(fn)
	}
	return g.started.by
}

func (g *Graph) findStarts(fn *ssa.Function) map[ssa.Instruction]bool {
	starts := make(map[ssa.Instruction]bool)
	seen := make(map[*ssa.Function]bool)
	var origins []*ssa.Function
	var up func(fn *ssa.Function) bool
	up = func(fn *ssa.Function) bool {
		f := g.funcs[fn]
		if f == nil || f.open || len(f.in) == 0 {
			return false
		}
		if seen[fn] {
			return true
		}
		seen[fn] = true
		for _, e := range f.in {
			if e.kind == spawns {
				starts[e.instr] = true
				origins = append(origins, e.caller)
			} else if !up(e.caller) {
				return false
			}
		}
		return true
	}
	if !up(fn) {
		return nil
	}
	clear(seen)
	for len(origins) > 0 {
		fn := origins[len(origins)-1]
		origins = origins[:len(origins)-1]
		if seen[fn] {
			continue
		}
		seen[fn] = true
		for _, e := range g.funcs[fn].in {
			starts[e.instr] = true
			origins = append(origins, e.caller)
		}
	}
	return starts
}
