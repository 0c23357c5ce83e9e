package lockorder_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/passes/lockorder"
)

func Test(t *testing.T) {
	t.Cleanup(rules.SwitchOn(rules.Of(lockorder.Analyzer)...))
	analysistest.Run(t, testdata(t), lockorder.Analyzer, "lockorder/...", "silent/...", "crossorder/...")
}

func testdata(t *testing.T) string {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
