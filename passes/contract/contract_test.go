package contract_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/lockvet/lockvet/passes/contract"
	"github.com/lockvet/lockvet/passes/doublelock"
	"github.com/lockvet/lockvet/passes/lockflow"
	"github.com/lockvet/lockvet/passes/missingunlock"
	"github.com/lockvet/lockvet/passes/unlockunheld"
)

// The checks that use contracts find in these packages what the comments say.
func Test(t *testing.T) {
	checks := []*analysis.Analyzer{contract.Analyzer, doublelock.Analyzer, missingunlock.Analyzer, unlockunheld.Analyzer}
	all := &analysis.Analyzer{
		Name:     "all",
		Doc:      "report what the checks report",
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
	analysistest.Run(t, testdata(t), all, "contract", "contract/user", "contract/gvisor", "contract/asm", "silent/...")
}

// Contracts of what has no body reach other packages as facts.
func TestFacts(t *testing.T) {
	analysistest.Run(t, testdata(t), lockflow.Analyzer, "contract/lib")
}

func testdata(t *testing.T) string {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
