package contract

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/path"
)

// An Order is a comment that says in which order locks are taken:
//
//	//lockvet:before a b c
//
// says that a is taken before b, and b before c. At a field or a variable that is a lock,
// the lock itself is the first. Or it is a comment that says that nothing is waited for
// under its locks:
//
//	//lockvet:leaf a
type Order struct {
	Leaf     bool
	Classes  []string // of the locks
	Pos, End token.Pos
}

const (
	beforeVerb = "before"
	leafVerb   = "leaf"
)

// orderVerb returns the verb of a comment that is, or is meant to be, an Order; "" if it
// is none.
func orderVerb(comment string) string {
	rest, ok := strings.CutPrefix(comment, prefix)
	if !ok {
		if rest, ok = strings.CutPrefix(comment, "// "+prefix[2:]); !ok {
			return ""
		}
	}
	if verb, _, _ := strings.Cut(rest, " "); verb == beforeVerb || verb == leafVerb {
		return verb
	}
	return ""
}

// IsOrder reports whether a comment is, or is meant to be, an Order.
func IsOrder(comment string) bool { return orderVerb(comment) != "" }

// orders reads the orders in comments. Names are looked up in self, a struct type, if it
// is not nil, and then in the package; at is the lock at which the comments stand, nil if
// they stand at a type or package.
func (r *reader) orders(self types.Type, at *lockName, groups ...*ast.CommentGroup) {
	for _, group := range groups {
		if group == nil {
			continue
		}
		for _, c := range group.List {
			verb := orderVerb(c.Text)
			if verb == "" || r.read[c] {
				continue
			}
			r.read[c] = true
			o := Order{Leaf: verb == leafVerb, Pos: c.Pos(), End: c.End()}
			if problem := r.order(&o, c.Text, self, at); problem != "" {
				r.problem(c, "%s", problem)
				continue
			}
			r.Orders = append(r.Orders, o)
		}
	}
}

// order reads one comment.
func (r *reader) order(o *Order, text string, self types.Type, at *lockName) (problem string) {
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok {
		return "no space may stand between // and lockvet"
	}
	rest, _, _ = strings.Cut(rest, " //")
	names := strings.FieldsFunc(rest, func(c rune) bool { return c == ' ' || c == '\t' || c == ',' })[1:]
	if at != nil {
		class, problem := at.class(r.pkg)
		if problem != "" {
			return problem
		}
		o.Classes = append(o.Classes, class)
	}
	for _, name := range names {
		l, problem := r.lockNamed(self, name)
		if problem == "" {
			var class string
			if class, problem = l.class(r.pkg); problem == "" {
				o.Classes = append(o.Classes, class)
			}
		}
		if problem != "" {
			return problem
		}
	}
	switch {
	case o.Leaf && at != nil && len(names) > 0:
		return "//lockvet:leaf at a lock is about that lock and takes no names"
	case o.Leaf && len(o.Classes) == 0:
		return "//lockvet:leaf names locks, or stands at one"
	case !o.Leaf && len(o.Classes) < 2:
		return "//lockvet:before lists two or more locks in the order they are taken; above a lock, one or more"
	}
	return ""
}

// A lockName is a lock by its declaration, while it is looked up: what the class begins
// with, and fields from there.
type lockName struct {
	text  string // as it is written
	root  string
	sel   []string
	typ   types.Type
	fresh bool // root is a type, of which a field has to follow
}

// lockNamed finds a lock by a name: of a field, a type and a field, or a variable, each
// after the name or the path of an imported package if it belongs to one.
func (r *reader) lockNamed(self types.Type, name string) (l lockName, problem string) {
	parts := strings.Split(name, ".")
	if self != nil {
		l = lockName{text: name, root: path.OwnerOf(self), typ: self, fresh: true}
		if m, ok := l.fields(parts, r.pkg); ok {
			return m, ""
		}
	}
	pkg, rest := r.packageNamed(name)
	parts = strings.Split(rest, ".")
	obj := pkg.Scope().Lookup(parts[0])
	switch obj := obj.(type) {
	case *types.TypeName:
		l = lockName{text: name, root: pkg.Path() + "." + parts[0], typ: obj.Type(), fresh: true}
	case *types.Var:
		l = lockName{text: name, root: pkg.Path() + "." + parts[0], typ: obj.Type()}
	default:
		return l, fmt.Sprintf("there is no lock %s: write field, Type.field or variable, after the path of its package if imported", name)
	}
	m, ok := l.fields(parts[1:], pkg)
	if !ok {
		return l, fmt.Sprintf("there is no lock %s: %s has no field %s", name, parts[0], strings.Join(parts[1:], "."))
	}
	return m, ""
}

// packageNamed returns the package that a name begins with, by its path or, if it is
// imported, by its name, and the rest of the name. That is this package if there is none.
func (r *reader) packageNamed(name string) (found *types.Package, rest string) {
	found, rest = r.pkg, name
	best := ""
	seen := make(map[*types.Package]bool)
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if seen[p] {
			return
		}
		seen[p] = true
		if after, ok := strings.CutPrefix(name, p.Path()+"."); ok && len(p.Path()) > len(best) {
			found, rest, best = p, after, p.Path()
		}
		for _, q := range p.Imports() {
			visit(q)
		}
	}
	visit(r.pkg)
	first, after, _ := strings.Cut(name, ".")
	if best == "" && r.pkg.Scope().Lookup(first) == nil {
		if i := slices.IndexFunc(r.pkg.Imports(), func(p *types.Package) bool { return p.Name() == first }); i >= 0 {
			return r.pkg.Imports()[i], after
		}
	}
	return found, rest
}

// fields selects fields one after the other. A name with [] behind it means the elements.
func (l lockName) fields(names []string, pkg *types.Package) (lockName, bool) {
	for _, name := range names {
		bare := strings.TrimSuffix(name, "[]")
		obj, index, _ := types.LookupFieldOrMethod(l.typ, true, pkg, bare)
		if v, ok := obj.(*types.Var); !ok || !v.IsField() {
			return l, false
		}
		l = l.walk(index)
		if bare != name {
			l = l.elements()
		}
	}
	return l, true
}

// elements follows a container to what is in it.
func (l lockName) elements() lockName {
	switch t := l.typ.Underlying().(type) {
	case *types.Slice:
		l.typ = t.Elem()
	case *types.Array:
		l.typ = t.Elem()
	case *types.Map:
		l.typ = t.Elem()
	default:
		return l
	}
	if owner := path.OwnerOf(l.typ); owner != "" && isStruct(l.typ) {
		return lockName{text: l.text, root: owner, typ: l.typ, fresh: true}
	}
	l.sel = append(slices.Clip(l.sel), "[]")
	return l
}

// walk selects fields by number. As in [path.Node.Class], the outermost struct that holds
// the lock by value names it.
func (l lockName) walk(index []int) lockName {
	for _, i := range index {
		t := l.typ
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
			l.root, l.sel = path.OwnerOf(t), nil
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return l
		}
		l.sel = append(slices.Clip(l.sel), st.Field(i).Name())
		l.typ, l.fresh = st.Field(i).Type(), false
	}
	return l
}

func isStruct(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	_, ok := t.Underlying().(*types.Struct)
	return ok && types.TypeString(t, nil) != "sync.Mutex" && types.TypeString(t, nil) != "sync.RWMutex"
}

// class is the lock class, or says why there is none.
func (l lockName) class(pkg *types.Package) (class, problem string) {
	obj, index, _ := types.LookupFieldOrMethod(l.typ, true, pkg, "Lock")
	if _, ok := obj.(*types.Func); !ok {
		return "", fmt.Sprintf("%s is no lock: a %s has no method Lock", l.text, types.TypeString(l.typ, types.RelativeTo(pkg)))
	}
	l = l.walk(index[:len(index)-1])
	if l.root == "" || l.fresh {
		return "", fmt.Sprintf("%s is a type; the lock in it is named by a field", l.text)
	}
	class = l.root
	for _, s := range l.sel {
		if s != "[]" {
			class += "."
		}
		class += s
	}
	return class, ""
}

// fieldOrders reads the orders at the fields of a struct.
func (r *reader) fieldOrders(st types.Type, f *ast.Field) {
	names := f.Names
	if len(names) == 0 { // embedded
		if v := embedded(f, r.info); v != "" {
			l := lockName{text: v, root: path.OwnerOf(st), typ: st, fresh: true}
			if m, ok := l.fields([]string{v}, r.pkg); ok {
				r.orders(st, &m, f.Doc, f.Comment)
			}
		}
		return
	}
	for _, name := range names {
		l := lockName{text: name.Name, root: path.OwnerOf(st), typ: st, fresh: true}
		if m, ok := l.fields([]string{name.Name}, r.pkg); ok {
			r.orders(st, &m, f.Doc, f.Comment)
		}
	}
}

// embedded returns the name of an embedded field.
func embedded(f *ast.Field, info *types.Info) string {
	t := info.TypeOf(f.Type)
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}
