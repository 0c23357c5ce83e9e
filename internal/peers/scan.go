package peers

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// value returns the node of a value, which is nil for a struct and most basic types.
func (g *Graph) value(v ssa.Value) *node {
	switch v := v.(type) {
	case nil, *ssa.Builtin:
		return nil
	case *ssa.Const:
		return new(node) // nil is no object that its users share
	case *ssa.Function:
		return &node{funcs: []*ssa.Function{v}} // nor do they share a function
	case *ssa.Global:
		return g.global(v)
	}
	if n := g.values[v]; n != nil {
		return n
	}
	if !hasNode(v.Type()) {
		return nil
	}
	var n *node
	switch v := v.(type) {
	case *ssa.FieldAddr:
		n = g.addrOf(g.field(v.X.Type(), v.Field))
	case *ssa.Field:
		n = g.field(v.X.Type(), v.Field)
	default:
		n = new(node)
	}
	g.values[v] = n
	return n
}

func (g *Graph) global(v *ssa.Global) *node {
	n := g.globals[v]
	if n == nil {
		n = new(node)
		g.globals[v] = n
		if g.vis.Global(v.Object()) {
			g.escape(n)
		}
	}
	return n
}

// field returns the node of what a field holds, in all structs of its declaration.
func (g *Graph) field(t types.Type, i int) *node {
	u := t.Underlying()
	if p, ok := u.(*types.Pointer); ok {
		u = p.Elem().Underlying()
	}
	st, ok := u.(*types.Struct)
	if !ok { // a type parameter
		n := new(node)
		g.escape(n)
		return n
	}
	f := st.Field(i).Origin()
	var k any = f
	if _, owner, _ := path.StructField(t, i); owner == "" {
		k = types.TypeString(st, nil) + "." + f.Name() // identical anonymous types are one
	}
	n := g.fields[k]
	if n == nil {
		n = new(node)
		g.fields[k] = n
		if g.vis.Field(t, f) {
			g.escape(n)
		}
	}
	return n
}

// flow lets a value flow to another.
func (g *Graph) flow(to, from ssa.Value) {
	if hasNode(to.Type()) && hasNode(from.Type()) {
		g.unify(g.value(to), g.value(from))
	} else {
		g.copyStruct(to.Type(), from.Type())
	}
}

// copyStruct makes the fields of two struct types with different declarations the
// same where a value of one is converted to the other.
func (g *Graph) copyStruct(to, from types.Type) {
	for range 2 {
		a, okA := to.Underlying().(*types.Struct)
		b, okB := from.Underlying().(*types.Struct)
		if okA && okB {
			for i := range min(a.NumFields(), b.NumFields()) {
				if a != b && hasNode(a.Field(i).Type()) && hasNode(b.Field(i).Type()) {
					g.unify(g.field(to, i), g.field(from, i))
				}
			}
			return
		}
		p, okP := to.Underlying().(*types.Pointer)
		q, okQ := from.Underlying().(*types.Pointer)
		if !okP || !okQ {
			return
		}
		to, from = p.Elem(), q.Elem()
	}
}

// scan looks at every instruction of a function.
func (g *Graph) scan(f *function) {
	fn := f.fn
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch v := instr.(type) {
			case ssa.CallInstruction:
				g.scanCall(f, v)
			case *ssa.Store:
				if cond := condField(v.Addr); cond != nil {
					g.condL = append(g.condL, condL{cond, fn, v.Val})
					continue
				}
				g.assign(g.elemAt(v.Addr), v.Val)
			case *ssa.UnOp:
				g.scanUnOp(f, v)
			case *ssa.Send:
				g.assign(g.elemAt(v.Chan), v.X)
				g.addOp(f, &Op{Kind: Send, Instr: v, Chan: v.Chan, Waits: true})
			case *ssa.Select:
				g.scanSelect(f, v)
			case *ssa.MakeChan:
				g.makes = append(g.makes, &Make{Instr: v, Cap: capacity(v.Size)})
			case *ssa.Phi:
				for _, e := range v.Edges {
					g.flow(v, e)
				}
			case *ssa.MakeClosure:
				lit := v.Fn.(*ssa.Function)
				g.see(lit)
				g.unify(g.value(v), &node{funcs: []*ssa.Function{lit}})
				for i, b := range v.Bindings {
					g.flow(lit.FreeVars[i], b)
				}
			case *ssa.MakeInterface:
				g.flow(v, v.X)
				g.toInterface(v.Type(), v.X.Type())
			case *ssa.ChangeInterface:
				g.flow(v, v.X)
				g.toInterface(v.Type(), v.X.Type())
			case *ssa.ChangeType:
				g.flow(v, v.X)
			case *ssa.Convert:
				g.flow(v, v.X)
				if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Kind() == types.UnsafePointer {
					g.escape(g.value(v))
				}
			case *ssa.MultiConvert:
				g.flow(v, v.X)
			case *ssa.SliceToArrayPointer:
				g.unify(g.elemOf(g.elemAt(v)), g.elemAt(v.X))
			case *ssa.TypeAssert:
				if n := g.value(v.X); v.CommaOk {
					g.unify(g.tupleOf(v, 0), n)
				} else if hasNode(v.Type()) {
					g.unify(g.value(v), n)
				}
			case *ssa.Extract:
				if hasNode(v.Type()) {
					g.unify(g.value(v), g.tupleOf(v.Tuple, v.Index))
				}
			case *ssa.IndexAddr:
				if _, isPtr := v.X.Type().Underlying().(*types.Pointer); isPtr {
					g.unify(g.value(v), g.addrOf(g.elemOf(g.elemAt(v.X))))
				} else {
					g.unify(g.value(v), g.addrOf(g.elemAt(v.X)))
				}
			case *ssa.Index:
				if hasNode(v.Type()) && hasNode(v.X.Type()) {
					g.unify(g.value(v), g.elemAt(v.X))
				}
			case *ssa.Slice:
				if _, isPtr := v.X.Type().Underlying().(*types.Pointer); isPtr {
					g.unify(g.elemAt(v), g.elemOf(g.elemAt(v.X)))
				} else if hasNode(v.Type()) && hasNode(v.X.Type()) {
					g.flow(v, v.X)
				}
			case *ssa.Lookup:
				if m, ok := v.X.Type().Underlying().(*types.Map); ok && hasNode(m.Elem()) {
					if v.CommaOk {
						g.unify(g.tupleOf(v, 0), g.elemAt(v.X))
					} else {
						g.unify(g.value(v), g.elemAt(v.X))
					}
				}
			case *ssa.MapUpdate:
				g.assign(g.elemAt(v.Map), v.Value)
				g.assign(g.keyOf(g.value(v.Map)), v.Key)
			case *ssa.Next:
				if r, ok := v.Iter.(*ssa.Range); ok && !v.IsString {
					g.unify(g.tupleOf(v, 1), g.keyOf(g.value(r.X)))
					g.unify(g.tupleOf(v, 2), g.elemAt(r.X))
				}
			case *ssa.Return:
				for i, r := range v.Results {
					if n := g.resultOf(fn, i); n != nil {
						g.assign(n, r)
					}
				}
			}
		}
	}
}

// elemAt returns what v, an address, a container or a channel, holds. What is in a channel has no address: that one message goes through two
// channels does not make them one.
func (g *Graph) elemAt(v ssa.Value) *node {
	n := g.value(v)
	if _, isChan := v.Type().Underlying().(*types.Chan); isChan && n != nil && n.rep().elem == nil {
		n.rep().elem = &node{outside: n.rep().outside.inside()}
	}
	return g.elemOf(n)
}

func (g *Graph) assign(to *node, from ssa.Value) {
	if hasNode(from.Type()) {
		g.unify(to, g.value(from))
	}
}

func (g *Graph) scanUnOp(f *function, v *ssa.UnOp) {
	switch v.Op {
	case token.MUL:
		if hasNode(v.Type()) {
			g.unify(g.value(v), g.elemAt(v.X))
		}
	case token.ARROW:
		elem := ssax.Core(v.X.Type()).(*types.Chan).Elem()
		if hasNode(elem) {
			if v.CommaOk {
				g.unify(g.tupleOf(v, 0), g.elemAt(v.X))
			} else {
				g.unify(g.value(v), g.elemAt(v.X))
			}
		}
		kind := Receive
		if v.Block().Comment == "rangechan.loop" {
			kind = Range
		}
		g.addOp(f, &Op{Kind: kind, Instr: v, Chan: v.X, Waits: true})
	}
}

func (g *Graph) scanSelect(f *function, v *ssa.Select) {
	received := 0
	for i, st := range v.States {
		op := &Op{Kind: Send, Instr: v, Case: i, Chan: st.Chan, Waits: v.Blocking}
		if st.Dir == types.RecvOnly {
			op.Kind = Receive
			if hasNode(ssax.Core(st.Chan.Type()).(*types.Chan).Elem()) {
				g.unify(g.tupleOf(v, 2+received), g.elemAt(st.Chan))
			}
			received++
		} else {
			g.assign(g.elemAt(st.Chan), st.Send)
		}
		g.addOp(f, op)
	}
}

// toInterface notes that a value of type t gets the interface type it: whoever else
// may have values of that type may call its methods, and by a type assertion all that
// t exports.
func (g *Graph) toInterface(it, t types.Type) {
	it, t = g.canonical(it), g.canonical(t)
	g.concrete(t)
	iface, ok := it.Underlying().(*types.Interface)
	if !ok || iface.NumMethods() == 0 || g.ownInterface(it) {
		return
	}
	k := pair{it, t}
	if g.given[k] && !types.IsInterface(t) {
		return
	}
	g.given[k] = true
	if !types.IsInterface(t) {
		for m := range types.NewMethodSet(t).Methods() {
			if fn, ok := m.Obj().(*types.Func); ok && fn.Exported() {
				if fn := g.methodOf(t, fn); fn != nil {
					g.open = append(g.open, fn)
				}
			}
		}
	}
	for m := range iface.Methods() {
		if types.IsInterface(t) {
			if src := t.Underlying().(*types.Interface); g.ownInterface(t) {
				for _, c := range g.concretes {
					if types.Implements(c, src) {
						g.open = append(g.open, g.methodOf(c, m))
					}
				}
			}
			continue
		}
		if fn := g.methodOf(t, m); fn != nil {
			g.open = append(g.open, fn)
		}
	}
}

// ownInterface reports whether only the package can have values of an interface type.
func (g *Graph) ownInterface(it types.Type) bool {
	named, ok := types.Unalias(it).(*types.Named)
	return ok && named.Obj().Pkg() == g.pkg.Pkg && !g.vis.Type(named)
}

// methodOf returns the method that a call of m on a value of type t runs.
func (g *Graph) methodOf(t types.Type, m *types.Func) *ssa.Function {
	obj, _, _ := types.LookupFieldOrMethod(t, true, m.Pkg(), m.Name())
	fn, ok := obj.(*types.Func)
	if !ok || types.IsInterface(t) {
		return nil
	}
	if recv := fn.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
		return nil // promoted from an embedded interface
	}
	return g.pkg.Prog.FuncValue(fn.Origin())
}

// pair is an interface type and a type that has to do with it.
type pair struct{ it, t types.Type }

// canonical returns the same type for all that are identical.
func (g *Graph) canonical(t types.Type) types.Type {
	if same, ok := g.types.At(t).(types.Type); ok {
		return same
	}
	g.types.Set(t, t)
	return t
}

// concrete notes that values of type t may be in interfaces.
func (g *Graph) concrete(t types.Type) {
	t = g.canonical(t)
	if types.IsInterface(t) || g.seen[t] {
		return
	}
	g.seen[t] = true
	g.concretes = append(g.concretes, t)
	for _, e := range g.invokes {
		g.invoke(e, t)
	}
}

// invoke connects a call of an interface's method with the one of t.
func (g *Graph) invoke(e *edge, t types.Type) {
	c := e.instr.Common()
	it, ok := c.Value.Type().Underlying().(*types.Interface)
	if !ok {
		return
	}
	k := pair{it, t}
	implements, ok := g.implements[k]
	if !ok {
		implements = types.Implements(t, it)
		g.implements[k] = implements
	}
	if !implements {
		return
	}
	if fn := g.methodOf(t, c.Method); fn != nil {
		g.links = append(g.links, link{e, fn})
	}
}

// declared makes the package's types known to its interfaces.
func (g *Graph) declared() {
	scope := g.pkg.Pkg.Scope()
	for _, name := range scope.Names() {
		if tn, ok := scope.Lookup(name).(*types.TypeName); ok && !tn.IsAlias() {
			if named, ok := tn.Type().(*types.Named); ok && named.TypeParams() == nil && !types.IsInterface(named) {
				g.seen[named] = true // its methods are among those of the pointer
				g.concrete(types.NewPointer(named))
			}
		}
	}
}
