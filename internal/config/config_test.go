package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/rules"
)

var checks = []*analysis.Analyzer{{Name: "doublelock", Doc: "d\n\n  - again: twice.\n"}, {Name: "slowlock", Doc: "s"}}

// load writes a file and reads it from a directory below the module's.
func load(t *testing.T, text string) (*Config, string, error) {
	dir := t.TempDir()
	below := filepath.Join(dir, "a", "b")
	if err := os.MkdirAll(below, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"go.mod": "module m\n", Name: text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(below, checks, []string{"slowlock"})
	return c, dir, err
}

func TestLoad(t *testing.T) {
	c, dir, err := load(t, `
checks = ["inherit", "-doublelock/again", "slowlock"]
exclude = ["gen", "a/*_gen.go"]
locks = ["example.com/spin.Lock"]
tests = false

[severity]
doublelock = "note"
`)
	if err != nil {
		t.Fatal(err)
	}
	if c.WantsTests() || len(c.Locks) != 1 || len(c.Checks) != 3 || c.Severity.Of("doublelock", "again") != rules.Note || c.File() != filepath.Join(dir, Name) {
		t.Errorf("read %+v", c)
	}
	for file, want := range map[string]bool{
		"gen/x.go": true, "gen/deep/x.go": true, "a/x_gen.go": true, "a/x.go": false, "b/gen/x.go": false, "../gen/x.go": false,
	} {
		if got := c.Excludes(filepath.Join(dir, file)); got != want {
			t.Errorf("%s is left out: %v", file, got)
		}
	}
}

func TestNone(t *testing.T) {
	c, err := Load(t.TempDir(), checks, nil)
	if err != nil || c.File() != "" || !c.WantsTests() || c.Excludes("/x.go") {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestWrong(t *testing.T) {
	for text, want := range map[string]string{
		"chekcs = []":                      `there is no key "chekcs"; did you mean checks?`,
		`checks = ["doublelok"]`:           `checks: there is no check "doublelok"; did you mean doublelock?`,
		"checks = []":                      "checks: the list of checks is empty",
		"[severity]\ndoublelock = \"bad\"": `severity: doublelock = "bad": a severity is error, warning or note`,
		"[severity]\ndoublelok = \"note\"": `severity: there is no check "doublelok"; did you mean doublelock?`,
		"tests = 1":                        "incompatible types",
		"exclude = [\"/abs\"]":             `exclude: "/abs": write a path relative to this file, with slashes`,
		"tests = true\ntests = ":           ":2: ",
		"exclude = [\"[\"]":                `"[" is not a pattern`,
	} {
		_, dir, err := load(t, text)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), filepath.Join(dir, Name)) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

// Settings of an editor have the same keys, go before the file, and are checked like it.
func TestParse(t *testing.T) {
	file, dir, err := load(t, "checks = [\"slowlock\"]\nexclude = [\"gen\"]\n[severity]\ndoublelock = \"note\"\n")
	if err != nil {
		t.Fatal(err)
	}
	own, err := Parse([]byte(`{"checks": ["inherit"], "tests": false, "severity": {"slowlock": "error"}}`), checks, []string{"slowlock"})
	if err != nil {
		t.Fatal(err)
	}
	c := own.Over(file)
	if c.Checks[0] != "inherit" || c.WantsTests() || !c.Excludes(filepath.Join(dir, "gen", "x.go")) ||
		c.Severity.Of("doublelock", "again") != rules.Note || c.Severity.Of("slowlock", "") != rules.Error {
		t.Errorf("%+v", c)
	}
	if file.Severity.Of("slowlock", "") == rules.Error {
		t.Error("the file's own severities have changed")
	}
	only, err := Parse([]byte(`{"exclude": ["gen"]}`), checks, nil)
	if none, _ := Load(t.TempDir(), checks, nil); err != nil || !only.Over(none).Excludes(filepath.Join(none.dir, "gen", "x.go")) {
		t.Errorf("without a file, exclude excludes nothing: %v", err)
	}
	for text, want := range map[string]string{
		`{"chekcs": []}`:            `there is no setting "chekcs"; did you mean checks?`,
		`{"checks": "doublelock"}`:  "checks: a string is not what it can be",
		`{"checks": ["doublelok"]}`: `checks: there is no check "doublelok"; did you mean doublelock?`,
		`[1]`:                       "the settings are not an object of JSON",
	} {
		if _, err := Parse([]byte(text), checks, nil); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}
