package path

import (
	"fmt"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Class returns the declaration behind a lock, the same for every goroutine
// and every instance: "pkg/path.Type.field" or "pkg/path.var". It is "" where
// the name does not show one (a *sync.Mutex parameter, say).
func (n *Node) Class() string {
	class, _ := n.class()
	return class
}

// condType has a lock that is not declared with it: the L of each Cond is another one.
const condType = "sync.Cond"

// about keeps what [Node.Class], [Node.Declared] and [Node.Within] say: they build strings, and are asked of
// each lock again and again.
type about struct {
	class, declared, within          string
	named                            bool // the second result of class
	hasClass, hasDeclared, hasWithin bool
}

func (n *Node) known() *about {
	if n.about == nil {
		n.about = new(about)
	}
	return n.about
}

// class also tells whether the class names a declaration that is the same in every
// function: a field of a named type or a package-level variable.
func (n *Node) class() (class string, named bool) {
	k := n.known()
	if !k.hasClass {
		k.class, k.named = n.makeClass()
		k.hasClass = true
	}
	return k.class, k.named
}

func (n *Node) makeClass() (class string, named bool) {
	var sel []string
	for n = Concrete(n); ; {
		switch n.Kind {
		case Field:
			sel = append(sel, n.Name)
			// The outermost struct that holds the lock by value names it:
			// Cache.mu, not the Mutex within Cache.mu. An element of a container
			// is named like any other struct of its type.
			if n.Owner != "" && n.Owner != condType && n.X.Kind != Field && n.X.Kind != Global {
				return n.Owner + "." + join(sel), true
			}
			n = n.X
		case Elem:
			sel = append(sel, "[]")
			n = n.X
		case Deref, RLocker, Iface:
			n = n.X
			if n.Kind == Field && n.Owner != "" && n.Owner != condType {
				sel = append(sel, n.Name)
				return n.Owner + "." + join(sel), true
			}
		case Global, Class:
			sel = append(sel, n.Name)
			return join(sel), true
		default:
			if len(sel) > 0 && sel[len(sel)-1] != "[]" {
				return join(sel), false
			}
			return "", false
		}
	}
}

// ClassIn is Class in the function fn, whose local variables have classes, too:
// "pkg/path.f.mu@33" for the variable mu that the function f declares in line 33. A
// variable that a literal captured has the class that it has in the function which
// declares it.
func (n *Node) ClassIn(fn *ssa.Function) string {
	n = Concrete(n)
	if class, named := n.class(); named {
		return class
	}
	var sel []string
	for ; ; n = n.X {
		switch n.Kind {
		case Field:
			sel = append(sel, n.Name)
			continue
		case Elem:
			sel = append(sel, "[]")
			continue
		case Deref, RLocker, Iface:
			continue
		case Class:
			sel = append(sel, n.Name)
		case Value, FreeVar:
			alloc := variable(fn, n)
			if alloc == nil || alloc.Comment == "" {
				return ""
			}
			owner := alloc.Parent()
			pos := owner.Prog.Fset.Position(alloc.Pos())
			sel = append(sel, fmt.Sprintf("%s.%s@%d", owner.String(), alloc.Comment, pos.Line))
		default:
			return ""
		}
		return join(sel)
	}
}

// Declared returns the declaration of the lock itself: "pkg/path.Type.field" of the
// innermost named type that has it. Its class may name it after a struct around that
// one; two classes with one declaration can be one lock. It is "" where ClassIn is all
// there is.
func (n *Node) Declared() string {
	k := n.known()
	if !k.hasDeclared {
		k.declared, k.hasDeclared = n.declaration(), true
	}
	return k.declared
}

func (n *Node) declaration() string {
	var sel []string
	for n = Concrete(n); ; n = n.X {
		switch n.Kind {
		case Field:
			sel = append(sel, n.Name)
			if n.Owner != "" && n.Owner != condType {
				return n.Owner + "." + join(sel)
			}
		case Elem:
			sel = append(sel, "[]")
		case Deref, RLocker, Iface:
		case Class:
			return n.Owner
		default:
			return ""
		}
	}
}

// OwnVariable reports whether the class of n in fn is that of a local variable which
// every call of fn, or of its callees, has anew.
func (n *Node) OwnVariable(fn *ssa.Function) bool {
	root := Concrete(n).Root()
	if root.Kind == Class {
		return strings.Contains(root.Name, "@")
	}
	if _, named := n.class(); named {
		return false
	}
	v := variable(fn, root)
	return v != nil && v.Parent() == fn
}

// Local reports whether the class of n in fn is that of a local variable.
func (n *Node) Local(fn *ssa.Function) bool { return strings.Contains(n.ClassIn(fn), "@") }

// variable returns the declaration of the local variable that n is the address of,
// nil if it is none.
func variable(fn *ssa.Function, n *Node) *ssa.Alloc {
	var v ssa.Value
	switch n.Kind {
	case Value:
		v = n.Val
	case FreeVar:
		if fn == nil || n.Index >= len(fn.FreeVars) {
			return nil
		}
		v = fn.FreeVars[n.Index]
	}
	for {
		switch x := v.(type) {
		case *ssa.Alloc:
			return x
		case *ssa.FreeVar:
			if v = Binding(x); v == nil {
				return nil
			}
		default:
			return nil
		}
	}
}

// Binding returns what a captured variable is in the function around the literal, nil if that is not known.
func Binding(fv *ssa.FreeVar) ssa.Value {
	lit := fv.Parent()
	if lit.Parent() == nil {
		return nil
	}
	for _, b := range lit.Parent().Blocks {
		for _, instr := range b.Instrs {
			if mc, ok := instr.(*ssa.MakeClosure); ok && mc.Fn == lit {
				for i, x := range lit.FreeVars {
					if x == fv {
						return mc.Bindings[i]
					}
				}
			}
		}
	}
	return nil
}

func join(sel []string) string {
	var b strings.Builder
	for i := len(sel) - 1; i >= 0; i-- {
		if i < len(sel)-1 && sel[i] != "[]" {
			b.WriteByte('.')
		}
		b.WriteString(sel[i])
	}
	return b.String()
}

// OwnerOf returns the name "pkg/path.Type" of the named struct type that t, or
// what t points to, is; "" if it is none.
func OwnerOf(t types.Type) string {
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	if !ok {
		return ""
	}
	obj := named.Obj()
	if obj.Pkg() == nil {
		return obj.Name()
	}
	return obj.Pkg().Path() + "." + obj.Name()
}

// StructField returns name, owner and embedding of field i of the struct type
// that t, or what t points to, is.
func StructField(t types.Type, i int) (name, owner string, embedded bool) {
	st := StructOf(t)
	if st == nil {
		return "", "", false
	}
	f := st.Field(i)
	return f.Name(), OwnerOf(t), f.Embedded()
}

// StructOf returns the struct type that t, or what t points to, is; nil if it is none.
func StructOf(t types.Type) *types.Struct {
	u := t.Underlying()
	if p, ok := u.(*types.Pointer); ok {
		u = p.Elem().Underlying()
	}
	if tp, ok := types.Unalias(u).(*types.TypeParam); ok {
		u = tp.Underlying()
	}
	st, _ := u.(*types.Struct)
	return st
}

// Cell names the kind of variable an address denotes: all fields of one
// declaration share a cell, as do all elements of one kind of container. A store
// to a cell may change what any address of the same cell holds. It is "" for
// addresses that only themselves denote (a local variable).
func (t *Table) Cell(addr *Node) string {
	if c, ok := t.cells[addr]; ok {
		return c
	}
	c := ""
	switch addr.Kind {
	case Field:
		c = addr.Owner + "." + addr.Name
	case Global:
		c = addr.Name
	case Elem:
		in, end := addr.Container()
		if in.Kind == Deref {
			if c = t.Cell(in.X); c == "" {
				c = "*"
			}
		} else {
			c = t.Cell(in)
		}
		c += end
	case Deref, Param:
		c = "*"
	case FreeVar, Value:
		c = ""
	}
	t.cells[addr] = c
	return c
}

// Spell writes the node as Go source in terms of fn: `c.mu`, `shards[i].mu`.
// Embedded fields at the end are left out, as callers of promoted methods do.
// ok is false where no source text could be found for a root.
func (n *Node) Spell(fn *ssa.Function) (text string, ok bool) {
	n = Concrete(n)
	for n.Kind == Field && n.Embed || n.Kind == RLocker {
		n = n.X
	}
	return n.spell(fn)
}

func (n *Node) spell(fn *ssa.Function) (string, bool) {
	switch n.Kind {
	case Param:
		if fn != nil && n.Index < len(fn.Params) {
			return fn.Params[n.Index].Name(), true
		}
	case Result:
		if fn != nil && n.Index < fn.Signature.Results().Len() {
			if name := fn.Signature.Results().At(n.Index).Name(); name != "" {
				return name, true
			}
			return fn.Name() + "()", true
		}
	case FreeVar:
		if fn != nil && n.Index < len(fn.FreeVars) {
			return fn.FreeVars[n.Index].Name(), true
		}
	case Global:
		return n.Name[strings.LastIndexByte(n.Name, '.')+1:], true
	case Class:
		return n.Name[strings.LastIndexByte(n.Name, '/')+1:], true
	case Field:
		x, ok := n.X.spell(fn)
		return x + "." + n.Name, ok
	case Deref, Iface, RLocker:
		return n.X.spell(fn)
	case Op:
		if n.areKeys() {
			return n.X.spell(fn)
		}
	case Elem:
		x, ok := n.X.spell(fn)
		i, ok2 := n.Y.spell(fn)
		if !ok2 {
			i = "…"
		}
		return x + "[" + i + "]", ok
	case Const:
		if n.Const == nil {
			return "nil", true
		}
		return n.Const.String(), true
	case Value:
		switch v := n.Val.(type) {
		case *ssa.Alloc:
			if v.Comment != "" && !strings.ContainsAny(v.Comment, " (") && v.Comment != "complit" && v.Comment != "new" {
				return v.Comment, true
			}
		case *ssa.Phi:
			if v.Comment != "" && !strings.ContainsAny(v.Comment, " .|&") {
				return v.Comment, true
			}
		case *ssa.Call:
			if callee := v.Call.StaticCallee(); callee != nil {
				return callee.Name() + "()", true
			}
		}
	}
	return "", false
}
