package summary

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// Exchangeable is a function that locks the same lock of two of its arguments, in the
// order in which they are passed. Two calls that pass the same objects in different
// orders can deadlock.
type Exchangeable struct {
	Fn     *ssa.Function
	First  flow.HeldLock
	Second flow.HeldLock
	Reader bool // both are read-locked: it takes a writer in between
	// OneWay: the function changes one of the two at most: it copies, merges or compares. Few programs do that
	// both ways.
	OneWay bool
	// ByKeys: the two have been looked up by two of the arguments.
	ByKeys bool
	// Ring: the second one is the next one after the first, in a ring of goroutines that do the same.
	Ring bool
}

// exchangeable finds the point's lock and one that is held at it to be the same but
// for two parameters of fn, whose order nothing decides.
func (a *analysis) exchangeable(fn *ssa.Function, p *flow.Point, writes func(class string) bool) *Exchangeable {
	for _, h := range p.Held {
		if h.Maybe || h.ByKeys == nil && h.Lock == p.Lock || h.Lock.Class() != p.Lock.Class() {
			continue
		}
		i, j, ok := a.exchanged(fn, h.Lock, p.Lock)
		var x, y ssa.Value
		switch {
		case ok:
			x, y = fn.Params[i], fn.Params[j]
		case h.ByKeys != nil:
			x, y, i, j = h.ByKeys.First, h.ByKeys.Second, h.ByKeys.Keys[0], h.ByKeys.Keys[1]
		default:
			continue
		}
		if a.gated(p, h, i, j) {
			a.dropInstances(fn, p, h, why.CommonLock)
			continue
		}
		if a.ordered(fn, p, i, j) || linked(fn, i, j) || !a.anyOrder(fn, i, j) {
			a.dropInstances(fn, p, h, why.OrderDecided)
			continue
		}
		reader := h.Mode == model.Read && p.Mode == model.Read
		if reader && !writes(p.Lock.Class()) {
			a.dropInstances(fn, p, h, why.NoWriter)
			continue
		}
		return &Exchangeable{Fn: fn, First: h, Second: flow.HeldLock{Lock: p.Lock, Mode: p.Mode, Steps: p.Steps}, Reader: reader,
			ByKeys: !ok, OneWay: !a.changes(fn, x, 0) || !a.changes(fn, y, 0)}
	}
	return nil
}

// anyOrder reports whether fn may be called with either of two objects first: others
// can call it, or a caller passes elements that it looks up, or what another caller
// passes the other way round.
func (a *analysis) anyOrder(fn *ssa.Function, i, j int) bool {
	if !a.vis.Callable(fn) && a.alwaysNew(fn, i, j) {
		return false
	}
	if obj, ok := fn.Object().(*types.Func); ok && a.calledElsewhere(fn, obj) {
		return true
	}
	type args struct{ x, y any }
	seen := make(map[args]bool)
	for _, c := range a.info[fn].callers {
		if c.Common().IsInvoke() {
			continue
		}
		x, y := argument(c.Common().Args[i]), argument(c.Common().Args[j])
		if seen[args{y, x}] || ssax.LookedUp(ssax.Origin(c.Common().Args[i])) && ssax.LookedUp(ssax.Origin(c.Common().Args[j])) {
			return true
		}
		seen[args{x, y}] = true
	}
	return false
}

// argument returns what tells an argument from others: the value of a constant, or else the variable that is passed.
func argument(v ssa.Value) any {
	v = ssax.Origin(v)
	if k, ok := v.(*ssa.Const); ok && k.Value != nil {
		return k.Value.ExactString()
	}
	return v
}

// changes reports whether fn, or a function of the package that it passes the object p to, changes what belongs to that. A lock by itself
// belongs to whatever it guards.
func (a *analysis) changes(fn *ssa.Function, p ssa.Value, depth int) bool {
	if depth > limits.MaxCalls {
		return false
	}
	if model.PointsToLock(p.Type()) {
		return true
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Store:
				if belongs(instr.Addr, p) {
					return true
				}
			case *ssa.MapUpdate:
				if belongs(instr.Map, p) {
					return true
				}
			case ssa.CallInstruction:
				args := instr.Common().Args
				if f, ok := instr.Common().Value.(*ssa.Builtin); ok {
					if f.Name() == "delete" && belongs(args[0], p) {
						return true
					}
					continue
				}
				to := callee(instr)
				if to == nil || a.info[to] == nil {
					continue
				}
				for j, arg := range args {
					if belongs(arg, p) && j < len(to.Params) && a.changes(to, to.Params[j], depth+1) {
						return true
					}
				}
			}
		}
	}
	return false
}

// belongs reports whether a value or address is, or is part of, or is found by way of, an object.
func belongs(v, object ssa.Value) bool {
	for range limits.MaxCalls {
		at := ssax.Origin(ssax.Base(v))
		if at == object {
			return true
		}
		switch x := at.(type) {
		case *ssa.UnOp:
			v = x.X
		case *ssa.TypeAssert:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.Slice:
			v = x.X
		case *ssa.Lookup:
			v = x.X
		case *ssa.Extract:
			v = x.Tuple
		default:
			return false
		}
	}
	return false
}

// alwaysNew reports whether each caller of fn passes an object that it has just made for one of the two.
func (a *analysis) alwaysNew(fn *ssa.Function, i, j int) bool {
	callers := a.info[fn].callers
	return len(callers) > 0 && !slices.ContainsFunc(callers, func(c ssa.CallInstruction) bool {
		args := c.Common().Args
		return c.Common().IsInvoke() || !a.madeHere(args[i]) && !a.madeHere(args[j])
	})
}

// madeHere reports whether a value is a new object, made by the function or by one that it calls.
func (a *analysis) madeHere(v ssa.Value) bool {
	switch v := ssax.Origin(v).(type) {
	case *ssa.Alloc:
		return true
	case *ssa.Call:
		fn := callee(v)
		return fn != nil && a.makes(fn, 0)
	case *ssa.Extract:
		if c, ok := v.Tuple.(*ssa.Call); ok {
			fn := callee(c)
			return fn != nil && a.makes(fn, v.Index)
		}
	}
	return false
}

// exchanged finds two parameters of one type such that x is y with the two exchanged.
func (a *analysis) exchanged(fn *ssa.Function, x, y *path.Node) (i, j int, ok bool) {
	for i := range fn.Params {
		for j := range fn.Params {
			if i == j || !mayBeOf(fn.Params[i].Type(), fn.Params[j].Type()) && !mayBeOf(fn.Params[j].Type(), fn.Params[i].Type()) {
				continue
			}
			pi, pj := a.table.Param(i), a.table.Param(j)
			if !x.Mentions(pi) || x.Mentions(pj) {
				continue
			}
			swapped := a.table.Rewrite(x, func(n *path.Node) *path.Node {
				if n == pi {
					return pj
				}
				return nil
			})
			if swapped == y {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// mayBeOf reports whether a value of type t may be one of type u: they are one type, or u is an
// interface that t has the methods of.
func mayBeOf(t, u types.Type) bool {
	if types.Identical(t, u) {
		return true
	}
	it, ok := u.Underlying().(*types.Interface)
	return ok && it.NumMethods() > 0 && types.Implements(t, it)
}

// gated reports whether a lock that has nothing to do with the two parameters is held
// as well, and so keeps calls apart.
func (a *analysis) gated(p *flow.Point, first flow.HeldLock, i, j int) bool {
	return slices.ContainsFunc(p.Held, func(h flow.HeldLock) bool {
		return h.Lock != first.Lock && h.Mode == model.Write && !h.Lock.Mentions(a.table.Param(i)) && !h.Lock.Mentions(a.table.Param(j))
	})
}

// ordered reports whether something decides on the order of the two parameters: a
// branch on a comparison of them, in fn or in a function that it passes both to.
func (a *analysis) ordered(fn *ssa.Function, p *flow.Point, i, j int) bool {
	return comparedOnTheWay(p, a.table.Param(i), a.table.Param(j)) || a.compares(fn, fn.Params[i], fn.Params[j], p.Site, 0)
}

// decided reports whether something decides on the order of two objects of one type whose locks a point is about: the function, or one that it calls
// and that gets both, compares them.
func (a *analysis) decided(fn *ssa.Function, p *flow.Point, h flow.HeldLock) bool {
	if comparedOnTheWay(p, path.Concrete(h.Lock).Struct(), path.Concrete(p.Lock).Struct()) || a.comparesTwo(fn, p.Site) {
		return true
	}
	call, ok := p.Site.(ssa.CallInstruction)
	if !ok {
		return false
	}
	g := callee(call)
	return g != nil && a.info[g] != nil && a.comparesTwo(g, nil)
}

// comparedOnTheWay reports whether a condition on the way to a point compares two objects, and does not only ask whether they are one.
func comparedOnTheWay(p *flow.Point, x, y *path.Node) bool {
	return slices.ContainsFunc(p.Guard, func(l flow.Literal) bool {
		return l.Cond.Name != "==" && l.Cond.Mentions(x) && l.Cond.Mentions(y)
	})
}

// comparesTwo reports whether a function compares two of its arguments that have one type before it comes to site, nil for anywhere.
func (a *analysis) comparesTwo(fn *ssa.Function, site ssa.Instruction) bool {
	for i, x := range fn.Params {
		for _, y := range fn.Params[i+1:] {
			if types.Identical(x.Type(), y.Type()) && a.compares(fn, x, y, site, 0) {
				return true
			}
		}
	}
	return false
}

// compares reports whether fn compares what it gets for x and y before it comes to site, nil for
// anywhere: what it compares after it has locked both decides on nothing.
func (a *analysis) compares(fn *ssa.Function, x, y *ssa.Parameter, site ssa.Instruction, depth int) bool {
	if depth > 3 {
		return false
	}
	order := ssax.NewOrder(fn)
	before := func(instr ssa.Instruction) bool {
		return site == nil || site.Block() == nil || site.Parent() != fn || order.Precedes(instr, site, nil)
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.If:
				if !isIdentity(instr.Cond) && before(instr) && derives(instr.Cond, x, 0) && derives(instr.Cond, y, 0) {
					return true
				}
			case ssa.CallInstruction:
				to := callee(instr)
				if to == nil || a.info[to] == nil {
					continue
				}
				args := instr.Common().Args
				px, py := slices.Index(args, ssa.Value(x)), slices.Index(args, ssa.Value(y))
				if px >= 0 && py >= 0 && max(px, py) < len(to.Params) && before(instr) && a.compares(to, to.Params[px], to.Params[py], nil, depth+1) {
					return true
				}
			}
		}
	}
	return false
}

// isIdentity reports whether a condition only asks whether two pointers, or two parameters, are the same.
func isIdentity(cond ssa.Value) bool {
	op, ok := cond.(*ssa.BinOp)
	if !ok || op.Op != token.EQL && op.Op != token.NEQ {
		return false
	}
	_, isPointer := op.X.Type().Underlying().(*types.Pointer)
	_, isX := ssax.Origin(op.X).(*ssa.Parameter)
	_, isY := ssax.Origin(op.Y).(*ssa.Parameter)
	return isPointer || isX && isY
}

// derives reports whether v is computed from the parameter.
func derives(v ssa.Value, from *ssa.Parameter, depth int) bool {
	if v == from {
		return true
	}
	instr, ok := v.(ssa.Instruction)
	if !ok || depth > 8 {
		return false
	}
	if alloc, ok := v.(*ssa.Alloc); ok {
		for _, r := range *alloc.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Addr == alloc && derives(st.Val, from, depth+1) {
				return true
			}
		}
		return false
	}
	var buf [8]*ssa.Value
	for _, op := range instr.Operands(buf[:0]) {
		if *op != nil && derives(*op, from, depth+1) {
			return true
		}
	}
	return false
}

// linked reports whether fn makes one of the parameters part of the other: a parent
// and its child have an order.
func linked(fn *ssa.Function, i, j int) bool {
	x, y := fn.Params[i], fn.Params[j]
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			var into, val ssa.Value
			switch instr := instr.(type) {
			case *ssa.Store:
				into, val = instr.Addr, instr.Val
			case *ssa.MapUpdate:
				into, val = instr.Map, instr.Value
				if instr.Key == x || instr.Key == y {
					return true
				}
			default:
				continue
			}
			if _, local := into.(*ssa.Alloc); local {
				continue
			}
			if val == x && derives(into, y, 0) || val == y && derives(into, x, 0) {
				return true
			}
		}
	}
	return false
}
