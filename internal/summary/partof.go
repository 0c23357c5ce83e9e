package summary

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A package often declares the part that it needs of another package's type as an interface of its own, so that its tests can put something
// else there:
//
//	type Snapshots interface { Walk(func(metadata.Info) error) error; Remove(key string) error }
//
// That the methods name types of the other package, and that one type there has them all, while no type of this package has them,
// says which type is meant.

// partOf returns the method of the type that an interface of the package is a part of, nil if there is none or several.
func (a *analysis) partOf(it *types.Interface, m *types.Func) *ssa.Function {
	whole, ok := a.wholes[it]
	if !ok {
		whole = a.wholeOf(it)
		a.wholes[it] = whole
	}
	if whole == nil {
		return nil
	}
	return a.methodOf(whole, m.Name())
}

// wholeOf returns the type that an interface of the package is a part of, nil if there is none or several.
func (a *analysis) wholeOf(it *types.Interface) (whole types.Type) {
	if it.NumMethods() < 2 {
		return nil // a single method is the part of many
	}
	for _, named := range a.types() {
		if implements(named, it) != nil {
			return nil
		}
	}
	for pkg := range a.namedIn(it) {
		for named := range declaredTypes(pkg) {
			if !named.Obj().Exported() || named.TypeParams() != nil {
				continue
			}
			if t := implements(named, it); t != nil {
				if whole != nil {
					return nil
				}
				whole = t
			}
		}
	}
	return whole
}

// namedIn returns the other packages whose types the methods of an interface name in their parameters and results.
func (a *analysis) namedIn(it *types.Interface) map[*types.Package]bool {
	pkgs := make(map[*types.Package]bool)
	var visit func(t types.Type)
	tuple := func(t *types.Tuple) {
		for v := range t.Variables() {
			visit(v.Type())
		}
	}
	visit = func(t types.Type) {
		switch t := types.Unalias(t).(type) {
		case *types.Named:
			if pkg := t.Obj().Pkg(); pkg != nil && pkg != a.pkg.Pkg {
				pkgs[pkg] = true
			}
		case interface{ Elem() types.Type }: // pointers, slices, arrays, channels and maps
			visit(t.Elem())
		case *types.Signature:
			tuple(t.Params())
			tuple(t.Results())
		}
	}
	for m := range it.Methods() {
		visit(m.Signature())
	}
	return pkgs
}

// implements returns the type, or the pointer to it, that implements an interface, nil if neither does.
func implements(named *types.Named, it *types.Interface) types.Type {
	if types.Implements(named, it) {
		return named
	}
	if t := types.NewPointer(named); types.Implements(t, it) {
		return t
	}
	return nil
}
