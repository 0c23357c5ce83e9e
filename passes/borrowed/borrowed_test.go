package borrowed_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/analysis/passes/waitgroup"
	"honnef.co/go/tools/staticcheck/sa2000"
	"honnef.co/go/tools/staticcheck/sa2002"

	"github.com/lockvet/lockvet/passes/borrowed"
)

// The checks find what the originals find, and look the same to users.
func TestUnchanged(t *testing.T) {
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		ours, original *analysis.Analyzer
		packages       []string
	}{
		{borrowed.SA2000, sa2000.SCAnalyzer.Analyzer, []string{"SA2000"}},
		{borrowed.SA2002, sa2002.SCAnalyzer.Analyzer, []string{"SA2002/literals", "SA2002/declared", "SA2002/values", "SA2002/quiet"}},
	} {
		if got, want := test.ours, test.original; got.Name != want.Name || got.Doc != want.Doc || got.URL != want.URL {
			t.Errorf("got %q %q, want %q %q", got.Name, got.URL, want.Name, want.URL)
		}
		// The want comments are the same for both.
		analysistest.Run(t, testdata, test.ours, test.packages...)
		analysistest.Run(t, testdata, test.original, test.packages...)
	}
}

// The check of go vet finds what it does, with fixes.
func TestWaitGroup(t *testing.T) {
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := borrowed.WaitGroup, waitgroup.Analyzer; got.Name != want.Name || got.Doc != want.Doc || got.URL != want.URL {
		t.Errorf("got %q %q, want %q %q", got.Name, got.URL, want.Name, want.URL)
	}
	analysistest.RunWithSuggestedFixes(t, testdata, borrowed.WaitGroup, "fixes/waitgroup")
	analysistest.Run(t, testdata, waitgroup.Analyzer, "fixes/waitgroup")
}
