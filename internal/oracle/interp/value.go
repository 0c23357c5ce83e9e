package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// The values of interpreted programs are bool, int, string and nil, and those
// below. A pointer is the *cell that it points to.

// A cell is a variable: it can be stored to and pointed to.
type cell struct {
	typ  types.Type
	name string // as the program would write it, for people
	v    any
	// shared: a field of an object from outside, which others may change while the
	// program waits for a lock or is in a callee; when is the epoch it was read in.
	field, shared bool
	when          int
}

// unknown is in a cell whose contents come from outside of the program: what it
// is gets decided when somebody reads it.
type unknown struct{}

// A structure is what is in a cell of struct type.
type structure struct{ fields []*cell }

// A lock is what is in a cell of type sync.Mutex or sync.RWMutex.
type lock struct {
	name  string
	local bool // a variable of the program
	known bool // whether the caller of the program holds it has been decided
	holds []hold
}

// A hold is one acquisition that has not been released.
type hold struct {
	read   bool
	caller bool        // not of the program's own: whoever called it holds the lock
	seq    int         // acquisitions are numbered
	stack  []token.Pos // the calls that led there, the operation last
	via    []token.Pos // see Event.Via
}

// A readLocker is what RWMutex.RLocker returns.
type readLocker struct{ lock *lock }

// A function is a declared function or a literal with what it captured.
type function struct {
	node ast.Node // *ast.FuncDecl or *ast.FuncLit
	typ  *ast.FuncType
	body *ast.BlockStmt
	recv *ast.FieldList
	env  *env
}

// A native is a function that the program gets from outside, or a bound method.
type native func(m *machine, pos token.Pos, args []any) []any

// zero makes the value that a variable of the type has to begin with, or, if
// outside is set, one that nobody knows yet.
func (m *machine) zero(t types.Type, name string, outside bool) any {
	if isLock(t) {
		return &lock{name: name, local: !outside, known: !outside}
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		s := &structure{}
		for f := range u.Fields() {
			c := m.cell(f.Type(), name+"."+f.Name(), outside)
			c.field = true
			s.fields = append(s.fields, c)
		}
		return s
	case *types.Array:
		s := &structure{}
		for i := range u.Len() {
			s.fields = append(s.fields, m.cell(u.Elem(), fmt.Sprintf("%s[%d]", name, i), outside))
		}
		return s
	}
	if outside {
		return unknown{}
	}
	if b, ok := t.Underlying().(*types.Basic); ok {
		switch {
		case b.Info()&types.IsBoolean != 0:
			return false
		case b.Info()&types.IsInteger != 0:
			return 0
		case b.Info()&types.IsString != 0:
			return ""
		}
	}
	return nil
}

func (m *machine) cell(t types.Type, name string, outside bool) *cell {
	return &cell{typ: t, name: name, v: m.zero(t, name, outside)}
}

// load reads a cell.
func (m *machine) load(c *cell) any {
	if c == nil {
		m.panicGo("nil pointer dereference")
	}
	if _, ok := c.v.(unknown); ok {
		c.v = m.decide(c)
		_, isBool := c.v.(bool)
		c.shared, c.when = isBool && c.field, m.epoch
	} else if c.shared && c.when < m.epoch {
		c.when = m.epoch
		if m.choose(c.name+" changes", 2) == 1 {
			c.v = !c.v.(bool)
			m.run.Changed = true
		}
	}
	return c.v
}

// decide chooses what comes from outside.
func (m *machine) decide(c *cell) any {
	switch u := c.typ.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsBoolean != 0 {
			return m.choose(c.name, 2) == 1
		}
		if u.Info()&types.IsInteger != 0 {
			return m.choose(c.name, maxInt+1)
		}
	case *types.Pointer:
		// It may be the same as another that came before.
		for _, other := range m.objects {
			if types.Identical(other.typ, u.Elem()) && m.choose(c.name+" is "+other.name, 2) == 1 {
				m.run.Changed = true
				return other
			}
		}
		object := m.cell(u.Elem(), c.name, true)
		m.objects = append(m.objects, object)
		return object
	case *types.Signature:
		return native(func(m *machine, _ token.Pos, _ []any) []any {
			m.epoch++
			var out []any
			for r := range u.Results().Variables() {
				out = append(out, m.load(m.cell(r.Type(), c.name+"()", true)))
			}
			return out
		})
	}
	panic(unsupported{fmt.Sprintf("input of type %s", c.typ)})
}

// maxInt is the largest integer that comes from outside, 0 the smallest.
const maxInt = 2

// store writes to a cell. Structs are copied.
func (m *machine) store(c *cell, v any) {
	if c == nil {
		m.panicGo("nil pointer dereference")
	}
	if s, ok := v.(*structure); ok {
		v = m.copyOf(s)
	}
	_, isBool := v.(bool)
	c.v, c.when, c.shared = v, m.epoch, isBool && c.field
}

func (m *machine) copyOf(s *structure) *structure {
	c := &structure{}
	for _, f := range s.fields {
		v := m.load(f)
		if _, ok := v.(*lock); ok {
			panic(unsupported{"a copied lock"})
		}
		if inner, ok := v.(*structure); ok {
			v = m.copyOf(inner)
		}
		c.fields = append(c.fields, &cell{typ: f.typ, name: f.name, v: v})
	}
	return c
}

// isLock reports whether t is one of the types whose methods the interpreter is
// about.
func isLock(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && isSync(n.Obj()) && (n.Obj().Name() == "Mutex" || n.Obj().Name() == "RWMutex")
}

func isSync(obj types.Object) bool { return obj.Pkg() != nil && obj.Pkg().Path() == "sync" }

// unsupported is the panic for programs that the interpreter cannot run.
type unsupported struct{ what string }

func (u unsupported) Error() string { return "the interpreter does not know " + u.what }
