// Package e2e shows, against real servers, that what distlock reports happens,
// and that what it suggests as a fix works.
package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestFix runs the tests of package locks after lockvet -fix has been over it.
// Without that they see the failures: see there.
func TestFix(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "lockvet")
	run(t, "../../..", nil, "go", "build", "-o", tool, "./cmd/lockvet")

	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "locks", "locks.go"))
	if err != nil {
		t.Fatal(err)
	}
	run(t, dir, nil, tool, "-distlock", "-fix", "./locks")
	after, err := os.ReadFile(filepath.Join(dir, "locks", "locks.go"))
	if err != nil {
		t.Fatal(err)
	}
	if string(before) == string(after) {
		t.Fatal("lockvet -fix changed nothing")
	}
	run(t, dir, []string{"FIXED=1"}, "go", "test", "-count=1", "./locks")
	if out := run(t, dir, nil, tool, "-distlock", "./locks"); strings.Contains(out, "distlock/") {
		t.Errorf("lockvet still finds:\n%s", out)
	}
}

func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false"), env...)
	out, err := cmd.CombinedOutput()
	if err != nil && !(name != "go" && cmd.ProcessState.ExitCode() == 1) { // lockvet has found something
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	return string(out)
}
