package summary

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/prose"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// strayReleases adds the releases of locks that nobody can hold for the function that releases them.
func (p *pairing) strayReleases(out *Package) {
	for _, fn := range p.funcs {
		r := p.results[fn]
		if r == nil || !p.runsUnlocked(fn, nil) {
			p.dropStrays(fn)
			continue
		}
		for _, e := range r.Summary.Events {
			if e.Kind != flow.Release || e.Mode == model.Slot || !p.nobodyHolds(fn, e, out) {
				continue
			}
			pos := e.Steps[0].Pos
			if slices.ContainsFunc(out.Findings, func(f flow.Finding) bool { return f.Pos == pos && f.Fn == fn }) {
				continue
			}
			p.strays[fn] = true
			f := flow.Finding{Kind: flow.NeverLocked, Fn: fn, Pos: pos, Lock: e.Lock, Mode: e.Mode, Again: e.Steps}
			if op := p.passedBy(fn, lockName(fn, e.Lock, e.Mode), pos); op != nil {
				f.First = []*flow.Step{{Pos: op.Pos(), Func: flow.FuncName(fn), What: "locks"}}
			}
			out.Findings = append(out.Findings, f)
		}
	}
	// Where the other one of two locks is released, that is what is wrong.
	out.Leaks = slices.DeleteFunc(out.Leaks, func(l flow.Leak) bool {
		return l.Never && p.strays[l.Fn] && !p.dropLeak(l, why.OtherIsWrong, nil)
	})
}

// runsUnlocked reports whether all that runs fn is in sight but for code outside the package, and
// none of it holds a lock: fn is called from outside, it is started as a goroutine, or its callers run so. path holds
// what fn is called by on the way from the function that is asked about.
func (p *pairing) runsUnlocked(fn *ssa.Function, path []*ssa.Function) bool {
	fi := p.info[fn]
	if fn.Parent() != nil {
		return p.startedOnly(fn)
	}
	if fi == nil || fi.valued || fn.Signature.Recv() != nil && p.invoked[fn.Name()] || slices.Contains(path, fn) || len(path) > limits.MaxCalls {
		return false
	}
	obj, ok := fn.Object().(*types.Func)
	entered := ok && p.calledElsewhere(fn, obj) || fi.spawned > 0
	if !entered && len(fi.callers) == 0 {
		return false
	}
	path = append(slices.Clip(path), fn)
	return !slices.ContainsFunc(fi.callers, func(c ssa.CallInstruction) bool {
		if _, isGo := c.(*ssa.Go); isGo {
			return false // a goroutine holds nothing but what it is handed
		}
		r := p.results[c.Parent()]
		return r != nil && (r.GaveUp || len(r.CallsHolding[c]) > 0) || p.handedOut(c.Parent()) || !entered && !p.runsUnlocked(c.Parent(), path)
	})
}

// handedOut reports whether a function is given as a value to others, who may hold anything when they call it.
func (p *pairing) handedOut(fn *ssa.Function) bool {
	if fi := p.info[fn]; fn.Parent() == nil {
		return fi != nil && fi.valued
	}
	return !p.startedOnly(fn)
}

// startedOnly reports whether a literal runs as a goroutine of its own and not otherwise.
func (p *pairing) startedOnly(lit *ssa.Function) bool {
	started := func(instr ssa.Instruction, v ssa.Value) bool {
		if g, ok := instr.(*ssa.Go); ok {
			return g.Call.Value == v
		}
		c, ok := instr.(*ssa.Call)
		if !ok {
			return false
		}
		fn := callee(c)
		if fn == nil {
			return false
		}
		obj, _ := fn.Object().(*types.Func)
		return slices.ContainsFunc(model.Callbacks(obj), func(cb model.Callback) bool { return cb.Run == model.Another })
	}
	refs := lit.Referrers()
	return refs != nil && len(*refs) > 0 && ssax.AllUses(lit, started)
}

// nobodyHolds reports whether nobody can hold, for fn, the lock that it releases.
func (p *pairing) nobodyHolds(fn *ssa.Function, e flow.Event, out *Package) bool {
	name := lockName(fn, e.Lock, e.Mode)
	handed := func(to *ssa.Function) bool { return to == nil || to == fn || ssax.Outermost(to) == ssax.Outermost(fn) }
	if by := p.unsafely(fn, e.Lock); by != nil {
		return p.dropStray(fn, e, why.Unsafe, by)
	}
	if p.foreign(name) || slices.ContainsFunc(e.Steps, func(s *flow.Step) bool { return !s.Pos.IsValid() }) {
		return p.dropStray(fn, e, why.OtherPackage, nil) // which knows who holds the lock
	}
	switch {
	case name == "":
		return p.dropStray(fn, e, why.NoClass, nil)
	case slices.ContainsFunc(p.given[name], handed):
		return p.dropStray(fn, e, why.GivenToRelease, nil)
	case p.reachable(e.Lock), p.promoted(e.Lock):
		return p.dropStray(fn, e, why.Reachable, nil)
	case p.isLockerNode(fn, e.Lock):
		return p.dropStray(fn, e, why.UnknownLocker, nil)
	case fn.Parent() != nil && p.acquiredAround(fn, name):
		return p.dropStray(fn, e, why.HeldAround, fn.Parent()) // meanwhile, perhaps
	}
	if by := p.keepsLocked(fn, name, out); by != nil {
		return p.dropStray(fn, e, why.ReturnedHeld, by)
	}
	if p.gone[name] {
		return p.dropStray(fn, e, why.HandedByMessage, nil)
	}
	if by := p.receivedBy(fn, name); by != nil {
		return p.dropStray(fn, e, why.HandedByMessage, by)
	}
	if e.Lock.Kind == path.Deref {
		return p.dropStray(fn, e, why.AddressKept, nil) // a variable points to the lock, which has another name where it is acquired
	}
	if slices.ContainsFunc(e.Guard, func(l flow.Literal) bool { return l.Cond.Loads() }) &&
		(len(p.takers[name]) > 0 || len(e.Steps) > 1 || !ssax.Unconditional(fn, e.Steps[0].Pos) && p.passedBy(fn, name, e.Steps[0].Pos) == nil) {
		return p.dropStray(fn, e, why.FlagTells, nil) // else nobody can hold it, whatever a flag says that the Lock depends on
	}
	if p.Contract(fn).Demands(e.Lock) {
		return p.dropStray(fn, e, why.ContractSays, fn)
	}
	if prose.UnderLock(fn) {
		return p.dropStray(fn, e, why.ProseSays, fn)
	}
	if by := p.exposed[name]; by != nil && by != fn {
		return p.dropStray(fn, e, why.CallersMayHold, by)
	}
	if lock, _, _ := strings.Cut(name, " "); p.known[lock] && len(p.takers[""]) > 0 {
		return p.dropStray(fn, e, why.AddressKept, p.takers[""][0].fn)
	}
	other := strings.TrimSuffix(name, " for reading")
	if other == name {
		other += " for reading"
	}
	if len(p.wants[name]) == 0 && len(p.wants[other]) == 0 && slices.ContainsFunc(e.Steps, func(s *flow.Step) bool { return s.Func != e.Steps[0].Func }) {
		return p.dropStray(fn, e, why.UnknownLocker, nil) // a callee knows as a Locker what nobody locks by this name
	}
	for _, t := range append(slices.Clip(p.takers[name]), p.takers[other]...) {
		if t.fn != fn && t.open && !p.forgets(t.fn, name, out) && (!p.answered(t, name) || p.answers(fn, t, name)) {
			return p.dropStray(fn, e, why.ReturnedHeld, t.fn)
		}
	}
	return true
}

// keepsLocked returns another function than fn that locks and never unlocks, elements that it puts into a list, say, and is not reported for it;
// nil if there is none. It does not count where what it returns answers for that.
func (p *pairing) keepsLocked(fn *ssa.Function, name string, out *Package) (by *ssa.Function) {
	for op := range p.wants[name] {
		g := op.Parent()
		r := p.results[g]
		if r == nil || ssax.Outermost(g) == ssax.Outermost(fn) || len(r.Releases[op]) > 0 || p.forgets(g, name, out) || p.answered(party{fn: g}, name) || p.handsInside(r, name) ||
			slices.ContainsFunc(r.Summary.Events, func(e flow.Event) bool { return e.Kind == flow.Release && lockName(g, e.Lock, e.Mode) == name }) {
			continue
		}
		if by == nil || g.Pos() < by.Pos() {
			by = g
		}
	}
	return by
}

// handsInside reports whether a function hands a lock to a literal of its own to release.
func (p *pairing) handsInside(r *flow.Result, name string) bool {
	return slices.ContainsFunc(r.Handed, func(h flow.Handed) bool {
		return lockName(r.Fn, h.Lock, model.Write) == name && handedInside(r, h.Lock)
	})
}

// passedBy returns where fn locks what it releases at pos, on some paths only of those that lead there; nil if there is no such place.
func (p *pairing) passedBy(fn *ssa.Function, name string, pos token.Pos) (first ssa.Instruction) {
	for op := range p.wants[name] {
		if op.Parent() == fn && ssax.AlwaysAfter(op, pos) && (first == nil || op.Pos() < first.Pos()) {
			first = op
		}
	}
	return first
}

// acquiredAround reports whether the function around a literal, or a literal of it, acquires a lock.
func (p *pairing) acquiredAround(lit *ssa.Function, name string) bool {
	for op := range p.wants[name] {
		if ssax.Outermost(op.Parent()) == ssax.Outermost(lit) {
			return true
		}
	}
	return false
}

// forgets reports whether fn returns with a lock held by mistake.
func (p *pairing) forgets(fn *ssa.Function, name string, out *Package) bool {
	return slices.ContainsFunc(out.Leaks, func(l flow.Leak) bool { return l.Fn == fn && l.Never && lockName(fn, l.Lock, l.Mode) == name })
}

// answered reports whether a function that returns with a lock held returns an object of a
// type that releases it: nobody else need do so.
func (p *pairing) answered(t party, name string) bool {
	return slices.ContainsFunc(p.givers[name], func(g party) bool { return g.via != nil && returns(t.fn, g.via) })
}

// answers reports whether fn releases a lock through what another function, which returns with
// it held, returns.
func (p *pairing) answers(fn *ssa.Function, t party, name string) bool {
	return slices.ContainsFunc(p.givers[name], func(g party) bool { return g.fn == fn && g.via != nil && returns(t.fn, g.via) })
}

// returns reports whether a result of fn is of a type, or points to it.
func returns(fn *ssa.Function, t *types.TypeName) bool {
	for v := range fn.Signature.Results().Variables() {
		if named, ok := deref(v.Type()).(*types.Named); ok && named.Obj() == t {
			return true
		}
	}
	return false
}

// isLockerNode reports whether fn knows a lock as an interface value only, of which other
// methods may have locked it.
func (p *pairing) isLockerNode(fn *ssa.Function, lock *path.Node) bool {
	root := lock.Root()
	return lock == root && root.Kind == path.Param && root.Index < len(fn.Params) && types.IsInterface(fn.Params[root.Index].Type())
}
