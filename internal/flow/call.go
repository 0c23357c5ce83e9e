package flow

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// call executes a call, now or (for a defer statement) at the end of the function.
func (w *walker) call(s *state, instr ssa.CallInstruction, d deferred) []*state {
	c := instr.Common()
	if w.watch != nil {
		w.stand(s, instr)
	}
	if b, ok := c.Value.(*ssa.Builtin); ok {
		w.builtin(s, b, d.args)
		return []*state{s}
	}
	w.resetResults(s, instr)
	if c.IsInvoke() {
		return w.invoke(s, instr, d)
	}
	if d.value.Kind == path.Func {
		fn := d.value.Val.(*ssa.Function)
		return w.callFunc(s, instr, fn, d.args, d.value.Args)
	}
	if do, runs := w.onceFunc(s, d.value); do != nil {
		return w.runOnce([]*state{s}, instr, do, runs)
	}
	if made := ssax.MadeFunc(c); made != nil {
		if fn := made.Call.StaticCallee(); fn != nil {
			if sum := w.env.Returned(fn); sum != nil && (ssax.OnlyCalled(made) || !changesLocks(sum)) {
				return w.callsReturned(s, instr, d, made, sum)
			}
		}
	}
	if load, ok := c.Value.(*ssa.UnOp); ok {
		if g, ok := load.X.(*ssa.Global); ok && w.env.Exits(g) {
			return nil
		}
	}
	// A function value of unknown origin.
	w.escape(s, d.value)
	if states, ok := w.declared(s, instr, d); ok {
		return states
	}
	fn := w.source(s, d.value)
	w.cellCall(s, called{at: fn, sig: c.Signature(), args: d.args}, nil, nil, []*Step{{Pos: instr.Pos(), Func: w.name, What: "calls the function it finds there"}})
	callees, all := w.dynamic(s, called{at: fn, sig: c.Signature()}, w.fn)
	if all && !callees[0].partly() && !callees[0].Above {
		return w.applyFound(s, instr, callees[0], d.args)
	}
	for _, c := range callees {
		if !all {
			w.applyFound(s.clone(), nonResult{instr}, c, d.args) // for what it may do; others may be there as well
		}
	}
	if len(callees) == 0 {
		w.fromUsers(s, instr, d.args)
	}
	if w.callersKnow(fn, callees) {
		w.callsGiven(s, called{at: fn, sig: c.Signature()}, true, w.known(instr, d.args), nil, nil, nil, []*Step{{Pos: instr.Pos(), Func: w.name, What: "calls the function it was given"}})
	}
	if all {
		return w.applyFound(s, instr, callees[0], d.args)
	}
	w.throws(s, instr)
	return w.unknown(s, instr, d)
}

// callsReturned executes a call of a function that the function of another package has returned, called by made.
func (w *walker) callsReturned(s *state, instr ssa.CallInstruction, d deferred, made *ssa.Call, sum *Summary) []*state {
	args := slices.Clone(d.args)
	for _, arg := range made.Call.Args {
		args = append(args, w.node(s, arg))
	}
	w.anything(args)
	w.callsHolding(s, instr)
	return w.apply(s, instr, Callee{Name: FuncName(made.Call.StaticCallee()) + ".func1", Summary: sum, Args: args, Writes: Writes{Unknown: true}})
}

// dynamic is [Env.Dynamic] without the function that makes the call, by: where a function in a field calls
// the one that was there before, it does not call itself. Functions of another type than the call's are left out as well.
func (w *walker) dynamic(s *state, f called, by *ssa.Function) (callees []Callee, all bool) {
	callees, all = w.env.Dynamic(f.at, f.method)
	_, holder := pointsto.Place(w.t, f.at)
	if slices.ContainsFunc(callees, func(c Callee) bool { return c.Kind != nil }) {
		is := w.fieldsOf(s, holder)
		callees = slices.DeleteFunc(callees, func(c Callee) bool { return excluded(c.Kind, is) })
		all = all && len(callees) > 0
	}
	for i := range callees {
		callees[i].Holder, callees[i].Kept = holder, f.method == "" && len(callees) > 1
	}
	rest := slices.DeleteFunc(callees, func(c Callee) bool {
		return by != nil && c.Fn == by && by.Parent() != nil || f.sig != nil && c.Fn != nil && !ssax.Fits(f.sig, c.Fn.Signature)
	})
	return rest, all && len(rest) > 0
}

// callersKnow reports whether the callers may know more of the functions at n than that the callees are
// among them.
func (w *walker) callersKnow(n *path.Node, callees []Callee) bool {
	if !w.anyElement(n).InEntry() {
		return false
	}
	return len(callees) == 0 || slices.ContainsFunc(callees, func(c Callee) bool { return c.Above || c.partly() }) || w.keepsForOthers(n)
}

// partly reports whether there are objects that the callee can reach and that have no name here: where
// more is known of what the function was read from, they may have one.
func (c *Callee) partly() bool {
	return slices.Contains(c.Args, nil) || slices.Contains(c.Captured, nil)
}

// applyFound executes a call of a function that [Env.Dynamic] has found.
func (w *walker) applyFound(s *state, instr ssa.CallInstruction, c Callee, args []*path.Node) []*state {
	c.Args = append(c.Args[:len(c.Args):len(c.Args)], args...)
	for _, k := range c.Known {
		w.store(s, k.Addr, k.Val)
	}
	return w.apply(s, instr, c)
}

func (w *walker) invoke(s *state, instr ssa.CallInstruction, d deferred) []*state {
	c := instr.Common()
	recv := d.value
	if model.NoReturn(c.Method) {
		return nil
	}
	if recv.Kind == path.Iface {
		if fn := concreteMethod(w.fn.Prog, recv.Type, c.Method); fn != nil {
			return w.callFunc(s, instr, fn, prepend(recv.X, d.args), nil)
		}
	}
	if op := model.OpOf(c.Method); op.Kind != model.None {
		return w.lockOp(s, op, recv, instr)
	}
	if states, ok := w.declared(s, instr, d); ok {
		return states
	}
	from := w.source(s, recv)
	steps := []*Step{{Pos: instr.Pos(), Func: w.name, What: "calls the method " + c.Method.Name()}}
	callees, all := w.dynamic(s, called{at: from, method: c.Method.Name()}, w.fn)
	if all && !callees[0].partly() {
		w.cellCall(s, called{at: from, method: c.Method.Name(), args: d.args}, nil, nil, steps)
		if callees[0].Above && w.callersKnow(from, callees) {
			w.callsGiven(s, called{at: from, method: c.Method.Name()}, false, w.known(instr, d.args), nil, nil, nil, steps)
		}
		return w.applyFound(s, instr, callees[0], d.args)
	}
	w.calledThere(s, instr, from, c.Method.Name(), callees, d.args, steps)
	if fn := w.env.Method(c, recv); fn != nil {
		return w.callFunc(s, instr, fn, prepend(path.Concrete(recv), d.args), nil)
	}
	w.slowCall(s, instr, c.Method)
	if model.Fatal(c.Method) {
		return nil
	}
	if recv.Kind == path.Param {
		w.callsGiven(s, called{at: recv, method: c.Method.Name()}, false, w.known(instr, d.args), nil, nil, nil, []*Step{{Pos: instr.Pos(), Func: w.name, What: "calls the method " + c.Method.Name() + " of what it was given"}})
	}
	if name, sum := w.env.Implementation(c); sum != nil {
		return w.callsSummary(s, instr, d, name, sum)
	}
	return w.unknown(s, instr, d)
}

// calledThere executes, for their effects, the methods of that name that the object at a place may have, and tells callers of the call.
func (w *walker) calledThere(s *state, instr ssa.CallInstruction, place *path.Node, method string, callees []Callee, args []*path.Node, steps []*Step) {
	w.cellCall(s, called{at: place, method: method, args: args}, nil, nil, steps)
	for _, c := range callees {
		w.applyFound(s.clone(), nonResult{instr}, c, args)
	}
	if place.Kind != path.Param && (len(callees) > 0 || w.keepsForOthers(place)) && w.callersKnow(place, callees) {
		w.callsGiven(s, called{at: place, method: method}, false, w.known(instr, args), nil, nil, nil, steps)
	}
}

func prepend(n *path.Node, rest []*path.Node) []*path.Node {
	return append([]*path.Node{n}, rest...)
}

// concreteMethod returns the method that a call of the interface method m on a
// value of type t runs; nil if it is promoted from an embedded field or generic.
func concreteMethod(prog *ssa.Program, t types.Type, m *types.Func) *ssa.Function {
	obj, index, _ := types.LookupFieldOrMethod(t, true, m.Pkg(), m.Name())
	fn, ok := obj.(*types.Func)
	if !ok || len(index) != 1 || types.IsInterface(t) {
		return nil
	}
	return prog.FuncValue(fn.Origin())
}

// callFunc executes a call of a known function.
func (w *walker) callFunc(s *state, instr ssa.CallInstruction, fn *ssa.Function, args, captured []*path.Node) []*state {
	obj, _ := fn.Object().(*types.Func)
	if wrapper := fn.Synthetic != "" && obj != nil; wrapper && (strings.HasSuffix(fn.Name(), "$thunk") || strings.HasSuffix(fn.Name(), "$bound") && len(captured) == 1) {
		// A method expression, or a method value: its receiver was captured.
		args, captured = append(captured, args...), nil
		if m := concreteMethodOf(fn.Prog, obj); m != nil {
			fn = m
		}
	}
	if op := model.OpOf(obj); op.Kind != model.None {
		if op.Kind == model.NewCond {
			return w.newCond(s, instr, args)
		}
		if op.Mode == model.Slot {
			w.slowCall(s, instr, obj) // who waits for a slot may wait for long
		}
		return w.lockOp(s, op, args[0], instr)
	}
	if model.Waits(obj) {
		w.blocks(s, instr, nil, "waits")
	}
	slow := w.slowCall(s, instr, obj)
	if origin := fn.Origin(); origin != nil {
		fn = origin
	}
	if a := model.Asserts(obj); a != 0 && len(args) > 1 && !w.asserts(s, a, args[1]) {
		return nil
	}
	if model.OnceFunc(obj) && keptHere(instr) {
		s.setCell(w.onceRan(w.t.Value(instr.Value(), 0)), w.t.Bool(false))
		return []*state{s}
	}
	if w.number(s, instr, args) {
		return []*state{s}
	}
	if model.PoolGet(obj) {
		w.poolNew(s, instr, args[0])
	}
	if len(fn.Blocks) == 0 && model.Fatal(obj) {
		return nil
	}
	sum, writes := w.env.Static(fn)
	if ret := w.env.Returned(fn); ret != nil && sum != nil && !ssax.OnlyCalled(instr) {
		sum = sum.withoutGains() // others may give the locks back
	}
	w.callsHolding(s, instr)
	if slow && sum != nil && sum.Slow != nil {
		known := *sum // the model knows better
		known.Slow, sum = nil, &known
	}
	if model.OfAddedLock(obj) {
		return w.doubt(s, args[0], instr)
	}
	if sum == nil {
		w.madeBy(instr, fn)
	}
	callee := Callee{Fn: fn, Name: w.env.Settled().name(fn), Summary: sum, Args: args, Captured: captured, Writes: writes}
	cbs := model.Callbacks(obj)
	if cbs == nil {
		states := w.apply(s, instr, callee)
		for _, s := range states {
			w.notesAnswer(s, instr, args)
			w.storesFlag(s, instr.Common(), args)
		}
		return states
	}
	states := w.callbacks(s, instr, obj, cbs, args)
	if sum != nil {
		var out []*state
		for _, s := range states {
			out = append(out, w.apply(s, instr, callee)...)
		}
		states = out
	}
	for _, s := range states {
		w.notesAnswer(s, instr, args)
	}
	return states
}

// methodOf returns the method called name of type t that concreteMethod would find.
func (w *walker) methodOf(t types.Type, name string) *ssa.Function {
	var pkg *types.Package
	if w.fn.Pkg != nil {
		pkg = w.fn.Pkg.Pkg
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, pkg, name)
	if m, ok := obj.(*types.Func); ok {
		return concreteMethod(w.fn.Prog, t, m)
	}
	return nil
}

// runMethod executes a call of a method on recv, with arguments of which some are known (see [Event.Given]), under the locks extra and without the
// locks gone.
func (w *walker) runMethod(s *state, instr ssa.CallInstruction, fn *ssa.Function, recv *path.Node, given []*path.Node, extra []known, gone []*path.Node) []*state {
	args := w.anyArgs(fn)
	args[0] = recv
	defer w.fill(s, args, given, fn, instr)()
	return w.under(s, extra, gone, func(s *state) []*state {
		return w.callFunc(s, nonResult{instr}, fn, args, nil)
	})
}

func concreteMethodOf(prog *ssa.Program, m *types.Func) *ssa.Function {
	if recv := m.Signature().Recv(); recv == nil || types.IsInterface(recv.Type()) {
		return nil
	}
	return prog.FuncValue(m.Origin())
}

func (w *walker) callsHolding(s *state, instr ssa.CallInstruction) {
	for _, h := range s.locks.Held() {
		if isSlot(h) {
			continue
		}
		if got := w.res.CallsHolding[instr]; !slices.Contains(got, h.Lock) {
			w.res.CallsHolding[instr] = append(got, h.Lock)
		}
	}
}

// newCond executes c := sync.NewCond(l): from then on c.L is l.
func (w *walker) newCond(s *state, instr ssa.CallInstruction, args []*path.Node) []*state {
	if v := instr.Value(); v != nil {
		w.store(s, w.t.Field(w.t.Value(v, 0), "L", "sync.Cond", false), args[0])
	}
	return []*state{s}
}

// unknown executes a call of code that cannot be seen.
func (w *walker) unknown(s *state, instr ssa.CallInstruction, d deferred) []*state {
	for _, h := range s.locks.Held() {
		if !slices.Contains(w.res.Exposed, h.Lock) {
			w.res.Exposed = append(w.res.Exposed, h.Lock)
		}
	}
	if w.why != nil {
		w.unseen(instr)
	}
	states := w.bodies(s, instr, d.args)
	for _, s := range states {
		s.opaque = s.opaque || w.contract != nil
		w.escape(s, d.value)
		w.madeFor(s, instr)
		for _, a := range d.args {
			w.escape(s, a)
		}
		if c := instr.Common(); c.IsInvoke() {
			w.nameResult(s, instr, c.Method.Name(), prepend(d.value, d.args))
		}
		w.disturb(s, true)
	}
	return states
}
