package doublelock_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/lockvet/lockvet/passes/doublelock"
)

func Test(t *testing.T) {
	analysistest.Run(t, testdata(t), doublelock.Analyzer, "doublelock/...", "silent/...")
}

func TestFixes(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, testdata(t), doublelock.Analyzer, "fixes/doublelock")
}

func testdata(t *testing.T) string {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
