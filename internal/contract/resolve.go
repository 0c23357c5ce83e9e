package contract

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

func sortByPos(objs []types.Object) {
	slices.SortFunc(objs, func(a, b types.Object) int { return cmp.Compare(a.Pos(), b.Pos()) })
}

// A scope is what the names in a contract can mean.
type scope struct {
	sig  *types.Signature
	self types.Type // the struct that a function-typed field is in
}

func scopeOf(sig *types.Signature, self types.Type) scope { return scope{sig, self} }

// A place is something that a contract can name, while it is looked up.
type place struct {
	node func(t *path.Table) *path.Node
	typ  types.Type
	// addr: node is the address of something of the type typ, not such a thing.
	addr bool
	// copied: it is part of what the function got a copy of.
	copied bool
	result bool
}

// A lock is what the name in a contract means.
type lock struct {
	node     func(t *path.Table) *path.Node
	method   *types.Func
	abstract bool
}

// resolve finds the lock that a name means. It returns what is wrong with the name, if
// anything is.
func (r *reader) resolve(sc scope, name string, f form) (l lock, problem string) {
	p, problem := r.find(sc, name)
	if problem != "" {
		return l, problem
	}
	if p.result && f.verb != flow.Acquiring {
		return l, fmt.Sprintf("%s is in a result, which callers have afterwards only", name)
	}
	_, l.abstract = sc.receiver()
	l.abstract = l.abstract && name == receiverName
	if l.abstract {
		l.node = p.value().node
		return l, ""
	}
	return p.lock(name, f.mode, r.pkg)
}

// find finds what a name means, be it a lock or not.
func (r *reader) find(sc scope, name string) (p place, problem string) {
	first, rest, _ := strings.Cut(name, ".")
	p, ok := r.root(sc, first)
	if !ok {
		return p, fmt.Sprintf("there is no %s here: %s", first, sc.names())
	}
	if rest == "" {
		return p, ""
	}
	result := p.result
	for field := range strings.SplitSeq(rest, ".") {
		if p, ok = p.field(field, r.pkg); !ok {
			return p, fmt.Sprintf("there is no lock %s: %s has no field %s", name, types.TypeString(p.typ, types.RelativeTo(r.pkg)), field)
		}
	}
	p.result = result
	return p, ""
}

// receiverName stands for the receiver of a method of an interface, which has no name.
const receiverName = "recv"

// receiver returns the receiver's type, if the receiver has no name.
func (sc scope) receiver() (t types.Type, ok bool) {
	recv := sc.sig.Recv()
	if recv == nil || !types.IsInterface(recv.Type()) {
		return nil, false
	}
	return recv.Type(), true
}

// names lists what a name in a contract can begin with, beside package-level variables.
func (sc scope) names() string {
	var names []string
	if recv := sc.sig.Recv(); recv != nil && recv.Name() != "" && recv.Name() != "_" {
		names = append(names, recv.Name())
	}
	if _, ok := sc.receiver(); ok {
		names = []string{receiverName}
	}
	for _, tuple := range []*types.Tuple{sc.sig.Params(), sc.sig.Results()} {
		for v := range tuple.Variables() {
			if v.Name() != "" && v.Name() != "_" {
				names = append(names, v.Name())
			}
		}
	}
	if sc.self != nil {
		names = append(names, "the fields of the struct")
	}
	return "a lock is named by " + strings.Join(append(names, "package-level variables"), ", ")
}

// root finds what the first part of a name means: the receiver, a parameter, a result, a
// field beside the function's, a package-level variable.
func (r *reader) root(sc scope, name string) (p place, ok bool) {
	param := func(i int) func(*path.Table) *path.Node {
		return func(t *path.Table) *path.Node { return t.Param(i) }
	}
	if name == "_" {
		return p, false
	}
	n := 0
	if recv := sc.sig.Recv(); recv != nil {
		_, unnamed := sc.receiver()
		if recv.Name() == name || unnamed && name == receiverName {
			return place{node: param(0), typ: recv.Type()}, true
		}
		n = 1
	}
	for i := range sc.sig.Params().Len() {
		if v := sc.sig.Params().At(i); v.Name() == name {
			return place{node: param(n + i), typ: v.Type()}, true
		}
	}
	for i := range sc.sig.Results().Len() {
		if v := sc.sig.Results().At(i); v.Name() == name {
			return place{node: func(t *path.Table) *path.Node { return t.Result(i) }, typ: v.Type(), result: true}, true
		}
	}
	if sc.self != nil {
		self := place{node: param(n + sc.sig.Params().Len()), typ: sc.self, addr: true}
		if p, ok := self.field(name, r.pkg); ok {
			return p, true
		}
	}
	if v, ok := r.pkg.Scope().Lookup(name).(*types.Var); ok {
		global := v.Pkg().Path() + "." + v.Name()
		return place{node: func(t *path.Table) *path.Node { return t.Global(global) }, typ: v.Type(), addr: true}, true
	}
	return p, false
}

// value loads a pointer or an interface of which p is the address.
func (p place) value() place {
	if p.addr {
		switch p.typ.Underlying().(type) {
		case *types.Pointer, *types.Interface:
			node := p.node
			p.node = func(t *path.Table) *path.Node { return t.Deref(node(t)) }
			p.addr = false
		}
	}
	return p
}

// base follows a pointer to a struct.
func (p place) base() place {
	p = p.value()
	switch u := p.typ.Underlying().(type) {
	case *types.Pointer:
		p.typ, p.addr, p.copied = u.Elem(), true, false
	default:
		p.copied = p.copied || !p.addr
	}
	return p
}

// field selects a field, through embedded ones if need be. If there is none it returns
// the place without it.
func (p place) field(name string, pkg *types.Package) (place, bool) {
	obj, index, _ := types.LookupFieldOrMethod(p.typ, true, pkg, name)
	if v, ok := obj.(*types.Var); !ok || !v.IsField() {
		return p, false
	}
	return p.fields(index)
}

// fields selects one field after the other.
func (p place) fields(index []int) (place, bool) {
	for _, i := range index {
		b := p.base()
		st, ok := b.typ.Underlying().(*types.Struct)
		if !ok {
			return p, false
		}
		name, owner, embedded := path.StructField(b.typ, i)
		node := b.node
		p = place{typ: st.Field(i).Type(), addr: true, copied: b.copied}
		p.node = func(t *path.Table) *path.Node { return t.Field(node(t), name, owner, embedded) }
	}
	return p, true
}

// lock checks that p is a lock that can be held in the mode.
func (p place) lock(name string, mode model.Mode, pkg *types.Package) (l lock, problem string) {
	method := "Lock"
	if mode == model.Read {
		method = "RLock"
	}
	typ := types.TypeString(p.typ, types.RelativeTo(pkg))
	obj, index, _ := types.LookupFieldOrMethod(p.typ, true, pkg, method)
	fn, ok := obj.(*types.Func)
	if !ok {
		other, _, _ := types.LookupFieldOrMethod(p.typ, true, pkg, "Lock")
		if _, isLock := other.(*types.Func); isLock {
			return l, fmt.Sprintf("%s is a %s, which cannot be locked for reading", name, typ)
		}
		return l, fmt.Sprintf("%s is no lock: a %s has no method %s", name, typ, method)
	}
	// The lock is what the method is promoted from.
	at, ok := p.fields(index[:len(index)-1])
	if !ok {
		return l, fmt.Sprintf("%s is no lock", name)
	}
	at = at.value()
	if _, isPtr := at.typ.Underlying().(*types.Pointer); !isPtr && !types.IsInterface(at.typ) && (at.copied || !at.addr) {
		return l, fmt.Sprintf("%s is a copy of a lock, which callers know nothing of", name)
	}
	l.node = at.node
	if model.OpOf(fn).Kind == model.None {
		l.method = fn.Origin()
	}
	return l, ""
}
