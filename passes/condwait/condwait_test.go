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
	analysistest.Run(t, testdata(t), condwait.Analyzer, "condwait")
}

func testdata(t *testing.T) string {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// What another package's functions need to be held is known from their facts.
func TestAcrossPackages(t *testing.T) {
	analysistest.Run(t, testdata(t), condwait.Analyzer, "condwait/user", "condwait/caller")
}

func TestFixes(t *testing.T) {
	t.Cleanup(rules.SwitchOn(rules.Of(condwait.Analyzer)...))
	analysistest.RunWithSuggestedFixes(t, testdata(t), condwait.Analyzer, "fixes/condwait")
}

// Each of these has packages of its own, so that what is right in one type does not silence another one.
func TestProgress(t *testing.T) {
	t.Cleanup(rules.SwitchOn(rules.Of(condwait.Analyzer)...))
	analysistest.Run(t, testdata(t), condwait.Analyzer, "condwait/unannounced", "condwait/batch", "condwait/baton", "condwait/bound", "condwait/event", "condwait/event/watched")
}
