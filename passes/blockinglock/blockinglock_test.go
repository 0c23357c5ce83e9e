package blockinglock_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/passes/blockinglock"
)

func Test(t *testing.T) {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rules.SwitchOn(rules.Of(blockinglock.Analyzer)...))
	analysistest.Run(t, dir, blockinglock.Analyzer, "blockinglock/...", "waitgroups", "waitgroups/forever", "lockorder/twohomes")
}
