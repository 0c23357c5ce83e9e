package lockflow_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/internal/summary"
	"github.com/lockvet/lockvet/passes/doublelock"
	"github.com/lockvet/lockvet/passes/lockflow"
	"github.com/lockvet/lockvet/passes/missingunlock"
	"github.com/lockvet/lockvet/passes/unlockunheld"
)

func testdata(t *testing.T) string {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// What functions do to locks reaches other packages as facts.
func TestFacts(t *testing.T) {
	analysistest.Run(t, testdata(t), lockflow.Analyzer, "crosspkg/a")
}

// The checks find in a package what facts of another one say.
func TestAcrossPackages(t *testing.T) {
	checks := []*analysis.Analyzer{doublelock.Analyzer, missingunlock.Analyzer, unlockunheld.Analyzer}
	all := &analysis.Analyzer{
		Name:     "all",
		Doc:      "report what the three checks report",
		Requires: []*analysis.Analyzer{lockflow.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			for _, check := range checks {
				if _, err := check.Run(pass); err != nil {
					return nil, err
				}
			}
			return nil, nil
		},
	}
	t.Cleanup(rules.SwitchOn(rules.All(checks)...))
	analysistest.Run(t, testdata(t), all, "crosspkg/b")
}

// The same packages always give the same facts, those of the standard library
// that they import included.
func TestDeterministic(t *testing.T) {
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax, Dir: filepath.Join(testdata(t), "src"),
		Env: append(os.Environ(), "GO111MODULE=off", "GOPATH="+testdata(t), "GOWORK=off"),
	}, "crosspkg/b", "silent")
	if err != nil {
		t.Fatal(err)
	}
	facts := func() map[string]string {
		graph, err := checker.Analyze([]*analysis.Analyzer{lockflow.Analyzer}, pkgs, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := make(map[string]string)
		for act := range graph.All() {
			if act.Err != nil {
				t.Fatalf("%s: %v", act.Package.PkgPath, act.Err)
			}
			for _, f := range act.AllObjectFacts() {
				if fact, ok := f.Fact.(*summary.Fact); ok {
					got[act.Package.PkgPath+" "+f.Object.String()] = fmt.Sprintf("%s %x", fact, fact.Data)
				}
			}
			for _, f := range act.AllPackageFacts() {
				if fact, ok := f.Fact.(*summary.Fact); ok {
					got[f.Package.Path()] = fmt.Sprintf("%s %x", fact, fact.Data)
				}
			}
		}
		return got
	}
	first, again := facts(), facts()
	if len(first) < 20 {
		t.Errorf("only %d facts", len(first))
	}
	if len(again) != len(first) {
		t.Errorf("%d facts, then %d", len(first), len(again))
	}
	for obj, data := range first {
		if again[obj] != data {
			t.Errorf("the fact of %s is\n%s\nand then\n%s", obj, data, again[obj])
		}
	}
}
