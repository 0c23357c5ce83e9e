package condwait_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/passes/condwait"
)

func Test(t *testing.T) {
	t.Cleanup(rules.SwitchOn(rules.Of(condwait.Analyzer)...))
	analysistest.Run(t, testdata(t), condwait.Analyzer, "condwait/...")
}

func testdata(t *testing.T) string {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestFixes(t *testing.T) {
	t.Cleanup(rules.SwitchOn(rules.Of(condwait.Analyzer)...))
	analysistest.RunWithSuggestedFixes(t, testdata(t), condwait.Analyzer, "fixes/condwait")
}
