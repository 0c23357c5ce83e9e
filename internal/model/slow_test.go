package model

import (
	"go/types"
	"path"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// Every name in the rows about the standard library is that of a function, method
// or pattern that matches one: a row with a slip would be dead.
func TestSlowTable(t *testing.T) {
	var std []string
	for pkg := range slowByPackage() {
		if first, _, _ := strings.Cut(pkg, "/"); !strings.Contains(first, ".") {
			std = append(std, pkg)
		}
	}
	checkRows(t, ".", std)
}

func checkRows(t *testing.T, dir string, paths []string) {
	pkgs, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps, Dir: dir}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range pkgs {
		if len(pkg.Errors) > 0 {
			t.Fatalf("%s: %v", pkg.PkgPath, pkg.Errors)
		}
		names := functionsOf(pkg.Types)
		rows := slowByPackage()[pkg.PkgPath]
		for name := range rows.exact {
			if !names[name] {
				t.Errorf("%s has no function %s", pkg.PkgPath, name)
			}
		}
		for _, p := range rows.patterns {
			found := false
			for name := range names {
				ok, err := path.Match(p.pattern, name)
				found = found || ok && err == nil
			}
			if !found {
				t.Errorf("%s: no function matches %s", pkg.PkgPath, p.pattern)
			}
		}
	}
}

// functionsOf returns the functions of a package and the methods of its types, those
// that a type has from an embedded one under both names.
func functionsOf(pkg *types.Package) map[string]bool {
	names := make(map[string]bool)
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			names[name] = true
		case *types.TypeName:
			t := obj.Type()
			if !types.IsInterface(t) {
				t = types.NewPointer(t)
			}
			for sel := range types.NewMethodSet(t).Methods() {
				names[name+"."+sel.Obj().Name()] = true
				if recv := typeName(sel.Obj().(*types.Func).Signature().Recv().Type()); recv != nil && recv.Pkg() == pkg {
					names[recv.Name()+"."+sel.Obj().Name()] = true
				}
			}
		}
	}
	return names
}
