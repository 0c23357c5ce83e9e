package summary

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// condAlias says where the L of a Cond held in a field is found.
type condAlias struct {
	kind   aliasKind
	up     int    // fields of the struct so many levels around the one that has the Cond
	global string // inGlobal: the variable
	fields []fieldSel
	read   bool // through RLocker
}

type aliasKind uint8

const (
	broken   aliasKind = iota // not always the same, or not seen
	inFields                  // a lock in fields of the same object
	inGlobal                  // a lock in a package-level variable
	own                       // a new lock that nobody else knows
)

type fieldSel struct {
	name, owner string
	embedded    bool
}

// scanCond learns from s.cond = sync.NewCond(&s.mu), and from s.cond.L = &s.mu,
// what the Cond's L is.
func (a *analysis) scanCond(st *ssa.Store) {
	cond, locker := st.Addr, st.Val
	elem := ssax.Pointee(st.Addr.Type())
	switch {
	case model.IsCond(deref(elem)):
		if c, isConst := st.Val.(*ssa.Const); isConst && c.IsNil() {
			return
		}
		locker = nil
		if call, ok := st.Val.(*ssa.Call); ok && calls(call, model.NewCond) {
			locker = call.Call.Args[0]
		}
	case isCondField(st.Addr):
		cond = st.Addr.(*ssa.FieldAddr).X
	default:
		return
	}
	key := condKey(cond)
	if key == "" {
		return
	}
	alias := condAlias{}
	if locker != nil {
		alias = findLocker(locker, cond)
	}
	if old, seen := a.conds[key]; seen && !sameAlias(old, alias) {
		alias = condAlias{}
	}
	a.conds[key] = alias
}

// condKey names the variable that holds a Cond: a global, or a field by the outermost
// struct type that has a name and holds it by value. It is "" for others.
func condKey(addr ssa.Value) string {
	switch addr := addr.(type) {
	case *ssa.Global:
		return path.GlobalName(addr)
	case *ssa.FieldAddr:
		name, owner, _ := path.StructField(addr.X.Type(), addr.Field)
		if owner == "" {
			if owner = condKey(addr.X); owner == "" {
				return ""
			}
		}
		return owner + "." + name
	}
	return ""
}

// nodeKey is condKey for a node.
func nodeKey(n *path.Node) string {
	switch n.Kind {
	case path.Global:
		return n.Name
	case path.Field:
		owner := n.Owner
		if owner == "" {
			if owner = nodeKey(n.X); owner == "" {
				return ""
			}
		}
		return owner + "." + n.Name
	}
	return ""
}

func calls(call *ssa.Call, kind model.OpKind) bool {
	fn := call.Call.StaticCallee()
	if fn == nil {
		return false
	}
	obj, _ := fn.Object().(*types.Func)
	return model.OpOf(obj).Kind == kind
}

func sameAlias(a, b condAlias) bool {
	return a.kind == b.kind && a.up == b.up && a.global == b.global && a.read == b.read && slices.Equal(a.fields, b.fields)
}

// isCondField reports whether addr is the L field of a Cond.
func isCondField(addr ssa.Value) bool {
	fa, ok := addr.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	name, owner, _ := path.StructField(fa.X.Type(), fa.Field)
	return owner == "sync.Cond" && name == "L"
}

// findLocker says where the Locker of the Cond in the variable at cond is found.
func findLocker(locker, cond ssa.Value) condAlias {
	if mi, ok := locker.(*ssa.MakeInterface); ok {
		if alloc, ok := mi.X.(*ssa.Alloc); ok && len(*alloc.Referrers()) == 1 && len(*mi.Referrers()) == 1 {
			if _, ok := embeddedLock(mi.X.Type()); ok {
				return condAlias{kind: own}
			}
		}
	}
	isGlobal := func(v ssa.Value) bool { _, ok := v.(*ssa.Global); return ok }
	if fields, read, root := lockerFields(locker, isGlobal); root != nil {
		return condAlias{kind: inGlobal, global: path.GlobalName(root.(*ssa.Global)), fields: fields, read: read}
	}
	for up := 0; ; up++ {
		field, ok := cond.(*ssa.FieldAddr)
		if !ok {
			return condAlias{}
		}
		cond = field.X
		isBase := func(v ssa.Value) bool { return ssax.SameObject(v, cond) }
		if fields, read, base := lockerFields(locker, isBase); base != nil && len(fields) > 0 {
			return condAlias{kind: inFields, up: up, fields: fields, read: read}
		}
	}
}

// lockerFields follows a Locker back through fields to the first value that stop
// accepts, nil if there is none.
func lockerFields(v ssa.Value, stop func(ssa.Value) bool) (fields []fieldSel, read bool, base ssa.Value) {
	for {
		if stop(v) {
			return fields, read, v
		}
		switch u := v.(type) {
		case *ssa.MakeInterface:
			embedded, ok := embeddedLock(u.X.Type())
			if !ok {
				return nil, false, nil
			}
			fields, v = embedded, u.X
		case *ssa.ChangeInterface:
			v = u.X
		case *ssa.FieldAddr:
			name, owner, embedded := path.StructField(u.X.Type(), u.Field)
			fields = append([]fieldSel{{name, owner, embedded}}, fields...)
			v = u.X
		case *ssa.Call:
			if !calls(u, model.RLocker) {
				return nil, false, nil
			}
			read = true
			v = u.Call.Args[0]
		default:
			return nil, false, nil
		}
	}
}

// embeddedLock returns the embedded fields that lead from a Locker of type t to the
// lock whose methods it has, none if t is a lock itself. ok is false if t has methods
// of its own, or a pointer is on the way.
func embeddedLock(t types.Type) (fields []fieldSel, ok bool) {
	obj, index, _ := types.LookupFieldOrMethod(t, true, nil, "Lock")
	m, isMethod := obj.(*types.Func)
	if !isMethod || model.OpOf(m).Kind != model.Lock {
		return nil, false
	}
	for _, i := range index[:len(index)-1] {
		st, isStruct := deref(t).Underlying().(*types.Struct)
		if !isStruct || ssax.IsPointer(st.Field(i).Type()) || types.IsInterface(st.Field(i).Type()) {
			return nil, false
		}
		name, owner, embedded := path.StructField(t, i)
		fields = append(fields, fieldSel{name, owner, embedded})
		t = st.Field(i).Type()
	}
	return fields, true
}

// Alias implements [flow.Env].
func (a *analysis) Alias(t *path.Table, addr *path.Node) *path.Node {
	if c := a.constant(addr); c != nil {
		return t.Const(c)
	}
	if addr.Kind != path.Field || addr.Name != "L" || addr.Owner != "sync.Cond" {
		return a.contents.Alias(t, addr)
	}
	cond, alias := a.condAlias(addr)
	var n *path.Node
	switch alias.kind {
	case inFields:
		n = cond.X
		for range alias.up {
			if n.Kind != path.Field {
				return nil
			}
			n = n.X
		}
	case inGlobal:
		n = t.Global(alias.global)
	default:
		return nil
	}
	for _, f := range alias.fields {
		n = t.Field(n, f.name, f.owner, f.embedded)
	}
	if alias.read {
		n = t.RLocker(n)
	}
	return n
}

// condAlias returns the variable that holds the Cond whose L is at addr, and what is
// known of that L.
func (a *analysis) condAlias(addr *path.Node) (cond *path.Node, alias condAlias) {
	cond = addr.X
	if cond.Kind == path.Deref {
		cond = cond.X
	}
	return cond, a.conds[nodeKey(cond)]
}
