package slowlock_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/lockvet/lockvet/passes/lockflow"
	"github.com/lockvet/lockvet/passes/slowlock"
)

func TestMain(m *testing.M) {
	slowlock.Follow()
	os.Exit(m.Run())
}

func Test(t *testing.T) {
	analysistest.Run(t, testdata(t), slowlock.Analyzer, "slowlock/core", "slowlock/libraries", "slowlock/cross/b")
}

// What may block for long in a function reaches other packages as a fact.
func TestFacts(t *testing.T) {
	analysistest.Run(t, testdata(t), lockflow.Analyzer, "slowlock/cross/a")
}

func testdata(t *testing.T) string {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
