package condvar

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A want is a change that ends a Wait: the loop around the Wait, or the function if there is none, tests a
// variable, and goes on when it has changed in this way.
type want struct {
	wait     ssa.CallInstruction
	variable any
	kind     wantKind
	value    *ssa.Const // of equal and unequal
}

type wantKind uint8

const (
	equal   wantKind = iota // the variable gets the value
	unequal                 // the variable gets another value
	larger                  // the number, or the length, gets larger
	smaller                 // the number, or the length, gets smaller
)

// wants returns the changes that end the Waits of a condition variable, as far as they are about variables
// beside the Cond: fields of the same struct, or variables if it is one.
func (d *dataflow) wants(v *Var) (ws []want) {
	for _, wait := range v.Waits {
		home := homeOf(wait.Common().Args[0])
		for _, f := range turnOf(wait.Block()).forks(wait.Block()) {
			w, at, ok := d.wantOf(f.branch.Cond, f.leads, 0)
			if ok && types.Identical(homeOf(at), home) && (w.kind == equal || d.isOnlyTest(w.variable, f, wait)) {
				w.wait = wait
				ws = append(ws, w)
			}
		}
	}
	return ws
}

// isOnlyTest reports whether no other branch around a Wait tests the variable of a fork: then another value than the
// one that the fork leads to the Wait with may lead there, too.
func (d *dataflow) isOnlyTest(variable any, f fork, wait ssa.CallInstruction) bool {
	t := turnOf(wait.Block())
	for _, b := range wait.Parent().Blocks {
		branch, ok := lastInstr(b).(*ssa.If)
		if !ok || branch == f.branch || t.head != nil && !t.body[b] {
			continue
		}
		if w, _, ok := d.wantOf(branch.Cond, true, 0); ok && w.variable == variable {
			return false
		}
	}
	return true
}

// homeOf returns the struct type in which a pointer to a Cond, or the variable at an address, is a field;
// the invalid type if it is none.
func homeOf(addr ssa.Value) types.Type {
	if load, ok := addr.(*ssa.UnOp); ok && load.Op == token.MUL {
		addr = load.X
	}
	if fa, ok := addr.(*ssa.FieldAddr); ok {
		return origins(ssax.Pointee(fa.X.Type()))
	}
	return types.Typ[types.Invalid]
}

// origins returns the declared type that a type is an instance of.
func origins(t types.Type) types.Type {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Origin()
	}
	return t
}

// wantOf finds the change that ends a Wait which is reached while cond is as stated, and the address of the
// variable. A call of a function that does nothing but test is looked into.
func (d *dataflow) wantOf(cond ssa.Value, state bool, depth int) (w want, at ssa.Value, ok bool) {
	switch c := cond.(type) {
	case *ssa.UnOp:
		switch c.Op {
		case token.NOT:
			return d.wantOf(c.X, !state, depth)
		case token.MUL:
			if x := d.variable(c.X); x != nil {
				return want{variable: d.root(x), kind: unequal, value: ssa.NewConst(constant.MakeBool(state), types.Typ[types.Bool])}, c.X, true
			}
		}
	case *ssa.BinOp:
		return d.comparisonWant(c, state)
	case *ssa.Call:
		if fn := d.callee(&c.Call); fn != nil && depth < limits.MaxCondCalls && (len(fn.Blocks) == 1 || len(fn.Blocks) == 2 && fn.Recover != nil) {
			if ret, ok := lastInstr(fn.Blocks[0]).(*ssa.Return); ok && len(ret.Results) == 1 {
				return d.wantOf(ssax.Results(ret)[0], state, depth+1)
			}
		}
	}
	return want{}, nil, false
}

// comparisonWant is wantOf for a comparison.
func (d *dataflow) comparisonWant(c *ssa.BinOp, state bool) (w want, at ssa.Value, ok bool) {
	x, y := c.X, c.Y
	if isConst(x) {
		x, y = y, x
	}
	load, isLoad := x.(*ssa.UnOp)
	k, isK := y.(*ssa.Const)
	if isLoad && load.Op == token.MUL && isK && d.variable(load.X) != nil && (c.Op == token.EQL || c.Op == token.NEQ) {
		kind := equal
		if (c.Op == token.EQL) == state {
			kind = unequal
		}
		return want{variable: d.root(d.variable(load.X)), kind: kind, value: k}, load.X, true
	}
	if v, until, _ := d.comparison(fork{branch: &ssa.If{Cond: c}, leads: state}); until != unknown {
		if at = measuredAt(c.X); at == nil || d.root(d.variable(at)) != v {
			at = measuredAt(c.Y)
		}
		kind := larger
		if until == less {
			kind = smaller
		}
		return want{variable: v, kind: kind}, at, at != nil
	}
	return want{}, nil, false
}

// measuredAt returns the address of the variable whose number, or whose length, v is.
func measuredAt(v ssa.Value) ssa.Value {
	if c, ok := v.(*ssa.Call); ok {
		if b, ok := c.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
			v = c.Call.Args[0]
		}
	}
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		return load.X
	}
	return nil
}

// met says what an instruction does to the variable of a want.
type met uint8

const (
	apart   met = iota // nothing
	against            // something else than what is wanted, or nobody knows
	granted            // what is wanted
)

// effect says what an instruction does to what a Wait waits for.
func (d *dataflow) effect(instr ssa.Instruction, w want) met {
	switch instr := instr.(type) {
	case *ssa.Store:
		if x := d.variable(instr.Addr); x == nil || d.root(x) != w.variable {
			return apart
		}
		if d.grants(instr, w) {
			return granted
		}
		return against
	case *ssa.MapUpdate:
		if d.isLoad(instr.Map, w.variable) {
			return verdictOf(w.kind == larger)
		}
	case *ssa.Call:
		if b, ok := instr.Call.Value.(*ssa.Builtin); ok && (b.Name() == "delete" || b.Name() == "clear") && d.isLoad(instr.Call.Args[0], w.variable) {
			return verdictOf(w.kind == smaller)
		}
	}
	return apart
}

func verdictOf(ok bool) met {
	if ok {
		return granted
	}
	return against
}

// grants reports whether a store makes its variable what is wanted.
func (d *dataflow) grants(st *ssa.Store, w want) bool {
	k, isK := st.Val.(*ssa.Const)
	switch w.kind {
	case equal: // a number comes down to nothing in steps
		return isK && sameConst(k, w.value) || isZero(w.value) && d.step(st.Val, w.variable) < 0
	case unequal:
		if isK {
			return !sameConst(k, w.value)
		}
		if w.fromZero() {
			return d.step(st.Val, w.variable) > 0
		}
		return w.value.IsNil() && isMade(st.Val) || isInteger(w.value) && d.step(st.Val, w.variable) < 0
	case larger:
		return d.step(st.Val, w.variable) > 0
	}
	if isK {
		return k.IsNil() || isZero(k)
	}
	return d.step(st.Val, w.variable) < 0
}

// fromZero reports whether a number is wanted that is not zero.
func (w want) fromZero() bool { return w.kind == unequal && isZero(w.value) }

func isInteger(k *ssa.Const) bool { return k.Value != nil && k.Value.Kind() == constant.Int }

// isMade reports whether a value is certainly not nil.
func isMade(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice, *ssa.MakeInterface, *ssa.MakeClosure:
		return true
	case *ssa.Call:
		return isFunc(v.Call.StaticCallee(), "errors", "New") || isFunc(v.Call.StaticCallee(), "fmt", "Errorf")
	case *ssa.Parameter:
		return types.Identical(v.Type(), types.Universe.Lookup("error").Type())
	}
	return false
}

func sameConst(a, b *ssa.Const) bool {
	if a.Value == nil || b.Value == nil {
		return a.Value == nil && b.Value == nil
	}
	return a.Value.Kind() == b.Value.Kind() && constant.Compare(a.Value, token.EQL, b.Value)
}

// step says whether a value is the old one of a variable, made larger (1) or smaller (-1); 0 if it is
// neither, or not known.
func (d *dataflow) step(v ssa.Value, variable any) int {
	switch v := v.(type) {
	case *ssa.BinOp:
		if v.Op != token.ADD && v.Op != token.SUB || !d.isLoad(v.X, variable) {
			return 0
		}
		sign := 1
		if k, ok := v.Y.(*ssa.Const); ok && k.Value != nil {
			sign = constant.Sign(constant.ToInt(k.Value))
		} else if !isLength(v.Y) {
			return 0
		}
		if v.Op == token.SUB {
			sign = -sign
		}
		return sign
	case *ssa.Slice:
		if d.isLoad(v.X, variable) {
			return -1
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" && d.isLoad(v.Call.Args[0], variable) {
			return 1
		}
	}
	return 0
}

func isLength(v ssa.Value) bool {
	if c, ok := v.(*ssa.Convert); ok {
		v = c.X
	}
	c, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	b, ok := c.Call.Value.(*ssa.Builtin)
	return ok && b.Name() == "len"
}

// isLoad reports whether v is loaded from a variable.
func (d *dataflow) isLoad(v ssa.Value, variable any) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	x := d.variable(load.X)
	return x != nil && d.root(x) == variable
}

// several reports whether several goroutines may be in fn at once: other packages can call it, or the
// package starts it, or a function that calls it, in a loop or in several places.
func (d *dataflow) several(fn *ssa.Function) bool { return d.starts(fn, d.callable, 0) }

// starts reports whether the package starts several goroutines that come to fn, or one function on the way there is one of those that count.
func (d *dataflow) starts(fn *ssa.Function, counts func(*ssa.Function) bool, depth int) bool {
	if depth > limits.MaxCondCalls {
		return false
	}
	starts := 0
	for _, c := range d.calls[fn] {
		if _, isGo := c.(*ssa.Go); isGo {
			if starts++; starts > 1 || turnOf(c.Block()).head != nil {
				return true
			}
			continue
		}
		if c.Parent() != fn && d.starts(c.Parent(), counts, depth+1) {
			return true
		}
	}
	return counts(fn)
}

// callable reports whether a function is there for other packages to call it.
func (d *dataflow) callable(fn *ssa.Function) bool {
	return len(d.calls[fn]) == 0 && fn.Parent() == nil && token.IsExported(fn.Name()) && d.pkg.Pkg.Name() != "main" && d.isPublic(fn)
}

// isPublic reports whether other packages know the type that fn is a method of, if it is one, or an interface of
// this package that has the method and that the type implements.
func (d *dataflow) isPublic(fn *ssa.Function) bool {
	recv := fn.Signature.Recv()
	if recv == nil {
		return true
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); !ok || named.Obj().Exported() {
		return ok
	}
	scope := d.pkg.Pkg.Scope()
	return slices.ContainsFunc(scope.Names(), func(name string) bool {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || !tn.Exported() {
			return false
		}
		it, ok := tn.Type().Underlying().(*types.Interface)
		if !ok {
			return false
		}
		m, _, _ := types.LookupFieldOrMethod(it, false, d.pkg.Pkg, fn.Name())
		return m != nil && types.Implements(recv.Type(), it)
	})
}

// inLoopOf reports whether one block is in a loop that another one is not in.
func inLoopOf(b, other *ssa.BasicBlock) bool {
	t := turnOf(b)
	return t.head != nil && !t.body[other]
}

// signalsIn reports whether a function itself signals a condition variable.
func (v *Var) signalsIn(fn *ssa.Function) bool {
	return slices.ContainsFunc(slices.Concat(v.Signals, v.Broadcasts), func(s ssa.CallInstruction) bool { return s.Parent() == fn })
}

// broadcastsIn reports whether a function itself wakes all that wait for a condition variable.
func (v *Var) broadcastsIn(fn *ssa.Function) bool {
	return slices.ContainsFunc(v.Broadcasts, func(b ssa.CallInstruction) bool { return b.Parent() == fn })
}
