package lockflow_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/summary"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// Facts that are damaged or of another version fail the package, with a message that
// says which and what to do.
func TestRefusedFacts(t *testing.T) {
	const source = `package p
import ("bytes"; "sync")
var mu sync.Mutex
func F() { mu.Lock(); bytes.NewReader(nil); mu.Unlock() }`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{}, Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
	pkg, err := (&types.Config{Importer: importer.Default()}).Check("example.com/p", fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	run := func(data string, pairs ...analysis.PackageFact) error {
		var pass func(a *analysis.Analyzer) (any, error)
		pass = func(a *analysis.Analyzer) (any, error) {
			p := &analysis.Pass{
				Analyzer: a, Fset: fset, Files: []*ast.File{file}, Pkg: pkg, TypesInfo: info, TypesSizes: types.SizesFor("gc", "amd64"),
				ResultOf: map[*analysis.Analyzer]any{}, Report: func(analysis.Diagnostic) {},
				ImportObjectFact: func(types.Object, analysis.Fact) bool { return false },
				ImportPackageFact: func(pkg *types.Package, fact analysis.Fact) bool {
					f, ok := fact.(*summary.Fact)
					if ok = ok && pkg.Path() == "bytes" && len(pairs) == 0; ok {
						*f = summary.Fact{Names: []string{"NewReader"}, Data: []byte(data)}
					}
					return ok
				},
				ExportObjectFact:  func(types.Object, analysis.Fact) {},
				ExportPackageFact: func(analysis.Fact) {},
				AllPackageFacts:   func() []analysis.PackageFact { return pairs },
				AllObjectFacts:    func() []analysis.ObjectFact { return nil },
			}
			for _, r := range a.Requires {
				res, err := pass(r)
				if err != nil {
					return nil, err
				}
				p.ResultOf[r] = res
			}
			return a.Run(p)
		}
		res, err := pass(lockflow.Analyzer)
		if err != nil {
			t.Error("no driver shows the error of what checks require:", err)
			return nil
		}
		_, err = lockflow.Check(func(*analysis.Pass, *lockflow.Result) error { return nil })(&analysis.Pass{ResultOf: map[*analysis.Analyzer]any{lockflow.Analyzer: res}})
		return err
	}
	for name, data := range map[string]string{"another version": "\xff\x00\x00\x00", "damaged": "\x07\xff\xff", "empty": ""} {
		pairs := analysis.PackageFact{Package: pkg.Imports()[0], Fact: &summary.PairsFact{Data: []byte(data)}}
		for _, err := range []error{run(data), run("", pairs)} {
			if err == nil || !strings.Contains(err.Error(), "facts of package bytes are not used") || !strings.Contains(err.Error(), "go clean -cache") {
				t.Errorf("%s: got error %v", name, err)
			}
		}
	}
}
