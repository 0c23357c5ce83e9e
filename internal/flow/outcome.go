package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// ends takes the ways a call can end.
func (w *walker) ends(s *state, instr ssa.CallInstruction, c Callee, call *Step) []*state {
	if w.blockedIn(s, instr, c) {
		return nil
	}
	stores := w.storesOf(s, instr, c)
	own := w.ownConditions(s, instr, c)
	before := w.locksBefore(s, instr, c)
	w.effects(s, c)
	w.freedBy(s, instr, c, call)
	if c.Summary != nil && c.Summary.Never || c.Fn != nil && c.Fn.Parent() != nil && NeverReturns(c.Fn) {
		return nil // of named functions without a return, the builder knows
	}
	if c.Summary == nil || len(c.Summary.Outcomes) == 0 {
		name := c.Name
		if fn := instr.Common().StaticCallee(); fn != nil && fn.Name() == name {
			if test := model.StringTest(funcObject(fn)); test != "" {
				name = test
			}
		}
		w.nameResult(s, instr, name, c.Args)
		return []*state{s}
	}
	var can []*Outcome
	for _, beliefs := range []bool{true, false} {
		for i := range c.Summary.Outcomes {
			if o := &c.Summary.Outcomes[i]; !own[o].excluded && w.feasible(s, instr, c, o.Guard, beliefs) {
				can = append(can, o)
			}
		}
		if len(can) > 0 {
			break
		}
	}
	var out []*state
	for i, o := range can {
		n := s
		if i < len(can)-1 {
			n = s.clone()
		}
		guard := o.Guard
		if c, ok := own[o]; ok {
			guard = c.rest
		}
		for _, l := range append(w.translated(s, guard, c, instr), own[o].before...) {
			if !l.Before || w.lasting(l.Cond) {
				n.assume(l.Cond, l.Val)
			}
		}
		if w.end(n, instr, c, call, o, can, stores[o], before) {
			out = append(out, n)
			if t, ok := instr.(*turn); ok && len(o.Results) == 1 && o.Results[0] == w.t.Bool(false) {
				t.stopped[n] = true
			}
		}
	}
	return out
}

// blockedIn reports whether a callee waits for ever for a lock that is held here: it has
// held and released the lock itself whenever it returns.
func (w *walker) blockedIn(s *state, instr ssa.CallInstruction, c Callee) bool {
	return c.Summary != nil && slices.ContainsFunc(c.Summary.Freed, func(f Net) bool {
		lock, mode := w.lockOf(s, f.Lock, f.Mode, c, instr)
		return lock != nil && w.inTheWay(s, lock, mode, instr)
	})
}

// storesOf names, per outcome, what a literal leaves in the variables that it captured,
// as things are before it runs.
func (w *walker) storesOf(s *state, instr ssa.CallInstruction, c Callee) map[*Outcome][]Cell {
	if c.Summary == nil || len(c.Captured) == 0 {
		return nil
	}
	stores := make(map[*Outcome][]Cell)
	for i := range c.Summary.Outcomes {
		o := &c.Summary.Outcomes[i]
		for _, st := range o.Stores {
			if st.Addr.Kind != path.FreeVar {
				continue
			}
			if addr := w.translate(s, st.Addr, c, instr); addr != nil {
				if val := w.translate(s, st.Val, c, instr); val != nil {
					stores[o] = append(stores[o], Cell{addr, val})
				}
			}
		}
	}
	return stores
}

// locksBefore returns the locks that a callee gives back, by their names there, as far as their names lead through what it stores to: it gives back the
// lock that it has found in a field, and then sets the field to nil.
func (w *walker) locksBefore(s *state, instr ssa.CallInstruction, c Callee) (locks map[*path.Node]*path.Node) {
	if c.Summary == nil || c.Writes.Cell == nil {
		return nil
	}
	for _, o := range c.Summary.Outcomes {
		for _, net := range o.Nets {
			if net.Delta > 0 || !through(w.t, net.Lock, c.Writes.Cell) {
				continue
			}
			if lock, _ := w.lockOf(s, net.Lock, net.Mode, c, instr); lock != nil {
				if locks == nil {
					locks = make(map[*path.Node]*path.Node)
				}
				locks[net.Lock] = lock
			}
		}
	}
	return locks
}

// asksFirst reports whether a condition is about a field of an argument, to which the callee also stores, and the field is as it is before the call when
// the callee asks: the callee waits for nobody who could change it, or the struct is in a variable of the function.
func (w *walker) asksFirst(cond *path.Node, c Callee) bool {
	read := cond
	if cond.Kind == path.Op && cond.X != nil && (cond.Y == nil || cond.Y.Kind == path.Const) {
		read = cond.X
	}
	if read.Kind != path.Deref || read.X.Kind != path.Field {
		return false
	}
	arg := read.X.X
	if arg.Kind != path.Param || arg.Index >= len(c.Args) || c.Args[arg.Index] == nil || c.Writes.Cell == nil || !c.Writes.Cell(w.t.Cell(read.X)) {
		return false
	}
	if alloc, ok := c.Args[arg.Index].Val.(*ssa.Alloc); ok && c.Args[arg.Index].Kind == path.Value && !w.info.shared[alloc] {
		return true
	}
	return !slices.ContainsFunc(c.Summary.Events, func(e Event) bool { return e.Kind == Acquire })
}

// ownConditions are the conditions of an outcome about captured variables that only the literal
// changes, and about fields of what it is given. They are evaluated in the state before the call.
type ownConditions struct {
	before   []Literal
	excluded bool      // they are not met
	rest     []Literal // the other conditions
}

func (w *walker) ownConditions(s *state, instr ssa.CallInstruction, c Callee) map[*Outcome]ownConditions {
	if c.Summary == nil || c.Fn == nil || len(c.Writes.Captured) == 0 && c.Writes.Cell == nil {
		return nil
	}
	all := make(map[*Outcome]ownConditions)
	for i := range c.Summary.Outcomes {
		o := &c.Summary.Outcomes[i]
		var own, rest []Literal
		for _, l := range o.Guard {
			captured := l.Cond.Kind == path.Deref && l.Cond.X.Kind == path.FreeVar && slices.Contains(c.Writes.Captured, l.Cond.X.Index) &&
				w.env.Settled().Confined(c.Fn, l.Cond.X.Index)
			if captured || w.asksFirst(l.Cond, c) {
				own = append(own, l)
			} else {
				rest = append(rest, l)
			}
		}
		if len(own) > 0 {
			all[o] = ownConditions{w.translated(s, own, c, instr), !w.feasible(s, instr, c, own, false), rest}
		}
	}
	return all
}

// freedBy notes the locks that a callee has held and released.
func (w *walker) freedBy(s *state, instr ssa.CallInstruction, c Callee, call *Step) {
	if c.Summary == nil {
		return
	}
	for _, f := range c.Summary.Freed {
		lock, mode := w.lockOf(s, f.Lock, f.Mode, c, instr)
		if lock != nil && !lock.Lumped() && !lock.Old() && s.locks.Find(lock, mode) < 0 && s.locks.Free(lock) == nil {
			s.locks.Do(lockset.Use, known{Lock: lock, Mode: mode, By: &act{site: instr, steps: w.via(call, f.Steps), balanced: true}})
		}
	}
}

// NeverReturns reports whether no path leads fn to a return: it panics, or loops for
// ever.
func NeverReturns(fn *ssa.Function) bool {
	if fn.Recover != nil {
		return false
	}
	return !slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool {
		_, returns := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		return returns
	})
}

// end makes n the state after the call ended with outcome o, one of those it can
// end with. It returns false if the program ends there.
func (w *walker) end(n *state, instr ssa.CallInstruction, c Callee, call *Step, o *Outcome, can []*Outcome, stores []Cell, before map[*path.Node]*path.Node) bool {
	results := make([]*path.Node, len(o.Results))
	for j, r := range o.Results {
		if r != nil {
			if isMade(w.t, r) {
				results[j] = r
			} else {
				results[j] = w.translate(n, r, c, instr)
			}
		}
		if r := results[j]; r != nil && r.Loads() {
			// The effects may change what it was read from, but not what was read.
			key, neg := w.condition(r)
			guard := w.translated(n, o.Guard, c, instr)
			if val, known, stale := w.decide(n, key); known && !stale {
				results[j] = w.t.Bool(val != neg)
			} else if says(guard, key, true) || says(guard, key, false) {
				results[j] = w.t.Bool(says(guard, key, true) != neg)
			}
		}
	}
	// Name the locks before the results and the stores change what names mean.
	locks, modes := make([]*path.Node, len(o.Nets)), make([]model.Mode, len(o.Nets))
	for i, net := range o.Nets {
		locks[i], modes[i] = w.lockOf(n, net.Lock, net.Mode, c, instr)
		if locks[i] == nil {
			locks[i] = before[net.Lock]
		}
	}
	w.bindResults(n, instr, results)
	freed := func(lock *path.Node) bool {
		return slices.ContainsFunc(c.Summary.Freed, func(f Net) bool {
			l, _ := w.lockOf(n, f.Lock, f.Mode, c, instr)
			return l == lock
		})
	}
	for i, net := range o.Nets {
		lock := locks[i]
		sure := w.always(o, net, can, c, instr)
		net.Mode = modes[i]
		steps := w.via(call, net.Steps)
		switch {
		case net.Delta > 0 && lock != nil:
			if sure && w.inTheWay(n, lock, net.Mode, instr) {
				return false // reported by waitFor
			}
			h := known{Lock: lock, Mode: net.Mode, By: &act{site: instr, steps: steps, handles: w.handlesOf(n, instr, lock)}}
			if !sure {
				h.Doubt = lockset.Unsure
			}
			w.hold(n, lockset.Lock, h)
		case net.Delta < 0:
			if lock != nil && freed(lock) {
				return false // the callee has unlocked it before
			}
			if !sure || (c.Fn == nil || len(c.Fn.Blocks) == 0) && returnsFunc(instr) {
				w.doubtHeld(n, net, lock, instr)
			} else if !w.netRelease(n, net, lock, instr, &act{site: instr, steps: steps, relocks: c.relocks(net.Lock), loose: !c.firm(net.Lock)}) {
				return false
			}
		}
	}
	// What the callee leaves in memory is so when it returns, after all that it has waited for.
	for _, st := range stores {
		w.store(n, st.Addr, st.Val)
	}
	for _, st := range o.Stores {
		addr := w.translate(n, st.Addr, c, instr)
		switch {
		case addr == nil || st.Addr.Kind == path.FreeVar:
		case st.Val == New(w.t):
			w.store(n, addr, w.replacement(instr, addr))
		default:
			if val := w.translate(n, st.Val, c, instr); val != nil {
				w.store(n, addr, val)
			}
		}
	}
	// What another outcome that looks the same changes may have changed here.
	for _, other := range can {
		if other == o || w.distinct(o, other, c, instr) {
			continue
		}
		for _, net := range other.Nets {
			if !w.changesAlike(o, net, other) {
				lock, _ := w.lockOf(n, net.Lock, net.Mode, c, instr)
				w.doubtHeld(n, net, lock, instr)
			}
		}
	}
	return true
}

// returnsFunc reports whether a call has a function among its results. That of another package may undo what the call
// has done: take back the lock that it has given back.
func returnsFunc(instr ssa.CallInstruction) bool {
	for v := range instr.Common().Signature().Results().Variables() {
		if _, isFunc := v.Type().Underlying().(*types.Signature); isFunc {
			return true
		}
	}
	return false
}

// replacement names the object that a call has put at an address, nil if it has no name.
func (w *walker) replacement(instr ssa.CallInstruction, addr *path.Node) *path.Node {
	if v := instr.Value(); v != nil {
		return w.t.Op(putByCall, w.t.Value(v, 0), addr)
	}
	return nil
}

// putByCall is the operator of [walker.replacement].
const putByCall = "put by call"

// always reports whether every outcome that the caller cannot tell from o changes
// the lock as o does.
func (w *walker) always(o *Outcome, net Net, can []*Outcome, c Callee, instr ssa.CallInstruction) bool {
	for _, other := range can {
		if other != o && !w.changesAlike(other, net, o) && !w.distinct(o, other, c, instr) {
			return false
		}
	}
	return true
}

// hasNet reports whether an outcome changes a lock in a way.
func (o *Outcome) hasNet(net Net) bool {
	return slices.ContainsFunc(o.Nets, func(n Net) bool {
		return n.Lock == net.Lock && n.Mode == net.Mode && n.Delta == net.Delta
	})
}

// changesAlike reports whether an outcome changes a lock as another one does, or does the same to the lock of what it returns: a function that finds
// an object, or else makes it, and returns it locked.
func (w *walker) changesAlike(o *Outcome, net Net, other *Outcome) bool {
	if o.hasNet(net) {
		return true
	}
	lock := w.asResult(other, net.Lock)
	return slices.ContainsFunc(o.Nets, func(n Net) bool {
		return n.Mode == net.Mode && n.Delta == net.Delta && w.asResult(o, n.Lock) == lock
	})
}

// asResult names a lock by the result that leads to it, if there is one.
func (w *walker) asResult(o *Outcome, lock *path.Node) *path.Node {
	return w.t.Rewrite(lock, func(n *path.Node) *path.Node {
		if n.Kind == path.Const || n.Kind == path.Op {
			return nil
		}
		if i := slices.Index(o.Results, n); i >= 0 {
			return w.t.Result(i)
		}
		return nil
	})
}

// distinct reports whether a caller can tell two outcomes apart, by a result that
// it looks at or by a condition on what it passes.
func (w *walker) distinct(a, b *Outcome, c Callee, instr ssa.CallInstruction) bool {
	for i, x := range a.Results {
		y := b.Results[i]
		if x == nil || y == nil || w.result(nil, instr, i) == nil {
			continue
		}
		nx, ny := isNotNil(w.t, x), isNotNil(w.t, y)
		if x.Kind == path.Const && y.Kind == path.Const && x != y || nx && y.IsNil() || ny && x.IsNil() {
			return true
		}
	}
	for _, x := range a.Stores {
		for _, y := range b.Stores {
			if x.Addr == y.Addr && x.Addr.Kind == path.FreeVar && x.Val != y.Val && x.Val.Kind == path.Const && y.Val.Kind == path.Const {
				return true
			}
		}
	}
	// Of the fields of other packages no more is known than that the function itself changes them.
	changed := func(l Literal) bool { return l.Before && l.Cond.Loads() }
	for _, l := range a.Guard {
		if !changed(l) && w.stable(c.Fn, l.Cond) && slices.ContainsFunc(b.Guard, func(o Literal) bool { return o.Cond == l.Cond && o.Val != l.Val && !changed(o) }) {
			return true
		}
	}
	return false
}

// stable reports whether a condition of fn is the same before and after it: it reads
// nothing but variables that never change, and fields that only constructors set.
func (w *walker) stable(fn *ssa.Function, n *path.Node) bool {
	switch {
	case n == nil || !n.Loads():
		return true
	case n.Kind == path.Deref && n.X.Kind == path.Field:
		object := n.X.X
		// Other packages may set an exported flag, but hardly replace the object that an exported variable points to.
		isVar := object.Kind == path.Deref && object.X.Kind == path.Global
		return !w.env.Unstable(w.t.Cell(n.X)) && (isVar && !w.env.Unstable(w.t.Cell(object.X)) || w.stable(fn, object))
	case n.Kind == path.Deref:
		return n.X.Kind == path.FreeVar && fn != nil && w.env.Settled().Var(fn, n.X.Index)
	case n.Kind == path.Op && !calculates(n.Name):
		return false // what a map has, say
	}
	return w.stable(fn, n.X) && w.stable(fn, n.Y) && len(n.Args) == 0
}

// doubtHeld notes that a lock may or may not have been acquired or released.
func (w *walker) doubtHeld(s *state, net Net, lock *path.Node, instr ssa.CallInstruction) {
	class := net.Lock.Class()
	if lock != nil {
		class = lock.Class()
		s.locks.Forget(lock)
	}
	if net.Delta < 0 {
		w.strayClass(class) // and our callers can know no better
	}
	for i := range s.locks.Held() {
		h := &s.locks.Held()[i]
		if h.Lock == lock || class != "" && h.Lock.Class() == class {
			h.Doubt |= lockset.Unsure
			if net.Delta < 0 {
				w.paired(h)
			}
		}
	}
}

// netRelease executes a callee's release of a lock that it was handed. Its events
// have already been checked.
func (w *walker) netRelease(s *state, net Net, lock *path.Node, instr ssa.CallInstruction, by *act) bool {
	if lock == nil {
		// Released under a name that means nothing here: the newest of its class.
		class := net.Lock.Class()
		for i := len(s.locks.Held()) - 1; i >= 0; i-- {
			if h := &s.locks.Held()[i]; class != "" && h.Lock.Class() == class || class == "" {
				h.Doubt |= lockset.Unsure
				w.paired(h)
				w.res.Releases[h.By.site] = append(w.res.Releases[h.By.site], instr)
				return true
			}
		}
		w.strayClass(class)
		return true
	}
	a := w.meets(s, &demand{by: Release, lock: lock, mode: net.Mode, site: instr})
	if a.Verdict == lockset.Violated {
		return false // reported by mustHold
	}
	if a.Verdict == lockset.Open && !lock.InEntry() || a.Place < 0 && w.oneOfMany(lock, instr) {
		w.stray(lock)
	}
	w.free(s, &a, known{Lock: lock, Mode: net.Mode, By: by})
	return true
}

// doubt notes that a lock may be held or not from now on. If the caller holds it, that
// is two ways to go on, which the caller cannot tell apart.
func (w *walker) doubt(s *state, lock *path.Node, site ssa.CallInstruction) []*state {
	w.disturb(s, false)
	for i := range s.locks.Held() {
		if h := &s.locks.Held()[i]; h.Lock == lock {
			h.Doubt |= lockset.Unsure
			w.paired(h)
		}
	}
	if s.locks.Find(lock, model.Write) >= 0 || s.locks.Free(lock) != nil || !lock.InEntry() {
		return []*state{s}
	}
	given := s.clone()
	given.locks.Do(lockset.Unlock, known{Lock: lock, Mode: model.Write, Doubt: lockset.Unsure,
		By: &act{site: site, steps: []*Step{{Pos: site.Pos(), Func: w.name, What: "may unlock"}}}})
	return []*state{s, given}
}

// doubtClass notes that a callee may have released any lock of the class.
func (w *walker) doubtClass(s *state, class string) {
	for i := range s.locks.Held() {
		if h := &s.locks.Held()[i]; h.Lock.Class() == class {
			h.Doubt |= lockset.Unsure
			w.paired(h)
		}
	}
}
