package summary

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// pairing judges acquisitions without a release and releases without an acquisition. A
// function that returns with a lock held is often the point: its callers, or another function
// that is called after it, give the lock back. What tells is whether there is one that can,
// for this function and this lock.
type pairing struct {
	*judgement
	takers   map[string][]party                  // by lock: the functions that return with it held
	givers   map[string][]party                  // by lock: those that release it for others
	wants    map[string]map[ssa.Instruction]bool // by lock: the operations that acquire it
	given    map[string][]*ssa.Function          // by lock: the functions that get it to release it, nil for an object
	known    map[string]bool                     // locks whose address is known, so that others may release them by another name
	types    map[*ssa.Function]map[*types.TypeName]bool
	strays   map[*ssa.Function]bool        // functions that release what nobody holds
	exposed  map[string]*ssa.Function      // by lock: a function that calls code out of sight with it held
	sent     map[string][]string           // by memory cell with a channel: the locks that are held where somebody sends on it
	passed   map[string][]string           // by memory cell with a channel: those with channels on which who receives from it sends
	telling  map[string]map[string]bool    // by lock: see tells
	received map[*ssa.Function][]reception // by function: where it receives
	gone     map[string]bool               // locks that are held when the object which has them is sent to others
	byField  []flow.Leak                   // locks that stay held, as fields say
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
		passed:    make(map[string][]string),
		telling:   make(map[string]map[string]bool),
		received:  make(map[*ssa.Function][]reception),
		gone:      make(map[string]bool),
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
	if len(p.sent) > 0 {
		for _, fn := range j.funcs {
			p.noteMessages(fn)
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
		if pt.Kind != flow.Blocks {
			continue
		}
		for _, m := range messages(pt.Op) {
			for _, h := range pt.Held {
				name := lockName(r.Fn, h.Lock, h.Mode)
				if cell := path.ReadFrom(m.on); cell != "" {
					p.sent[cell] = append(p.sent[cell], name)
				}
				if owner, ok := deref(m.val.Type()).(*types.Named); ok && strings.HasPrefix(h.Lock.Declared(), path.OwnerOf(owner)+".") {
					p.gone[name] = true
				}
			}
		}
	}
	for _, lock := range r.Strays {
		for _, mode := range []model.Mode{model.Write, model.Read} {
			if name := lockName(r.Fn, lock, mode); !p.acquiredAround(r.Fn, name) { // else they are its own
				p.gives(name, party{fn: r.Fn, open: true})
			}
		}
	}
	for _, lock := range r.HandedOn {
		for _, mode := range []model.Mode{model.Write, model.Read} {
			p.gives(lockName(r.Fn, lock, mode), party{fn: r.Fn, open: p.open(r.Fn)})
		}
	}
	for _, class := range r.Summary.Strays {
		for _, name := range []string{class, class + " for reading"} {
			if !p.acquiredAround(r.Fn, name) && !p.evenCallees(r, class, name) {
				p.gives(name, party{fn: r.Fn, open: true})
			}
		}
	}
	for _, f := range r.Findings {
		switch f.Kind {
		case flow.UnlockedTwice, flow.NotLockedOnPath:
			// Another goroutine or function may have acquired the lock meanwhile.
			p.gives(lockName(r.Fn, f.Lock, f.Mode), party{fn: r.Fn, open: true})
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
	for _, l := range r.Leaks {
		nets = append(nets, flow.Net{Lock: l.Lock, Mode: l.Mode, Delta: 1}) // perhaps of an object that callers have no name for
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
		if slices.ContainsFunc(to[name], func(q party) bool { return q.fn == r.Fn }) {
			continue
		}
		by := party{fn: r.Fn, open: p.open(r.Fn), via: p.via(r.Fn, n.Lock)}
		if n.Delta > 0 {
			p.takers[name] = append(p.takers[name], by)
			continue
		}
		p.gives(name, by)
		if byPointer(n.Lock) && by.via != nil {
			p.givers[""] = append(p.givers[""], by) // whichever lock it points to
		}
	}
}

// gives files a function that releases a lock for others, under all names of the lock.
func (p *pairing) gives(name string, by party) {
	p.givers[name] = append(p.givers[name], by)
	for _, other := range p.alsoCalled(name) {
		p.givers[other] = append(p.givers[other], by)
	}
}

// evenCallees reports whether all that releases locks of a class for a function are callees that acquire such locks, too. A callee that
// locks the elements of a list in one loop and unlocks them in another releases nothing for whoever calls it.
func (p *pairing) evenCallees(r *flow.Result, class, name string) bool {
	if slices.ContainsFunc(r.Strays, func(lock *path.Node) bool { return lock.Class() == class }) {
		return false
	}
	found := false
	for _, c := range p.info[r.Fn].callees {
		callee := p.results[c]
		if callee == nil || !slices.Contains(callee.Summary.Strays, class) {
			continue
		}
		if found = p.acquiredAround(c, name); !found {
			return false
		}
	}
	return found
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
			if !ok || !model.PointsToLock(addr.Type()) {
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

// alsoCalled returns the other names of a lock that is found through a pointer in a field: those through the fields from which
// the package copies the pointer there.
func (p *pairing) alsoCalled(name string) (names []string) {
	name, reading := strings.CutSuffix(name, " for reading")
	if reading {
		for _, other := range p.alsoCalled(name) {
			names = append(names, other+" for reading")
		}
		return names
	}
	for i, c := range name {
		if c != '.' || i < strings.LastIndexByte(name, '/') {
			continue
		}
		for _, from := range p.contents.Copies(name[:i]) {
			names = append(names, from+name[i:])
		}
	}
	return append(names, p.contents.Copies(name)...)
}

// byPointer reports whether a lock is known as what a pointer points to, which an object keeps.
func byPointer(lock *path.Node) bool {
	lock = path.Concrete(lock)
	return lock.Kind == path.Deref && (lock.X.Kind == path.Field || lock.X.Kind == path.Elem)
}

// uses reports whether fn, or the function that it is a literal of, has to do with values of a
// type: a function that has not cannot have prepared one of them to release its lock.
func (p *pairing) uses(fn *ssa.Function, t *types.TypeName) bool {
	fn = ssax.Outermost(fn)
	seen, ok := p.types[fn]
	if !ok {
		seen = make(map[*types.TypeName]bool)
		p.types[fn] = seen
		collectTypes(fn, seen)
	}
	return seen[t]
}

func collectTypes(fn *ssa.Function, seen map[*types.TypeName]bool) {
	var add func(t types.Type)
	add = func(t types.Type) {
		named, ok := deref(t).(*types.Named)
		if !ok || seen[named.Obj()] {
			return
		}
		seen[named.Obj()] = true
		if st, ok := named.Underlying().(*types.Struct); ok {
			for f := range st.Fields() {
				if f.Embedded() {
					add(f.Type()) // its methods are methods of the object
				}
			}
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
