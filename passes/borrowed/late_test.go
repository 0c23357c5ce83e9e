package borrowed

import (
	"path/filepath"
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
	ran := make(map[string]bool)
	costly := &analysis.Analyzer{Name: "costly", Doc: "costly", Run: func(pass *analysis.Pass) (any, error) {
		ran[pass.Pkg.Path()] = true
		return nil, nil
	}}
	check := &analysis.Analyzer{Name: "check", Doc: "check", Requires: []*analysis.Analyzer{costly},
		Run: func(*analysis.Pass) (any, error) { return nil, nil }}
	quiet := quiet{t}
	analysistest.Run(quiet, testdata, late(check, failsInGoroutine), "SA2002/literals", "SA2002/declared", "SA2002/values", "SA2002/quiet", "SA2000")
	for pkg, want := range map[string]bool{"SA2002/literals": true, "SA2002/declared": true, "SA2002/values": true, "SA2002/quiet": false, "SA2000": false} {
		if ran[pkg] != want {
			t.Errorf("%s: costly ran %t, want %t", pkg, ran[pkg], want)
		}
	}
	clear(ran)
	analysistest.Run(quiet, testdata, late(check, addsToWaitGroup), "SA2000", "SA2002/literals")
	if !ran["SA2000"] || ran["SA2002/literals"] {
		t.Errorf("costly ran on %v, want SA2000 only", ran)
	}
}

// quiet drops analysistest's complaints about want comments, which are addressed
// to the original checks.
type quiet struct{ *testing.T }

func (quiet) Errorf(string, ...any) {}
