package suppress_test

import (
	"go/ast"
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/lockvet/lockvet/internal/suppress"
	"github.com/lockvet/lockvet/passes/ignore"
)

// reporter returns a check that finds every call of the function with its name.
// Of the function "loud" it finds the category "noise".
func reporter(name, category string) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name: name,
		Doc:  "report calls of " + name,
		Run: func(pass *analysis.Pass) (any, error) {
			for _, file := range pass.Files {
				ast.Inspect(file, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok {
						if id, ok := call.Fun.(*ast.Ident); ok && id.Name == name {
							pass.Report(analysis.Diagnostic{Pos: call.Pos(), Category: category, Message: name})
						}
					}
					return true
				})
			}
			return nil, nil
		},
	}
}

var (
	bad       = suppress.Wrap(reporter("bad", ""))
	loud      = suppress.Wrap(reporter("loud", "noise"))
	copylocks = suppress.Wrap(reporter("copylocks", ""))
	unused    = ignore.New([]*analysis.Analyzer{bad, loud, copylocks})
)

var testdata, _ = filepath.Abs("../../testdata")

func TestSuppressed(t *testing.T) {
	analysistest.Run(t, testdata, bad, "ignore/silenced", "ignore/filewide", "ignore/wholefile")
	analysistest.Run(t, testdata, loud, "ignore/category")
	analysistest.Run(t, testdata, copylocks, "ignore/borrowed")
}

// In generated files errors alone are reported; slowlock makes notes.
func TestGenerated(t *testing.T) {
	analysistest.Run(t, testdata, bad, "ignore/generated")
	slow := suppress.Wrap(reporter("slowlock", ""))
	for _, result := range analysistest.Run(quiet{t}, testdata, slow, "ignore/generated") {
		if len(result.Diagnostics) != 1 || filepath.Base(result.Pass.Fset.Position(result.Diagnostics[0].Pos).Filename) != "h.go" {
			t.Errorf("got %v, want the one in h.go", result.Diagnostics)
		}
	}
}

// Where everything is needed or none of our business, nothing is reported.
func TestNeeded(t *testing.T) {
	for _, pkg := range []string{"ignore/needed", "ignore/filewide", "ignore/wholefile", "ignore/borrowed"} {
		for _, result := range analysistest.Run(quiet{t}, testdata, unused, pkg) {
			for _, d := range result.Diagnostics {
				t.Errorf("%s: %s", result.Pass.Fset.Position(d.Pos), d.Message)
			}
		}
	}
}

// quiet drops analysistest's complaints about want comments, which in these
// packages are addressed to another check.
type quiet struct{ *testing.T }

func (quiet) Errorf(string, ...any) {}

func TestUnused(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, testdata, unused, "ignore/unused")
}

func TestMalformed(t *testing.T) {
	analysistest.Run(t, testdata, unused, "ignore/malformed")
}

func TestOff(t *testing.T) {
	if err := unused.Flags.Set("off", "true"); err != nil {
		t.Fatal(err)
	}
	defer unused.Flags.Set("off", "false")
	analysistest.Run(t, testdata, bad, "ignore/off")
	for _, result := range analysistest.Run(quiet{t}, testdata, unused, "ignore/unused") {
		if len(result.Diagnostics) != 0 {
			t.Errorf("reported with -off: %v", result.Diagnostics)
		}
	}
}
