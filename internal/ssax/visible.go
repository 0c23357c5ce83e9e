package ssax

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
)

// Visibility knows what other packages can name: what is exported, and what can be
// reached from there. Nobody imports package main or what stands in test files.
type Visibility struct {
	pkg   *ssa.Package
	types map[*types.TypeName]bool
}

// NewVisibility returns what other packages can name of a package.
func NewVisibility(pkg *ssa.Package) *Visibility {
	v := &Visibility{pkg, make(map[*types.TypeName]bool)}
	if pkg.Pkg.Name() == "main" {
		return v
	}
	seen := make(map[types.Type]bool)
	scope := pkg.Pkg.Scope()
	for _, name := range scope.Names() {
		if obj := scope.Lookup(name); obj.Exported() && !v.inTest(obj) {
			v.reach(obj.Type(), seen)
		}
	}
	return v
}

// inTest reports whether the object is declared in a test file.
func (v *Visibility) inTest(obj types.Object) bool {
	return model.InTest(v.pkg.Prog.Fset, obj.Pos())
}

// reach marks the types of the package that a value of type t leads to by exported
// names.
func (v *Visibility) reach(t types.Type, seen map[types.Type]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			v.reach(a, seen)
		}
		if t = t.Origin(); t.Obj().Pkg() != v.pkg.Pkg || v.inTest(t.Obj()) {
			return
		}
		v.types[t.Obj()] = true
		for m := range t.Methods() {
			if m.Exported() && !v.inTest(m) {
				v.reach(m.Type(), seen)
			}
		}
		v.reach(t.Underlying(), seen)
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() || f.Embedded() {
				v.reach(f.Type(), seen)
			}
		}
	case *types.Signature:
		for p := range t.Params().Variables() {
			v.reach(p.Type(), seen)
		}
		for p := range t.Results().Variables() {
			v.reach(p.Type(), seen)
		}
	case *types.Interface:
		for m := range t.Methods() {
			v.reach(m.Type(), seen)
		}
	case *types.Map:
		v.reach(t.Key(), seen)
		v.reach(t.Elem(), seen)
	case interface{ Elem() types.Type }: // pointer, slice, array, channel
		v.reach(t.Elem(), seen)
	}
}

// Type reports whether others can name, or get, values of the named type of t.
func (v *Visibility) Type(t types.Type) bool {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	if !ok {
		return false
	}
	return named.Obj().Pkg() != v.pkg.Pkg || v.types[named.Origin().Obj()]
}

// Field reports whether others can get at a field of the struct type t.
func (v *Visibility) Field(t types.Type, f *types.Var) bool {
	if f.Pkg() != v.pkg.Pkg {
		return true
	}
	if !f.Exported() || v.pkg.Pkg.Name() == "main" || v.inTest(f) {
		return false
	}
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if _, named := t.(*types.Named); !named {
		return true // whose it is cannot be told
	}
	return v.Type(t)
}

// Global reports whether others can name a package-level variable.
func (v *Visibility) Global(obj types.Object) bool {
	return obj != nil && (obj.Pkg() != v.pkg.Pkg || obj.Exported() && v.pkg.Pkg.Name() != "main" && !v.inTest(obj))
}

// Callable reports whether others can call a function by its name.
func (v *Visibility) Callable(fn *ssa.Function) bool {
	obj, ok := fn.Object().(*types.Func)
	if !ok || fn.Synthetic != "" || !v.Global(obj) {
		return false
	}
	recv := obj.Signature().Recv()
	return recv == nil || v.Type(recv.Type())
}

// InTest reports whether a function is in a file with tests.
func InTest(fn *ssa.Function) bool { return model.InTest(fn.Prog.Fset, fn.Pos()) }
