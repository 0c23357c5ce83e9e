// Package e2e shows, against real servers, that what distlock reports happens,
// and that what it suggests as a fix works.
package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
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

// TestFindings runs lockvet over the programs that the tests of the other packages
// run: it finds what their comments say in the wrong ones, and nothing in the right ones.
func TestFindings(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "lockvet")
	run(t, "../../..", nil, "go", "build", "-o", tool, "./cmd/lockvet")
	for _, dir := range []string{"postgres", "mysql", "memcached", "nats", "files"} {
		t.Run(dir, func(t *testing.T) { testFindings(t, tool, dir) })
	}
}

func testFindings(t *testing.T, tool, dir string) {
	var got, want []string
	for line := range strings.Lines(run(t, ".", nil, tool, "-distlock", "-format=plain", "./"+dir)) {
		if m := finding.FindStringSubmatch(line); m != nil {
			got = append(got, m[1]+" "+m[2])
		}
	}
	name := dir + "/wrong.go"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		if _, categories, ok := strings.Cut(line, " // "); ok {
			for _, category := range strings.Fields(categories) {
				want = append(want, fmt.Sprintf("%s:%d %s", name, i+1, category))
			}
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) || len(want) == 0 {
		t.Errorf("lockvet finds\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

var finding = regexp.MustCompile(`^(\S+:\d+):\d+: .*\[distlock/(\w+)\]`)

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
