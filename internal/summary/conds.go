package summary

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// condAlias says where the L of a Cond held in a field is found: fields of the
// same struct.
type condAlias struct {
	fields []fieldSel
	read   bool // through RLocker
	broken bool // not always the same
}

type fieldSel struct {
	name, owner string
	embedded    bool
}

// scanCond learns from s.cond = sync.NewCond(&s.mu), and from s.cond.L = &s.mu,
// what the Cond's L is.
func (a *analysis) scanCond(fi *funcInfo, st *ssa.Store) {
	addr, ok := st.Addr.(*ssa.FieldAddr)
	if !ok {
		return
	}
	var locker, base ssa.Value
	var cell string
	if named, ok := deref(addr.Type().Underlying().(*types.Pointer).Elem()).(*types.Named); ok && isCond(named) {
		call, ok := st.Val.(*ssa.Call)
		if !ok || call.Call.StaticCallee() == nil {
			if c, isConst := st.Val.(*ssa.Const); isConst && c.IsNil() {
				return
			}
			a.conds[flow.StaticCell(addr)] = condAlias{broken: true}
			return
		}
		if fn, _ := call.Call.StaticCallee().Object().(*types.Func); model.OpOf(fn).Kind != model.NewCond {
			a.conds[flow.StaticCell(addr)] = condAlias{broken: true}
			return
		}
		locker, base, cell = call.Call.Args[0], addr.X, flow.StaticCell(addr)
	} else if outer, ok := addr.X.(*ssa.FieldAddr); ok && isCondField(addr) {
		locker, base, cell = st.Val, outer.X, flow.StaticCell(outer)
	} else {
		return
	}
	alias := condAlias{broken: true}
	if fields, read, ok := lockerFields(locker, base); ok {
		alias = condAlias{fields: fields, read: read}
	}
	if old, seen := a.conds[cell]; seen && !sameAlias(old, alias) {
		alias = condAlias{broken: true}
	}
	a.conds[cell] = alias
}

func sameAlias(a, b condAlias) bool {
	if a.broken || b.broken || a.read != b.read || len(a.fields) != len(b.fields) {
		return false
	}
	for i := range a.fields {
		if a.fields[i] != b.fields[i] {
			return false
		}
	}
	return true
}

func isCond(n *types.Named) bool {
	return n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "sync" && n.Obj().Name() == "Cond"
}

// isCondField reports whether addr is the L field of a Cond.
func isCondField(addr *ssa.FieldAddr) bool {
	name, owner, _ := path.StructField(addr.X.Type(), addr.Field)
	return owner == "sync.Cond" && name == "L"
}

// lockerFields follows a Locker back to fields of base.
func lockerFields(v, base ssa.Value) (fields []fieldSel, read, ok bool) {
	for {
		if sameObject(v, base) {
			return fields, read, len(fields) > 0
		}
		switch u := v.(type) {
		case *ssa.MakeInterface:
			v = u.X
		case *ssa.ChangeInterface:
			v = u.X
		case *ssa.FieldAddr:
			name, owner, embedded := path.StructField(u.X.Type(), u.Field)
			fields = append([]fieldSel{{name, owner, embedded}}, fields...)
			v = u.X
		case *ssa.Call:
			fn := u.Call.StaticCallee()
			if fn == nil {
				return nil, false, false
			}
			if obj, _ := fn.Object().(*types.Func); model.OpOf(obj).Kind != model.RLocker {
				return nil, false, false
			}
			read = true
			v = u.Call.Args[0]
		default:
			return nil, false, false
		}
	}
}

// sameObject reports whether two values are the same pointer: the same value, or
// loads of one local variable that is stored to once.
func sameObject(a, b ssa.Value) bool {
	return a == b || origin(a) == origin(b)
}

func origin(v ssa.Value) ssa.Value {
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		if alloc, ok := u.X.(*ssa.Alloc); ok {
			if val := onlyStore(alloc); val != nil {
				return val
			}
		}
	}
	return v
}

// Alias implements [flow.Env].
func (a *analysis) Alias(t *path.Table, addr *path.Node) *path.Node {
	if addr.Kind != path.Field || addr.Name != "L" || addr.Owner != "sync.Cond" {
		return a.back.alias(t, addr)
	}
	c := addr.X
	if c.Kind == path.Deref {
		c = c.X
	}
	if c.Kind != path.Field {
		return nil
	}
	alias, ok := a.conds[c.Owner+"."+c.Name]
	if !ok || alias.broken {
		return nil
	}
	n := c.X
	for _, f := range alias.fields {
		n = t.Field(n, f.name, f.owner, f.embedded)
	}
	if alias.read {
		n = t.RLocker(n)
	}
	return n
}
