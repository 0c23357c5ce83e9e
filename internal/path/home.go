package path

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Within returns where the pointer to the object with the lock was found:
// "pkg/path.Type.field" if in a field or, directly, in a container that a field holds,
// with a * before it if the field is embedded, or "?i" if in argument i of the function:
// see [ArgHome]. It is "" if that is not known.
//
// A ! before the name says that the function has put something else into the field since, a < that the
// object was received from a channel there.
//
// What a type embeds is a part of it: an object that is found elsewhere is another one,
// though their locks have one declaration. See [Apart].
func (n *Node) Within() string {
	k := n.known()
	if !k.hasWithin {
		k.within, k.hasWithin = n.place(), true
	}
	return k.within
}

// Found says of a pointer where it was found, as Within says of what is reached by it.
func (n *Node) Found() string {
	if n = Concrete(n); n.Kind == Param {
		return "?" + strconv.Itoa(n.Index)
	}
	return n.Within()
}

func (n *Node) place() string {
	for n = Concrete(n); ; n = n.X {
		switch n.Kind {
		case Field, Elem, RLocker, Iface:
		case Op:
			if !n.areKeys() {
				return ""
			}
		case Deref:
			return home(n.X)
		case Class:
			return n.Outer
		case Value:
			return FoundIn(n.Val)
		default:
			return ""
		}
	}
}

// Apart reports whether two objects are never the same, by what Within says of them.
func Apart(a, b string) bool {
	if a == b && strings.HasPrefix(a, message) {
		return true // two goroutines have received two objects
	}
	if a == taken+b && b != "" || b == taken+a && a != "" {
		return true // one has been taken out of the field in which the other one is
	}
	a, b = strings.TrimPrefix(a, taken), strings.TrimPrefix(b, taken)
	return a != "" && b != "" && a[0] != '?' && b[0] != '?' && a != b && (a[0] == '*' || b[0] == '*')
}

// ArgHome says in terms of its caller what Within says in terms of a function that is
// called with args.
func ArgHome(within string, args []ssa.Value) string { return argHome(within, args, 0) }

func argHome(within string, args []ssa.Value, depth int) string {
	index, ok := strings.CutPrefix(within, "?")
	if !ok {
		return within
	}
	i, err := strconv.Atoi(index)
	if err != nil || i >= len(args) {
		return ""
	}
	return homeAt(args[i], depth)
}

// home names the field that an address is of, or that holds what it is an element of.
func home(addr *Node) string {
	for {
		switch {
		case addr.Kind == Field && addr.Owner != "":
			return homeName(addr.Owner, addr.Name, addr.Embed)
		case addr.Kind == Elem:
			addr, _ = addr.Container()
			if addr.Kind == Deref {
				addr = addr.X
			}
		case addr.Kind == Value:
			return FoundIn(addr.Val)
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

// FoundIn says of a pointer what Within says of what is reached by it.
func FoundIn(v ssa.Value) string { return homeAt(v, 0) }

func homeAt(v ssa.Value, depth int) string {
	for range 8 {
		if ch := ssax.ReceivedFrom(v); ch != nil {
			return received(homeAt(ch, depth))
		}
		switch x := v.(type) {
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return ""
			}
			if local, ok := x.X.(*ssa.Alloc); ok && !isStruct(local) {
				return homeOfVariable(local, depth)
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
			if deleted(x) {
				return Taken(homeAt(x.X, depth), true)
			}
			v = x.X
		case *ssa.Extract:
			if call, ok := x.Tuple.(*ssa.Call); ok {
				return homeOfResult(call, x.Index, depth)
			}
			v = x.Tuple
		case *ssa.Call:
			return homeOfResult(x, 0, depth)
		case *ssa.Next:
			v = x.Iter
		case *ssa.Range:
			v = x.X
		case *ssa.Slice:
			alloc, ok := x.X.(*ssa.Alloc)
			if !ok {
				return ""
			}
			return homeOfElements(alloc, depth)
		case *ssa.Alloc:
			return HomeOf(x)
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

// HomeOf names the field that a new object is put into, "" if into none or several.
func HomeOf(object *ssa.Alloc) (home string) {
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
			if st, ok := r.(*ssa.Store); ok && st.Addr == other && st.Val != read && !extends(st.Val, read) && ssax.Dominates(read, st) {
				return true
			}
		}
	}
	return false
}

// homeOfElements says where the elements of a composite literal were found, "" if in
// different places.
func homeOfElements(array *ssa.Alloc, depth int) (home string) {
	if depth >= limits.MaxHomes {
		return ""
	}
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
			h := homeAt(store.Val, depth+1)
			if h == "" || home != "" && home != h {
				return ""
			}
			home = h
		}
	}
	return home
}

// extends reports whether a slice is another one with more elements.
func extends(v ssa.Value, of *ssa.UnOp) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	if b, ok := call.Call.Value.(*ssa.Builtin); !ok || b.Name() != "append" {
		return false
	}
	load, ok := call.Call.Args[0].(*ssa.UnOp)
	return ok && load.Op == token.MUL && StaticCell(load.X) == StaticCell(of.X)
}

// deleted reports whether the function deletes from the map what it has found there.
func deleted(found *ssa.Lookup) bool {
	cell := ElementCell(found.X)
	for _, b := range found.Parent().Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || len(call.Call.Args) != 2 || call.Call.Args[1] != found.Index {
				continue
			}
			if b, ok := call.Call.Value.(*ssa.Builtin); ok && b.Name() == "delete" && ElementCell(call.Call.Args[0]) == cell && ssax.Dominates(found, call) {
				return true
			}
		}
	}
	return false
}

// message begins what Within says of an object that was received from the channel in a field: each is
// received once.
const message = "<"

func received(from string) string {
	if from == "" || from[0] == '?' || from[0] == taken[0] {
		return ""
	}
	return message + from
}

// FieldOf returns the field that Within names, "" if it names none. What was received from a channel may
// have been anywhere before.
func FieldOf(within string) string {
	if within == "" || within[0] == '?' || strings.HasPrefix(within, message) {
		return ""
	}
	return strings.TrimLeft(within, taken+"*")
}

// homes is where several values were found, that one of them may be.
type homes struct {
	home      string
	different bool
}

// add notes one more value. A new object, and nil, are found nowhere.
func (h *homes) add(v ssa.Value, depth int) {
	if c, ok := v.(*ssa.Const); ok && c.IsNil() || ssax.New(v) {
		return
	}
	home := homeAt(v, depth)
	h.different = h.different || home == "" || h.home != "" && h.home != home
	h.home = home
}

// same is where all of them were found, "" if in different places.
func (h *homes) same() string {
	if h.different {
		return ""
	}
	return h.home
}

// homeOfVariable says where a function finds what it puts into a local variable of its own.
func homeOfVariable(local *ssa.Alloc, depth int) string {
	if depth >= limits.MaxHomes {
		return ""
	}
	var in homes
	for _, ref := range *local.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr != local {
				return ""
			}
			in.add(ref.Val, depth+1)
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return ""
		}
	}
	return in.same()
}

// homeOfResult says where a function finds what it returns.
func homeOfResult(call *ssa.Call, index, depth int) string {
	fn := call.Call.StaticCallee()
	if fn == nil || depth >= limits.MaxHomes {
		return ""
	}
	var in homes
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) && b != fn.Recover {
			in.add(ret.Results[index], depth+1)
		}
	}
	return argHome(in.same(), call.Call.Args, depth+1)
}

func isStruct(v *ssa.Alloc) bool {
	_, ok := v.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
	return ok
}
