package summary

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// An assertion asks whether a value of an interface type has the methods of another one as well.
type assertion struct{ from, to types.Type }

// NeverHolds implements [flow.Env]: nobody outside the module can implement the first interface, nobody outside the package knows one of the two, and no
// type of the package, or of one that it imports, has the methods of both.
func (a *analysis) NeverHolds(from, to types.Type) bool {
	if !types.IsInterface(from) || !types.IsInterface(to) || !a.isOwn(from) && !(a.isOwn(to) && isInternal(from)) {
		return false
	}
	key := assertion{from, to}
	never, asked := a.asserted[key]
	if !asked {
		never = !a.areOfBoth(from.Underlying().(*types.Interface), to.Underlying().(*types.Interface))
		if a.asserted == nil {
			a.asserted = make(map[assertion]bool)
		}
		a.asserted[key] = never
	}
	return never
}

// isOwn reports whether a type is an interface with methods and with a name that only the package can use.
func (a *analysis) isOwn(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() == a.pkg.Pkg && !named.Obj().Exported() && named.TypeParams().Len() == 0 &&
		named.Underlying().(*types.Interface).NumMethods() > 0
}

// isInternal reports whether only one program, or the packages below one directory, can use a type.
func isInternal(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	pkg := named.Obj().Pkg()
	return pkg.Name() == "main" || slices.Contains(strings.Split(pkg.Path(), "/"), "internal")
}

// areOfBoth reports whether a type that is declared in the package or in one that it imports, directly or not, has the methods of both interfaces,
// or is an interface with the methods of the second one, which a type elsewhere may have been written for.
func (a *analysis) areOfBoth(from, to *types.Interface) bool {
	method := to.Method(0)
	seen := make(map[*types.Package]bool)
	var in func(pkg *types.Package) bool
	in = func(pkg *types.Package) bool {
		if seen[pkg] {
			return false
		}
		seen[pkg] = true
		scope := pkg.Scope()
		for _, name := range scope.Names() {
			tn, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || tn.IsAlias() {
				continue
			}
			t := types.Type(types.NewPointer(tn.Type()))
			if types.IsInterface(tn.Type()) {
				if t = tn.Type(); pkg == a.pkg.Pkg {
					continue
				}
			}
			if obj, _, _ := types.LookupFieldOrMethod(t, true, method.Pkg(), method.Name()); obj == nil {
				continue
			}
			if named, ok := tn.Type().(*types.Named); ok && named.TypeParams().Len() > 0 {
				return true // of which nothing is known
			}
			if types.Implements(t, to) && (types.IsInterface(t) || types.Implements(t, from)) {
				return true
			}
		}
		for _, p := range pkg.Imports() {
			if in(p) {
				return true
			}
		}
		return false
	}
	return in(a.pkg.Pkg) || a.madeLocally(from, to)
}

// madeLocally reports whether the package puts an object of a type that has no place in a package into an interface value: of a type of a function,
// or one without a name.
func (a *analysis) madeLocally(from, to *types.Interface) bool {
	for _, fn := range a.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if mi, ok := instr.(*ssa.MakeInterface); ok && types.Implements(mi.X.Type(), to) && types.Implements(mi.X.Type(), from) {
					return true
				}
			}
		}
	}
	return false
}
