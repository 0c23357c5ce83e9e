// Package path names what a function can talk about: its locks, the pointers
// that lead to them and the conditions it tests.
//
// A name is a [Node]: a root (parameter, captured variable, global, the result
// of an instruction, constant) and operations on it (field selection, load,
// element, comparison). Nodes are hash-consed by a [Table]: within one table two
// names are the same exactly when their pointers are equal. That is the "same
// lock" of docs/architecture.md, used within a goroutine; the lock class, used
// across goroutines, is [Node.Class].
package path

import (
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/why"
)

// Kind tells how a Node is made.
type Kind uint8

// The kinds of nodes. The first group are roots.
const (
	Param   Kind = iota // parameter number Index, the receiver first
	FreeVar             // captured variable number Index (its address)
	Global              // address of the package-level variable Name
	Value               // result of the instruction Val, Index turns of a loop ago
	Const               // the constant Const, or nil (or a zero value) if Const is nil
	Field               // field Name of X: its address if X is a pointer
	Deref               // what X pointed to when the function was entered
	Elem                // element Y of the array, slice or map X
	Func                // the function Val with the captured variables Args
	Op                  // operator Name applied to X and (if not nil) Y
	Iface               // X as an interface value; Type is X's type
	RLocker             // the read half of the RWMutex X
	Class               // some object of the lock class Name: it has no other name here
	Result              // result number Index of the function at hand, as its callers get it
)

// MaxGeneration is how many earlier turns of a loop a Value can be told from;
// older ones are lumped together under this generation.
const MaxGeneration = 2

// A Node is one name. Nodes are immutable and made by a [Table] only.
type Node struct {
	Kind  Kind
	Embed bool // Field: embedded, so that source code may leave it out
	depth uint8
	entry bool  // made of parameters, captured variables, globals and constants only
	ID    int32 // number in the table: a cheap, stable order
	X, Y  *Node
	Name  string
	Owner string // Field: the named type that declares it, "pkg.Type", if any
	Index int
	Val   ssa.Value
	*rare // never nil

	loads  bool  // contains a Deref or the Value of a load: memory can change it
	maxGen int8  // highest generation of a Value within, -1 if there is none
	aboves uint8 // how many are above
	// A node made of this one as X, the next one of which is in its field next, the first few: looking through
	// them is quicker than asking the table.
	above, next *Node
	about       *about // what has been asked before, nil if nothing
}

// rare is what few nodes have, of which there are millions.
type rare struct {
	Outer string // Class: what Within returns
	Const constant.Value
	Type  types.Type
	Args  []*Node

	args string // what tells nodes apart that are the same in all else
}

// none is the rest of nodes that have nothing rare.
var none rare

// InEntry reports whether callers can translate the node into their own terms.
func (n *Node) InEntry() bool { return n.entry }

// Loads reports whether the node's meaning depends on the contents of memory.
func (n *Node) Loads() bool { return n.loads }

// IsOne reports whether the node is, or is a part of, a variable of a package: it is the same object for everybody.
func (n *Node) IsOne() bool { return !n.loads && n.Root().Kind == Global }

// HasValue reports whether the node mentions the result of an instruction.
func (n *Node) HasValue() bool { return n.maxGen >= 0 }

// Lumped reports whether the node mentions a value from so many turns of a
// loop ago that it may stand for several objects.
func (n *Node) Lumped() bool { return n.maxGen >= MaxGeneration }

// IsNil reports whether the node is the constant nil or another zero value
// without a constant.
func (n *Node) IsNil() bool { return n.Kind == Const && n.Const == nil }

// IsZero reports whether the node is the zero value of its type: nil, false, 0, "".
func (n *Node) IsZero() bool {
	if n.Kind != Const || n.Const == nil {
		return n.Kind == Const
	}
	switch n.Const.Kind() {
	case constant.Bool:
		return !constant.BoolVal(n.Const)
	case constant.String:
		return constant.StringVal(n.Const) == ""
	case constant.Int, constant.Float, constant.Complex:
		return constant.Compare(n.Const, token.EQL, constant.MakeInt64(0))
	}
	return false
}

// IsBool reports whether the node is a boolean constant, and which.
func (n *Node) IsBool() (val, ok bool) {
	if n.Kind == Const && n.Const != nil && n.Const.Kind() == constant.Bool {
		return constant.BoolVal(n.Const), true
	}
	return false, false
}

// Root follows X to the node that everything else hangs on.
func (n *Node) Root() *Node {
	for n.X != nil {
		n = n.X
	}
	return n
}

// Struct returns the address of the struct, or of the variable, that has n by value: n without the
// fields that are selected in it.
func (n *Node) Struct() *Node {
	for n.Kind == Field {
		n = n.X
	}
	return n
}

// A Table makes and owns nodes. It is not safe for concurrent use.
type Table struct {
	nodes  map[key]*Node // those that are not above another one, nor in values
	values map[ssa.Value]*Node
	count  int32
	cells  map[*Node]string
	types  map[types.Type]string // their names
	owners map[types.Type]string // see [OwnerOf]

	yes, no, null *Node // the constants true, false and nil once there are any: they are asked for most

	// Asked counts the names that were asked for, a measure of the work.
	Asked int

	// Limits counts how often the analysis of the package that the table is of has reached one of
	// its limits. It stands here because all that analyses a package shares the package's table.
	Limits limits.Counts
	// Trace records why findings are not reported; nil if nobody asks.
	Trace *why.Trace
}

type key struct {
	kind  Kind
	x, y  *Node
	name  string
	owner string
	index int
	val   ssa.Value
	args  string
}

// NewTable returns an empty table.
func NewTable() *Table {
	return &Table{nodes: make(map[key]*Node), values: make(map[ssa.Value]*Node), cells: make(map[*Node]string), types: make(map[types.Type]string), owners: make(map[types.Type]string)}
}

// intern returns the node of the table that is like n and has r, which may be nil. It copies them only if there is none
// yet: most nodes that are asked for exist, and asking is to cost no memory.
func (t *Table) intern(n *Node, r *rare) *Node {
	t.Asked++
	args := ""
	if r != nil {
		args = r.args
	}
	if n.X != nil {
		for o := n.X.above; o != nil; o = o.next {
			if o.Kind == n.Kind && o.Y == n.Y && o.Name == n.Name && o.Owner == n.Owner && o.Index == n.Index && o.Val == n.Val && o.args == args {
				return o
			}
		}
	}
	if n.X != nil && n.X.aboves < limits.MaxAbove {
		made := t.make(*n, r)
		made.next, n.X.above = n.X.above, made
		n.X.aboves++
		return made
	}
	k := key{n.Kind, n.X, n.Y, n.Name, n.Owner, n.Index, n.Val, args}
	if old := t.nodes[k]; old != nil {
		return old
	}
	made := t.make(*n, r)
	t.nodes[k] = made
	return made
}

// make makes a node like one that the table does not have.
func (t *Table) make(like Node, r *rare) *Node {
	n := &like
	t.count++
	n.ID, n.rare = t.count, &none
	if r != nil {
		own := *r
		n.rare = &own
	}
	n.maxGen = -1
	switch n.Kind {
	case Param, FreeVar, Global, Const, Class, Result:
		n.entry = true
	case Value:
		n.maxGen = int8(n.Index)
		if u, ok := n.Val.(*ssa.UnOp); ok && u.Op == token.MUL {
			n.loads = true
		}
	case Func:
		n.entry = true
	default:
		n.entry = n.X.entry && n.Val == nil
	}
	if n.Kind == Deref {
		n.loads = true
	}
	operand := func(o *Node) {
		n.entry = n.entry && o.entry
		n.loads = n.loads || o.loads
		n.maxGen = max(n.maxGen, o.maxGen)
		n.depth = max(n.depth, o.depth+1)
	}
	if n.X != nil {
		operand(n.X)
	}
	if n.Y != nil {
		operand(n.Y)
	}
	for _, a := range n.Args {
		operand(a)
	}
	return n
}

// TooDeep reports whether nothing more should be built on the node.
func (n *Node) TooDeep() bool { return n.depth >= limits.MaxNameDepth }

// Param returns parameter number i of the function at hand.
func (t *Table) Param(i int) *Node { return t.intern(&Node{Kind: Param, Index: i}, nil) }

// Result returns result number i of the function at hand.
func (t *Table) Result(i int) *Node { return t.intern(&Node{Kind: Result, Index: i}, nil) }

// FreeVar returns captured variable number i of the function at hand.
func (t *Table) FreeVar(i int) *Node { return t.intern(&Node{Kind: FreeVar, Index: i}, nil) }

// Global returns the address of a package-level variable, "pkg/path.name".
func (t *Table) Global(name string) *Node { return t.intern(&Node{Kind: Global, Name: name}, nil) }

// Value returns the result of an instruction, gen turns of its loop ago.
func (t *Table) Value(v ssa.Value, gen int) *Node {
	if gen > 0 {
		return t.intern(&Node{Kind: Value, Val: v, Index: min(gen, MaxGeneration)}, nil)
	}
	t.Asked++
	n := t.values[v]
	if n == nil {
		n = t.make(Node{Kind: Value, Val: v}, nil)
		t.values[v] = n
	}
	return n
}

// Const returns a constant; nil stands for nil and other zero values.
func (t *Table) Const(c constant.Value) *Node {
	if c == nil {
		if t.null == nil {
			t.null = t.intern(&Node{Kind: Const, Name: "nil"}, nil)
		}
		return t.null
	}
	name := c.Kind().String() + c.ExactString()
	return t.intern(&Node{Kind: Const, Name: name}, &rare{Const: c})
}

// Bool returns the constant b.
func (t *Table) Bool(b bool) *Node {
	known := &t.no
	if b {
		known = &t.yes
	}
	if *known == nil {
		*known = t.Const(constant.MakeBool(b))
	}
	return *known
}

// Field returns the field of x called name, declared by the named type owner
// ("pkg/path.Type", or "" in an anonymous struct).
func (t *Table) Field(x *Node, name, owner string, embedded bool) *Node {
	return t.intern(&Node{Kind: Field, X: Concrete(x), Name: name, Owner: owner, Embed: embedded}, nil)
}

// Deref returns what the address x held on entry.
func (t *Table) Deref(x *Node) *Node { return t.intern(&Node{Kind: Deref, X: x}, nil) }

// Elem returns element i of x. What a turn of a loop over a map finds, and what is in a map under the key of the turn, is the same element.
func (t *Table) Elem(x, i *Node) *Node {
	return t.intern(&Node{Kind: Elem, X: x, Y: t.turn(i)}, nil)
}

// turn returns the turn of a loop over a map that a key is from, or else the key.
func (t *Table) turn(key *Node) *Node {
	switch {
	case key.Kind == Value:
		ex, ok := key.Val.(*ssa.Extract)
		if !ok || ex.Index != 1 {
			break
		}
		if next, ok := ex.Tuple.(*ssa.Next); ok && !next.IsString {
			return t.Value(next, key.Index)
		}
	case key.Kind == Deref && key.X.Kind == Elem && key.X.X.areKeys():
		return key.X.Y
	}
	return key
}

// Func returns a function value with its captured variables.
func (t *Table) Func(fn *ssa.Function, captured []*Node) *Node {
	var b strings.Builder
	for _, c := range captured {
		b.WriteString(strconv.Itoa(int(c.ID)))
		b.WriteByte(',')
	}
	return t.intern(&Node{Kind: Func, Val: fn}, &rare{Args: captured, args: b.String()})
}

// Op returns operator name applied to x and y (nil for a unary operator).
func (t *Table) Op(name string, x, y *Node) *Node {
	return t.intern(&Node{Kind: Op, Name: name, X: x, Y: y}, nil)
}

// Key returns the key that a turn of a loop over a map has.
func (t *Table) Key(m, turn *Node) *Node { return t.Deref(t.Elem(t.Op(keysOf, m, nil), turn)) }

// keysOf names the operation that makes a container of a map's keys.
const keysOf = "keys of"

func (n *Node) areKeys() bool { return n.Kind == Op && n.Name == keysOf }

// Container returns the container that an element or a map's key is in, and the end of the name of the cell that it is
// in: [Elements] or [Keys].
func (n *Node) Container() (in *Node, end string) {
	if n.X.areKeys() {
		return n.X.X, Keys
	}
	return n.X, Elements
}

// Iface returns x, of concrete type typ, as an interface value.
func (t *Table) Iface(x *Node, typ types.Type) *Node {
	name, ok := t.types[typ]
	if !ok {
		name = types.TypeString(typ, nil)
		t.types[typ] = name
	}
	return t.intern(&Node{Kind: Iface, X: x, Name: name}, &rare{Type: typ})
}

// RLocker returns the Locker whose Lock is x.RLock.
func (t *Table) RLocker(x *Node) *Node { return t.intern(&Node{Kind: RLocker, X: x}, nil) }

// Class returns some lock of a class (see [Node.Class], [Node.Declared] and
// [Node.Within]). It is never the same lock as another, and the same name for all of them.
func (t *Table) Class(name, declared, within string) *Node {
	return t.intern(&Node{Kind: Class, Name: name, Owner: declared}, &rare{Outer: within, args: within})
}

// Concrete strips interface conversions: the object itself.
func Concrete(n *Node) *Node {
	for n.Kind == Iface {
		n = n.X
	}
	return n
}

// Rewrite returns n with every node that f maps replaced. f returns nil to
// have a node's operands rewritten instead.
func (t *Table) Rewrite(n *Node, f func(*Node) *Node) *Node {
	if r := f(n); r != nil {
		return r
	}
	switch n.Kind {
	case Param, FreeVar, Global, Value, Const, Class, Result:
		return n
	}
	c, args := *n, n.Args
	changed := false
	if n.X != nil {
		c.X = t.Rewrite(n.X, f)
		changed = c.X != n.X
	}
	if n.Y != nil {
		c.Y = t.Rewrite(n.Y, f)
		changed = changed || c.Y != n.Y
	}
	if len(n.Args) > 0 {
		args = make([]*Node, len(n.Args))
		for i, a := range n.Args {
			args[i] = t.Rewrite(a, f)
			changed = changed || args[i] != a
		}
	}
	if !changed {
		return n
	}
	switch n.Kind {
	case Field:
		return t.Field(c.X, c.Name, c.Owner, c.Embed)
	case Func:
		return t.Func(c.Val.(*ssa.Function), args)
	case Iface:
		return t.Iface(c.X, c.Type)
	case Elem:
		return t.Elem(c.X, c.Y)
	}
	return t.intern(&Node{Kind: c.Kind, X: c.X, Y: c.Y, Name: c.Name, Val: c.Val}, nil)
}

// Mentions reports whether n contains x.
func (n *Node) Mentions(x *Node) bool {
	if n == x {
		return true
	}
	if n.X != nil && n.X.Mentions(x) || n.Y != nil && n.Y.Mentions(x) {
		return true
	}
	for _, a := range n.Args {
		if a.Mentions(x) {
			return true
		}
	}
	return false
}

// Age returns n as it is called after v has been computed once more: values of
// v become one turn older. It returns n itself if it does not mention v.
func (t *Table) Age(n *Node, v ssa.Value) *Node {
	if n.maxGen < 0 {
		return n
	}
	return t.Rewrite(n, func(x *Node) *Node {
		if x.maxGen < 0 {
			return x
		}
		if x.Kind == Value {
			if x.Val == v {
				return t.Value(v, x.Index+1)
			}
			return x
		}
		return nil
	})
}

// Depth returns how many operations stand above the deepest root.
func (n *Node) Depth() int { return int(n.depth) }

// Old reports whether the node mentions a value of an earlier turn of a loop.
func (n *Node) Old() bool { return n.maxGen > 0 }

// Through reports whether n is x, or was found by following fields and pointers from x.
func (n *Node) Through(x *Node) bool {
	for n = Concrete(n); n != nil; n = n.X {
		if n == x {
			return true
		}
		switch n.Kind {
		case Field, Deref, Iface, RLocker, Elem:
		default:
			return false
		}
	}
	return false
}
