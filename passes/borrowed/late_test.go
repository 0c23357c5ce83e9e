package borrowed

import (
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
)

// What a check requires runs on the packages only that may have a finding.
func TestLate(t *testing.T) {
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	var ran sync.Map // package paths; the driver runs on several packages at once
	costly := &analysis.Analyzer{Name: "costly", Doc: "costly", Run: func(pass *analysis.Pass) (any, error) {
		ran.Store(pass.Pkg.Path(), true)
		return nil, nil
	}}
	check := &analysis.Analyzer{Name: "check", Doc: "check", Requires: []*analysis.Analyzer{costly},
		Run: func(*analysis.Pass) (any, error) { return nil, nil }}
	quiet := quiet{t}
	analysistest.Run(quiet, testdata, late(check, failsInGoroutine), "SA2002/literals", "SA2002/declared", "SA2002/values", "SA2002/quiet", "SA2000")
	for pkg, want := range map[string]bool{"SA2002/literals": true, "SA2002/declared": true, "SA2002/values": true, "SA2002/quiet": false, "SA2000": false} {
		if _, got := ran.Load(pkg); got != want {
			t.Errorf("%s: costly ran %t, want %t", pkg, got, want)
		}
	}
	ran.Clear()
	analysistest.Run(quiet, testdata, late(check, addsToWaitGroup), "SA2000", "SA2002/literals")
	for pkg, want := range map[string]bool{"SA2000": true, "SA2002/literals": false} {
		if _, got := ran.Load(pkg); got != want {
			t.Errorf("%s: costly ran %t, want %t", pkg, got, want)
		}
	}
}

// quiet drops analysistest's complaints about want comments, which are addressed
// to the original checks.
type quiet struct{ *testing.T }

func (quiet) Errorf(string, ...any) {}
