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

	"github.com/lockvet/lockvet/internal/flow"
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
	run := func(data, tables string, pairs ...analysis.PackageFact) error {
		var pass func(a *analysis.Analyzer) (any, error)
		pass = func(a *analysis.Analyzer) (any, error) {
			p := &analysis.Pass{
				Analyzer: a, Fset: fset, Files: []*ast.File{file}, Pkg: pkg, TypesInfo: info, TypesSizes: types.SizesFor("gc", "amd64"),
				ResultOf: map[*analysis.Analyzer]any{}, Report: func(analysis.Diagnostic) {},
				ImportObjectFact: func(obj types.Object, fact analysis.Fact) bool {
					f, ok := fact.(*summary.Fact)
					if ok = ok && obj.Name() == "NewReader" && len(pairs) == 0; ok {
						f.Data = []byte(data)
					}
					return ok
				},
				ImportPackageFact: func(_ *types.Package, fact analysis.Fact) bool {
					f, ok := fact.(*summary.Tables)
					if ok = ok && tables != ""; ok {
						f.Data = []byte(tables)
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
		_, err := pass(lockflow.Analyzer)
		return err
	}
	e := summary.NewEncoder(fset, nil)
	if e.Fact(&flow.Summary{Strays: []string{"p.mu"}}) == nil {
		t.Fatal("no fact")
	}
	good := string(e.Tables().Data)
	version := good[:1]
	if err := run("\x00\x00\x00\x00\x00", good); err != nil {
		t.Errorf("a fact that says nothing is refused: %v", err)
	}
	for name, data := range map[string]string{"another version": "\xff\x00\x00\x00", "damaged": version + "\xff\xff", "empty": ""} {
		pairs := analysis.PackageFact{Package: pkg.Imports()[0], Fact: &summary.PairsFact{Tables: []byte(data)}}
		for what, err := range map[string]error{"fact": run(data, good), "tables": run("\x00\x00\x00\x00\x00", data), "pairs": run("", "", pairs)} {
			if err == nil || !strings.Contains(err.Error(), "facts of package bytes are not used") || !strings.Contains(err.Error(), "go clean -cache") {
				t.Errorf("%s %s: got error %v", name, what, err)
			}
		}
	}
}
