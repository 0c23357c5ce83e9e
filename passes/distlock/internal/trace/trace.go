// Package trace finds what the functions of a package do to locks in stores,
// also through the functions that they call, and walks the paths between.
package trace

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// A Mode says when an event happens.
type Mode uint8

const (
	Now      Mode = iota
	Deferred      // when the function returns
	Spawned       // in a goroutine that starts here
	Given         // when somebody calls a function value that is made here
)

// An Event is what an instruction of a function does to one lock, by itself or
// in what it calls.
type Event struct {
	client.Event // of the library call at the root; Call is nil if it is in another package

	Instr ssa.Instruction // in this function
	Mode  Mode
	Key   *expr.Expr
	TTL   TTL
	Token *expr.Expr // nil if none, or not known

	Ctx *expr.Expr // the context it is given, or nil
	// Conn is what the statement of a session lock runs on, if a function is given that
	// as an interface; else nil.
	Conn *expr.Expr

	Fn    *Func // that this is an event of
	Depth int   // how many functions of this program are between it and the library
	Via   []*types.Func
	// Compared says that it happens only after a look at who has the lock, which is
	// not one step with it.
	Compared bool
	// Generic says that all functions on the way only pass a command on, under its
	// own name: what is wrong with it is wrong where they are called.
	Generic bool
	// Site is where to report what is wrong with it: the innermost call in this
	// package that is more than a passing on. It is nil if that is elsewhere.
	Site ssa.Instruction
	Pos  string // of the library call, if it is in another package
	// Waits says that the function which acquires it returns with the lock only, or
	// notes whether it has it where its callers look.
	Waits bool
	// Loss says, for a renewal, what comes of it if the lock is another's.
	Loss Loss
	// Result is, for an acquisition that gives a handle, the result that it is; else -1.
	Result int
}

// A TTL is a client.TTL by the name of its value.
type TTL struct {
	client.TTL
	Expr *expr.Expr
}

// A Func is a function and its events.
type Func struct {
	*ssa.Function
	Pkg    *Package
	Events []*Event // in the order of the instructions
	at     map[ssa.Instruction][]*Event

	state   uint8 // of the analysis: 0 not begun, 1 under way, 2 done
	effects []*Event
}

// At returns the events of an instruction.
func (f *Func) At(in ssa.Instruction) []*Event { return f.at[in] }

// A Package is the functions of a package that have to do with locks.
type Package struct {
	*expr.Namer
	Funcs    []*Func // all functions, in the order of the source
	funcs    map[*ssa.Function]*Func
	imported func(*types.Func) []*Effect
	embedded map[types.Object]string
	Pkg      *types.Package

	methods         map[*types.Func]*Func
	named           []*types.Named // see types
	implementations map[*types.Func]*ssa.Function
	Fset            *token.FileSet
}

// Func returns the analysis of a function, or nil.
func (p *Package) Func(fn *ssa.Function) *Func { return p.funcs[fn] }

// Analyze finds the events of a package's functions, literals included.
// imported gives the effects of a function in another package; embedded are the
// texts of variables that go:embed sets.
func Analyze(fset *token.FileSet, pkg *types.Package, src []*ssa.Function, imported func(*types.Func) []*Effect, embedded map[types.Object]string) *Package {
	p := &Package{Namer: expr.NewNamer(src), funcs: map[*ssa.Function]*Func{}, imported: imported, embedded: embedded, Pkg: pkg, Fset: fset,
		methods: map[*types.Func]*Func{}, implementations: map[*types.Func]*ssa.Function{}}
	for _, fn := range src {
		f := &Func{Function: fn, Pkg: p, at: map[ssa.Instruction][]*Event{}}
		p.Funcs = append(p.Funcs, f)
		p.funcs[fn] = f
		if obj, ok := fn.Object().(*types.Func); ok {
			p.methods[obj] = f
		}
	}
	for _, f := range p.Funcs {
		f.analyze()
	}
	return p
}

func (f *Func) analyze() {
	if f.state != 0 {
		return
	}
	f.state = 1
	for _, b := range f.Blocks {
		for _, in := range b.Instrs {
			if call, ok := in.(ssa.CallInstruction); ok {
				f.direct(call)
			}
			f.lift(in)
		}
	}
	f.state = 2
	var reads []*reading // as soon as one is asked for
	for _, e := range f.Events {
		if e.Op != client.Release && e.Op != client.Extend {
			continue
		}
		if e.Depth == 0 {
			e.Owned = e.Owned || e.Guarded()
			if e.Op == client.Extend {
				e.showsLoss()
			}
		}
		if !e.Compared {
			if reads == nil {
				reads = f.reads()
			}
			e.Compared = f.compared(e, reads)
		}
	}
	f.summarize()
}

func (f *Func) add(e *Event) {
	e.Key = f.Pkg.resolve(e.Key)
	// A function that passes on keys is given a list of them.
	if keys := e.Key.Elements(); keys != nil {
		for _, key := range keys {
			one := *e
			one.Key = key
			f.add(&one)
		}
		return
	}
	e.Fn = f
	f.Events = append(f.Events, e)
	f.at[e.Instr] = append(f.at[e.Instr], e)
}

// direct adds the events of a library call.
func (f *Func) direct(call ssa.CallInstruction) {
	for _, ev := range client.Of(call, f.Pkg.embedded) {
		keys := make([]*expr.Expr, 0, 1)
		for _, k := range ev.Keys {
			key := f.Pkg.Of(k)
			if ev.Of != nil {
				key = expr.New(expr.Call, "of", f.Pkg.Of(ev.Of), key)
			}
			keys = append(keys, key)
		}
		if ev.Text != "" {
			keys = append(keys, expr.NewGlobal(ev.Text))
		}
		result := -1
		if ev.Handle {
			if v := call.Value(); v != nil {
				keys, result = append(keys, f.Pkg.Of(resultOf(call, 0))), 0
			}
		}
		for _, key := range keys {
			if ev.Op == client.Read && ev.Outcomes == (client.Outcomes{}) {
				ev.Outcomes = looked
			}
			e := &Event{Event: ev, Instr: call, Site: call, Key: key, TTL: TTL{TTL: ev.TTL}, Result: result}
			if ev.TTL.Value != nil {
				e.TTL.Expr = f.Pkg.Of(ev.TTL.Value)
			}
			if ev.Token != nil {
				e.Token = f.Pkg.Of(ev.Token)
			}
			if ev.Backend.SQL() && ev.Session && ev.On != nil && types.IsInterface(ev.On.Type()) {
				e.Conn = f.Pkg.Of(ev.On)
			}
			switch call.(type) {
			case *ssa.Call:
				if ev.Builds && runsLater(call.Value()) {
					e.Mode = Deferred
				}
			case *ssa.Defer:
				e.Mode = Deferred
			case *ssa.Go:
				e.Mode = Spawned
			}
			for _, a := range ev.Call.Common().Args {
				if client.IsContext(a.Type()) {
					e.Ctx = f.Pkg.Of(a)
					break
				}
			}
			f.add(e)
		}
	}
}

// runsLater reports whether all that is done with a statement is to defer the
// method that runs it.
func runsLater(statement ssa.Value) bool {
	later := false
	for _, r := range *statement.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef:
		case *ssa.Defer:
			if client.Receiver(r.Common()) != statement {
				return false
			}
			later = true
		default:
			return false
		}
	}
	return later
}

// looked is how replies of GET and EXISTS show whether a key is there.
var looked = client.Outcomes{Held: client.Outcome{OK: client.Yes, Err: client.No}, Lost: client.Outcome{OK: client.No}}

// resultOf returns result i of a call, or the call if nobody looks at this one.
func resultOf(call ssa.CallInstruction, i int) ssa.Value {
	if v := ssax.Result(call, i); v != nil {
		return v
	}
	return call.Value()
}

// lift adds the events of what an instruction calls, starts or makes.
func (f *Func) lift(in ssa.Instruction) {
	if mc, ok := in.(*ssa.MakeClosure); ok {
		if !calledOnly(mc) {
			f.liftFunc(mc, mc.Fn.(*ssa.Function), nil, Given)
		}
		return
	}
	call, ok := in.(ssa.CallInstruction)
	if !ok {
		return
	}
	mode := Now
	switch call.(type) {
	case *ssa.Defer:
		mode = Deferred
	case *ssa.Go:
		mode = Spawned
	}
	c := call.Common()
	if fn := f.callee(c); fn != nil {
		f.liftFunc(in, fn, c.Args, mode)
	} else if fn := f.invoked(c); fn != nil {
		f.liftFunc(in, fn, append([]ssa.Value{c.Value}, c.Args...), mode)
	} else if obj := client.Callee(c); obj != nil && obj.Pkg() != f.Pkg.Pkg {
		if effects := f.Pkg.imported(obj); len(effects) > 0 {
			var args []*expr.Expr
			for _, a := range expr.WithReceiver(c) {
				args = append(args, f.Pkg.Of(a))
			}
			for _, effect := range effects {
				f.add(effect.event(f, call, obj, args, mode))
			}
		}
	}
	for _, e := range f.handedOut(c) {
		later := *e
		later.Instr, later.Mode = in, mode
		f.add(&later)
	}
	// Functions that a call is given run while it does, if it is known to run them.
	if runsArgument(c) {
		for _, a := range c.Args {
			if lit := f.literal(a); lit != nil {
				f.liftFunc(in, lit, nil, mode)
			}
		}
	}
}

// handedOut returns the releases that a call makes by running a function which another call has returned: unlock, err := acquire(…).
func (f *Func) handedOut(c *ssa.CallCommon) (releases []*Event) {
	if c.IsInvoke() || c.StaticCallee() != nil {
		return nil
	}
	v := f.Pkg.Of(c.Value).Value
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	made, ok := v.(*ssa.Call)
	if !ok || f.Pkg.funcs[made.Parent()] == nil {
		return nil
	}
	for _, e := range f.Pkg.funcs[made.Parent()].at[made] {
		if e.Op == client.Release && e.Mode == Given {
			releases = append(releases, e)
		}
	}
	return releases
}

// callee returns the function of this package that a call runs, or nil.
func (f *Func) callee(c *ssa.CallCommon) *ssa.Function {
	if c.IsInvoke() {
		return nil
	}
	if fn := c.StaticCallee(); fn != nil {
		if fn.Origin() != nil {
			fn = fn.Origin()
		}
		if f.Pkg.funcs[fn] != nil {
			return fn
		}
		return nil
	}
	return f.literal(c.Value)
}

// invoked returns the method of this package that a call of an interface's method runs, or nil.
func (f *Func) invoked(c *ssa.CallCommon) *ssa.Function {
	if !c.IsInvoke() {
		return nil
	}
	return f.Pkg.implementation(c.Method)
}

// literal returns the function literal that a value must be, or nil.
func (f *Func) literal(v ssa.Value) *ssa.Function {
	e := f.Pkg.Of(v)
	if e.Kind != expr.Opaque {
		return nil
	}
	switch v := e.Value.(type) {
	case *ssa.MakeClosure:
		fn := v.Fn.(*ssa.Function)
		if f.Pkg.funcs[fn] != nil {
			return fn
		}
	case *ssa.Function:
		if f.Pkg.funcs[v] != nil && v.Parent() != nil {
			return v
		}
	}
	return nil
}

// Literal returns the function literal that an instruction calls, defers or starts; nil
// if it does something else.
func (p *Package) Literal(in ssa.Instruction) *Func {
	call, ok := in.(ssa.CallInstruction)
	if !ok || p.funcs[in.Parent()] == nil {
		return nil
	}
	if lit := p.funcs[in.Parent()].callee(call.Common()); lit != nil && lit.Parent() != nil {
		return p.funcs[lit]
	}
	return nil
}

// calledOnly reports whether a closure is only called here, so that its events
// are those of the calls.
func calledOnly(mc *ssa.MakeClosure) bool {
	only := func(refs *[]ssa.Instruction, v ssa.Value) bool {
		for _, r := range *refs {
			switch r := r.(type) {
			case ssa.CallInstruction:
				if r.Common().Value != v && !runsArgument(r.Common()) {
					return false
				}
			case *ssa.DebugRef:
			default:
				return false
			}
		}
		return true
	}
	if only(mc.Referrers(), mc) {
		return true
	}
	for _, r := range *mc.Referrers() {
		store, ok := r.(*ssa.Store)
		if !ok {
			if c, ok := r.(ssa.CallInstruction); ok && (c.Common().Value == mc || runsArgument(c.Common())) {
				continue
			}
			return false
		}
		alloc, ok := store.Addr.(*ssa.Alloc)
		if !ok {
			return false
		}
		for _, r := range *alloc.Referrers() {
			switch r := r.(type) {
			case *ssa.Store:
			case *ssa.UnOp:
				if !only(r.Referrers(), r) {
					return false
				}
			default:
				return false // captured: who knows who calls it
			}
		}
	}
	return true
}

// runners are functions that call a function they are given before they return.
var runners = map[string]bool{
	"Pipelined": true, "TxPipelined": true, "Watch": true, "Transaction": true, "Connection": true, "BeginFunc": true, "BeginTxFunc": true,
	"WithTx": true, "InTx": true, "RunInTx": true, "RunInTransaction": true, "Do": true,
}

func runsArgument(c *ssa.CallCommon) bool {
	fn := client.Callee(c)
	return fn != nil && runners[fn.Name()]
}

// liftFunc adds the effects of a function of this package that in calls, starts
// or makes a value of.
func (f *Func) liftFunc(in ssa.Instruction, fn *ssa.Function, args []ssa.Value, mode Mode) {
	g := f.Pkg.funcs[fn]
	if g == nil {
		return
	}
	g.analyze()
	if g.state != 2 {
		return // it calls itself
	}
	if len(g.effects) == 0 {
		return // most functions, whose arguments need no names
	}
	exprs := make([]*expr.Expr, len(args))
	for i, a := range args {
		exprs[i] = f.Pkg.Of(a)
	}
	obj, _ := fn.Object().(*types.Func)
	for _, e := range g.effects {
		lifted := *e
		lifted.Instr, lifted.Key, lifted.Depth = in, e.Key.Subst(fn, exprs), e.Depth+1
		if lifted.Generic = e.PassesOn(); lifted.Generic {
			lifted.Site = in
		}
		if lifted.Mode == Now || lifted.Mode == Deferred {
			lifted.Mode = mode
		}
		if e.TTL.Expr != nil {
			lifted.TTL.Expr = e.TTL.Expr.Subst(fn, exprs)
		}
		if e.Token != nil {
			lifted.Token = e.Token.Subst(fn, exprs)
		}
		if e.Ctx != nil {
			lifted.Ctx = e.Ctx.Subst(fn, exprs)
		}
		if e.Conn != nil {
			lifted.Conn = e.Conn.Subst(fn, exprs)
		}
		if obj != nil {
			lifted.Via = append(e.Via[:len(e.Via):len(e.Via)], obj)
		}
		if e.Result >= 0 {
			call, ok := in.(*ssa.Call)
			if !ok {
				continue
			}
			lifted.Key = f.Pkg.Of(resultOf(call, e.Result))
		}
		f.add(&lifted)
	}
}
