package flow

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

const tokenEQL = token.EQL

// ResultParam is the Index of the Param node that stands for result i in the
// nets and stores of an [Outcome].
func ResultParam(i int) int { return -1 - i }

// FuncName names a function as messages do: f, (*T).m, f$1 for a literal in f.
func FuncName(fn *ssa.Function) string {
	if fn == nil {
		return ""
	}
	if fn.Pkg != nil && fn.Pkg.Pkg != nil {
		return fn.RelString(fn.Pkg.Pkg)
	}
	if fn.Parent() != nil && fn.Parent().Pkg != nil {
		return fn.RelString(fn.Parent().Pkg.Pkg)
	}
	return fn.Name()
}

// apply executes a call of a function with a summary.
func (w *walker) apply(s *state, instr ssa.CallInstruction, c Callee) []*state {
	call := Step{Pos: instr.Pos(), Func: FuncName(w.fn), What: "calls " + c.Name}
	ran := make([]bool, len(c.Args))
	states := []*state{s}
	if c.Summary != nil {
		for i := range c.Summary.Events {
			e := &c.Summary.Events[i]
			if !w.feasible(s, instr, c, e.Guard) {
				continue
			}
			steps := append([]Step{call}, e.Steps...)
			switch e.Kind {
			case Acquire:
				if lock := w.translate(s, e.Lock, c, instr); lock != nil {
					w.waitFor(s, lock, e.Mode, instr, steps, w.guardOf(s, e.Guard, c, instr))
				}
			case Release:
				if lock := w.translate(s, e.Lock, c, instr); lock != nil {
					w.mustHold(s, lock, e.Mode, instr, steps)
				}
			case Call:
				if e.Param.Kind == path.Param && e.Param.Index < len(ran) && e.Param.Index >= 0 {
					ran[e.Param.Index] = true
				}
				states = w.callGiven(states, instr, c, e, steps)
			}
		}
	}
	var out []*state
	for _, s := range states {
		out = append(out, w.ends(s, instr, c, call)...)
	}
	for _, s := range out {
		for i, a := range c.Args {
			if !ran[i] {
				w.escape(s, a)
			}
		}
	}
	return out
}

// feasible reports whether nothing known in s contradicts the guard.
func (w *walker) feasible(s *state, instr ssa.CallInstruction, c Callee, guard []Literal) bool {
	for _, l := range guard {
		n := w.translate(s, l.Cond, c, instr)
		if n == nil {
			continue
		}
		key, neg := w.condition(n)
		if val, known, stale := w.decide(s, key); known && !stale && val != (l.Val != neg) {
			return false
		}
	}
	return true
}

// guardOf translates a callee's guard into the caller's entry terms.
func (w *walker) guardOf(s *state, guard []Literal, c Callee, instr ssa.CallInstruction) (g []Literal) {
	for _, l := range guard {
		if n := w.translate(s, l.Cond, c, instr); n != nil && n.InEntry() && n.Kind != path.Const {
			key, neg := w.condition(n)
			g = append(g, Literal{key, l.Val != neg})
		}
	}
	return g
}

// mustHold checks a callee's demand that its caller hold a lock.
func (w *walker) mustHold(s *state, lock *path.Node, mode model.Mode, instr ssa.CallInstruction, steps []Step) {
	if i := s.find(lock, mode); i >= 0 {
		if h := s.held[i]; h.mode != mode && !h.unsure && !h.moved {
			_, isDefer := instr.(*ssa.Defer)
			w.report(Finding{Kind: UnlockMismatch, Pos: instr.Pos(), Lock: lock, Mode: mode, First: h.steps, Again: steps, Site: h.site, Defer: isDefer})
		}
		return
	}
	if w.alike(s, lock, mode) >= 0 {
		return
	}
	if k := s.status(lock); k != nil {
		_, isDefer := instr.(*ssa.Defer)
		w.report(Finding{Kind: UnlockedTwice, Pos: instr.Pos(), Lock: lock, Mode: mode, First: k.steps, Again: steps, Site: k.site, Defer: isDefer})
		return
	}
	if lock.InEntry() {
		w.event(Event{Kind: Release, Lock: lock, Mode: mode, Guard: w.guard(s), Steps: steps})
		w.enteredAt(instr, lock, s)
	}
}

// callGiven executes a callee's call of a function that it gets from here.
func (w *walker) callGiven(states []*state, instr ssa.CallInstruction, c Callee, e *Event, steps []Step) []*state {
	var out []*state
	for _, s := range states {
		var extra []held
		for _, h := range e.Held {
			if lock := w.translate(s, h.Lock, c, instr); lock != nil && s.find(lock, h.Mode) < 0 {
				extra = append(extra, held{lock: lock, mode: h.Mode, site: instr,
					steps: append([]Step{{Pos: instr.Pos(), Func: FuncName(w.fn), What: "calls " + c.Name}}, h.Steps...)})
			}
		}
		fn := w.translate(s, e.Param, c, instr)
		if fn != nil {
			fn = path.Concrete(fn)
		}
		switch {
		case fn == nil:
			out = append(out, s)
		case fn.Kind == path.Func:
			out = append(out, s)
			for _, r := range w.run(s.clone(), instr, fn, extra) {
				if w.keys.lockKey(r) != w.keys.lockKey(s) || isLoopBody(fn.Val.(*ssa.Function)) {
					out = append(out, r)
				}
			}
		default:
			if fn.InEntry() {
				locks := s.lockSet()
				for _, h := range extra {
					if h.lock.InEntry() {
						locks = append(locks, HeldLock{h.lock, h.mode, h.steps})
					}
				}
				w.event(Event{Kind: Call, Param: fn, Held: locks, Guard: w.guard(s), Steps: steps})
			}
			out = append(out, s)
		}
	}
	return out
}

// ends takes the ways a call can end.
func (w *walker) ends(s *state, instr ssa.CallInstruction, c Callee, call Step) []*state {
	w.effects(s, c)
	if c.Summary == nil || len(c.Summary.Outcomes) == 0 {
		w.nameResult(s, instr, c.Name, c.Args)
		return []*state{s}
	}
	// Translate in terms of the state before the call's own effects.
	var out []*state
	for i := range c.Summary.Outcomes {
		o := &c.Summary.Outcomes[i]
		if !w.feasible(s, instr, c, o.Guard) {
			continue
		}
		n := s
		if i < len(c.Summary.Outcomes)-1 {
			n = s.clone()
		}
		results := make([]*path.Node, len(o.Results))
		for j, r := range o.Results {
			if r != nil {
				if r == NotNil(w.t) {
					results[j] = r
				} else {
					results[j] = w.translate(s, r, c, instr)
				}
			}
		}
		w.bindResults(n, instr, results)
		if len(c.Summary.Outcomes) > 1 {
			for _, l := range w.guardOf(s, o.Guard, c, instr) {
				n.assume(l.Cond, l.Val)
			}
		}
		for _, st := range o.Stores {
			if addr := w.translate(n, st.Addr, c, instr); addr != nil {
				if val := w.translate(n, st.Val, c, instr); val != nil {
					w.store(n, addr, val)
				}
			}
		}
		alive := true
		for _, net := range o.Nets {
			lock := w.translate(s, net.Lock, c, instr)
			steps := append([]Step{call}, net.Steps...)
			switch {
			case net.Delta > 0 && lock != nil:
				w.hold(n, held{lock: lock, mode: net.Mode, site: instr, steps: steps})
			case net.Delta < 0:
				alive = alive && w.netRelease(n, net, lock, instr, steps)
			}
		}
		if alive {
			out = append(out, n)
		}
	}
	return out
}

// netRelease executes a callee's release of a lock that it was handed. Its events
// have already been checked.
func (w *walker) netRelease(s *state, net Net, lock *path.Node, instr ssa.CallInstruction, steps []Step) bool {
	if lock == nil {
		// Released under a name that means nothing here: the newest of its class.
		class := net.Lock.Class()
		for i := len(s.held) - 1; i >= 0; i-- {
			if class != "" && s.held[i].lock.Class() == class || class == "" {
				s.held[i].unsure = true
				w.res.Paired[s.held[i].site] = true
				w.res.Releases[s.held[i].site] = append(w.res.Releases[s.held[i].site], instr)
				return true
			}
		}
		return true
	}
	if i := s.find(lock, net.Mode); i >= 0 && s.held[i].mode != net.Mode {
		return false // reported by mustHold
	}
	if s.find(lock, net.Mode) < 0 && w.alike(s, lock, net.Mode) < 0 {
		if s.status(lock) != nil {
			return false // reported by mustHold
		}
		s.setStatus(known{lock: lock, mode: net.Mode, site: instr, steps: steps})
		return true
	}
	return w.release(s, lock, net.Mode, instr, steps)
}

// effects applies what a callee may store.
func (w *walker) effects(s *state, c Callee) {
	for _, i := range c.Writes.Captured {
		if i < len(c.Captured) && c.Captured[i] != nil {
			w.store(s, c.Captured[i], nil)
		}
	}
	if writes := c.Writes.Cell; writes != nil {
		for cell := range w.info.loaded {
			if writes(cell) {
				w.lose(s, cell, nil)
			}
		}
		// A lock's name may lead through a cell that this function does not read.
		for i := range s.held {
			s.held[i].moved = s.held[i].moved || through(w.t, s.held[i].lock, writes)
		}
		s.known = slices.DeleteFunc(s.known, func(k known) bool { return through(w.t, k.lock, writes) })
	}
	w.disturb(s, c.Writes.Unknown)
}

// through reports whether the name of a lock reads one of the cells.
func through(t *path.Table, n *path.Node, cells func(string) bool) bool {
	for ; n != nil; n = n.X {
		if n.Kind == path.Deref {
			if cell := t.Cell(n.X); cell != "" && cells(cell) {
				return true
			}
		}
	}
	return false
}

// translate turns a callee's name for something into the caller's, nil if the
// caller has none.
func (w *walker) translate(s *state, n *path.Node, c Callee, instr ssa.CallInstruction) *path.Node {
	if n.TooDeep() {
		return nil
	}
	t := w.t
	switch n.Kind {
	case path.Param:
		if n.Index < 0 {
			return w.result(s, instr, -1-n.Index)
		}
		if n.Index < len(c.Args) {
			return c.Args[n.Index]
		}
		return nil
	case path.FreeVar:
		if n.Index < len(c.Captured) {
			return c.Captured[n.Index]
		}
		return nil
	case path.Global, path.Const:
		return n
	case path.Value:
		return nil
	}
	var x, y *path.Node
	if n.X != nil {
		if x = w.translate(s, n.X, c, instr); x == nil || x.TooDeep() {
			return nil
		}
	}
	if n.Y != nil {
		if y = w.translate(s, n.Y, c, instr); y == nil || y.TooDeep() {
			return nil
		}
	}
	switch n.Kind {
	case path.Field:
		return t.Field(x, n.Name, n.Owner, n.Embed)
	case path.Deref:
		return w.load(s, x, nil)
	case path.Elem:
		return t.Elem(x, y)
	case path.RLocker:
		return t.RLocker(x)
	case path.Iface:
		return t.Iface(x, n.Type)
	case path.Op:
		switch n.Name {
		case "==":
			return binop(t, token.EQL, x, y)
		case "<":
			return binop(t, token.LSS, x, y)
		case "!":
			return not(t, x)
		}
		return t.Op(n.Name, x, y)
	case path.Func:
		captured := make([]*path.Node, len(n.Args))
		for i, a := range n.Args {
			if captured[i] = w.translate(s, a, c, instr); captured[i] == nil {
				return nil
			}
		}
		return t.Func(n.Val.(*ssa.Function), captured)
	}
	return nil
}

// escape hands a function value to somebody who may call it at any time: the
// locks that it releases are no longer ours to release.
func (w *walker) escape(s *state, n *path.Node) {
	if n == nil {
		return
	}
	n = path.Concrete(n)
	if n.Kind != path.Func || len(s.held) == 0 {
		return
	}
	fn := n.Val.(*ssa.Function)
	w.handOff(s, fn, nil, n.Args)
}

// spawn executes a go statement: a goroutine that releases a lock gets it from us.
func (w *walker) spawn(s *state, d deferred) {
	for _, a := range d.args {
		w.escape(s, a)
	}
	if d.value == nil || d.value.Kind != path.Func || len(s.held) == 0 {
		return
	}
	w.handOff(s, d.value.Val.(*ssa.Function), d.args, d.value.Args)
}

func (w *walker) handOff(s *state, fn *ssa.Function, args, captured []*path.Node) {
	give := func(lock *path.Node, class string) {
		for i := range s.held {
			h := &s.held[i]
			if h.lock == lock || class != "" && h.lock.Class() == class {
				h.unsure = true
			}
		}
	}
	if strings.HasSuffix(fn.Name(), "$bound") && len(captured) == 1 {
		args, captured = append([]*path.Node{captured[0]}, args...), nil
	}
	if obj := funcObject(fn); obj != nil && len(args) > 0 {
		if op := model.OpOf(obj); op.Kind == model.Unlock {
			give(path.Concrete(args[0]), "")
			return
		}
		if m := concreteMethodOf(fn.Prog, obj); m != nil {
			fn = m
		}
	}
	sum, _ := w.env.Static(fn)
	if sum == nil {
		return
	}
	c := Callee{Args: args, Captured: captured}
	for _, o := range sum.Outcomes {
		for _, net := range o.Nets {
			if net.Delta < 0 {
				give(w.translate(s, net.Lock, c, nonResult{}), net.Lock.Class())
			}
		}
	}
}
