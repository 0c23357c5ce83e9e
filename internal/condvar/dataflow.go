package condvar

import (
	"go/token"
	"go/types"
	"slices"

	"github.com/lockvet/lockvet/internal/ssax"
	"golang.org/x/tools/go/ssa"
)

// dataflow knows which values may be one, and how functions are used. A value stands
// for what it points to, a variable for what it holds.
type dataflow struct {
	operands []*ssa.Value // of the instruction at hand
	pkg      *ssa.Package
	parent   map[any]any // of the union-find structure
	funcs    []*ssa.Function
	known    map[*ssa.Function]bool
	calls    map[*ssa.Function][]ssa.CallInstruction // in sight
	valued   map[*ssa.Function]bool                  // used as values
	invoked  map[string][]*types.Interface           // those whose methods are called, by the method's name

	conditions map[ssa.CallInstruction]condition // see conditionOf
	around     map[ssa.CallInstruction]reads     // see testedAround
	forks      map[ssa.CallInstruction][]fork    // see forksOf
	wakers     map[*Var]*wakers                  // see wakersOf
	ended      map[types.Object]types.Object     // see cancels; nil until somebody asks
}

// held is what the local variable at an address holds.
type held struct{ addr ssa.Value }

// result is a result of a function.
type result struct {
	fn *ssa.Function
	i  int
}

func (d *dataflow) root(x any) any {
	p, ok := d.parent[x]
	if !ok || p == x {
		return x
	}
	r := d.root(p)
	d.parent[x] = r
	return r
}

func (d *dataflow) union(x, y any) {
	if x, y = d.root(x), d.root(y); x != y {
		d.parent[x] = y
	}
}

func eachInstr(fn *ssa.Function, f func(ssa.Instruction)) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			f(instr)
		}
	}
}

// object names what a pointer points to. Only pointers to a Cond are followed.
func (d *dataflow) object(ptr ssa.Value) any {
	switch v := ptr.(type) {
	case *ssa.Global:
		return v.Object()
	case *ssa.FieldAddr:
		return fieldOf(v)
	case *ssa.Field:
		return fieldNo(v.X.Type(), v.Field)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return d.contents(v.X)
		}
	}
	return ptr
}

// contents names what the variable at an address holds.
func (d *dataflow) contents(addr ssa.Value) any {
	if v := d.variable(addr); v != nil {
		return v
	}
	return held{addr}
}

// variable names the variable at an address: a global, a field of a type, a local
// variable; nil if it is none of those.
func (d *dataflow) variable(addr ssa.Value) any {
	switch v := addr.(type) {
	case *ssa.Global:
		return v.Object()
	case *ssa.FieldAddr:
		return fieldOf(v)
	case *ssa.Alloc, *ssa.FreeVar:
		return held{addr}
	}
	return nil
}

func fieldOf(fa *ssa.FieldAddr) types.Object {
	t := ssax.Pointee(fa.X.Type())
	return fieldNo(t, fa.Field)
}

// fieldNo returns field i of a struct type, as declared if the type is generic.
func fieldNo(t types.Type, i int) types.Object {
	if st, ok := t.Underlying().(*types.Struct); ok {
		return st.Field(i).Origin()
	}
	return nil
}

// use takes note of calls, and of functions that are used as values.
func (d *dataflow) use(instr ssa.Instruction) {
	c, isCall := instr.(ssa.CallInstruction)
	if isCall && c.Common().IsInvoke() {
		name := c.Common().Method.Name()
		if it, ok := c.Common().Value.Type().Underlying().(*types.Interface); ok && !slices.Contains(d.invoked[name], it) {
			d.invoked[name] = append(d.invoked[name], it)
		}
	}
	d.operands = instr.Operands(d.operands[:0])
	for _, op := range d.operands {
		fn, ok := (*op).(*ssa.Function)
		if !ok || isCall && op == &c.Common().Value {
			continue
		}
		if mc, ok := instr.(*ssa.MakeClosure); ok {
			if m := d.method(fn); m != nil {
				d.valued[m] = true
			} else if !onlyCalled(mc) {
				d.valued[fn] = true
			}
			continue
		}
		d.valued[origin(fn)] = true
	}
	if isCall {
		if fn := d.callee(c.Common()); fn != nil {
			d.calls[fn] = append(d.calls[fn], c)
		}
	}
}

// isInvoked reports whether a call of an interface method may run fn.
func (d *dataflow) isInvoked(fn *ssa.Function) bool {
	recv := fn.Signature.Recv()
	if recv == nil {
		return false
	}
	t := recv.Type()
	if _, ok := t.Underlying().(*types.Pointer); !ok {
		t = types.NewPointer(t)
	}
	return slices.ContainsFunc(d.invoked[fn.Name()], func(it *types.Interface) bool { return types.Implements(t, it) })
}

// method returns the method behind a method value, nil if fn is none.
func (d *dataflow) method(fn *ssa.Function) *ssa.Function {
	m, ok := fn.Object().(*types.Func)
	if fn.Synthetic == "" || !ok {
		return nil
	}
	return d.pkg.Prog.FuncValue(m.Origin())
}

// onlyCalled reports whether a closure is nothing but called where it is made: now,
// at the end of the function, or as a goroutine.
func onlyCalled(mc *ssa.MakeClosure) bool {
	for _, r := range *mc.Referrers() {
		c, ok := r.(ssa.CallInstruction)
		if !ok || c.Common().Value != mc {
			return false
		}
		for _, a := range c.Common().Args {
			if a == mc {
				return false
			}
		}
	}
	return true
}

func origin(fn *ssa.Function) *ssa.Function {
	if o := fn.Origin(); o != nil {
		return o
	}
	return fn
}

// callee returns the function of the package that a call runs, nil if that is not
// known.
func (d *dataflow) callee(c *ssa.CallCommon) *ssa.Function {
	fn := c.StaticCallee()
	if fn == nil {
		return nil
	}
	if fn = origin(fn); !d.known[fn] {
		return nil
	}
	return fn
}

// link unites what an instruction makes the same.
func (d *dataflow) link(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Phi:
		for _, e := range instr.Edges {
			d.same(instr, e)
		}
	case *ssa.ChangeType:
		d.same(instr, instr.X)
	case *ssa.Store:
		if isCondPtr(instr.Val.Type()) && !isConst(instr.Val) {
			d.union(d.object(instr.Val), d.contents(instr.Addr))
		}
	case *ssa.MakeClosure:
		fn := instr.Fn.(*ssa.Function)
		for i, b := range instr.Bindings {
			if i < len(fn.FreeVars) && d.known[fn] {
				d.same(fn.FreeVars[i], b)
				d.union(d.contents(fn.FreeVars[i]), d.contents(b))
			}
		}
	case *ssa.Return:
		for i, r := range instr.Results {
			if isCondPtr(r.Type()) && !isConst(r) {
				d.union(d.object(r), result{instr.Parent(), i})
			}
		}
	case ssa.CallInstruction:
		fn := d.callee(instr.Common())
		if fn == nil {
			return
		}
		for i, a := range instr.Common().Args {
			if i < len(fn.Params) {
				d.same(fn.Params[i], a)
			}
		}
		if v := instr.Value(); v != nil && isCondPtr(v.Type()) {
			d.union(v, result{fn, 0})
		}
	case *ssa.Extract:
		if call, ok := instr.Tuple.(*ssa.Call); ok && isCondPtr(instr.Type()) {
			if fn := d.callee(call.Common()); fn != nil {
				d.union(instr, result{fn, instr.Index})
			}
		}
	}
}

// same unites what two pointers to a Cond point to.
func (d *dataflow) same(x, y ssa.Value) {
	if isCondPtr(x.Type()) && !isConst(y) {
		d.union(d.object(x), d.object(y))
	}
}

// linked reports whether v gets its value from a function of the package.
func (d *dataflow) linked(v ssa.Value) bool {
	e, ok := v.(*ssa.Extract)
	if !ok {
		return false
	}
	call, ok := e.Tuple.(*ssa.Call)
	return ok && d.callee(call.Common()) != nil
}

func isConst(v ssa.Value) bool {
	_, ok := v.(*ssa.Const)
	return ok
}
