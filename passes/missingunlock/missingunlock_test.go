package missingunlock_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/lockvet/lockvet/passes/missingunlock"
)

func Test(t *testing.T) {
	analysistest.Run(t, testdata(t), missingunlock.Analyzer, "missingunlock/...", "silent/...")
}

func TestFixes(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, testdata(t), missingunlock.Analyzer, "fixes/missingunlock", "fixes/deferred")
}

func testdata(t *testing.T) string {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
