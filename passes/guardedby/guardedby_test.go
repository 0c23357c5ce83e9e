package guardedby_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/lockvet/lockvet/passes/guardedby"
)

func TestMain(m *testing.M) {
	guardedby.Follow()
	os.Exit(m.Run())
}

func Test(t *testing.T) {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, dir, guardedby.Analyzer, "guardedby/core", "guardedby/declared", "guardedby/silent", "guardedby/across/user", "guardedby/across/lockless", "guardedby/opaque/user")
}
