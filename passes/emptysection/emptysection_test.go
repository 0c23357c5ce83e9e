package emptysection_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
	"honnef.co/go/tools/staticcheck/sa2001"

	"github.com/lockvet/lockvet/passes/emptysection"
)

func Test(t *testing.T) {
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, testdata, emptysection.Analyzer, "SA2001")
}

// The check is staticcheck's in all that users see.
func TestUnchanged(t *testing.T) {
	got, want := emptysection.Analyzer, sa2001.SCAnalyzer.Analyzer
	if got.Name != want.Name || got.Doc != want.Doc || got.URL != want.URL {
		t.Errorf("got %q %q, want %q %q", got.Name, got.URL, want.Name, want.URL)
	}
}
