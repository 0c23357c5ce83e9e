package plugin

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/passes"
)

// Settings that leave nothing, or are not understood, are errors; without any, the
// checks run that golangci-lint does not have. What is in a message is tested with
// golangci-lint itself, in integration.
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
		{map[string]any{"checks": []string{"ignore"}}, "in its linter nolintlint"},
		{map[string]any{"checks": []string{"doublelok"}}, `there is no check "doublelok"; did you mean doublelock?`},
		{map[string]any{"checks": []string{"-doublelock/again", "distlock/*"}}, ""},
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
			if c, ok := test.conf.(map[string]any); slices.Contains(passes.Optional(), a.Name) && (!ok || c["checks"] == nil || strings.Contains(fmt.Sprint(c), "-doublelock")) {
				t.Errorf("%v: %s runs, which is off by default", test.conf, a.Name)
			}
			if a.Name == "copylocks" || a.Name == "SA2001" || a.Name == "ignore" {
				t.Errorf("%v: %s runs", test.conf, a.Name)
			}
		}
	}
}

// The module's lockvet.toml holds here too, where the settings do not say otherwise.
func TestConfiguration(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module m\n", "lockvet.toml": "checks = [\"doublelock\"]\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	for _, test := range []struct {
		conf any
		want string
	}{
		{nil, "doublelock"},
		{map[string]any{"checks": []string{"inherit", "condwait"}}, "doublelock condwait"},
		{map[string]any{"checks": []string{"lockorder"}}, "lockorder"},
	} {
		p, err := New(test.conf)
		if err != nil {
			t.Fatal(err)
		}
		analyzers, err := p.BuildAnalyzers()
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, a := range analyzers {
			names = append(names, a.Name)
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%v: %s run, want %s", test.conf, got, test.want)
		}
	}
	if err := os.WriteFile("lockvet.toml", []byte("chekcs = []\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := New(nil); err == nil || !strings.Contains(err.Error(), "did you mean checks?") {
		t.Errorf("error %v", err)
	}
}
