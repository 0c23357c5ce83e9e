package guard

import (
	"cmp"
	"go/types"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/contract"
	"github.com/lockvet/lockvet/internal/path"
)

// A Declaration says which lock a comment at a field or variable asks for.
type Declaration struct {
	Var        string // "Type.field", or the name of a variable of the package
	Lock       string // as it is written
	Key        string // names the lock by its declaration, "" if there is none
	WritesOnly bool
}

// Declarations is the fact about a package whose comments declare guards of what other packages can
// name.
type Declarations struct{ Guards []Declaration }

// AFact implements [golang.org/x/tools/go/analysis.Fact].
func (*Declarations) AFact() {}

func (d *Declarations) String() string {
	var names []string
	for _, g := range d.Guards {
		names = append(names, g.Var+" by "+cmp.Or(g.Lock, "none"))
	}
	return "guarded: " + strings.Join(names, ", ")
}

// Names reports whether some field or variable of a name has a guard. A nil fact has none.
func (d *Declarations) Names(name string) bool {
	return d != nil && slices.ContainsFunc(d.Guards, func(g Declaration) bool { return g.Var[strings.IndexByte(g.Var, '.')+1:] == name })
}

// of returns the declaration of a field or variable, nil if there is none.
func (d *Declarations) of(name string) *Declaration {
	if d == nil {
		return nil
	}
	if i := slices.IndexFunc(d.Guards, func(g Declaration) bool { return g.Var == name }); i >= 0 {
		return &d.Guards[i]
	}
	return nil
}

// Export returns what a package declares for others, nil if nothing.
func Export(pkg *types.Package, set *contract.Set, t *path.Table) *Declarations {
	if set == nil {
		return nil
	}
	d := new(Declarations)
	add := func(name string, v *types.Var) {
		if g := set.Guard(v); g != nil && v.Exported() {
			d.Guards = append(d.Guards, declaration(name, g, t))
		}
	}
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Var:
			add(name, obj)
		case *types.TypeName:
			if st, ok := obj.Type().Underlying().(*types.Struct); ok && obj.Exported() && !obj.IsAlias() {
				for f := range st.Fields() {
					add(name+"."+f.Name(), f)
				}
			}
		}
	}
	if len(d.Guards) == 0 {
		return nil
	}
	return d
}

func declaration(name string, g *contract.Guard, t *path.Table) Declaration {
	d := Declaration{Var: name, WritesOnly: g.WritesOnly}
	if !g.None {
		d.Lock, d.Key = g.Name, key(g.Node(t))
	}
	return d
}

// Foreign returns what another package has declared, nil if nothing.
type Foreign func(pkg *types.Package) *Declarations

// guarded reports whether a comment declares the guard of a field of a type, or of a variable, whose owner is "".
func (r *reader) guarded(v *types.Var, owner string) bool {
	return r.set.Guard(v) != nil || r.abroad(v, owner) != nil
}

// abroad returns the declaration of what another package has.
func (r *reader) abroad(v *types.Var, owner string) *Declaration {
	if v.Pkg() == nil || v.Pkg() == r.pkg || r.foreign == nil || !v.Exported() {
		return nil
	}
	name := v.Name()
	if v.IsField() {
		name = owner[lastDot(owner)+1:] + "." + name
	}
	return r.foreign(v.Pkg()).of(name)
}

// declaration returns what is declared of a variable that the package uses, nil if nothing.
func (p *pkg) declaration(v *types.Var) *Declaration {
	if g := p.in.Contracts.Guard(v); g != nil {
		d := declaration(v.Name(), g, p.in.Table)
		return &d
	}
	return p.reader.abroad(v, p.owner[v])
}
