package unlockunheld_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/passes/unlockunheld"
)

func Test(t *testing.T) {
	t.Cleanup(rules.SwitchOn(rules.Of(unlockunheld.Analyzer)...))
	analysistest.RunWithSuggestedFixes(t, testdata(t), unlockunheld.Analyzer, "fixes/unlockunheld")
	analysistest.Run(t, testdata(t), unlockunheld.Analyzer, "unlockunheld/...", "silent/...")
}

// TestDefaults is about the categories that are on by default.
func TestDefaults(t *testing.T) {
	analysistest.Run(t, testdata(t), unlockunheld.Analyzer, "defaults/unlockunheld")
}

func testdata(t *testing.T) string {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
