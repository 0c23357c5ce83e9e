package plugin

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/passes"
)

// Settings that leave nothing, or are not understood, are errors; without any, the
// checks run that golangci-lint does not have. What is in a message is tested with
// golangci-lint itself, in routes.
func TestSettings(t *testing.T) {
	for _, test := range []struct {
		conf any
		err  string // of New or BuildAnalyzers
	}{
		{nil, ""},
		{map[string]any{"checks": []string{"doublelock/again"}}, ""},
		{map[string]any{"exclude": []string{"slowlock"}}, ""},
		{map[string]any{"checks": []string{"slowlock/file"}}, ""},
		{map[string]any{"checks": []string{"guardedby/forgotten"}}, ""},
		{map[string]any{"cheks": []string{"doublelock"}}, "the settings are checks, exclude and flags"},
		{map[string]any{"checks": []string{"copylocks"}}, "golangci-lint has copylocks itself, in its linter govet"},
		{map[string]any{"checks": []string{"ignore"}}, `there is no check "ignore"`},
		{map[string]any{"flags": []string{"-doublelock"}}, "is not written -CHECK.FLAG=VALUE"},
		{map[string]any{"checks": []string{"doublelock"}, "exclude": []string{"doublelock"}}, "leave no check to run"},
	} {
		p, err := New(test.conf)
		var analyzers []*analysis.Analyzer
		if err == nil {
			analyzers, err = p.BuildAnalyzers()
		}
		switch {
		case test.err == "" && (err != nil || len(analyzers) == 0 || analysis.Validate(analyzers) != nil):
			t.Errorf("%v: %v, %v", test.conf, analyzers, err)
		case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
			t.Errorf("%v: error %v, want %q", test.conf, err, test.err)
		}
		for _, a := range analyzers {
			if c, ok := test.conf.(map[string]any); slices.Contains(passes.Optional(), a.Name) && (!ok || c["checks"] == nil) {
				t.Errorf("%v: %s runs, which is off by default", test.conf, a.Name)
			}
			if a.Name == "copylocks" || a.Name == "SA2001" || a.Name == "ignore" {
				t.Errorf("%v: %s runs", test.conf, a.Name)
			}
		}
	}
}
