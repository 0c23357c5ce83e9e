package flow

import (
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Settled tells which captured variables never change. It keeps what it has found out, so
// that all walks of a package share one. The zero value is ready to use.
type Settled struct {
	room room

	once     map[*ssa.Alloc]bool
	confined map[*ssa.Alloc]bool
	place    map[ssa.Instruction]int // in its block

	published map[ssa.Value][]ssa.Instruction
	timed     map[ssa.Value][]ssa.Instruction
	names     map[*ssa.Function]string
	nilness   ssax.Nilness
}

// Name is [FuncName], of which each name is made once.
func (m *Settled) Name(fn *ssa.Function) string { return m.name(fn) }

// name is [FuncName]. A literal is named after the function around it, whose name is as long as it is deep: to build
// them anew for each literal takes the third power of the depth.
func (m *Settled) name(fn *ssa.Function) string {
	if name, ok := m.names[fn]; ok {
		return name
	}
	if m.names == nil {
		m.names = make(map[*ssa.Function]string)
	}
	name := ""
	if outer := fn.Parent(); outer == nil || fn.Pkg == nil {
		name = FuncName(fn)
	} else if i := slices.Index(outer.AnonFuncs, fn); i < 0 {
		name = FuncName(fn)
	} else {
		between := "."
		if outer.Parent() == nil {
			between = ".func"
		}
		name = m.name(outer) + between + strconv.Itoa(i+1)
	}
	m.names[fn] = name
	return name
}

// publications is [ssax.Publications], of which each answer is found once.
func (m *Settled) publications(v ssa.Value) []ssa.Instruction {
	return once(&m.published, v, ssax.Publications)
}

// publicationsTimers is [ssax.PublicationsTimers], in the same way.
func (m *Settled) publicationsTimers(v ssa.Value) []ssa.Instruction {
	return once(&m.timed, v, ssax.PublicationsTimers)
}

func once(known *map[ssa.Value][]ssa.Instruction, v ssa.Value, ask func(ssa.Value) []ssa.Instruction) []ssa.Instruction {
	places, ok := (*known)[v]
	if !ok {
		if *known == nil {
			*known = make(map[ssa.Value][]ssa.Instruction)
		}
		places = ask(v)
		(*known)[v] = places
	}
	return places
}

// keeps reports whether the callee of a call may keep its argument i, or return it.
func (m *Settled) keeps(c *ssa.CallCommon, i int) bool {
	fn := c.StaticCallee()
	if fn == nil || len(fn.Blocks) == 0 || i >= len(fn.Params) || len(m.publications(fn.Params[i])) > 0 {
		return true
	}
	for _, results := range ssax.Returns(fn) {
		if slices.ContainsFunc(results, func(r ssa.Value) bool { return ssax.SameObject(r, fn.Params[i]) }) {
			return true
		}
	}
	return false
}

// Var reports whether a captured variable of fn never changes once fn exists: it
// is stored to before any literal captures it, never after, and its address is not taken.
// What a literal knows of it stays true, whatever runs in between.
func (m *Settled) Var(fn *ssa.Function, index int) bool {
	return m.ofAll(fn, index, m.storedOnce)
}

// Confined reports whether nothing but the function that has a captured variable of fn,
// and literals that run while it does so in place, knows the variable: no code that runs
// elsewhere changes it.
func (m *Settled) Confined(fn *ssa.Function, index int) bool {
	return m.ofAll(fn, index, m.isConfined)
}

// ofAll reports whether is holds for all variables that a captured variable of fn can
// be.
func (m *Settled) ofAll(fn *ssa.Function, index int, is func(*ssa.Alloc) bool) bool {
	refs := fn.Referrers()
	if refs == nil || len(*refs) == 0 {
		return false
	}
	for _, r := range *refs {
		mc, ok := r.(*ssa.MakeClosure)
		if !ok {
			return false
		}
		switch v := mc.Bindings[index].(type) {
		case *ssa.FreeVar:
			if !m.ofAll(mc.Parent(), slices.Index(mc.Parent().FreeVars, v), is) {
				return false
			}
		case *ssa.Alloc:
			if !is(v) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// isConfined is Confined for the variable itself.
func (m *Settled) isConfined(v *ssa.Alloc) bool {
	known, ok := m.confined[v]
	if !ok {
		if m.confined == nil {
			m.confined = make(map[*ssa.Alloc]bool)
		}
		known = confines(v)
		m.confined[v] = known
	}
	return known
}

// confines reports whether v, a variable or what a literal captured of it, is known in
// place only.
func confines(v ssa.Value) bool {
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.Store:
			if r.Val == v {
				return false
			}
		case *ssa.MakeClosure:
			if !inPlace(r) {
				return false
			}
			fn := r.Fn.(*ssa.Function)
			for i, b := range r.Bindings {
				if b == v && !confines(fn.FreeVars[i]) {
					return false
				}
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

// inPlace reports whether a literal runs only while the function that makes it does: it is
// called or deferred, or passed to a callee that keeps it to itself, or it is the body of a loop
// over a function, which the iterator gets.
func inPlace(mc *ssa.MakeClosure) bool {
	isBody := IsLoopBody(mc.Fn.(*ssa.Function))
	return !slices.ContainsFunc(*mc.Referrers(), func(r ssa.Instruction) bool {
		return !runsHere(r) || !isBody && !keepsArgument(r.(ssa.CallInstruction).Common(), mc)
	})
}

// keepsArgument reports whether the callee of a call, if it gets v as an argument, tells nobody of
// it.
func keepsArgument(c *ssa.CallCommon, v ssa.Value) bool {
	fn := c.StaticCallee()
	for i, arg := range c.Args {
		if arg != v {
			continue
		}
		if fn == nil {
			return false
		}
		if i >= len(fn.Params) || len(fn.Blocks) == 0 {
			if !model.RunsInPlace(funcObject(fn), i) {
				return false
			}
		} else if len(ssax.Publications(fn.Params[i])) > 0 {
			return false
		}
	}
	return true
}

// CalledInPlace reports whether a literal is only called or deferred by the function that
// makes it, perhaps by way of a function that runs it once.
func CalledInPlace(mc *ssa.MakeClosure) bool {
	return !slices.ContainsFunc(*mc.Referrers(), func(r ssa.Instruction) bool {
		if !runsHere(r) {
			return true
		}
		if call, ok := r.(*ssa.Call); ok && ownOnceFunc(call) {
			return false
		}
		c := r.(ssa.CallInstruction).Common()
		return c.Value != mc || slices.Contains(c.Args, ssa.Value(mc))
	})
}

// runsHere reports whether an instruction is a call, now or deferred, and not the start of a
// goroutine.
func runsHere(instr ssa.Instruction) bool {
	_, isCall := instr.(ssa.CallInstruction)
	_, isGo := instr.(*ssa.Go)
	return isCall && !isGo
}

// storedOnce reports whether a variable has its value before any closure captures it, and
// is only read after that.
func (m *Settled) storedOnce(v *ssa.Alloc) bool {
	known, ok := m.once[v]
	if !ok {
		if m.once == nil {
			m.once = make(map[*ssa.Alloc]bool)
		}
		known = m.isStoredOnce(v)
		m.once[v] = known
	}
	return known
}

func (m *Settled) isStoredOnce(v *ssa.Alloc) bool {
	var stores []*ssa.Store
	var closures []*ssa.MakeClosure
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.Store:
			if r.Val == v {
				return false
			}
			stores = append(stores, r)
		case *ssa.MakeClosure:
			closures = append(closures, r)
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return false
		}
	}
	for _, mc := range closures {
		for _, store := range stores {
			if !m.before(store, mc) || m.follows(store, mc, v) {
				return false
			}
		}
		fn := mc.Fn.(*ssa.Function)
		for i, b := range mc.Bindings {
			if b == v && !onlyRead(fn, fn.FreeVars[i]) {
				return false
			}
		}
	}
	return true
}

// follows reports whether store may be executed after mc, as both are in a loop, without
// that the variable v is made anew in between.
func (m *Settled) follows(store *ssa.Store, mc *ssa.MakeClosure, v *ssa.Alloc) bool {
	from, to := mc.Block(), store.Block()
	if from == v.Block() || to == v.Block() {
		return false // store, if executed again, comes after v
	}
	seen := map[*ssa.BasicBlock]bool{v.Block(): true}
	work := slices.Clone(from.Succs)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if b == to {
			return true
		}
		if !seen[b] {
			seen[b] = true
			work = append(work, b.Succs...)
		}
	}
	return false
}

// last returns the store that a variable which is stored to before any closure captures it
// has its value from, nil if there is none: the one that all others come before.
func (m *Settled) last(v *ssa.Alloc) *ssa.Store {
	var last *ssa.Store
	for _, r := range *v.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Addr == v && (last == nil || m.before(last, st)) {
			last = st
		}
	}
	return last
}

// onlyRead reports whether neither fn nor the literals in it store to a captured
// variable.
func onlyRead(fn *ssa.Function, v *ssa.FreeVar) bool {
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.MakeClosure:
			inner := r.Fn.(*ssa.Function)
			for i, b := range r.Bindings {
				if b == v && !onlyRead(inner, inner.FreeVars[i]) {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// before reports whether a has been executed whenever b is.
func (m *Settled) before(a, b ssa.Instruction) bool {
	if a.Block() != b.Block() {
		return a.Block().Dominates(b.Block())
	}
	if _, ok := m.place[a]; !ok {
		if m.place == nil {
			m.place = make(map[ssa.Instruction]int)
		}
		for i, instr := range a.Block().Instrs {
			m.place[instr] = i
		}
	}
	return m.place[a] < m.place[b]
}

// mayChange reports whether code that runs elsewhere may change what n reads from
// memory.
func (w *walker) mayChange(n *path.Node) bool {
	if n == nil || !n.Loads() {
		return false
	}
	if n.Kind == path.Deref && n.X.Kind == path.FreeVar && (w.env.Settled().Var(w.fn, n.X.Index) || w.env.Settled().Confined(w.fn, n.X.Index)) {
		return false
	}
	return n.Kind == path.Deref || w.mayChange(n.X) || w.mayChange(n.Y) || slices.ContainsFunc(n.Args, w.mayChange)
}

// room is memory that one walk leaves to the next one.
type room struct {
	events []Event
	points []Point
	names  []*names
}

// give gives a walk's room back. What it has told of is copied by then.
func (r *room) give(w *walker) {
	clear(w.events)
	clear(w.points)
	for _, n := range w.spare {
		n.s, n.instr, n.sum = nil, nil, nil
	}
	r.events, r.points, r.names = w.events[:0], w.points[:0], w.spare
	w.events, w.points, w.spare = nil, nil, nil
}
