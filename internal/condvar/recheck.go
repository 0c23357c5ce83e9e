package condvar

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
)

// An Unchecked is a Wait after which the code goes on without testing again what it
// tested before.
type Unchecked struct {
	Wait ssa.CallInstruction // the call of Wait
	Call ssa.CallInstruction // the Wait, or the call that leads to it, after which nothing is tested
	Test *ssa.If             // the test that led there
}

// Unchecked returns the Waits of a condition variable that are not in a loop which
// tests their condition again. A function that only waits is judged where it is called.
func (p *Package) Unchecked(v *Var) []Unchecked {
	c := checker{dataflow: p.flow, seen: make(map[ssa.CallInstruction]bool), tested: make(map[*ssa.Function]bool), announced: p.flow.announced(v), v: v}
	for _, wait := range v.Waits {
		c.check(wait, wait)
	}
	return c.found
}

// checker looks for Waits that are not checked, of one condition variable.
type checker struct {
	*dataflow
	seen   map[ssa.CallInstruction]bool
	tested map[*ssa.Function]bool // by all callers
	// announced is what those who signal change.
	announced reads
	v         *Var
	found     []Unchecked
}

// announced finds what the functions that signal a condition variable change, or the ones that call them.
func (d *dataflow) announced(v *Var) reads {
	all := reads{vars: make(map[any]bool)}
	seen := make(map[*ssa.Function]bool)
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		if fn = origin(fn); seen[fn] {
			return
		}
		seen[fn] = true
		changed, _ := d.changes(fn)
		for x := range changed.vars {
			all.vars[x] = true
		}
		if fn.Parent() != nil {
			add(fn.Parent())
		}
		if len(changed.vars) == 0 {
			for _, c := range d.calls[fn] {
				add(c.Parent())
			}
		}
	}
	for _, s := range slices.Concat(v.Signals, v.Broadcasts) {
		add(s.Parent())
	}
	return all
}

// check looks at a call that waits: wait itself, or one that leads to it.
func (c *checker) check(wait, call ssa.CallInstruction) {
	if _, ok := call.(*ssa.Call); !ok || c.seen[call] {
		return // deferred, or started as a goroutine
	}
	c.seen[call] = true
	fn := call.Parent()
	test, verdict := c.judge(call)
	switch {
	case verdict >= assumed && c.madeAfter(test):
		// Nobody has signalled yet: it is a test of whether to wait at all.
	case verdict >= assumed && c.forGood(call):
		// It is never tested in vain.
	case verdict >= assumed && call != wait && !c.isAbout(test):
		// The callee waits for something else than what this function has tested.
	case verdict == fails, verdict == assumed && !c.testedByCallers(fn):
		c.found = append(c.found, Unchecked{Wait: wait, Call: call, Test: test})
	case verdict == alone:
		for _, outer := range c.calls[fn] {
			c.check(wait, outer)
		}
	}
}

// madeAfter reports whether the condition variable is only made after a test, in the same function.
func (c *checker) madeAfter(test *ssa.If) bool {
	return test != nil && len(c.v.Makes) > 0 && !slices.ContainsFunc(c.v.Makes, func(made *ssa.Call) bool {
		return made.Parent() != test.Parent() || made.Block() == test.Block() || !test.Block().Dominates(made.Block())
	})
}

// isAbout reports whether a test is about something that those who signal change.
func (c *checker) isAbout(test *ssa.If) bool {
	r := c.readsOf(test.Cond)
	return r.meets(c.announced)
}

// testedByCallers reports whether fn is only called where its callers test again, or
// is given to somebody who may.
func (c *checker) testedByCallers(fn *ssa.Function) bool {
	if tested, ok := c.tested[fn]; ok {
		return tested
	}
	c.tested[fn] = true // as for calls of itself
	c.tested[fn] = c.callersTest(fn)
	return c.tested[fn]
}

func (c *checker) callersTest(fn *ssa.Function) bool {
	if fn.Parent() != nil && c.valued[fn] {
		return !c.started(fn)
	}
	for _, call := range c.calls[fn] {
		if _, ok := call.(*ssa.Call); !ok {
			return false
		}
		_, verdict := c.judge(call)
		if verdict >= assumed || verdict == alone && !c.testedByCallers(call.Parent()) {
			return false
		}
	}
	return len(c.calls[fn]) > 0
}

// started reports whether a literal is started as a goroutine where it is made.
func (d *dataflow) started(lit *ssa.Function) bool {
	return slices.ContainsFunc(d.calls[lit], func(c ssa.CallInstruction) bool { _, ok := c.(*ssa.Go); return ok })
}

type verdict uint8

const (
	alone   verdict = iota // nothing is tested before the call, or the call is all there is to do
	tested                 // the call is in a loop that tests whether to go on
	assumed                // the code after the call is also reached by a test that the call is not needed
	fails                  // and some of it fails if the call was needed: no caller can test in time
)

// judge looks at what follows a call that waits, in its own function.
func (d *dataflow) judge(call ssa.CallInstruction) (*ssa.If, verdict) {
	b := call.Block()
	t := turnOf(b)
	var forks []fork
	for _, f := range t.forks(b) {
		if r := d.readsOf(f.branch.Cond); !r.nothing() && !isSelect(f.branch.Cond) {
			forks = append(forks, f)
		}
	}
	after := t.reach(t.next(b)...)
	for i := len(forks) - 1; i >= 0; i-- {
		f := forks[i]
		if f.avoids == nil {
			continue
		}
		w := walk{dataflow: d, turn: t, cond: d.readsOf(f.branch.Cond), shared: make(map[*ssa.BasicBlock]bool), seen: make(map[*ssa.BasicBlock]bool)}
		for x := range t.reach(f.avoids) {
			if after[x] {
				w.shared[x] = true
			}
		}
		from := slices.Index(b.Instrs, ssa.Instruction(call)) + 1
		if len(w.shared) == 0 || !w.goesOn(b, from) {
			continue
		}
		w.failing = true
		clear(w.seen)
		if w.goesOn(b, from) {
			return f.branch, fails
		}
		return f.branch, assumed
	}
	if t.head != nil && (len(forks) > 0 || t.leaves()) {
		return nil, tested
	}
	return nil, alone
}

// isSelect reports whether a condition asks which case of a select was taken.
func isSelect(v ssa.Value) bool {
	if b, ok := v.(*ssa.BinOp); ok {
		v = b.X
	}
	e, ok := v.(*ssa.Extract)
	if !ok {
		return false
	}
	_, ok = e.Tuple.(*ssa.Select)
	return ok
}

// walk follows the code after a Wait.
type walk struct {
	*dataflow
	turn
	cond    reads                    // what was tested before the Wait
	shared  map[*ssa.BasicBlock]bool // blocks that are also reached without waiting
	failing bool                     // only code that fails if the condition does not hold is of interest
	seen    map[*ssa.BasicBlock]bool
}

// goesOn reports whether some path from instruction i of b makes use of what was
// tested before it is tested again.
func (p *walk) goesOn(b *ssa.BasicBlock, i int) bool {
	test := p.test(b)
	for _, instr := range b.Instrs[i:] {
		if p.shared[b] && !test.has(instr) {
			if p.head != nil && isUnlock(instr) {
				return false // to be tested under the lock again
			}
			if p.isUse(instr) {
				return true
			}
		}
	}
	if test.again {
		return false
	}
	for _, s := range p.next(b) {
		if !p.seen[s] {
			p.seen[s] = true
			if p.goesOn(s, 0) {
				return true
			}
		}
	}
	return false
}

// isUse reports whether an instruction relies on the condition. In a loop that goes on
// and on, a Wait may be a pause, and whatever ended it is fine: there, only code that
// fails otherwise relies on it, taking an element of what was empty or following what
// was nil.
func (p *walk) isUse(instr ssa.Instruction) bool {
	if p.head != nil || p.failing {
		switch instr := instr.(type) {
		case *ssa.IndexAddr:
			return p.wasTested(instr.X)
		case *ssa.Slice:
			return p.wasTested(instr.X) && instr.Low != nil
		case *ssa.FieldAddr:
			return p.wasTested(instr.X)
		case *ssa.UnOp:
			return instr.Op == token.MUL && p.wasTested(instr.X)
		case *ssa.Call:
			return p.wasTested(instr.Call.Value)
		}
		return false
	}
	switch instr := instr.(type) {
	case *ssa.Return, *ssa.MapUpdate, *ssa.Send, *ssa.Go, *ssa.Lookup, *ssa.IndexAddr, *ssa.Slice:
		return true
	case *ssa.Call:
		_, isBuiltin := instr.Call.Value.(*ssa.Builtin)
		return !isBuiltin
	case *ssa.Store:
		alloc, ok := instr.Addr.(*ssa.Alloc)
		return !ok || alloc.Heap
	}
	return false
}

// wasTested reports whether a slice or pointer is read from a variable that was tested.
func (p *walk) wasTested(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	x := p.variable(load.X)
	return x != nil && p.cond.vars[p.root(x)]
}

// isUnlock reports whether an instruction unlocks some lock.
func isUnlock(instr ssa.Instruction) bool {
	c, ok := instr.(*ssa.Call)
	if !ok {
		return false
	}
	m := c.Call.Method
	if fn := c.Call.StaticCallee(); fn != nil {
		m, _ = fn.Object().(*types.Func)
	}
	return model.OpOf(m).Kind == model.Unlock
}

// retest is the end of a block: a branch, or a return, that tests what was tested
// before, and the instructions that belong to it.
type retest struct {
	again  bool
	instrs map[ssa.Instruction]bool
}

func (r retest) has(instr ssa.Instruction) bool { return r.instrs[instr] }

func (p *walk) test(b *ssa.BasicBlock) (r retest) {
	last := lastInstr(b)
	var asked []ssa.Value
	switch last := last.(type) {
	case *ssa.If:
		asked = []ssa.Value{last.Cond}
	case *ssa.Return:
		for _, r := range last.Results { // the caller is told how it is now
			if basic, ok := r.Type().Underlying().(*types.Basic); ok && basic.Info()&types.IsBoolean != 0 {
				asked = append(asked, r)
			}
		}
	}
	if len(asked) == 0 {
		return r
	}
	again := p.readsOf(asked...)
	if !again.meets(p.cond) && !(p.cond.opaque && again.opaque && len(p.cond.vars) == 0) {
		return r
	}
	r = retest{true, map[ssa.Instruction]bool{last: true}}
	var add func(v ssa.Value)
	add = func(v ssa.Value) {
		instr, ok := v.(ssa.Instruction)
		if !ok || instr.Block() != b || r.instrs[instr] {
			return
		}
		r.instrs[instr] = true
		if load, ok := instr.(*ssa.UnOp); ok {
			if alloc, ok := load.X.(*ssa.Alloc); ok { // a result, if the function has defer statements
				for _, val := range assigned(alloc) {
					add(val)
				}
			}
		}
		var buf [4]*ssa.Value
		for _, op := range instr.Operands(buf[:0]) {
			if *op != nil {
				add(*op)
			}
		}
	}
	for _, v := range asked {
		add(v)
	}
	return r
}
