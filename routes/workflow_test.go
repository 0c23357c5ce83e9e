package routes

import (
	"os"
	"os/exec"
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
