package guard

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/contract"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/peers"
	"github.com/lockvet/lockvet/internal/prose"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/summary"
)

// An Access is one read or write of a field or variable by code that others may run at
// the same time.
type Access struct {
	Fn    *ssa.Function
	Pos   token.Pos
	Var   *types.Var
	Write bool
	// Content: of the map or the elements of the slice in the variable.
	Content bool
	// Base is the object that has the field, if all paths agree on one.
	Base *path.Node

	cell    cell
	instr   ssa.Instruction
	load    ssa.Instruction
	held    lockSet              // on every path, of this object
	maybe   map[string]bool      // on some path, or of some object
	steps   map[string]flow.Step // where the locks of held were acquired
	perhaps []string             // locks of this object, or of one of its type, that are held on some path
	// passed are the locks that were acquired while others were held, by those.
	passed map[string]map[string]bool
	said   bool // a lock is held, as the name or the comment of the function says
	calls  bool // those that callees have acquired are among them
}

// A Category says how an access came to have no guard.
type Category string

// The categories.
const (
	Declared  Category = "declared"  // against the declaration of the field
	ReadLock  Category = "readlock"  // a write while the guard is only read-locked
	Forgotten Category = "forgotten" // in a function that takes the guard elsewhere: a write, a read of a map or slice, or of what it has under the guard, too
	Outside   Category = "outside"   // any other read there
	Getter    Category = "getter"    // an exported method reads a field of its receiver
	Map       Category = "map"       // a map is used in a function that never takes the guard, which three others have
	Leaked    Category = "leaked"    // a map or slice is used after its section
)

// A Finding is an access without the guard.
type Finding struct {
	Category Category
	Access   *Access
	Guard    string // the key of the lock
	Lock     string // its name beside the field: "mu"
	// Other is an access with the guard that may meet it; nil if the guard is declared
	// and the package shows none.
	Other          *Access
	Held           flow.Step // where Other's guard was acquired; Pos is NoPos if callers did
	Takes          token.Pos // where the function of Access holds the guard otherwise
	Guarded, Total int
	Declared       token.Pos
}

// Input is what Find reads.
type Input struct {
	*summary.Package
	SSA       *ssa.Package
	Contracts *contract.Set
	Foreign   Foreign // may be nil
	Files     []*ast.File
	Info      *types.Info
	Peers     func() *peers.Graph // who else acts on channels; called only if it matters
}

// pkg is the state of Find.
type pkg struct {
	in               Input
	reader           *reader
	comments         *comments
	entry            map[*ssa.Function]*entry
	byCell           map[*types.Var][]*Access
	excluded         map[*types.Var]bool
	locks            map[*types.Var][]string // the keys of the locks beside a field
	taken, takenRead map[string]bool         // the locks that are seen to be acquired, and those that are for reading; see acquired
	within           map[*types.Var]*types.Struct
	rootsOf          map[*ssa.Function]map[*ssa.Function]root
	owner            map[*types.Var]string      // the type that has a field, as path.OwnerOf names it
	made             map[*ssa.Alloc]*madeObject // see onlyOptions
}

// madeObject is what is known of an object that a function makes: where others get to know it, and the order of the function's instructions.
type madeObject struct {
	order     *ssax.Order
	published []ssa.Instruction
}

// read collects the accesses of a package, those to each variable in source order.
func read(in Input) *pkg {
	p := &pkg{
		in:       in,
		reader:   &reader{pkg: in.SSA.Pkg, set: in.Contracts, foreign: in.Foreign, locks: make(map[*types.Struct][]*types.Var), globals: true},
		comments: readComments(in.SSA.Prog.Fset, in.Files, in.Info),
		entry:    make(map[*ssa.Function]*entry),
		byCell:   make(map[*types.Var][]*Access),
		excluded: make(map[*types.Var]bool),
		locks:    make(map[*types.Var][]string),
		within:   make(map[*types.Var]*types.Struct),
		made:     make(map[*ssa.Alloc]*madeObject),
		rootsOf:  make(map[*ssa.Function]map[*ssa.Function]root),
		owner:    make(map[*types.Var]string),
	}
	p.entries()
	for fn, res := range in.Watched {
		p.collect(fn, res)
	}
	for _, accesses := range p.byCell {
		slices.SortFunc(accesses, func(a, b *Access) int {
			return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(order(b), order(a)))
		})
	}
	return p
}

// Find returns the accesses of a package that lack their guard, in source order.
func Find(in Input) []Finding {
	p := read(in)
	var out []Finding
	for v, accesses := range p.byCell {
		if p.excluded[v] {
			continue
		}
		if d := p.declaration(v); d != nil {
			if d.Key != "" {
				out = append(out, p.declared(v, d, accesses)...)
			}
			continue
		}
		out = append(out, p.inferred(v, accesses)...)
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Access.Pos, b.Access.Pos), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Access.Var.Pos(), b.Access.Var.Pos()))
	})
	return out
}

func order(a *Access) int {
	n := 0
	if a.Write {
		n += 2
	}
	if a.Content {
		n++
	}
	return n
}

// holds returns the keys of the locks that the contract of fn says its caller holds.
func (p *pkg) holds(fn *ssa.Function) (keys []string) {
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return nil
	}
	if d := p.in.Contracts.Of(obj); d != nil {
		for _, c := range d.Clauses {
			if c.Verb == flow.Holding || c.Verb == flow.Releasing {
				keys = append(keys, key(c.Node(p.in.Table)))
			}
		}
	}
	return keys
}

// saidToHold returns the key of the lock that callers hold of the receiver of fn, as its name or comment says, if
// the access is to a field of that and there is one lock beside it.
func (p *pkg) saidToHold(fn *ssa.Function, a *Access) string {
	if a.Base == nil || a.Base.Kind != path.Param || a.Base.Index != 0 || fn.Signature.Recv() == nil || len(p.locks[a.Var]) != 1 || !prose.UnderLock(fn) {
		return ""
	}
	return p.locks[a.Var][0]
}

// collect notes the accesses of one function.
func (p *pkg) collect(fn *ssa.Function, res *flow.Result) {
	outer := ssax.Outermost(fn)
	test := ssax.InTest(fn)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			p.exclude(fn, instr)
			t, ok := p.reader.touch(instr)
			if !ok || test {
				continue
			}
			if res.GaveUp {
				p.excluded[t.v] = true // nobody knows what was held
				continue
			}
			st := res.Stands[instr]
			if st == nil || outer.Name() == "init" || strings.HasPrefix(outer.Name(), "init#") {
				continue
			}
			if t.base != nil && len(st.Values) == 1 && (p.private(fn, st, instr) || p.takenOut(t.base, instr) || filledIn(t.base, instr)) {
				continue
			}
			p.add(fn, instr, t, st)
		}
	}
}

// private reports whether nobody else can know the object that is accessed: the function
// made it, or every caller did, or it has just been handed over.
func (p *pkg) private(fn *ssa.Function, st *flow.Standing, at ssa.Instruction) bool {
	if st.New[0] || p.onlyOptions(st.Values[0], at) {
		return true
	}
	base := st.Values[0]
	if base == nil {
		return false
	}
	if made(fn, base, at) {
		return true
	}
	for n := base; n != nil; n = n.X {
		if n.Kind == path.Param && n.Index < len(p.entry[fn].owned) && p.entry[fn].owned[n.Index] {
			return true
		}
		if n.Kind == path.Value && handedOver(n.Val, 0) {
			return true
		}
	}
	return false
}

// made reports whether the function makes the object, and has started no goroutine since, nor sent anything:
// it may be in some list already, but those who find it there wait until it is ready.
func made(fn *ssa.Function, base *path.Node, at ssa.Instruction) bool {
	alloc, ok := path.Concrete(base).Root().Val.(*ssa.Alloc)
	if !ok || base.Loads() || alloc.Parent() != fn {
		return false
	}
	order := ssax.NewOrder(fn)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr.(type) {
			case *ssa.Go, *ssa.Send:
				if order.Leads(alloc, instr, nil) && order.Leads(instr, at, alloc) {
					return false
				}
			}
		}
	}
	return true
}

// onlyOptions reports whether an object that the function makes has until then been given to
// nobody but functions out of variables: the options of a constructor, which set fields.
func (p *pkg) onlyOptions(n *path.Node, at ssa.Instruction) bool {
	if n == nil {
		return false
	}
	alloc, ok := path.Concrete(n).Root().Val.(*ssa.Alloc)
	if !ok || n.Loads() || alloc.Parent() != at.Parent() {
		return false
	}
	m, ok := p.made[alloc]
	if !ok {
		m = &madeObject{ssax.NewOrder(alloc.Parent()), ssax.Publications(alloc)}
		p.made[alloc] = m
	}
	return !slices.ContainsFunc(m.published, func(place ssa.Instruction) bool {
		call, isCall := place.(*ssa.Call)
		option := isCall && call.Call.StaticCallee() == nil && !call.Call.IsInvoke()
		return !option && m.order.Precedes(place, at, alloc)
	})
}

// handedOver reports whether a value came out of a channel or a pool.
func handedOver(v ssa.Value, depth int) bool {
	switch v := v.(type) {
	case *ssa.UnOp:
		return v.Op == token.ARROW
	case *ssa.Extract:
		return depth < 4 && handedOver(v.Tuple, depth+1)
	case *ssa.Select:
		return true
	case *ssa.TypeAssert:
		return depth < 4 && handedOver(v.X, depth+1)
	case *ssa.Call:
		fn := v.Call.StaticCallee()
		if fn == nil {
			return false
		}
		obj, _ := fn.Object().(*types.Func)
		return model.PoolGet(obj)
	}
	return false
}

// exclude notes fields that others than plain accesses use: package atomic, or the
// function of a sync.Once.
func (p *pkg) exclude(fn *ssa.Function, instr ssa.Instruction) {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return
	}
	callee := call.Common().StaticCallee()
	if callee == nil || callee.Object() == nil || callee.Object().Pkg() == nil {
		return
	}
	if op, ok := ssax.AtomicOf(call.Common()); ok {
		if t, ok := p.reader.place(op.Addr); ok {
			p.excluded[t.v] = true
		}
	}
	if obj, ok := callee.Object().(*types.Func); ok && model.OnceDo(obj) && len(call.Common().Args) == 2 {
		var lit *ssa.Function
		switch v := call.Common().Args[1].(type) {
		case *ssa.MakeClosure:
			lit, _ = v.Fn.(*ssa.Function)
		case *ssa.Function:
			lit = v
		}
		if lit == nil {
			return
		}
		for _, b := range lit.Blocks {
			for _, instr := range b.Instrs {
				if t, ok := p.reader.touch(instr); ok && t.write {
					p.excluded[t.v] = true
				}
			}
		}
	}
}

// add notes one access.
func (p *pkg) add(fn *ssa.Function, instr ssa.Instruction, t touch, st *flow.Standing) {
	a := &Access{
		Fn: fn, Pos: position(instr, t), Var: t.v, Write: t.write, Content: t.content, cell: t.cell, instr: instr, load: t.load,
		held: make(lockSet), maybe: make(map[string]bool), steps: make(map[string]flow.Step),
	}
	if !a.Pos.IsValid() {
		return
	}
	if len(st.Values) == 1 {
		a.Base = st.Values[0]
	}
	if p.locks[t.v] == nil && t.v.IsField() {
		base := deref(t.base.Type())
		st := base.Underlying().(*types.Struct)
		p.within[t.v] = st
		for _, l := range p.reader.siblings(st) {
			k := t.owner + "." + l.Name()
			if g, isGlobal := t.base.(*ssa.Global); isGlobal && t.owner == "" {
				k = path.GlobalName(g) + "." + l.Name()
			}
			p.locks[t.v] = append(p.locks[t.v], k)
		}
	}
	// One struct may have two names, with a conversion between them: type handler Stream.
	name := func(n *path.Node) string {
		k := key(n)
		if field, ok := strings.CutPrefix(k, t.owner+"."); ok && len(p.locks[t.v]) > 0 && !sibling(p.locks[t.v], k) {
			first := p.locks[t.v][0]
			if same := first[:lastDot(first)+1] + field; sibling(p.locks[t.v], same) {
				return same
			}
		}
		return k
	}
	for _, h := range st.Held {
		k := name(h.Lock)
		if k == "" {
			continue
		}
		a.maybe[k] = true
		if a.Base != nil && sibling(p.locks[t.v], k) && !of(h.Lock, a.Base) {
			continue // of another object
		}
		// Without a base it is not known which object this is: the stronger mode is meant.
		if m, ok := a.held[k]; !ok || m == model.Read {
			a.held[k] = h.Mode
		}
		for _, l := range h.Then {
			a.passes(k, name(l.Lock))
		}
		if len(h.Steps) > 0 {
			a.steps[k] = *h.Steps[0]
		}
		// A struct with the methods of a lock is named by what it has inside.
		for n := around(h.Lock); n != nil; n = around(n) {
			k := key(n)
			a.maybe[k] = true
			if a.Base == nil || of(n, a.Base) {
				a.held[k] = h.Mode
				a.steps[k] = a.steps[key(h.Lock)]
			}
		}
	}
	for _, n := range st.Maybe {
		k := name(n)
		a.maybe[k] = true
		if !slices.ContainsFunc(st.Held, func(h flow.Stood) bool { return h.Lock == n }) && (a.Base == nil || of(n, a.Base)) {
			a.perhaps = append(a.perhaps, k)
		}
	}
	e := p.entry[fn]
	for k, m := range e.held {
		if _, ok := a.held[k]; !ok {
			a.held[k] = m
			if e.mixed[k] {
				a.perhaps = append(a.perhaps, k) // for writing, where it matters
			}
		}
	}
	for k := range e.maybe {
		a.maybe[k] = true
	}
	for _, k := range p.holds(fn) {
		a.held[k], a.maybe[k] = model.Write, true
	}
	k := p.saidToHold(fn, a)
	if _, held := a.held[k]; k != "" && !held && !slices.ContainsFunc(st.Maybe, func(n *path.Node) bool { return name(n) == k }) {
		a.held[k], a.maybe[k] = model.Write, true
		a.perhaps = append(a.perhaps, k)
		a.said = true
	}
	p.byCell[t.v] = append(p.byCell[t.v], a)
	p.owner[t.v] = t.owner
}

// passes notes that a lock has been acquired while the lock k was held.
func (a *Access) passes(k, lock string) {
	if a.passed == nil {
		a.passed = make(map[string]map[string]bool)
	}
	if a.passed[k] == nil {
		a.passed[k] = make(map[string]bool)
	}
	a.passed[k][lock] = true
}

func sibling(locks []string, k string) bool { return slices.Contains(locks, k) }

// position returns where the source has the access.
func position(instr ssa.Instruction, t touch) token.Pos {
	own := instr.Pos()
	if load, ok := instr.(*ssa.UnOp); ok && !own.IsValid() {
		own = load.X.Pos()
	}
	if fa, ok := t.addr.(*ssa.FieldAddr); ok && fa.Pos().IsValid() {
		fset := instr.Parent().Prog.Fset
		if !t.content || !own.IsValid() || fset.Position(own).Line == fset.Position(fa.Pos()).Line {
			return fa.Pos()
		}
		return own // of what was loaded from the field before
	}
	if instr.Pos().IsValid() {
		return instr.Pos()
	}
	if v, ok := instr.(ssa.Value); ok && v.Referrers() != nil {
		for _, r := range *v.Referrers() {
			if r.Pos().IsValid() {
				return r.Pos()
			}
		}
	}
	return token.NoPos
}
