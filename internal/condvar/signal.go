package condvar

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A Mixed is a Signal that may wake a goroutine which cannot go on, while one that
// could sleeps on.
type Mixed struct {
	Signal ssa.CallInstruction
	// Can is a Wait whose condition the Signal is about, Cannot one that waits for
	// something else.
	Can, Cannot ssa.CallInstruction
}

// Mixed returns the Signals of a condition variable on which goroutines wait for
// different conditions.
func (p *Package) Mixed(v *Var) (found []Mixed) {
	d := p.flow
	m := mixer{conds: make([]condition, len(v.Waits)), readers: make(map[any][]int), shrinks: make(map[any]int), empties: make(map[any]int)}
	waiters := make(map[*ssa.Function]bool)
	for i, w := range v.Waits {
		m.add(i, d.conditionOf(w))
		waiters[w.Parent()] = true
	}
	for _, signal := range v.Signals {
		for _, c := range d.alternatives(signal) {
			i, j, ok := m.mixed(c.reads, c.all)
			if !ok {
				continue
			}
			if waiters[signal.Parent()] {
				if v.Waits[i].Parent() == signal.Parent() {
					i, j = j, i // it has waited for what it has used up since
				}
				if !v.sleepsOn(v.Waits[i], v.Waits[j], signal.Parent()) {
					continue
				}
			}
			found = append(found, Mixed{signal, v.Waits[i], v.Waits[j]})
			break
		}
	}
	return found
}

// sleepsOn reports whether the goroutine that waits at cannot, woken by a signal of a function that waits
// there itself, waits again and leaves the one at can asleep. It takes several goroutines that wait in each
// of two functions, which any number of them may call.
func (v *Var) sleepsOn(can, cannot ssa.CallInstruction, by *ssa.Function) bool {
	shared := func(fn *ssa.Function) bool { return fn.Parent() == nil && token.IsExported(fn.Name()) }
	if cannot.Parent() != by || can.Parent() == by || !shared(by) || !shared(can.Parent()) {
		return false
	}
	body := turnOf(cannot.Block()).body
	return !slices.ContainsFunc(slices.Concat(v.Signals, v.Broadcasts), func(s ssa.CallInstruction) bool { return body[s.Block()] })
}

// A mixer compares what a function changes with what is tested before Waits.
type mixer struct {
	conds   []condition
	readers map[any][]int // by variable, the conditions that it is part of
	shrinks map[any]int   // by variable, the first Wait for it to get smaller
	empties map[any]int   // by variable, the first Wait for it to get zero
	clear   []int         // the conditions of which everything is known
}

func (m *mixer) add(i int, c condition) {
	m.conds[i] = c
	for v := range c.vars {
		m.readers[v] = append(m.readers[v], i)
	}
	if c.opaque || c.nothing() {
		return
	}
	m.clear = append(m.clear, i)
	if _, ok := m.shrinks[c.variable]; !ok && c.variable != nil && c.until == less {
		m.shrinks[c.variable] = i
	}
	if _, ok := m.empties[c.variable]; !ok && c.variable != nil && c.until == less && c.empty {
		m.empties[c.variable] = i
	}
}

// mixed finds the first two Waits of which a signal is about one only: what its function
// changes is tested before one and not before the other, or it makes something larger
// (or smaller) that one of them waits to be smaller (or larger), or makes something smaller
// that one of them waits to be zero.
func (m *mixer) mixed(changed reads, all bool) (can, cannot int, ok bool) {
	var about []int
	for v := range changed.vars {
		about = append(about, m.readers[v]...)
	}
	slices.Sort(about)
	about = slices.Compact(about)
	if len(about) == 0 {
		return 0, 0, false
	}
	other := -1
	for _, j := range m.clear {
		if _, is := slices.BinarySearch(about, j); !is && all {
			other = j
			break
		}
	}
	for _, i := range about {
		best := other
		harder := m.shrinks
		switch c := m.conds[i]; {
		case c.variable == nil || c.until == unknown || c.empty:
			harder = nil
		case c.until == less:
			harder = m.empties
		}
		if j, ok := harder[m.conds[i].variable]; ok && (best < 0 || j < best) {
			best = j
		}
		if best >= 0 {
			return i, best, true
		}
	}
	return 0, 0, false
}

// Announces reports whether a function that signals the condition variable changes
// anything, so that there is something to test.
func (p *Package) Announces(v *Var) bool {
	return slices.ContainsFunc(slices.Concat(v.Signals, v.Broadcasts), func(signal ssa.CallInstruction) bool {
		changed, _ := p.flow.changes(signal.Parent())
		return len(changed.vars) > 0
	})
}

// A condition is what is tested before a Wait.
type condition struct {
	reads
	// variable is what must get larger or smaller, if the condition is about that.
	variable any
	until    direction
	empty    bool // it must get down to zero
}

type direction uint8

const (
	unknown direction = iota
	more
	less
)

// conditionOf finds what is tested in the turn of the loop that a Wait is in. It is asked of each Wait for each
// signal, and so keeps what it has found.
func (d *dataflow) conditionOf(wait ssa.CallInstruction) condition {
	c, ok := d.conditions[wait]
	if !ok {
		c = d.findCondition(wait)
		d.conditions[wait] = c
	}
	return c
}

func (d *dataflow) findCondition(wait ssa.CallInstruction) condition {
	b := wait.Block()
	t := turnOf(b)
	if t.head == nil {
		return condition{}
	}
	c := condition{reads: reads{vars: make(map[any]bool)}}
	for _, f := range t.forks(b) {
		if isSelect(f.branch.Cond) {
			continue
		}
		r := d.readsOf(f.branch.Cond)
		for v := range r.vars {
			c.vars[v] = true
		}
		c.opaque = c.opaque || r.opaque
		if v, until, zero := d.comparison(f); until != unknown {
			c.variable, c.until, c.empty = v, until, until == less && zero
		}
	}
	return c
}

// comparison tells which way a number must change for a branch not to lead to the
// Wait any more, and whether zero is what it is compared to.
func (d *dataflow) comparison(f fork) (variable any, until direction, zero bool) {
	op, ok := f.branch.Cond.(*ssa.BinOp)
	if !ok {
		return nil, unknown, false
	}
	x, y, token := d.measured(op.X), op.Y, op.Op
	if other := d.measured(op.Y); x == nil || other != nil && !d.stores(op.Parent(), x) && d.stores(op.Parent(), other) {
		x, y, token = other, op.X, mirrored[op.Op] // of two variables, the one that who waits goes on to change
	}
	if x == nil {
		return nil, unknown, false
	}
	if !f.leads {
		token = negated[token]
	}
	return x, waiting(token, y), isZero(y)
}

// stores reports whether a function stores to a variable.
func (d *dataflow) stores(fn *ssa.Function, variable any) (found bool) {
	eachInstr(fn, func(instr ssa.Instruction) {
		if st, ok := instr.(*ssa.Store); ok {
			v := d.variable(st.Addr)
			found = found || v != nil && d.root(v) == variable
		}
	})
	return found
}

// waiting tells which way a number must change that is, while the goroutine waits,
// related to y in this way.
func waiting(op token.Token, y ssa.Value) direction {
	switch op {
	case token.LSS, token.LEQ:
		return more
	case token.GTR, token.GEQ:
		return less
	case token.EQL:
		switch {
		case isZero(y):
			return more
		case isLimit(y):
			return less
		}
	case token.NEQ:
		if isZero(y) {
			return less
		}
	}
	return unknown
}

func isZero(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Int && constant.Sign(c.Value) == 0
}

var (
	mirrored = map[token.Token]token.Token{token.LSS: token.GTR, token.GTR: token.LSS, token.LEQ: token.GEQ, token.GEQ: token.LEQ, token.EQL: token.EQL, token.NEQ: token.NEQ}
	negated  = map[token.Token]token.Token{token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR, token.EQL: token.NEQ, token.NEQ: token.EQL}
)

// isLimit reports whether v is what a number is compared to that shall not get larger:
// a constant, a capacity, the length of a ring, a field.
func isLimit(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.Call:
		b, ok := v.Call.Value.(*ssa.Builtin)
		return ok && (b.Name() == "cap" || b.Name() == "len")
	case *ssa.UnOp:
		_, ok := v.X.(*ssa.FieldAddr)
		return ok && v.Op == token.MUL
	}
	return false
}

// measured returns the variable whose number, or whose length, v is.
func (d *dataflow) measured(v ssa.Value) any {
	at := measuredAt(v)
	if at == nil {
		return nil
	}
	switch t := ssax.Pointee(at.Type()).Underlying().(type) {
	case *types.Basic:
		if t.Info()&types.IsInteger == 0 {
			return nil
		}
	case *types.Slice, *types.Map:
	default:
		return nil
	}
	if x := d.variable(at); x != nil {
		return d.root(x)
	}
	return nil
}

// changes returns the variables that a function may store to, those it calls included.
// all is false if it may change others, too.
func (d *dataflow) changes(fn *ssa.Function) (vars reads, all bool) {
	c := changer{d, reads{vars: make(map[any]bool)}, make(map[*ssa.Function]bool), true}
	c.function(fn, 0)
	return c.reads, c.all
}

// A change is what a function may store to on some of its paths. all is false if it may change other
// variables, too.
type change struct {
	reads
	all bool
}

// alternatives returns what the function of a signal changes on any path, and then, for each variable that
// it stores to itself, what it changes on paths on which it stores to that one.
func (d *dataflow) alternatives(signal ssa.CallInstruction) []change {
	fn := signal.Parent()
	vars, all := d.changes(fn)
	out := []change{{vars, all}}
	if !all || len(vars.vars) < 2 {
		return out
	}
	stores := make(map[any][]*ssa.BasicBlock)
	var order []any
	eachInstr(fn, func(instr ssa.Instruction) {
		if st, ok := instr.(*ssa.Store); ok {
			if v := d.variable(st.Addr); v != nil {
				v = d.root(v)
				if stores[v] == nil {
					order = append(order, v)
				}
				stores[v] = append(stores[v], st.Block())
			}
		}
	})
	t := turnOf(signal.Block())
	apart := func(a, b *ssa.BasicBlock) bool { return !t.reach(a)[b] && !t.reach(b)[a] }
	for _, v := range order {
		blocks := stores[v]
		with := reads{vars: map[any]bool{v: true}}
		for u := range vars.vars {
			if u == v {
				continue
			}
			with.vars[u] = len(stores[u]) == 0 || slices.ContainsFunc(stores[u], func(b *ssa.BasicBlock) bool {
				return slices.ContainsFunc(blocks, func(a *ssa.BasicBlock) bool { return !apart(a, b) })
			})
			if !with.vars[u] {
				delete(with.vars, u)
			}
		}
		if len(with.vars) < len(vars.vars) {
			out = append(out, change{with, true})
		}
	}
	return out
}

type changer struct {
	*dataflow
	reads
	seen map[*ssa.Function]bool
	all  bool
}

func (c *changer) function(fn *ssa.Function, depth int) {
	if c.seen[fn] {
		return
	}
	c.seen[fn] = true
	if depth > limits.MaxCondCalls {
		c.all = false
		return
	}
	eachInstr(fn, func(instr ssa.Instruction) {
		switch instr := instr.(type) {
		case *ssa.Store:
			c.address(instr.Addr)
		case *ssa.MapUpdate:
			c.value(instr.Map)
		case *ssa.Send:
			c.all = false
		case ssa.CallInstruction:
			if depth > 0 || locked(instr) {
				c.call(instr.Common(), depth)
			}
		}
	})
}

// locked reports whether a call comes after the function has locked something, if it does so at all.
// What is called before that announces what it changes itself.
func locked(call ssa.CallInstruction) bool {
	locks, before := false, false
	eachInstr(call.Parent(), func(instr ssa.Instruction) {
		c, ok := instr.(*ssa.Call)
		if !ok || c.Call.StaticCallee() == nil {
			return
		}
		m, _ := c.Call.StaticCallee().Object().(*types.Func)
		if model.OpOf(m).Kind == model.Lock {
			locks, before = true, before || ssax.Dominates(c, call)
		}
	})
	return before || !locks
}

func (c *changer) call(common *ssa.CallCommon, depth int) {
	if b, ok := common.Value.(*ssa.Builtin); ok {
		if (b.Name() == "delete" || b.Name() == "clear" || b.Name() == "copy" || b.Name() == "close") && len(common.Args) > 0 {
			c.value(common.Args[0])
		}
		return
	}
	if fn := c.callee(common); fn != nil {
		c.function(fn, depth+1)
		return
	}
	fn := common.StaticCallee()
	if fn == nil {
		c.all = false // an interface method, or a function value
		return
	}
	if m, _ := fn.Object().(*types.Func); model.OpOf(m).Kind != model.None {
		return
	}
	for _, a := range common.Args {
		if _, ok := a.Type().Underlying().(*types.Pointer); ok && c.variable(a) != nil {
			c.address(a)
		} else {
			c.value(a)
		}
	}
}

// address adds the variable at an address.
func (c *changer) address(addr ssa.Value) {
	if v := c.variable(addr); v != nil {
		c.vars[c.root(v)] = true
		return
	}
	if ia, ok := addr.(*ssa.IndexAddr); ok {
		c.value(ia.X)
	}
}

// value adds the variable that a map, slice or pointer was loaded from.
func (c *changer) value(v ssa.Value) {
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		switch u.Type().Underlying().(type) {
		case *types.Map, *types.Slice, *types.Pointer, *types.Chan:
			c.address(u.X)
		}
	}
}
