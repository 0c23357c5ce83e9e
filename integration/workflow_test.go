package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var workflow = regexp.MustCompile("(?ms)^```yaml\n(name: .*?)^```$")

// The GitHub workflow in the guide is one, as far as actionlint knows.
func TestWorkflow(t *testing.T) {
	guide, err := os.ReadFile("../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	m := workflow.FindSubmatch(guide)
	if m == nil {
		t.Fatal("there is no workflow in docs/ci.md")
	}
	lint := func(text string) (string, error) {
		cmd := exec.Command("go", "-C", "../tools/actionlint", "tool", "actionlint", "-shellcheck=", "-pyflakes=", "-")
		cmd.Env = append(os.Environ(), "GOWORK=off")
		cmd.Stdin = strings.NewReader(text)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := lint(string(m[1])); err != nil {
		t.Errorf("actionlint: %v\n%s", err, out)
	}
	// It would say so if it were none.
	if out, err := lint(strings.Replace(string(m[1]), "runs-on:", "run-on:", 1)); err == nil || !strings.Contains(out, `unexpected key "run-on"`) {
		t.Errorf("actionlint accepts a wrong workflow: %v\n%s", err, out)
	}
}

// The action of this repository has the inputs that a workflow gives it, and is one as
// far as actionlint knows.
func TestAction(t *testing.T) {
	action, err := os.ReadFile("../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	lint := func(input string) (string, error) {
		dir := t.TempDir()
		for name, text := range map[string]string{
			".git/HEAD":  "ref: refs/heads/main\n", // actionlint looks for the root
			"action.yml": string(action),
			".github/workflows/ci.yml": "on: push\njobs:\n  lockvet:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./\n        with:\n" +
				"          " + input + ": ./...\n",
		} {
			name = filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		tool := exec.Command("go", "-C", "../tools/actionlint", "tool", "-n", "actionlint")
		tool.Env = append(os.Environ(), "GOWORK=off")
		path, err := tool.Output()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(strings.TrimSpace(string(path)), "-shellcheck=", "-pyflakes=")
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := lint("packages"); err != nil {
		t.Errorf("actionlint: %v\n%s", err, out)
	}
	if out, err := lint("pakages"); err == nil || !strings.Contains(out, `input "pakages" is not defined in action`) {
		t.Errorf("actionlint accepts an input that there is not: %v\n%s", err, out)
	}
}
