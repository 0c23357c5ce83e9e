// Package condvar finds the condition variables (sync.Cond) of a package, who waits
// on each and who signals it, and what those who wait test.
//
// A condition variable is a field, for all instances of its struct, or a variable;
// pointers to it are followed through assignments, parameters, results and closures
// of the package, without regard to the order of things (after Steensgaard,
// "Points-to analysis in almost linear time", POPL 1996).
package condvar

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A Var is a condition variable.
type Var struct {
	// Waits, Signals and Broadcasts are the calls of its methods, in source order.
	Waits, Signals, Broadcasts []ssa.CallInstruction
	// WaitValues are its Wait methods used as values.
	WaitValues []*ssa.MakeClosure
	// Makes are the calls of NewCond.
	Makes []*ssa.Call
	// Woken is set if its Signal or Broadcast is used as a value.
	Woken bool
	// Open is set if code that is not in sight may get at it.
	Open bool
	// HasL is set if something is assigned to its L, by NewCond or directly.
	HasL bool
	// ReadL is set if its L is the read half of an RWMutex, so that several goroutines
	// may hold it.
	ReadL bool
	// Value is set if it is a variable or a field of type sync.Cond, not a pointer.
	Value bool
}

// A Package is what Find found in one package.
type Package struct {
	Vars []*Var
	flow *dataflow
}

// Find looks at the functions of a package, literals included.
func Find(pkg *ssa.Package, funcs []*ssa.Function) *Package {
	d := &dataflow{pkg: pkg, parent: make(map[any]any), calls: make(map[*ssa.Function][]ssa.CallInstruction),
		valued: make(map[*ssa.Function]bool), known: make(map[*ssa.Function]bool), invoked: make(map[string][]*types.Interface),
		conditions: make(map[ssa.CallInstruction]condition), around: make(map[ssa.CallInstruction]reads),
		forks: make(map[ssa.CallInstruction][]fork)}
	all := withLiterals(pkg, funcs)
	d.funcs = all
	for _, fn := range all {
		d.known[fn] = len(fn.Blocks) > 0
	}
	for _, fn := range all {
		eachInstr(fn, d.use)
	}
	f := &finder{dataflow: d, vars: make(map[any]*Var)}
	for _, fn := range all {
		eachInstr(fn, d.link)
	}
	for _, fn := range all {
		eachInstr(fn, f.find)
		f.params(fn)
	}
	return &Package{Vars: f.sorted(), flow: d}
}

// withLiterals adds the package initializer and the literals in it.
func withLiterals(pkg *ssa.Package, funcs []*ssa.Function) (all []*ssa.Function) {
	seen := make(map[*ssa.Function]bool)
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		if seen[fn] {
			return
		}
		seen[fn] = true
		all = append(all, fn)
		for _, lit := range fn.AnonFuncs {
			add(lit)
		}
	}
	for _, fn := range funcs {
		add(fn)
	}
	if init := pkg.Func("init"); init != nil {
		add(init)
	}
	return all
}

// finder collects what is done with each condition variable.
type finder struct {
	*dataflow
	vars map[any]*Var
}

// at returns the Var that a pointer leads to.
func (f *finder) at(ptr ssa.Value) *Var { return f.of(f.object(ptr)) }

func (f *finder) of(object any) *Var {
	root := f.root(object)
	v := f.vars[root]
	if v == nil {
		v = new(Var)
		f.vars[root] = v
	}
	return v
}

func (f *finder) sorted() (vars []*Var) {
	for _, v := range f.vars {
		for _, ops := range [][]ssa.CallInstruction{v.Waits, v.Signals, v.Broadcasts} {
			slices.SortFunc(ops, func(a, b ssa.CallInstruction) int { return cmp.Compare(a.Pos(), b.Pos()) })
		}
		if len(v.Waits)+len(v.Signals)+len(v.Broadcasts)+len(v.Makes)+len(v.WaitValues) > 0 {
			vars = append(vars, v)
		}
	}
	slices.SortFunc(vars, func(a, b *Var) int { return cmp.Compare(a.pos(), b.pos()) })
	return vars
}

// pos is the position of the first operation.
func (v *Var) pos() (first token.Pos) {
	note := func(p token.Pos) {
		if !first.IsValid() || p < first {
			first = p
		}
	}
	for _, ops := range [][]ssa.CallInstruction{v.Waits, v.Signals, v.Broadcasts} {
		for _, op := range ops {
			note(op.Pos())
		}
	}
	for _, m := range v.Makes {
		note(m.Pos())
	}
	for _, w := range v.WaitValues {
		note(w.Pos())
	}
	return first
}

// find takes note of an instruction that has to do with condition variables.
func (f *finder) find(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case ssa.CallInstruction:
		f.call(instr)
	case *ssa.MakeClosure:
		f.closure(instr)
	case *ssa.Store:
		switch {
		case isCondPtr(instr.Val.Type()):
			if c, ok := instr.Val.(*ssa.Const); !ok || !c.IsNil() {
				f.at(instr.Val).Open = f.at(instr.Val).Open || f.variable(instr.Addr) == nil
			}
		case model.IsCond(instr.Val.Type()):
			f.at(instr.Addr).HasL = true
		}
		if fa, ok := instr.Addr.(*ssa.FieldAddr); ok && isCondPtr(fa.X.Type()) {
			f.at(fa.X).HasL = true // L is its only field that has a name outside sync
		}
	case *ssa.Return:
		fn := instr.Parent()
		for _, r := range instr.Results {
			if isCondPtr(r.Type()) && (f.valued[fn] || f.reachable(fn.Object())) {
				f.at(r).Open = true
			}
		}
	case *ssa.MakeInterface:
		f.escapes(instr.X)
	case *ssa.Send:
		f.escapes(instr.X)
	case *ssa.MapUpdate:
		f.escapes(instr.Value)
	}
	if v, ok := instr.(ssa.Value); ok {
		f.source(v)
	}
}

// source looks at where a pointer to a Cond, or a field that is one or holds one,
// comes from.
func (f *finder) source(v ssa.Value) {
	if fa, ok := v.(*ssa.FieldAddr); ok {
		f.field(fa)
		return
	}
	if !isCondPtr(v.Type()) {
		return
	}
	switch v := v.(type) {
	case *ssa.Alloc:
		f.at(v).Value = true
	case *ssa.UnOp:
		variable := f.variable(v.X)
		if obj, ok := variable.(types.Object); variable == nil || ok && f.reachable(obj) {
			f.at(v).Open = true
		}
	case *ssa.Phi, *ssa.ChangeType, *ssa.Field, *ssa.Call:
	default:
		if !f.linked(v) {
			f.at(v).Open = true
		}
	}
}

// escapes marks the condition variable that v points to, or that is in the variable v
// points to, as open.
func (f *finder) escapes(v ssa.Value) {
	if isCondPtr(v.Type()) {
		f.at(v).Open = true
	} else if p, ok := v.Type().Underlying().(*types.Pointer); ok && isCondPtr(p.Elem()) {
		f.of(f.contents(v)).Open = true
	}
}

// field looks at the selection of a field that is a Cond or holds a pointer to one.
func (f *finder) field(fa *ssa.FieldAddr) {
	elem := ssax.Pointee(fa.Type())
	switch {
	case model.IsCond(elem):
		v := f.at(fa)
		v.Value = true
		v.Open = v.Open || f.reachable(fieldOf(fa))
	case isCondPtr(elem):
		v := f.of(f.contents(fa))
		v.Open = v.Open || f.reachable(fieldOf(fa))
	}
}

// closure looks at what a closure captures: a method value of a Cond among others.
func (f *finder) closure(mc *ssa.MakeClosure) {
	fn := mc.Fn.(*ssa.Function)
	m, _ := fn.Object().(*types.Func)
	if fn.Synthetic == "" || m == nil || len(mc.Bindings) != 1 {
		return
	}
	switch model.OpOf(m).Kind {
	case model.Wait:
		v := f.at(mc.Bindings[0])
		v.WaitValues = append(v.WaitValues, mc)
	case model.Signal, model.Broadcast:
		f.at(mc.Bindings[0]).Woken = true
	}
}

func (f *finder) call(instr ssa.CallInstruction) {
	c := instr.Common()
	if callee := c.StaticCallee(); callee != nil {
		m, _ := callee.Object().(*types.Func)
		switch op := model.OpOf(m); op.Kind {
		case model.Wait:
			v := f.at(c.Args[0])
			v.Waits = append(v.Waits, instr)
			return
		case model.Signal:
			v := f.at(c.Args[0])
			v.Signals = append(v.Signals, instr)
			return
		case model.Broadcast:
			v := f.at(c.Args[0])
			v.Broadcasts = append(v.Broadcasts, instr)
			return
		case model.NewCond:
			if call := instr.Value(); call != nil {
				v := f.at(call)
				v.Makes = append(v.Makes, call)
				v.HasL = v.HasL || !isNil(c.Args[0])
				v.ReadL = v.ReadL || isRLocker(c.Args[0])
			}
			return
		}
	}
	known := f.callee(c) != nil
	for _, a := range c.Args {
		if !known || !isCondPtr(a.Type()) {
			f.escapes(a)
		}
	}
	if !known {
		if v := instr.Value(); v != nil && isCondPtr(v.Type()) {
			f.at(v).Open = true
		}
	}
}

// isNil reports whether an argument of NewCond is nil, or a nil pointer.
func isNil(v ssa.Value) bool {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}

// isRLocker reports whether v is the result of RWMutex.RLocker.
func isRLocker(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok || call.Call.StaticCallee() == nil {
		return false
	}
	m, _ := call.Call.StaticCallee().Object().(*types.Func)
	return model.OpOf(m).Kind == model.RLocker
}

// params marks what the parameters of functions that others may call point to.
func (f *finder) params(fn *ssa.Function) {
	for _, p := range fn.Params {
		if isCondPtr(p.Type()) && f.unknownCallers(fn) {
			f.at(p).Open = true
		}
	}
}

// unknownCallers reports whether fn may be called by others than the calls in sight.
func (f *finder) unknownCallers(fn *ssa.Function) bool {
	return f.valued[fn] || f.reachable(fn.Object()) || f.isInvoked(fn)
}

// reachable reports whether other packages can use an object by its name.
func (f *finder) reachable(obj types.Object) bool {
	return obj != nil && obj.Exported() && (f.pkg.Pkg.Name() != "main" || obj.Pkg() != f.pkg.Pkg)
}

func isCondPtr(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	return ok && model.IsCond(p.Elem())
}
