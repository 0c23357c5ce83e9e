package path

import (
	"fmt"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
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

// class also tells whether the class names a declaration that is the same in every
// function: a field of a named type or a package-level variable.
func (n *Node) class() (class string, named bool) {
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

// Within returns where the pointer to the object with the lock was found:
// "pkg/path.Type.field" if in a field or, directly, in a container that a field holds,
// with a * before it if the field is embedded, or "?i" if in argument i of the function:
// see [ArgHome]. It is "" if that is not known.
//
// A ! before the name says that the function has put something else into the field since.
//
// What a type embeds is a part of it: an object that is found elsewhere is another one,
// though their locks have one declaration. See [Apart].
func (n *Node) Within() string {
	for n = Concrete(n); ; n = n.X {
		switch n.Kind {
		case Field, Elem, RLocker, Iface:
		case Deref:
			return home(n.X)
		case Class:
			return n.Outer
		case Value:
			return homeOf(n.Val)
		default:
			return ""
		}
	}
}

// Apart reports whether two objects are never the same, by what Within says of them.
func Apart(a, b string) bool {
	if a == taken+b && b != "" || b == taken+a && a != "" {
		return true // one has been taken out of the field in which the other one is
	}
	a, b = strings.TrimPrefix(a, taken), strings.TrimPrefix(b, taken)
	return a != "" && b != "" && a[0] != '?' && b[0] != '?' && a != b && (a[0] == '*' || b[0] == '*')
}

// ArgHome says in terms of its caller what Within says in terms of a function that is
// called with args.
func ArgHome(within string, args []ssa.Value) string {
	index, ok := strings.CutPrefix(within, "?")
	if !ok {
		return within
	}
	i, err := strconv.Atoi(index)
	if err != nil || i >= len(args) {
		return ""
	}
	return homeOf(args[i])
}

// home names the field that an address is of, or that holds what it is an element of.
func home(addr *Node) string {
	for {
		switch {
		case addr.Kind == Field && addr.Owner != "":
			return homeName(addr.Owner, addr.Name, addr.Embed)
		case addr.Kind == Elem:
			addr = addr.X
			if addr.Kind == Deref {
				addr = addr.X
			}
		case addr.Kind == Value:
			return homeOf(addr.Val)
		case addr.Kind == Param:
			return "?" + strconv.Itoa(addr.Index)
		default:
			return ""
		}
	}
}

func homeName(owner, field string, embedded bool) string {
	if embedded {
		return "*" + owner + "." + field
	}
	return owner + "." + field
}

// homeOf names the field that a value was loaded from, or the one with the container
// that it is an element of.
func homeOf(v ssa.Value) string {
	for range 8 {
		switch x := v.(type) {
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return ""
			}
			if addr, ok := x.X.(*ssa.FieldAddr); ok && replaced(addr, x) {
				if name, owner, embedded := StructField(addr.X.Type(), addr.Field); owner != "" {
					return taken + homeName(owner, name, embedded)
				}
				return ""
			}
			v = x.X
		case *ssa.FieldAddr:
			if name, owner, embedded := StructField(x.X.Type(), x.Field); owner != "" {
				return homeName(owner, name, embedded)
			}
			return ""
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.Lookup:
			v = x.X
		case *ssa.Extract:
			v = x.Tuple
		case *ssa.Next:
			v = x.Iter
		case *ssa.Range:
			v = x.X
		case *ssa.Slice:
			alloc, ok := x.X.(*ssa.Alloc)
			if !ok {
				return ""
			}
			return homeOfElements(alloc)
		case *ssa.Alloc:
			return homeOfNew(x)
		case *ssa.Parameter:
			for i, p := range x.Parent().Params {
				if p == x {
					return "?" + strconv.Itoa(i)
				}
			}
			return ""
		default:
			return ""
		}
	}
	return ""
}

// homeOfNew names the field that a new object is put into, "" if into none or several.
func homeOfNew(object *ssa.Alloc) (home string) {
	for _, ref := range *object.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok || st.Val != object {
			continue
		}
		addr, ok := st.Addr.(*ssa.FieldAddr)
		if !ok || home != "" {
			return ""
		}
		if name, owner, embedded := StructField(addr.X.Type(), addr.Field); owner != "" {
			home = homeName(owner, name, embedded)
		}
	}
	return home
}

// taken begins what Within says of an object that is no longer in the field where it was found.
const taken = "!"

// Taken returns what Within says of an object that is found in a field, and has been taken out of
// it if out says so.
func Taken(within string, out bool) string {
	if !out || within == "" || within[0] == '?' || within[0] == taken[0] {
		return within
	}
	return taken + within
}

// replaced reports whether the function stores something else into a field after it has read it.
func replaced(addr *ssa.FieldAddr, read *ssa.UnOp) bool {
	refs := addr.X.Referrers()
	if refs == nil {
		return false // a package-level variable
	}
	for _, ref := range *refs {
		other, ok := ref.(*ssa.FieldAddr)
		if !ok || other.Field != addr.Field {
			continue
		}
		for _, r := range *other.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Addr == other && st.Val != read && ssax.Dominates(read, st) {
				return true
			}
		}
	}
	return false
}

// homeOfElements says where the elements of a composite literal were found, "" if in
// different places.
func homeOfElements(array *ssa.Alloc) (home string) {
	for _, ref := range *array.Referrers() {
		elem, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, r := range *elem.Referrers() {
			store, ok := r.(*ssa.Store)
			if !ok || store.Addr != elem {
				continue
			}
			h := homeOf(store.Val)
			if h == "" || home != "" && home != h {
				return ""
			}
			home = h
		}
	}
	return home
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
	u := t.Underlying()
	if p, ok := u.(*types.Pointer); ok {
		u = p.Elem().Underlying()
	}
	if tp, ok := types.Unalias(u).(*types.TypeParam); ok {
		u = tp.Underlying()
	}
	st, ok := u.(*types.Struct)
	if !ok {
		return "", "", false
	}
	f := st.Field(i)
	return f.Name(), OwnerOf(t), f.Embedded()
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
		c = t.Cell(addr.X) + "[]"
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
