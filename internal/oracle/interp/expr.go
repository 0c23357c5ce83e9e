package interp

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// expr evaluates an expression with one value.
func (m *machine) expr(x ast.Expr) any {
	x = ast.Unparen(x)
	if tv := m.Info.Types[x]; tv.Value != nil {
		switch tv.Value.Kind() {
		case constant.Bool:
			return constant.BoolVal(tv.Value)
		case constant.Int:
			n, _ := constant.Int64Val(tv.Value)
			return int(n)
		case constant.String:
			return constant.StringVal(tv.Value)
		}
	} else if tv.IsNil() {
		return nil
	}
	switch x := x.(type) {
	case *ast.Ident:
		if fn, ok := m.Info.Uses[x].(*types.Func); ok {
			return m.declared(m.decls[fn])
		}
		return m.load(m.variable(m.Info.ObjectOf(x)))
	case *ast.FuncLit:
		return &function{node: x, typ: x.Type, body: x.Body, env: m.env}
	case *ast.CallExpr:
		out := m.prepare(x, nil)()
		if len(out) != 1 {
			panic(unsupported{"a call without a value"})
		}
		return out[0]
	case *ast.UnaryExpr:
		switch x.Op {
		case token.NOT:
			return !m.expr(x.X).(bool)
		case token.AND:
			return m.addr(x.X)
		case token.SUB:
			return -m.expr(x.X).(int)
		}
	case *ast.BinaryExpr:
		return m.binary(x)
	case *ast.StarExpr:
		return m.load(m.pointer(m.expr(x.X)))
	case *ast.SelectorExpr:
		if sel := m.Info.Selections[x]; sel != nil && sel.Kind() != types.FieldVal {
			return m.methodValue(x, sel)
		}
		return m.load(m.addr(x))
	case *ast.IndexExpr:
		return m.load(m.addr(x))
	case *ast.CompositeLit:
		return m.composite(x)
	}
	panic(unsupported{fmt.Sprintf("%T", x)})
}

func (m *machine) binary(x *ast.BinaryExpr) any {
	switch x.Op {
	case token.LAND:
		return m.expr(x.X).(bool) && m.expr(x.Y).(bool)
	case token.LOR:
		return m.expr(x.X).(bool) || m.expr(x.Y).(bool)
	}
	l, r := m.expr(x.X), m.expr(x.Y)
	if _, isInt := l.(int); isInt && m.free && isComparison(x.Op) {
		if m.truths[x] == maxTruths {
			return false // or a loop could run for ever
		}
		if m.choose("?", 2) == 0 {
			return false
		}
		m.truths[x]++
		return true
	}
	switch x.Op {
	case token.EQL:
		return l == r
	case token.NEQ:
		return l != r
	}
	a, b := l.(int), r.(int)
	switch x.Op {
	case token.LSS:
		return a < b
	case token.LEQ:
		return a <= b
	case token.GTR:
		return a > b
	case token.GEQ:
		return a >= b
	case token.ADD:
		return a + b
	case token.SUB:
		return a - b
	case token.REM:
		if b == 0 {
			m.panicGo("integer divide by zero")
		}
		return a % b
	}
	panic(unsupported{"operator " + x.Op.String()})
}

// maxTruths bounds how often a free comparison is true.
const maxTruths = 2

func isComparison(op token.Token) bool {
	switch op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return true
	}
	return false
}

// composite makes a struct or an array.
func (m *machine) composite(x *ast.CompositeLit) any {
	t := m.Info.TypeOf(x)
	if p, ok := t.Underlying().(*types.Pointer); ok { // elided &T in an array
		c := m.cell(p.Elem(), "new", false)
		c.v = m.elementsOf(x, p.Elem())
		return c
	}
	return m.elementsOf(x, t)
}

func (m *machine) elementsOf(x *ast.CompositeLit, t types.Type) any {
	s := m.zero(t, "new", false).(*structure)
	for i, e := range x.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			st, isStruct := t.Underlying().(*types.Struct)
			if !isStruct {
				panic(unsupported{"a key in an array"})
			}
			for j := range st.NumFields() {
				if st.Field(j).Name() == kv.Key.(*ast.Ident).Name {
					i = j
				}
			}
			e = kv.Value
		}
		m.store(s.fields[i], m.expr(e))
	}
	return s
}

// addr evaluates an expression to the variable it denotes.
func (m *machine) addr(x ast.Expr) *cell {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return m.variable(m.Info.ObjectOf(x))
	case *ast.StarExpr:
		return m.pointer(m.expr(x.X))
	case *ast.SelectorExpr:
		sel := m.Info.Selections[x]
		if sel == nil || sel.Kind() != types.FieldVal {
			panic(unsupported{"address of " + x.Sel.Name})
		}
		return m.walk(m.base(x.X), sel.Index())
	case *ast.IndexExpr:
		elems := m.elements(x.X)
		i := m.expr(x.Index).(int)
		if i < 0 || i >= len(elems) {
			m.panicGo("index out of range")
		}
		return elems[i]
	case *ast.CompositeLit:
		c := m.cell(m.Info.TypeOf(x), "new", false)
		c.v = m.composite(x)
		return c
	}
	panic(unsupported{fmt.Sprintf("address of %T", x)})
}

func (m *machine) pointer(v any) *cell {
	c, _ := v.(*cell)
	if c == nil {
		m.panicGo("nil pointer dereference")
	}
	return c
}

// base is the struct that a selector starts from.
func (m *machine) base(x ast.Expr) *cell {
	if _, ok := m.Info.TypeOf(x).Underlying().(*types.Pointer); ok {
		return m.pointer(m.expr(x))
	}
	return m.addr(x)
}

// walk follows fields, through embedded pointers.
func (m *machine) walk(c *cell, path []int) *cell {
	for _, i := range path {
		if _, ok := c.typ.Underlying().(*types.Pointer); ok {
			c = m.pointer(m.load(c))
		}
		c = m.load(c).(*structure).fields[i]
	}
	return c
}

// prepare evaluates the function and the arguments of a call, and returns what
// then makes it. deferrer is set if that is a deferred call's turn.
func (m *machine) prepare(x *ast.CallExpr, deferrer *frame) func() []any {
	pos := x.Pos()
	fun := ast.Unparen(x.Fun)
	if tv := m.Info.Types[fun]; tv.IsType() {
		v := m.expr(x.Args[0])
		return func() []any { return []any{v} }
	}
	if id, ok := fun.(*ast.Ident); ok {
		if b, ok := m.Info.Uses[id].(*types.Builtin); ok {
			return m.builtin(b.Name(), x, deferrer)
		}
	}
	var fn any
	if sel, ok := fun.(*ast.SelectorExpr); ok && m.Info.Selections[sel] != nil && m.Info.Selections[sel].Kind() != types.FieldVal {
		fn = m.methodValue(sel, m.Info.Selections[sel])
	} else {
		fn = m.expr(fun)
	}
	args := m.args(x)
	return func() []any { return m.invoke(fn, args, pos, deferrer) }
}

func (m *machine) args(x *ast.CallExpr) (args []any) {
	if len(x.Args) == 1 {
		if c, ok := ast.Unparen(x.Args[0]).(*ast.CallExpr); ok {
			if _, ok := m.Info.TypeOf(c).(*types.Tuple); ok {
				return m.prepare(c, nil)()
			}
		}
	}
	for _, a := range x.Args {
		args = append(args, m.expr(a))
	}
	return args
}

// invoke calls a function value.
func (m *machine) invoke(fn any, args []any, pos token.Pos, deferrer *frame) []any {
	switch fn := fn.(type) {
	case *function:
		return m.call(fn, args, pos, deferrer)
	case native:
		return fn(m, pos, args)
	case nil:
		m.panicGo("call of a nil function")
	}
	panic(unsupported{fmt.Sprintf("call of a %T", fn)})
}

// methodValue evaluates x.M to a function that has its receiver, and T.M to
// one that takes it as its first argument.
func (m *machine) methodValue(x *ast.SelectorExpr, sel *types.Selection) any {
	obj := sel.Obj().(*types.Func)
	if sel.Kind() == types.MethodExpr {
		return native(func(m *machine, pos token.Pos, args []any) []any {
			return m.invoke(m.method(obj, args[0]), args[1:], pos, nil)
		})
	}
	path := sel.Index()
	path = path[:len(path)-1]
	t := m.Info.TypeOf(x.X)
	if types.IsInterface(t) {
		return m.method(obj, m.expr(x.X))
	}
	c := m.walk(m.base(x.X), path)
	if len(path) > 0 {
		switch c.typ.Underlying().(type) {
		case *types.Interface:
			return m.method(obj, m.load(c))
		case *types.Pointer:
			c = m.pointer(m.load(c))
		}
	}
	if recv := obj.Signature().Recv(); recv != nil {
		if _, ok := recv.Type().Underlying().(*types.Pointer); !ok {
			return m.method(obj, m.load(c))
		}
	}
	return m.method(obj, c)
}

// method binds a method to its receiver; that of an interface is looked up.
func (m *machine) method(obj *types.Func, recv any) any {
	switch r := recv.(type) {
	case readLocker:
		return native(func(m *machine, pos token.Pos, _ []any) []any { return m.lockOp(r.lock, "R"+obj.Name(), pos) })
	case nil:
		m.panicGo("method of nil")
	case *cell:
		if l, ok := r.v.(*lock); ok {
			return native(func(m *machine, pos token.Pos, _ []any) []any { return m.lockOp(l, obj.Name(), pos) })
		}
		if types.IsInterface(obj.Signature().Recv().Type()) {
			found, index, _ := types.LookupFieldOrMethod(types.NewPointer(r.typ), true, obj.Pkg(), obj.Name())
			obj = found.(*types.Func)
			recv = m.walk(r, index[:len(index)-1])
			if len(index) > 1 {
				return m.method(obj, recv)
			}
		}
	}
	decl := m.decls[obj.Origin()]
	if decl == nil {
		panic(unsupported{"method " + obj.FullName()})
	}
	return native(func(m *machine, pos token.Pos, args []any) []any {
		return m.call(m.declared(decl), append([]any{recv}, args...), pos, nil)
	})
}

func (m *machine) builtin(name string, x *ast.CallExpr, deferrer *frame) func() []any {
	switch name {
	case "panic":
		v := m.expr(x.Args[0])
		return func() []any { m.panicGo(v); return nil }
	case "recover":
		return func() []any {
			d := m.frame.deferrer
			if d == nil || d.panicking == nil {
				return []any{nil}
			}
			v := d.panicking.v
			d.panicking, d.recovered = nil, true
			return []any{v}
		}
	case "new":
		c := m.cell(m.Info.TypeOf(x.Args[0]), "new", false)
		return func() []any { return []any{c} }
	case "len":
		n := len(m.elements(x.Args[0]))
		return func() []any { return []any{n} }
	case "print", "println":
		for _, a := range x.Args {
			m.expr(a)
		}
		return func() []any { return nil }
	}
	panic(unsupported{"builtin " + name})
}
