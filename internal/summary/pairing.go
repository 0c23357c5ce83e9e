package summary

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// pairing judges acquisitions without a release and releases without an acquisition. A
// function that returns with a lock held is often the point: its callers, or another function
// that is called after it, give the lock back. What tells is whether there is one that can,
// for this function and this lock.
type pairing struct {
	*judgement
	takers  map[string][]party                  // by lock: the functions that return with it held
	givers  map[string][]party                  // by lock: those that release it for others
	wants   map[string]map[ssa.Instruction]bool // by lock: the operations that acquire it
	given   map[string][]*ssa.Function          // by lock: the functions that get it to release it, nil for an object
	known   map[string]bool                     // locks whose address is known, so that others may release them by another name
	types   map[*ssa.Function]map[*types.TypeName]bool
	strays  map[*ssa.Function]bool   // functions that release what nobody holds
	exposed map[string]*ssa.Function // by lock: a function that calls code out of sight with it held
	sent    map[string][]string      // by memory cell with a channel: the locks that are held where somebody sends on it
}

// A party is a function that begins what another function ends, or the reverse.
type party struct {
	fn *ssa.Function
	// open: code out of sight may call it.
	open bool
	// via is the type of the object through which it gets at the lock, if that is another one
	// than the lock's owner: a handle.
	via *types.TypeName
}

// lockName names a lock of fn as evidence about it is filed: by its declaration or else its
// class, and by its mode.
func lockName(fn *ssa.Function, lock *path.Node, mode model.Mode) string {
	name := lock.Declared()
	if name == "" {
		name = lock.ClassIn(fn)
	}
	if name != "" && mode == model.Read {
		return name + " for reading"
	}
	return name
}

func newPairing(j *judgement) *pairing {
	p := &pairing{
		judgement: j,
		takers:    make(map[string][]party),
		givers:    make(map[string][]party),
		wants:     make(map[string]map[ssa.Instruction]bool),
		given:     make(map[string][]*ssa.Function),
		known:     make(map[string]bool),
		types:     make(map[*ssa.Function]map[*types.TypeName]bool),
		strays:    make(map[*ssa.Function]bool),
		exposed:   make(map[string]*ssa.Function),
		sent:      make(map[string][]string),
	}
	for _, fn := range j.funcs {
		p.addresses(fn)
		if r := j.results[fn]; r != nil {
			p.noteWants(r)
		}
	}
	for _, fn := range j.funcs {
		if r := j.results[fn]; r != nil {
			p.note(r)
		}
	}
	return p
}

// noteWants files the locks that a function acquires, and those that it holds when it calls code out of
// sight, which may call back.
func (p *pairing) noteWants(r *flow.Result) {
	for _, lock := range r.Exposed {
		for _, mode := range []model.Mode{model.Write, model.Read} {
			if name := lockName(r.Fn, lock, mode); name != "" && p.exposed[name] == nil {
				p.exposed[name] = r.Fn
			}
		}
	}
	for op, locks := range r.Acquires {
		for _, l := range locks {
			name := lockName(r.Fn, l.Lock, l.Mode)
			if p.wants[name] == nil {
				p.wants[name] = make(map[ssa.Instruction]bool)
			}
			p.wants[name][op] = true
		}
	}
}

// note files what a function does for others.
func (p *pairing) note(r *flow.Result) {
	for _, pt := range r.Summary.Points {
		if send, ok := pt.Op.(*ssa.Send); ok && pt.Kind == flow.Blocks {
			if cell := channelCell(send.Chan); cell != "" {
				for _, h := range pt.Held {
					p.sent[cell] = append(p.sent[cell], lockName(r.Fn, h.Lock, h.Mode))
				}
			}
		}
	}
	for _, lock := range r.Strays {
		for _, mode := range []model.Mode{model.Write, model.Read} {
			if name := lockName(r.Fn, lock, mode); !p.acquiredAround(r.Fn, name) { // else they are its own
				p.givers[name] = append(p.givers[name], party{fn: r.Fn, open: true})
			}
		}
	}
	for _, class := range r.Summary.Strays {
		for _, name := range []string{class, class + " for reading"} {
			if !p.acquiredAround(r.Fn, name) {
				p.givers[name] = append(p.givers[name], party{fn: r.Fn, open: true})
			}
		}
	}
	for _, f := range r.Findings {
		switch f.Kind {
		case flow.UnlockedTwice, flow.NotLockedOnPath:
			// Another goroutine or function may have acquired the lock meanwhile.
			name := lockName(r.Fn, f.Lock, f.Mode)
			p.givers[name] = append(p.givers[name], party{fn: r.Fn, open: true})
		}
	}
	for _, h := range r.Handed {
		for _, mode := range []model.Mode{model.Write, model.Read} {
			name := lockName(r.Fn, h.Lock, mode)
			p.given[name] = append(p.given[name], h.To)
		}
	}
	if r.Fn.Parent() != nil && !p.elsewhere(r.Fn) {
		return // its effect is part of the function around it
	}
	swaps := func(n flow.Net) bool {
		return slices.ContainsFunc(r.Summary.Outcomes, func(o flow.Outcome) bool {
			return slices.ContainsFunc(o.Nets, func(m flow.Net) bool {
				return m.Delta*n.Delta < 0 && lockName(r.Fn, m.Lock, m.Mode) == lockName(r.Fn, n.Lock, n.Mode)
			})
		})
	}
	nets := r.Summary.Released()
	for _, o := range r.Summary.Outcomes {
		nets = append(nets, o.Nets...)
	}
	for _, n := range nets {
		if swaps(n) {
			continue // it takes one lock and gives back another: it says nothing of who does either alone
		}
		to := p.givers
		if n.Delta > 0 {
			to = p.takers
		}
		name := lockName(r.Fn, n.Lock, n.Mode)
		if n.Delta < 0 && returnedOnly(r.Fn) && p.acquiredAround(r.Fn, name) {
			continue // who gets it with the lock releases that one
		}
		if !slices.ContainsFunc(to[name], func(q party) bool { return q.fn == r.Fn }) {
			to[name] = append(to[name], party{fn: r.Fn, open: p.open(r.Fn), via: p.via(r.Fn, n.Lock)})
		}
	}
}

// returnedOnly reports whether a literal is only ever returned by the function around it.
func returnedOnly(lit *ssa.Function) bool {
	return lit.Parent() != nil && ssax.AllUses(lit, func(instr ssa.Instruction, _ ssa.Value) bool {
		switch in := instr.(type) {
		case *ssa.Return, *ssa.DebugRef:
			return true
		case *ssa.ChangeType:
			return !slices.ContainsFunc(*in.Referrers(), func(r ssa.Instruction) bool { _, ok := r.(*ssa.Return); return !ok })
		}
		return false
	})
}

// channelCell names the memory that a channel was read from, "" if that is a local variable.
func channelCell(ch ssa.Value) string {
	if load, ok := ch.(*ssa.UnOp); ok && load.Op == token.MUL {
		return path.StaticCell(load.X)
	}
	return ""
}

// receivesWith returns where fn receives from a channel on which somebody sends with a lock held,
// who may hand it over with the message; it is not valid if it does not.
func (p *pairing) receivesWith(fn *ssa.Function, lock string) token.Pos {
	from := func(ch ssa.Value) bool {
		cell := channelCell(ch)
		return cell != "" && slices.Contains(p.sent[cell], lock)
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.UnOp:
				if instr.Op == token.ARROW && from(instr.X) {
					return instr.Pos()
				}
			case *ssa.Select:
				for _, st := range instr.States {
					if st.Dir == types.RecvOnly && from(st.Chan) {
						return st.Pos
					}
				}
			}
		}
	}
	return token.NoPos
}

// open reports whether code out of sight may run fn.
func (p *pairing) open(fn *ssa.Function) bool {
	if fn.Parent() != nil {
		return p.elsewhere(fn)
	}
	return p.rootOf(fn).is
}

// addresses notes of which locks a function takes the address, other than to call their
// methods. A function that could not be walked to its end releases what it has an Unlock for.
func (p *pairing) addresses(fn *ssa.Function) {
	r := p.results[fn]
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			addr, ok := instr.(*ssa.FieldAddr)
			if !ok || !isLock(addr.Type()) {
				continue
			}
			name, owner, _ := path.StructField(addr.X.Type(), addr.Field)
			lock := owner + "." + name
			for _, ref := range *addr.Referrers() {
				op, ok := operationOn(ref, addr)
				switch {
				case !ok:
					p.known[lock] = true
				case op.Kind == model.Unlock && r != nil && r.GaveUp:
					p.givers[lock] = append(p.givers[lock], party{fn: fn, open: true})
					p.givers[lock+" for reading"] = append(p.givers[lock+" for reading"], party{fn: fn, open: true})
				}
			}
		}
	}
}

// isLock reports whether t is a pointer to a type of lock.
func isLock(t types.Type) bool {
	obj, index, _ := types.LookupFieldOrMethod(t, true, nil, "Lock")
	m, ok := obj.(*types.Func)
	return ok && len(index) == 1 && model.OpOf(m).Kind == model.Lock
}

// operationOn returns what an instruction does to the lock at addr; ok is false if it is no
// operation on it.
func operationOn(instr ssa.Instruction, addr ssa.Value) (op model.Op, ok bool) {
	if _, debug := instr.(*ssa.DebugRef); debug {
		return op, true
	}
	c, isCall := instr.(ssa.CallInstruction)
	if !isCall || len(c.Common().Args) == 0 || c.Common().Args[0] != addr {
		return op, false
	}
	fn := c.Common().StaticCallee()
	if fn == nil {
		return op, false
	}
	obj, _ := fn.Object().(*types.Func)
	op = model.OpOf(obj)
	return op, op.Kind != model.None
}

// via returns the type of the object through which fn gets at a lock, nil if that is the
// lock's owner.
func (p *pairing) via(fn *ssa.Function, lock *path.Node) *types.TypeName {
	root := lock.Root()
	if root.Kind != path.Param || root.Index >= len(fn.Params) || !lock.Loads() {
		return nil
	}
	named, ok := deref(fn.Params[root.Index].Type()).(*types.Named)
	if !ok || lock.Kind == path.Field && path.OwnerOf(named) == lock.Owner {
		return nil
	}
	return named.Obj()
}

// uses reports whether fn, or the function that it is a literal of, has to do with values of a
// type: a function that has not cannot have prepared one of them to release its lock.
func (p *pairing) uses(fn *ssa.Function, t *types.TypeName) bool {
	fn = flow.Outermost(fn)
	seen, ok := p.types[fn]
	if !ok {
		seen = make(map[*types.TypeName]bool)
		p.types[fn] = seen
		collectTypes(fn, seen)
	}
	return seen[t]
}

func collectTypes(fn *ssa.Function, seen map[*types.TypeName]bool) {
	add := func(t types.Type) {
		if named, ok := deref(t).(*types.Named); ok {
			seen[named.Obj()] = true
		}
	}
	sig := fn.Signature
	for v := range sig.Results().Variables() {
		add(v.Type())
	}
	for _, v := range fn.Params {
		add(v.Type())
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if v, ok := instr.(ssa.Value); ok {
				add(v.Type())
			}
		}
	}
	for _, lit := range fn.AnonFuncs {
		collectTypes(lit, seen)
	}
}

// givesFor lists the functions that may release a lock for fn. What fn itself calls to
// release it is no sign that others do.
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
		if g.fn != fn && !own[g.fn] && (g.via == nil || p.uses(fn, g.via)) {
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
	case l.Panic:
		return len(released) > 0 && p.recovered(r.Fn) || p.dropLeak(l, why.NotRecovered, nil)
	case l.Loop:
		return len(released) > 0 || p.dropLeak(l, why.NoOtherPath, nil)
	case p.pairedWith(r.Fn, class):
		return p.dropLeak(l, why.CallerReleases, nil)
	case len(released) == 0 && handedInside(r, l.Lock):
		return l.Answer == flow.Failure || p.dropLeak(l, why.HandedInside, nil) // on other paths a goroutine gets it
	case len(released) == 0:
		return p.never(r.Fn, l, name)
	case p.tries(l.Site) && tells(r.Summary):
		return p.dropLeak(l, why.ResultTells, nil)
	}
	others := p.givesFor(r.Fn, name, released)
	if r.Fn.Parent() != nil {
		// The literals of one function share its state, and may release what another has locked.
		by := p.releasedAround(r.Fn, l.Lock)
		return by == nil || p.dropLeak(l, why.LiteralReleases, by)
	}
	for _, lit := range r.Fn.AnonFuncs {
		if p.info[lit].escapes && slices.ContainsFunc(others, func(g party) bool { return flow.Outermost(g.fn) == r.Fn }) {
			return p.dropLeak(l, why.HandedToLiteral, lit) // to whoever runs the literal
		}
	}
	if l.Answer == flow.Failure && slices.Contains(r.Ended[l.Lock.ClassIn(r.Fn)], flow.Success) {
		return true // a caller that is told of a failure, and not otherwise, has nothing to release
	}
	if p.open(r.Fn) && !p.calledInSight(r.Fn) {
		if i := slices.IndexFunc(others, func(g party) bool { return g.open }); i >= 0 {
			return p.dropLeak(l, why.CalledInTurn, others[i].fn) // by somebody out of sight
		}
	}
	by := p.callersGive(r.Fn, others)
	return by == nil || p.dropLeak(l, why.CallerCallsBoth, by)
}

// handedInside reports whether a function hands a lock to one of its own literals to release.
func handedInside(r *flow.Result, lock *path.Node) bool {
	return slices.ContainsFunc(r.Handed, func(h flow.Handed) bool {
		return h.Lock == lock && h.To != nil && h.To != r.Fn && flow.Outermost(h.To) == flow.Outermost(r.Fn)
	})
}

// calledInSight reports whether the package shows how a function is used.
func (p *pairing) calledInSight(fn *ssa.Function) bool { return len(p.info[fn].callers) > 0 }

// callersGive returns a function that calls fn and one of the others, too; nil if there is none.
func (p *pairing) callersGive(fn *ssa.Function, others []party) *ssa.Function {
	for _, c := range p.info[fn].callers {
		for _, g := range p.info[c.Parent()].callees {
			if slices.ContainsFunc(others, func(o party) bool { return o.fn == g }) {
				return c.Parent()
			}
		}
	}
	return nil
}

// releasedAround returns the function around a literal, or another literal of it, that
// releases a lock of the same variable or class which it has not acquired; nil if there is none.
func (p *pairing) releasedAround(lit *ssa.Function, lock *path.Node) *ssa.Function {
	name := lockName(lit, lock, model.Write)
	return firstOf(flow.Outermost(lit), func(fn *ssa.Function) bool {
		if r := p.results[fn]; r != nil && fn != lit {
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
		return p.dropLeak(l, why.OtherPackage, nil)
	case !p.wantedLater(fn, l):
		return p.dropLeak(l, why.NobodyWaits, nil)
	case name == "":
		return p.dropLeak(l, why.NoClass, nil)
	case p.reachable(l.Lock):
		return p.dropLeak(l, why.Reachable, nil)
	case endsLife(fn):
		return p.dropLeak(l, why.EndsLife, fn)
	case p.callsLast(l.Site):
		return p.dropLeak(l, why.EndsLife, nil)
	case fn.Parent() != nil && !p.elsewhere(fn):
		return p.dropLeak(l, why.HeldAround, fn.Parent())
	case fn.Parent() != nil && p.releasedAround(fn, l.Lock) != nil:
		return p.dropLeak(l, why.LiteralReleases, p.releasedAround(fn, l.Lock))
	case len(p.wants[name]) < 2 && len(p.wants[strings.TrimSuffix(name, " for reading")]) == 0:
		return p.dropLeak(l, why.NobodyWaits, nil)
	case acquirer(fn) && p.calledInSight(fn):
		return p.dropLeak(l, why.CallersForget, nil) // which is reported there
	}
	others := p.givesFor(fn, name, nil)
	if by := p.callersGive(fn, others); by != nil {
		return p.dropLeak(l, why.CallerCallsBoth, by)
	}
	i := slices.IndexFunc(others, func(g party) bool { return g.open || g.via != nil && returns(fn, g.via) })
	return i < 0 || p.dropLeak(l, why.ReleasedForCallers, others[i].fn)
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
	alloc, ok := l.Lock.Root().Val.(*ssa.Alloc)
	if l.Lock.Root().Kind != path.Value || !ok || l.Lock.Declared() != "" || alloc.Parent() != fn {
		return true
	}
	order := ssax.NewOrder(fn)
	return slices.ContainsFunc(*alloc.Referrers(), func(r ssa.Instruction) bool {
		mc, ok := r.(*ssa.MakeClosure)
		return ok && order.Precedes(l.Site, mc, nil)
	})
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

// strayReleases adds the releases of locks that nobody can hold for the function that releases them.
func (p *pairing) strayReleases(out *Package) {
	for _, fn := range p.funcs {
		r := p.results[fn]
		if r == nil || !p.runsUnlocked(fn) {
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
			out.Findings = append(out.Findings, flow.Finding{Kind: flow.NeverLocked, Fn: fn, Pos: pos, Lock: e.Lock, Mode: e.Mode, Again: e.Steps})
		}
	}
	// Where the other one of two locks is released, that is what is wrong.
	out.Leaks = slices.DeleteFunc(out.Leaks, func(l flow.Leak) bool {
		return l.Never && p.strays[l.Fn] && !p.dropLeak(l, why.OtherIsWrong, nil)
	})
}

// runsUnlocked reports whether all that runs fn is in sight but for code outside the package, and
// none of it holds a lock: fn is called from outside, or it is started as a goroutine.
func (p *pairing) runsUnlocked(fn *ssa.Function) bool {
	fi := p.info[fn]
	if fn.Parent() != nil {
		return p.startedOnly(fn)
	}
	if fi.valued || fn.Signature.Recv() != nil && p.invoked[fn.Name()] || !p.vis.Callable(fn) && fi.spawned == 0 {
		return false
	}
	return !slices.ContainsFunc(fi.callers, func(c ssa.CallInstruction) bool {
		r := p.results[c.Parent()]
		return r != nil && (r.GaveUp || len(r.CallsHolding[c]) > 0)
	})
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
	handed := func(to *ssa.Function) bool { return to == nil || to == fn || flow.Outermost(to) == flow.Outermost(fn) }
	if p.foreign(name) {
		return p.dropStray(fn, e, why.OtherPackage, nil) // which knows who holds the lock
	}
	switch {
	case name == "":
		return p.dropStray(fn, e, why.NoClass, nil)
	case slices.ContainsFunc(p.given[name], handed):
		return p.dropStray(fn, e, why.GivenToRelease, nil)
	case p.reachable(e.Lock):
		return p.dropStray(fn, e, why.Reachable, nil)
	case p.isLockerNode(fn, e.Lock):
		return p.dropStray(fn, e, why.UnknownLocker, nil)
	case fn.Parent() != nil && p.acquiredAround(fn, name):
		return p.dropStray(fn, e, why.HeldAround, fn.Parent()) // meanwhile, perhaps
	}
	if e.Lock.Kind == path.Deref {
		return p.dropStray(fn, e, why.AddressKept, nil) // a variable points to the lock, which has another name where it is acquired
	}
	for _, l := range e.Guard {
		if l.Cond.Loads() {
			return p.dropStray(fn, e, why.FlagTells, nil)
		}
	}
	if p.Contract(fn).Demands(e.Lock) {
		return p.dropStray(fn, e, why.ContractSays, fn)
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
	for _, t := range append(slices.Clip(p.takers[name]), p.takers[other]...) {
		if t.fn != fn && t.open && !p.forgets(t.fn, name, out) && (!p.answered(t, name) || p.answers(fn, t, name)) {
			return p.dropStray(fn, e, why.ReturnedHeld, t.fn)
		}
	}
	return true
}

// acquiredAround reports whether the function around a literal, or a literal of it, acquires a lock.
func (p *pairing) acquiredAround(lit *ssa.Function, name string) bool {
	for op := range p.wants[name] {
		if flow.Outermost(op.Parent()) == flow.Outermost(lit) {
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

// pairedWith reports whether a caller releases a lock of the class, or one whose class
// is not known, for the function.
func (j *judgement) pairedWith(fn *ssa.Function, class string) bool {
	classes := j.paired[fn]
	return slices.Contains(classes, class) || slices.Contains(classes, "") || class == "" && len(classes) > 0
}
