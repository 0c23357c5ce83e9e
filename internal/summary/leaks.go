package summary

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// givesFor lists the functions that may release a lock for fn. What fn itself calls to
// release it is no sign that others do, unless it is there for others, and fn says by its name that it locks.
func (p *pairing) givesFor(fn *ssa.Function, name string, released []ssa.Instruction) (others []party) {
	own := make(map[*ssa.Function]bool)
	for _, site := range released {
		if c, ok := site.(ssa.CallInstruction); ok {
			own[callee(c)] = true
		}
	}
	candidates := p.givers[name]
	if lock, _, _ := strings.Cut(name, " "); p.known[lock] {
		candidates = append(slices.Clip(candidates), p.givers[""]...)
	}
	for _, g := range candidates {
		if g.fn != fn && (!own[g.fn] || g.open && acquirer(fn)) && (g.via == nil || p.uses(fn, g.via)) {
			others = append(others, g)
		}
	}
	return others
}

// leak reports whether returning with a lock held is wrong.
func (p *pairing) leak(r *flow.Result, l flow.Leak) bool {
	released := r.Releases[l.Site]
	class := l.Lock.Class()
	name := lockName(r.Fn, l.Lock, l.Mode)
	switch {
	case unlocksRange(r, l):
		return p.dropLeak(l, why.MaybeReleased, r.Fn)
	case l.Panic:
		return len(released) > 0 && (l.RecoveredBy != nil || p.recovered(r.Fn)) || p.dropLeak(l, why.NotRecovered, nil)
	case l.Loop:
		return p.loopLeak(r, l, name)
	case l.NoHandle:
		return p.pairedWith(r.Fn, class) || len(p.givers[name]) > 0
	case p.onlyWaits(r.Fn, l, name):
		return p.dropLeak(l, why.NobodyWaits, nil)
	case p.pairedWith(r.Fn, class):
		return p.dropLeak(l, why.CallerReleases, nil)
	case len(released) == 0 && handedInside(r, l.Lock):
		return l.Answer == flow.Failure || p.dropLeak(l, why.HandedInside, nil) // on other paths a goroutine gets it
	case len(released) == 0:
		return p.never(r.Fn, l, name)
	case p.tries(l.Site) && tells(r.Summary):
		return p.dropLeak(l, why.ResultTells, nil)
	}
	if (l.Answer == flow.Success && acquirer(r.Fn) || l.Answer != flow.Failure && returnsLocked(r)) && p.open(r.Fn) && p.reachable(l.Lock) {
		return p.dropLeak(l, why.Reachable, nil) // for callers, who have a name for it
	}
	if by := p.noted(r, l); by != nil {
		p.byField = append(p.byField, l)
		return p.dropLeak(l, why.ByField, by)
	}
	others := p.givesFor(r.Fn, name, released)
	if l.OwnToken {
		return p.dropLeak(l, why.ByToken, r.Fn)
	}
	if l.ByToken && len(others) > 0 {
		return p.dropLeak(l, why.ByToken, others[0].fn)
	}
	if r.Fn.Parent() != nil {
		// The literals of one function share its state, and may release what another has locked.
		by := p.releasedAround(r.Fn, l.Lock)
		return by == nil || p.dropLeak(l, why.LiteralReleases, by)
	}
	for _, lit := range r.Fn.AnonFuncs {
		if p.info[lit].escapes && slices.ContainsFunc(others, func(g party) bool { return ssax.Outermost(g.fn) == r.Fn }) {
			return p.dropLeak(l, why.HandedToLiteral, lit) // to whoever runs the literal
		}
	}
	if l.Answer == flow.Failure && slices.Contains(r.Ended[l.Lock.ClassIn(r.Fn)], flow.Success) {
		return true // a caller that is told of a failure, and not otherwise, has nothing to release
	}
	handle := func(g party) bool { return g.via != nil && returns(r.Fn, g.via) }
	switch i := slices.IndexFunc(others, handle); {
	case i < 0:
	case l.Answer != flow.Failure:
		return p.dropLeak(l, why.ReleasedForCallers, others[i].fn)
	case !slices.ContainsFunc(others, func(g party) bool { return !handle(g) }):
		return true // whoever is told of a failure has no handle
	}
	return p.nobodyInTurn(r.Fn, l, others)
}

// loopLeak reports whether it is wrong that the lock of an element is still held in the next turn of a loop. A loop that unlocks an element
// only on its way out keeps all others locked, and is meant to; and so is one whose caller calls what unlocks the elements. Where nothing at
// all unlocks elements, they stay locked.
func (p *pairing) loopLeak(r *flow.Result, l flow.Leak, name string) bool {
	released := r.Releases[l.Site]
	if len(released) == 0 && !unlocksElements(r, l) {
		return p.never(r.Fn, l, name)
	}
	order := ssax.NewOrder(r.Fn)
	if !slices.ContainsFunc(released, func(unlock ssa.Instruction) bool { return order.Leads(unlock, l.Site, nil) }) {
		return p.dropLeak(l, why.NoOtherPath, nil)
	}
	return p.nobodyInTurn(r.Fn, l, p.givesFor(r.Fn, name, released))
}

// unlocksElements reports whether the function of a leak releases locks of that class which it has no name for, in another loop, say.
func unlocksElements(r *flow.Result, l flow.Leak) bool {
	class := l.Lock.ClassIn(r.Fn)
	return slices.Contains(r.Summary.Strays, class) || slices.ContainsFunc(r.Strays, func(lock *path.Node) bool { return lock.ClassIn(r.Fn) == class })
}

// onlyWaits reports whether the lock is a variable of fn that nobody else locks, though a literal unlocks it: a second Lock waits
// for that, as a receive from a channel would, and whoever has come that far is the last user.
func (p *pairing) onlyWaits(fn *ssa.Function, l flow.Leak, name string) bool {
	if variableOf(fn, l.Lock) == nil || !nameable(l.Lock) {
		return false
	}
	name = strings.TrimSuffix(name, " for reading")
	for _, name := range []string{name, name + " for reading"} {
		for op := range p.wants[name] {
			if op.Parent() != fn || ssax.InLoop(op.Block()) {
				return false
			}
		}
	}
	return true
}

// variableOf returns the variable of fn that a lock is, nil if it is none.
func variableOf(fn *ssa.Function, lock *path.Node) *ssa.Alloc {
	root := lock.Root()
	alloc, ok := root.Val.(*ssa.Alloc)
	if !ok || root.Kind != path.Value || lock.Declared() != "" || alloc.Parent() != fn {
		return nil
	}
	return alloc
}

// nobodyInTurn reports whether no caller of fn calls one of the others, too, nor one out of sight may.
func (p *pairing) nobodyInTurn(fn *ssa.Function, l flow.Leak, others []party) bool {
	if left := p.open(fn) && !p.calledInSight(fn); left || !l.Loop && p.leftToOthers(fn, nil) {
		if i := slices.IndexFunc(others, func(g party) bool { return g.open }); i >= 0 {
			return p.dropLeak(l, why.CalledInTurn, others[i].fn) // by somebody out of sight
		}
	}
	by := p.callersGive(fn, others, "")
	return by == nil || p.dropLeak(l, why.CallerCallsBoth, by)
}

// leftToOthers reports whether code out of sight gets a lock that fn returns with: nothing in sight calls fn, or a caller of which that is true.
// path holds what fn is called by on the way from the function that is asked about.
func (p *pairing) leftToOthers(fn *ssa.Function, path []*ssa.Function) bool {
	if p.open(fn) && !p.calledInSight(fn) {
		return true
	}
	if slices.Contains(path, fn) {
		return false
	}
	path = append(slices.Clip(path), fn)
	return slices.ContainsFunc(p.info[fn].callers, func(c ssa.CallInstruction) bool { return p.leftToOthers(c.Parent(), path) })
}

// handedInside reports whether a function hands a lock to one of its own literals to release.
func handedInside(r *flow.Result, lock *path.Node) bool {
	return slices.ContainsFunc(r.Handed, func(h flow.Handed) bool {
		return h.Lock == lock && h.To != nil && h.To != r.Fn && ssax.Outermost(h.To) == ssax.Outermost(r.Fn)
	})
}

// calledInSight reports whether the package shows how a function is used: a call of its own does not.
func (p *pairing) calledInSight(fn *ssa.Function) bool {
	return slices.ContainsFunc(p.info[fn].callers, func(c ssa.CallInstruction) bool { return c.Parent() != fn })
}

// unlocksSome reports whether a function unlocks locks of a class for which it has no name, or which its callers have locked.
func (p *pairing) unlocksSome(fn *ssa.Function, class string) bool {
	r := p.results[fn]
	return r != nil && class != "" && (slices.Contains(r.Summary.Strays, class) ||
		slices.ContainsFunc(r.Strays, func(lock *path.Node) bool { return lock.ClassIn(fn) == class }) || slices.ContainsFunc(r.Summary.Events, func(e flow.Event) bool {
		return e.Kind == flow.Release && e.Lock.ClassIn(fn) == class
	}))
}

// callersGive returns a function that calls fn, and also one of the others, or a helper that calls it for many objects; nil if there is none.
func (p *pairing) callersGive(fn *ssa.Function, others []party, class string) *ssa.Function {
	gives := func(g *ssa.Function) bool {
		return slices.ContainsFunc(others, func(o party) bool { return o.fn == g })
	}
	for _, c := range p.info[fn].callers {
		for _, g := range p.info[c.Parent()].callees {
			if gives(g) || g != fn && p.unlocksSome(g, class) && slices.ContainsFunc(p.info[g].callees, gives) {
				return c.Parent()
			}
		}
	}
	return nil
}

// latch reports whether nobody locks a lock for writing to unlock it again: those who do return with it
// held, and open it once for all readers. name is that of the lock for reading.
func (p *pairing) latch(name string) bool {
	name = strings.TrimSuffix(name, " for reading")
	return len(p.wants[name]) > 0 && len(p.givers[name]) > 0 && !slices.ContainsFunc(slices.Collect(maps.Keys(p.wants[name])), func(op ssa.Instruction) bool {
		return !slices.ContainsFunc(p.takers[name], func(t party) bool { return t.fn == op.Parent() })
	})
}

// releasedAround returns the function around fn, or another literal of it, that releases a lock of the
// same variable or class which it has not acquired; nil if there is none. A literal that is called where
// it stands is a part of the function around it.
func (p *pairing) releasedAround(lit *ssa.Function, lock *path.Node) *ssa.Function {
	name := lockName(lit, lock, model.Write)
	return firstOf(ssax.Outermost(lit), func(fn *ssa.Function) bool {
		if r := p.results[fn]; r != nil && fn != lit && (lit.Parent() != nil || p.elsewhere(fn)) {
			for _, e := range r.Summary.Events {
				if e.Kind == flow.Release && lockName(fn, e.Lock, model.Write) == name {
					return true
				}
			}
			for _, s := range r.Strays {
				if lockName(fn, s, model.Write) == name {
					return true
				}
			}
		}
		return false
	})
}

// never reports whether a lock that the function never releases stays held: nobody else
// releases it for the function, nobody out of sight can, and somebody wants it.
func (p *pairing) never(fn *ssa.Function, l flow.Leak, name string) bool {
	switch {
	case !nameable(l.Lock):
		return p.dropLeak(l, why.AddressKept, nil)
	case p.foreign(name):
		return dropsRelease(l.Site) || p.dropLeak(l, why.OtherPackage, nil)
	case !p.wantedLater(fn, l):
		return p.dropLeak(l, why.NobodyWaits, nil)
	case name == "":
		return p.dropLeak(l, why.NoClass, nil)
	case p.reachable(l.Lock) && !leavesNothing(fn, l.Site):
		return p.dropLeak(l, why.Reachable, nil)
	case endsLife(fn):
		return p.dropLeak(l, why.EndsLife, fn)
	case p.callsLast(l.Site):
		return p.dropLeak(l, why.EndsLife, nil)
	case fn.Parent() != nil && !p.elsewhere(fn):
		return p.dropLeak(l, why.HeldAround, fn.Parent())
	case p.releasedAround(fn, l.Lock) != nil:
		return p.dropLeak(l, why.LiteralReleases, p.releasedAround(fn, l.Lock))
	case l.Mode == model.Read && p.latch(name):
		return p.dropLeak(l, why.Latch, nil)
	case len(p.wants[name]) < 2 && len(p.wants[strings.TrimSuffix(name, " for reading")]) == 0:
		return p.dropLeak(l, why.NobodyWaits, nil)
	case overrides(fn, l):
		return p.dropLeak(l, why.ReleasedForCallers, nil)
	case p.overwritten(fn, l):
		return p.dropLeak(l, why.Overwritten, nil)
	case acquirer(fn) && p.calledInSight(fn):
		return p.dropLeak(l, why.CallersForget, nil) // which is reported there
	}
	others := withoutHandleOf(l.Site, p.givesFor(fn, name, nil))
	if in := interfaceCell(l.Site); in != "" {
		// Who does not know what is in the interface releases that.
		others = append(others, p.givesFor(fn, in, nil)...)
	}
	if by := p.callersGive(fn, others, l.Lock.ClassIn(fn)); by != nil {
		return p.dropLeak(l, why.CallerCallsBoth, by)
	}
	if i := slices.IndexFunc(others, func(g party) bool {
		return g.open || g.via != nil && (returns(fn, g.via) || givesAddress(fn, l.Lock, g.via))
	}); i >= 0 {
		return p.dropLeak(l, why.ReleasedForCallers, others[i].fn)
	}
	between := p.heldBetween(fn, name)
	return between == nil || p.dropLeak(l, why.HeldBetween, between)
}

// givesAddress reports whether fn puts the address of a lock into an object of a type, which then has it to release.
func givesAddress(fn *ssa.Function, lock *path.Node, t *types.TypeName) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok {
				continue
			}
			addr, isField := ssax.Origin(st.Val).(*ssa.FieldAddr)
			to, intoField := st.Addr.(*ssa.FieldAddr)
			if !isField || !intoField || path.StaticCell(addr) != lock.Declared() {
				continue
			}
			if named, ok := deref(to.X.Type()).(*types.Named); ok && named.Obj() == t {
				return true
			}
		}
	}
	return false
}

// heldBetween returns a function other than fn that runs by itself, and unlocks the lock before it locks it again: it is held between the
// calls, as a gate for others is. nil if there is none.
func (p *pairing) heldBetween(fn *ssa.Function, name string) *ssa.Function {
	for _, f := range p.funcs {
		r := p.results[f]
		if f != fn && r != nil && p.rootOf(f).is && relocks(r, name) {
			return f
		}
	}
	return nil
}

// relocks reports whether a function unlocks a lock that it has not locked, and returns with it.
func relocks(r *flow.Result, name string) bool {
	unlocks := slices.ContainsFunc(r.Summary.Events, func(e flow.Event) bool { return e.Kind == flow.Release && lockName(r.Fn, e.Lock, e.Mode) == name })
	return unlocks && !r.Summary.Never && !slices.ContainsFunc(r.Summary.Outcomes, func(o flow.Outcome) bool {
		return slices.ContainsFunc(o.Nets, func(n flow.Net) bool { return n.Delta < 0 && lockName(r.Fn, n.Lock, n.Mode) == name })
	})
}

// overwritten reports whether all callers of fn put a new object in the place of the one with the lock, after the call.
func (p *pairing) overwritten(fn *ssa.Function, l flow.Leak) bool {
	object := l.Lock.Struct()
	callers := p.info[fn].callers
	if object.Kind != path.Param || len(callers) == 0 || p.elsewhere(fn) {
		return false
	}
	return !slices.ContainsFunc(callers, func(c ssa.CallInstruction) bool {
		args := c.Common().Args
		if c.Common().IsInvoke() || object.Index >= len(args) {
			return true
		}
		return !ssax.Overwritten(c, args[object.Index])
	})
}

// overrides reports whether fn is the Lock of a type that embeds the lock, and whose Unlock is that of the embedded one: the two are a pair, as
// in a sync.Locker.
func overrides(fn *ssa.Function, l flow.Leak) bool {
	recv := fn.Signature.Recv()
	unlock, ok := map[string]string{"Lock": "Unlock", "RLock": "RUnlock"}[fn.Name()]
	if recv == nil || !ok || (l.Mode == model.Read) != (fn.Name() == "RLock") || !l.Lock.Embed || l.Lock.X.Kind != path.Param || l.Lock.X.Index != 0 {
		return false
	}
	obj, index, _ := types.LookupFieldOrMethod(recv.Type(), true, fn.Pkg.Pkg, unlock)
	_, isMethod := obj.(*types.Func)
	st, isStruct := deref(recv.Type()).Underlying().(*types.Struct)
	return isMethod && isStruct && len(index) > 1 && st.Field(index[0]).Name() == l.Lock.Name
}

// interfaceCell names the memory with the interface value whose method an instruction calls, "" if it calls none.
func interfaceCell(site ssa.Instruction) string {
	c, ok := site.(ssa.CallInstruction)
	if !ok || !c.Common().IsInvoke() {
		return ""
	}
	return path.ReadFrom(c.Common().Value)
}

// nameable reports whether all that uses a lock uses it by the name that the function has for
// it: its address is not kept anywhere. The fields of a type have its name.
func nameable(lock *path.Node) bool {
	root := path.Concrete(lock).Root()
	alloc, ok := root.Val.(*ssa.Alloc)
	if root.Kind != path.Value || !ok || lock.Declared() != "" {
		return true
	}
	return !slices.ContainsFunc(*alloc.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.DebugRef, *ssa.MakeClosure:
			return false
		default:
			_, ok := operationOn(r, alloc)
			return !ok
		}
	})
}

// foreign reports whether a lock, by its name, is declared in another package.
func (p *pairing) foreign(name string) bool {
	return name != "" && !strings.Contains(name, "@") && !strings.HasPrefix(name, p.pkg.Pkg.Path()+".")
}

// wantedLater reports whether a literal that may want a lock can be made after fn has acquired it,
// where the lock is a variable of fn: what runs before is past its end when fn returns.
func (p *pairing) wantedLater(fn *ssa.Function, l flow.Leak) bool {
	alloc := variableOf(fn, l.Lock)
	if alloc == nil {
		return true
	}
	order := ssax.NewOrder(fn)
	return slices.ContainsFunc(*alloc.Referrers(), func(r ssa.Instruction) bool {
		mc, ok := r.(*ssa.MakeClosure)
		return ok && order.Precedes(l.Site, mc, nil)
	})
}

// returnsLocked reports whether a function returns an object with its lock held, whenever it returns one: a look-up that goes from lock to lock, say.
func returnsLocked(r *flow.Result) (locked bool) {
	if r.Summary == nil {
		return false
	}
	results := r.Fn.Signature.Results()
	for _, o := range r.Summary.Outcomes {
		for i, object := range o.Results {
			if !ssax.IsPointer(results.At(i).Type()) || object != nil && object.IsNil() {
				continue
			}
			if !slices.ContainsFunc(o.Nets, func(n flow.Net) bool { return n.Delta > 0 && ofResult(n.Lock, i, object) }) {
				return false
			}
			locked = true
		}
	}
	return locked
}

// ofResult reports whether a lock belongs to the object that a function returns as result i.
func ofResult(lock *path.Node, i int, object *path.Node) bool {
	root := lock.Root()
	return root.Kind == path.Result && root.Index == i || object != nil && lock.Kind == path.Field && path.Concrete(lock).Struct() == path.Concrete(object)
}

// acquirer reports whether a function says by its name that it returns with a lock held.
func acquirer(fn *ssa.Function) bool {
	name := strings.ToLower(fn.Name())
	return slices.ContainsFunc([]string{"lock", "acquire", "enter", "begin", "hold"}, func(word string) bool { return strings.Contains(name, word) })
}

// lastWords are what methods are called that end an object's life: they may keep its lock, so
// that nobody uses the object any more.
var lastWords = []string{"close", "stop", "shutdown", "destroy", "kill", "terminate", "abort", "quit", "exit", "dispose", "teardown", "retire", "poison", "finalize"}

// endsLife reports whether nothing that matters comes after fn: it ends the life of its
// receiver, or is the program or a test.
func endsLife(fn *ssa.Function) bool {
	name := strings.ToLower(fn.Name())
	if fn.Signature.Recv() != nil {
		return slices.ContainsFunc(lastWords, func(word string) bool { return strings.HasPrefix(name, word) })
	}
	return fn.Parent() == nil && (name == "main" || name == "init" || strings.HasPrefix(name, "init#") || isTest(fn))
}

// callsLast reports whether the lock was acquired in a callee that ends its receiver's life.
func (p *pairing) callsLast(site ssa.Instruction) bool {
	for range 4 {
		c, ok := site.(ssa.CallInstruction)
		if !ok {
			return false
		}
		fn := callee(c)
		r := p.results[fn]
		switch {
		case r == nil:
			return false
		case endsLife(fn):
			return true
		case len(r.Leaks) == 0:
			return false
		}
		site = r.Leaks[0].Site
	}
	return false
}

// pairedWith reports whether a caller releases a lock of the class, or one whose class
// is not known, for the function.
func (j *judgement) pairedWith(fn *ssa.Function, class string) bool {
	classes := j.paired[fn]
	return slices.Contains(classes, class) || slices.Contains(classes, "") || class == "" && len(classes) > 0
}
