package flow

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

const tokenEQL = token.EQL

// FuncName names a function as stack traces do: f, (*T).m, T.m, f.func1 for a
// literal in f.
func FuncName(fn *ssa.Function) string {
	if fn == nil {
		return ""
	}
	name := fn.Name()
	if fn.Pkg != nil && fn.Pkg.Pkg != nil {
		name = fn.RelString(fn.Pkg.Pkg)
	} else if fn.Parent() != nil && fn.Parent().Pkg != nil {
		name = fn.RelString(fn.Parent().Pkg.Pkg)
	}
	if recv, method, ok := strings.Cut(name, ")."); ok && strings.HasPrefix(recv, "(") && !strings.HasPrefix(recv, "(*") {
		name = recv[1:] + "." + method
	}
	if outer, literal, ok := strings.Cut(name, "$"); ok && fn.Parent() != nil {
		name = outer + ".func" + strings.ReplaceAll(literal, "$", ".")
	}
	return name
}

// apply executes a call of a function with a summary.
func (w *walker) apply(s *state, instr ssa.CallInstruction, c Callee) []*state {
	call := w.callStep(instr, c.Name)
	ran := make([]bool, len(c.Args))
	states := []*state{s}
	over := make(done)
	var handsOn []*Event
	if c.Summary != nil {
		outer := w.names
		w.names = w.newNames(s, instr, c)
		w.check(s, instr, c)
		w.pointsOf(s, instr, c, call)
		if w.later == nil {
			w.slowCallee(s, instr, c, call)
		}
		for i := range c.Summary.Events {
			e := &c.Summary.Events[i]
			if !w.feasible(s, instr, c, e.Guard, true) {
				if w.why != nil {
					w.infeasible(s, instr, c, e)
				}
				continue
			}
			from := w.origin(e.Origin, c, instr)
			if w.readsOther(from) {
				continue
			}
			w.gaveBack = w.gaveBack || e.Kind == Need || e.Kind == Release
			if e.Kind == Acquire {
				lock, mode := w.lockOf(s, e.Lock, e.Mode, c, instr)
				if lock == nil || s.locks.Find(lock, mode) < 0 && (s.locks.Free(lock) != nil || !lock.InEntry()) {
					continue // nothing to say, here or to callers
				}
				gone, released := w.goneHere(s, lock, e, c, instr)
				if released {
					continue
				}
				steps := w.via(call, e.Steps)
				again := Finding{Kind: LockedAgain, Pos: instr.Pos(), Lock: lock, Mode: mode, Again: steps, Site: instr}
				i := s.locks.Find(lock, mode)
				switch held := i >= 0; {
				case held && w.optional(e.Guard, e.Lock):
					w.silent(again, why.Optional, Evident(c.Fn))
				case held && w.unasked(s, e.Guard, c, instr):
					w.silent(again, why.AtWill, Evident(c.Fn))
				case held && w.madeForCall(s, e.Guard, c, instr, s.locks.Held()[i].By.site):
					w.silent(again, why.Told, Evident(c.Fn))
				default:
					w.demand(s, &demand{by: Acquire, lock: lock, mode: mode, site: instr, steps: steps, guard: w.guardOf(s, e.Guard, c, instr), gone: gone, Origin: from})
				}
				continue
			}
			steps := w.via(call, e.Steps)
			switch e.Kind {
			case Release:
				if lock, mode := w.lockOf(s, e.Lock, e.Mode, c, instr); lock != nil {
					w.mustHold(s, &demand{by: Release, lock: lock, mode: mode, site: instr, steps: steps,
						guard: w.guardOf(s, e.Guard, c, instr), loose: !c.firm(e.Lock), maybe: !c.restores(e) && !w.certain(s, instr, c, e.Guard) || w.inOtherMode(s, instr, c, e)})
				}
			case Need, Hold:
				if lock := w.translate(s, e.Lock, c, instr); lock != nil {
					w.needs(s, lock, instr, c, e, steps)
				}
			case Exclude, Enter:
				if lock := w.translate(s, e.Lock, c, instr); lock != nil {
					w.demand(s, &demand{by: e.Kind, lock: lock, mode: e.Mode, site: instr, steps: steps, guard: w.guardOf(s, e.Guard, c, instr)})
				}
			case Call:
				if e.Param.Kind == path.Param && e.Param.Index < len(ran) {
					ran[e.Param.Index] = true
				}
				states = w.callGiven(states, instr, c, e, steps, over)
			case Later:
				w.lends(s, instr, c, e)
			case Joins:
				w.joins(s, instr, c, e)
			case Serves:
				w.serves(s, instr, c, e)
			case HandsOn:
				handsOn = append(handsOn, e) // once the results are known
			}
			w.names.changed() // only waiting leaves the state as it is
		}
		w.spare, w.names = append(w.spare, w.names), outer
	}
	if c.Summary != nil {
		for _, class := range c.Summary.Strays {
			w.strayClass(class)
			for _, s := range states {
				w.doubtClass(s, class)
			}
		}
	}
	var out []*state
	for _, s := range states {
		out = append(out, w.ends(s, instr, c, call)...)
	}
	for _, s := range out {
		for _, e := range handsOn {
			w.mayUnlock(s, instr, c, e, call)
		}
		for i, a := range c.Args {
			if !ran[i] && !passesError(instr, i) && !(s.isHandle(a) && w.leavesHandle(&c, i, a)) {
				w.escape(s, a)
			}
		}
	}
	return out
}

// goneHere returns what a callee has released before it waits for a lock, in terms of this function. It may be the same lock here: a
// transaction that is committed unlocks the database that the next one locks.
func (w *walker) goneHere(s *state, lock *path.Node, e *Event, c Callee, instr ssa.CallInstruction) (gone []*path.Node, released bool) {
	for _, g := range e.Gone {
		here := w.lockHere(s, g, c, instr)
		if here == nil || here == lock || !here.InEntry() {
			return nil, true
		}
		gone = append(gone, here)
	}
	return gone, false
}

// lockHere names a lock of a callee, which may know it as a Locker only; nil if it has no name here.
func (w *walker) lockHere(s *state, n *path.Node, c Callee, instr ssa.CallInstruction) *path.Node {
	lock := w.translate(s, n, c, instr)
	if lock == nil {
		return nil
	}
	if behind, ok := w.behind(lock); ok {
		return behind
	}
	return lock
}

// inOtherMode reports whether a callee that releases a lock in one mode may do so in the other one as well, as far as this caller knows:
// which one it is in, something says that the callee asks for.
func (w *walker) inOtherMode(s *state, instr ssa.CallInstruction, c Callee, e *Event) bool {
	return slices.ContainsFunc(c.Summary.Events, func(o Event) bool {
		return o.Kind == Release && o.Lock == e.Lock && o.Mode != e.Mode && w.feasible(s, instr, c, o.Guard, true)
	})
}

// passesError reports whether argument i of a call is an error: nobody unlocks through that, though it may have been read from an object that
// came with a lock.
func passesError(call ssa.CallInstruction, i int) bool {
	args := call.Common().Args
	return call.Common().StaticCallee() != nil && i < len(args) && ssax.IsError(args[i].Type())
}

// isHandle reports whether a value came with a lock that is held.
func (s *state) isHandle(n *path.Node) bool {
	return n != nil && slices.ContainsFunc(s.locks.Held(), func(h known) bool { return slices.ContainsFunc(h.By.handles, path.Concrete(n).Mentions) })
}

// leavesHandle reports whether the callee, as its body shows, neither keeps the object that is argument i nor
// gives back a lock: an object that came with a lock still has it. So has one of another package after a call of one of its methods, if it is
// known of another method that it gives back a lock.
func (w *walker) leavesHandle(c *Callee, i int, arg *path.Node) bool {
	if c.Fn == nil || arg == nil || arg.Kind == path.Func {
		return false
	}
	inSight := len(c.Fn.Blocks) > 0 && i < len(c.Fn.Params)
	switch {
	case !inSight && (i > 0 || c.Fn.Signature.Recv() == nil || !w.closable(c.Fn.Signature.Recv().Type())):
		return false
	case inSight && c.Summary == nil && givesBack(c.Fn, 0):
		return false // it has not been analysed yet: whoever calls what is in an interface value may come first
	case c.Summary != nil:
		if slices.ContainsFunc(c.Summary.Events, func(e Event) bool { return e.Kind == Release || e.Kind == Call }) || len(c.Summary.Strays) > 0 {
			return false
		}
		for _, o := range c.Summary.Outcomes {
			if len(o.Nets) > 0 {
				return false
			}
		}
	}
	return !inSight || len(w.env.Settled().publications(c.Fn.Params[i])) == 0
}

// closable reports whether some method of a type of another package gives back a lock.
func (w *walker) closable(t types.Type) bool {
	for m := range types.NewMethodSet(t).Methods() {
		fn := w.fn.Prog.FuncValue(m.Obj().(*types.Func).Origin())
		if fn == nil {
			continue
		}
		sum, _ := w.env.Static(fn)
		if sum != nil && (len(sum.Strays) > 0 || slices.ContainsFunc(sum.Events, func(e Event) bool { return e.Kind == Release })) {
			return true
		}
	}
	return false
}

// givesBack reports whether the body of a function, or of one that it calls, has an unlock.
func givesBack(fn *ssa.Function, depth int) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			switch callee := call.Common().StaticCallee(); {
			case IsUnlock(call.Common()):
				return true
			case callee == nil:
			case depth < limits.MaxCalls && callee.Pkg == fn.Pkg && givesBack(callee, depth+1):
				return true
			}
		}
	}
	return false
}

// mustHold answers a callee's demand that its caller hold a lock which it releases.
func (w *walker) mustHold(s *state, d *demand) {
	if a := w.demand(s, d); a.Verdict == lockset.Open && d.lock.InEntry() && len(d.guard) == 0 && w.later == nil {
		w.enteredAt(d.site, d.lock, s)
	}
}

// done holds, per state, the functions among the arguments that the callee has already run and
// will not run again. The calls that a summary lists may be on different paths: each function is
// run once, and the body of a loop as long as it asks for more.
type done map[*state][]*path.Node

// methodOfInstance returns the method that a generic function calls of what it is given here, whose type its constraint describes; nil if that
// is an interface.
func (w *walker) methodOfInstance(instr ssa.CallInstruction, e *Event) *ssa.Function {
	c := instr.Common()
	if e.Param.Kind != path.Param || c.IsInvoke() || e.Param.Index >= len(c.Args) {
		return nil
	}
	t := c.Args[e.Param.Index].Type()
	if _, generic := types.Unalias(t).(*types.TypeParam); generic || types.IsInterface(t) {
		return nil
	}
	return w.methodOf(t, e.Method)
}

// callGiven executes a callee's call of a function that it gets from here.
func (w *walker) callGiven(states []*state, instr ssa.CallInstruction, c Callee, e *Event, steps []*Step, over done) []*state {
	var out []*state
	for _, s := range states {
		if slices.Contains(over[s], e.Param) {
			out = append(out, s)
			continue
		}
		var extra []known
		for _, h := range e.Held {
			if lock, mode := w.lockOf(s, h.Lock, h.Mode, c, instr); lock != nil && s.locks.Find(lock, mode) < 0 {
				extra = append(extra, known{Lock: lock, Mode: mode, Phase: lockset.Held, By: &act{site: instr,
					steps: w.via(w.callStep(instr, c.Name), h.Steps)}})
			}
		}
		var gone []*path.Node
		for _, g := range e.Gone {
			if lock := w.lockHere(s, g, c, instr); lock != nil {
				gone = append(gone, lock)
			}
		}
		fn := w.translate(s, e.Param, c, instr)
		if fn != nil && e.Method == "" {
			fn = path.Concrete(fn)
		}
		elements := w.listed(s, e.Param, c, instr)
		switch {
		case len(elements) > 0:
			for _, fn := range elements {
				switch {
				case fn.Kind == path.Iface && e.Method != "":
					if m := w.methodOf(fn.Type, e.Method); m != nil {
						w.runMethod(s.clone(), instr, m, fn.X, w.givenHere(s, e.Given, c, instr), extra, gone)
					}
				case path.Concrete(fn).Kind == path.Func && e.Method == "":
					w.runWith(s.clone(), instr, path.Concrete(fn), w.givenHere(s, e.Given, c, instr), extra, gone)
				}
			}
			out = append(out, s)
		case fn == nil:
			out = append(out, s)
		case e.Method != "":
			if fn.Kind == path.Iface {
				if m := w.methodOf(fn.Type, e.Method); m != nil {
					w.runMethod(s.clone(), instr, m, fn.X, w.givenHere(s, e.Given, c, instr), extra, gone)
				}
			} else if m := w.methodOfInstance(instr, e); m != nil {
				w.runMethod(s.clone(), instr, m, fn, w.givenHere(s, e.Given, c, instr), extra, gone)
			} else {
				w.escape(s, fn) // it may be the handle that came with a lock
				w.cellCall(s, called{at: fn, method: e.Method, args: w.givenHere(s, e.Given, c, instr)}, extra, gone, steps)
				callees, _ := w.dynamic(s, called{at: fn, method: e.Method}, c.Fn)
				for _, c := range callees {
					w.runCallee(s.clone(), instr, c, extra, gone)
				}
				if fn.Kind == path.Param || len(callees) > 0 && w.callersKnow(fn, callees) {
					w.callsGiven(s, called{at: fn, method: e.Method}, false, w.givenHere(s, e.Given, c, instr), extra, gone, w.guardOf(s, e.Guard, c, instr), steps)
				}
			}
			out = append(out, s)
		case fn.Kind == path.Func:
			always := (e.Always || e.IfSo && w.certain(s, instr, c, e.Guard)) && !IsLoopBody(fn.Val.(*ssa.Function))
			if !always {
				out = append(out, s)
			}
			asked := s.clone()
			for _, l := range w.translated(s, e.Guard, c, instr) {
				if !l.Before {
					asked.assume(l.Cond, l.Val)
				}
			}
			if IsLoopBody(fn.Val.(*ssa.Function)) {
				for r, stopped := range w.turns(asked, instr, fn, runsOnce(c.Fn, e.Param), extra, gone) {
					over[r] = slices.Clone(over[s])
					if stopped {
						over[r] = append(over[r], e.Param)
					}
					out = append(out, r)
				}
				continue
			}
			for _, r := range w.runWith(asked, instr, fn, w.givenHere(s, e.Given, c, instr), extra, gone) {
				if always || w.keys.effectKey(r) != w.keys.effectKey(s) {
					over[r] = append(slices.Clone(over[s]), e.Param)
					out = append(out, r)
				}
			}
		default:
			w.escape(s, fn)
			w.cellCall(s, called{at: fn, sig: e.Sig, args: w.givenHere(s, e.Given, c, instr)}, extra, gone, steps)
			callees, all := w.dynamic(s, called{at: fn, sig: e.Sig}, c.Fn)
			for _, c := range callees {
				w.runCallee(s.clone(), instr, c, extra, gone)
			}
			if (!all || callees[0].Above) && w.callersKnow(fn, callees) {
				w.callsGiven(s, called{at: fn, sig: e.Sig}, e.Always, w.givenHere(s, e.Given, c, instr), extra, gone, w.guardOf(s, e.Guard, c, instr), steps)
			}
			out = append(out, s)
		}
	}
	return out
}

// effects applies what a callee may store.
func (w *walker) effects(s *state, c Callee) {
	for _, i := range c.Writes.Captured {
		if i < len(c.Captured) && c.Captured[i] != nil {
			w.store(s, c.Captured[i], nil)
		}
	}
	if writes := c.Writes.Cell; writes != nil {
		w.outdate(s, writes)
		// A lock's name may lead through a cell that this function does not read.
		s.move(func(lock *path.Node) bool { return through(w.t, lock, writes) })
	}
	w.outParams(s, c)
	w.deletes(s, c)
	s.opaque = s.opaque || c.Writes.Unknown && w.contract != nil
	w.disturb(s, c.Writes.Unknown)
}

// outdate notes that a callee may have stored to the cells: what the function
// believes of their contents may have changed. What a name means is not forgotten:
// a callee that may change a variable seldom does, and the walk can still explore
// both (see walker.branch).
func (w *walker) outdate(s *state, cells func(string) bool) {
	for i := range s.conds {
		if c := s.conds[i]; !c.stale && (mentionsCell(w.t, c.key, cells) && !(c.val && w.staysTrue(c.key)) || w.sizeIn(c.key, cells)) {
			s.conds[i].stale = true
		}
	}
	for i := range s.mem {
		if c := &s.mem[i]; w.outdated(c, cells) {
			w.forgetCell(s, c)
		}
	}
}

// sizeIn reports whether a condition asks whether there is nothing in a map whose elements are in one of the cells.
func (w *walker) sizeIn(key *path.Node, cells func(string) bool) bool {
	cell := w.sizeCell(key)
	return cell != "" && cells(cell)
}

func mentionsCell(t *path.Table, n *path.Node, cells func(string) bool) bool {
	if n == nil || !n.Loads() {
		return false
	}
	if n.Kind == path.Deref {
		if cell := t.Cell(n.X); cell != "" && cells(cell) {
			return true
		}
	}
	return mentionsCell(t, n.X, cells) || mentionsCell(t, n.Y, cells) ||
		slices.ContainsFunc(n.Args, func(a *path.Node) bool { return mentionsCell(t, a, cells) })
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
