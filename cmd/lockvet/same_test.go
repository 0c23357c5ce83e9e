package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/lockvet/lockvet/passes"
)

// The demo gives the same findings, byte by byte, whatever runs the analyzers: the
// command, cold and warm, on one processor and on many; go vet; and, in this process,
// what analysistest runs them with.
func TestSameEverywhere(t *testing.T) {
	slow(t)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	tool := filepath.Join(t.TempDir(), "lockvet")
	run := func(env []string, dir, name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = append(append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false"), env...)
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		var exit *exec.ExitError
		if err := cmd.Run(); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
			t.Fatalf("%s %v: %v\n%s", name, args, err, &stderr)
		}
		if name == "go" {
			return stderr.String()
		}
		return stdout.String()
	}
	run(nil, root, "go", "build", "-o", tool, "./cmd/lockvet")
	// A module that no cache has seen: its path is new.
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "demo"), os.DirFS(filepath.Join(root, "testdata", "demo"))); err != nil {
		t.Fatal(err)
	}
	module := fmt.Sprintf("example.com/m%d", os.Getpid())
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module "+module+"\n\ngo 1.26\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	many := run([]string{"GOMAXPROCS=8"}, dir, tool, "-format=json", "./...")
	if !strings.Contains(many, "doublelock") {
		t.Fatalf("no findings: %s", many)
	}
	for name, got := range map[string]string{
		"warm":                   run(nil, dir, tool, "-format=json", "./..."),
		"cold, on one processor": run([]string{"GOMAXPROCS=1"}, dir, tool, "-format=json", "-slowlock=false", "./..."),
		"with other packages":    run(nil, dir, tool, "-format=json", "./...", "./demo/..."),
	} {
		if got != many {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, many)
		}
	}

	// The same lines, without severities, categories and steps.
	var want []string
	severity := regexp.MustCompile(`^(\S+: )(error|warning|note): `)
	for line := range strings.Lines(run(nil, dir, tool, "-format=plain", "./...")) {
		if !strings.HasPrefix(line, "\t") {
			want = append(want, severity.ReplaceAllString(line[:strings.LastIndex(line, " [")], "$1"))
		}
	}
	slices.Sort(want)
	compare := func(name string, got []string) {
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	for _, name := range []string{"go vet, cold", "go vet, warm"} {
		var got []string
		for line := range strings.Lines(run(nil, dir, "go", "vet", "-vettool="+tool, "./...")) {
			if !strings.HasPrefix(line, "#") && !strings.Contains(line, ": \t") { // headings and steps
				line = strings.TrimPrefix(line, "./")
				got = append(got, line[:strings.LastIndex(line, " [")])
			}
		}
		compare(name, got)
	}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: dir, Tests: true, Env: append(os.Environ(), "GOWORK=off")}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	graph, err := checker.Analyze(passes.Analyzers(), pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for act := range graph.All() {
		if !act.IsRoot {
			continue
		}
		if act.Err != nil {
			t.Fatal(act.Err)
		}
		for _, d := range act.Diagnostics {
			p := act.Package.Fset.Position(d.Pos)
			name, err := filepath.Rel(dir, p.Filename)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprintf("%s:%d:%d: %s", filepath.ToSlash(name), p.Line, p.Column, d.Message))
		}
	}
	compare("in this process", got)
}
