package groups

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"testing"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

func dump(t *trace, ind string) {
	fmt.Println(ind, "path weak", t.weak, "loops", t.loops, "ended", t.ended, "conds", t.conds, "spans", t.spans, "leaked", t.leaked)
	for _, e := range t.events {
		fmt.Println(ind+"  ", kindNames[e.kind], e.group, e.n, e.in)
		for _, a := range e.alts {
			dump(a, ind+"      ")
		}
	}
}

func TestDebug(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, os.Getenv("SRC"), nil, 0)
	if err != nil {
		t.Skip()
	}
	conf := &types.Config{Importer: importer.Default()}
	pkg, _, err := ssautil.BuildPackage(conf, fset, types.NewPackage("x", ""), []*ast.File{file}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var funcs []*ssa.Function
	for fn := range ssautil.AllFunctions(pkg.Prog) {
		if fn.Pkg == pkg && fn.Synthetic == "" {
			funcs = append(funcs, fn)
		}
	}
	debugWorld = func(w *world) {
		for _, u := range w.units {
			fmt.Println("UNIT", u.fn, u.partial)
			if os.Getenv("SSA") != "" {
				u.fn.WriteTo(os.Stdout)
				for _, a := range u.fn.AnonFuncs {
					a.WriteTo(os.Stdout)
				}
			}
			for _, p := range u.paths {
				dump(p, "  ")
			}
		}
	}
	for _, r := range Check(pkg, funcs) {
		fmt.Println(fset.Position(r.Pos), r.Kind, r.Left)
	}
}
