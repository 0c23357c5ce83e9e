package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/internal/frontend"
)

func TestParseVerdicts(t *testing.T) {
	got, err := parseVerdicts("text\n\n| project | bug |\n|---|---|\n| nats | 3 |\n\n" +
		"| function | check | n | place | verdict |\n|---|---|---|---|---|\n" +
		"| `a/b.(*T).F` | doublelock/again | 2 | `b.go:1, 2` | **bug** (test): it hangs |\n" +
		"| `a/b.G` | missingunlock | 1 | `b.go:9` | **wrong**: cannot happen |\n" +
		"| `a/b.G` | missingunlock | 1 | `b.go:12` | meant |\n\n| `no/table.H` | x | 1 |\n")
	if err != nil {
		t.Fatal(err)
	}
	f, g := key{"a/b.(*T).F", "doublelock/again"}, key{"a/b.G", "missingunlock"}
	want := verdicts{
		f: {{key: f, count: 2, line: 9}},
		g: {{key: g, count: 1, wrong: true, line: 10}, {key: g, count: 1, line: 11}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func TestParseVerdictsErrors(t *testing.T) {
	const header = "| function | check | n | place | verdict |\n|---|---|---|---|---|\n"
	for row, want := range map[string]string{
		"| `p.F` | c | 1 | x |":            "3: 4 cells",
		"| `p.F` | c | 0 | x | bug |":      `3: number of findings "0"`,
		"| `p.F` | c | some | x | bug |":   `3: number of findings "some"`,
		"| `p.F` | c | 1 | x | probably |": `3: verdict "probably"`,
		"| `p.F` | c | 1 | x |  |":         `3: verdict ""`,
	} {
		if _, err := parseVerdicts(header + row + "\n"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: error %v, want %s…", row, err, want)
		}
	}
}

// The list that is kept can be read, and has both kinds of verdict.
func TestFindingsPage(t *testing.T) {
	all, err := readVerdicts("../../../docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	right, wrong := 0, 0
	for _, vs := range all {
		for _, v := range vs {
			if v.wrong {
				wrong += v.count
			} else {
				right += v.count
			}
		}
	}
	if right == 0 || wrong == 0 {
		t.Errorf("%d right, %d wrong", right, wrong)
	}
}

func TestBuildFlags(t *testing.T) {
	flags, err := parseBuildFlags(embeddedBuildFlags)
	if err != nil || len(flags) == 0 {
		t.Errorf("%v, error %v", flags, err)
	}
	if _, err := parseBuildFlags("a/b -tags=x why"); err == nil {
		t.Error("no error for a row without tabs")
	}
}

func TestDeclAt(t *testing.T) {
	const source = `package p

import "sync"

var a, b = 1, func() {
	println()
}

type (
	s struct{ mu sync.Mutex }
	m[K comparable, V any] struct{}
)

func f() { println() }

func (s s) value() {
	go func() {
		println()
	}()
}

func (m *m[K, V]) generic() {}
`
	file := filepath.Join(t.TempDir(), "p.go")
	if err := os.WriteFile(file, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	f := parseFile(file)
	for line, want := range map[int]string{
		1: "?", 6: "a", 10: "s", 11: "m", 14: "f", 15: "?", 18: "s.value", 22: "(*m).generic", 99: "?",
	} {
		if got := f.declAt(line); got != want {
			t.Errorf("line %d is in %s, want %s", line, got, want)
		}
	}
	if got := parseFile(filepath.Join(t.TempDir(), "none.go")).declAt(1); got != "?" {
		t.Errorf("in a file that is not there: %s", got)
	}
}

func found(fn, kind, file string, line int, message string) finding {
	check, category, _ := strings.Cut(kind, "/")
	return finding{key{fn, kind}, 0, frontend.Finding{
		Check: check, Category: category, Message: message, Start: frontend.Position{File: file, Line: line},
	}}
}

func TestJudge(t *testing.T) {
	k := key{"p.F", "c/x"}
	all := verdicts{
		k:                {{key: k, count: 1}, {key: k, count: 1, wrong: true}},
		{"p.Gone", "c"}:  {{key: key{"p.Gone", "c"}, count: 3, wrong: true}},
		{"p.Fewer", "c"}: {{key: key{"p.Fewer", "c"}, count: 3}},
	}
	words, missing := all.judge([]finding{
		found("p.F", "c/x", "a.go", 1, ""), found("p.F", "c/x", "a.go", 2, ""), found("p.F", "c/x", "a.go", 3, ""),
		found("p.F", "c/y", "a.go", 4, ""), found("p.Fewer", "c", "a.go", 5, ""),
	})
	if want := []string{knownTrue, knownWrong, notJudged, notJudged, knownTrue}; !reflect.DeepEqual(words, want) {
		t.Errorf("got %v, want %v", words, want)
	}
	counts := map[string]int{}
	for _, v := range missing {
		counts[v.fn] += v.count
	}
	if want := map[string]int{"p.Gone": 3, "p.Fewer": 2}; !reflect.DeepEqual(counts, want) {
		t.Errorf("missing %v, want %v", counts, want)
	}
	// Judging takes nothing from the verdicts themselves.
	if again, _ := all.judge([]finding{found("p.F", "c/x", "a.go", 1, "")}); again[0] != knownTrue {
		t.Errorf("the second time: %v", again)
	}
}

func TestCompare(t *testing.T) {
	base := []finding{
		found("p.F", "c", "a.go", 10, "mu is held since a.go:9"),
		found("p.F", "c", "a.go", 20, "mu is held since a.go:19"),
		found("p.G", "c", "a.go", 30, "other words"),
		found("p.H", "c", "a.go", 40, "gone"),
	}
	current := []finding{
		found("p.F", "c", "a.go", 12, "mu is held since a.go:11"), // two lines down
		found("p.F", "c", "a.go", 20, "mu is held since a.go:19"),
		found("p.G", "c", "a.go", 32, "words"),
		found("p.H", "d", "a.go", 40, "gone"), // another kind
	}
	want := diff{added: []int{3}, gone: []int{3}, changed: [][2]int{{2, 2}}}
	if got := compare(base, current); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestHas(t *testing.T) {
	for _, c := range []struct {
		module, fn string
		want       bool
	}{
		{"example.com/m", "example.com/m.F", true},
		{"example.com/m", "example.com/m/p.(*T).F", true},
		{"example.com/m", "example.com/m_test.F", true},
		{"example.com/m", "example.com/more.F", false},
		{"example.com/m", "example.com/m", false},
		{"std", "testing.(*common).makeTempDir", true},
		{"std", "cmd/go/internal/cache.F", true},
		{"std", "example.com/m.F", false},
	} {
		if got := (module{path: c.module}).has(c.fn); got != c.want {
			t.Errorf("%s has %s: %v", c.module, c.fn, got)
		}
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o777); err != nil {
		t.Fatal(err)
	}
}

func TestModules(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "proj")
	write(t, filepath.Join(dir, "go.mod"), "module example.com/m // comment\n")
	write(t, filepath.Join(dir, "sub", "v2", "go.mod"), "module example.com/m/sub/v2\n")
	for _, no := range []string{"vendor", "testdata", ".hidden", "_gone"} {
		write(t, filepath.Join(dir, no, "go.mod"), "module no\n")
	}
	if _, err := findModules([]string{t.TempDir()}, false); err == nil || !strings.Contains(err.Error(), "no go.mod") {
		t.Errorf("not a checkout: error %v", err)
	}
	before, err := findModules([]string{dir}, false)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range before {
		got = append(got, m.name()+" "+m.path)
	}
	if want := []string{"proj example.com/m", "proj/sub/v2 example.com/m/sub/v2"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	write(t, filepath.Join(dir, "go.mod"), "module example.com/changed\n")
	after, err := findModules([]string{dir}, false)
	if err != nil {
		t.Fatal(err)
	}
	if before[0].source == after[0].source {
		t.Error("a change in the checkout does not show")
	}
}

// A run that was made is not made again, one that was interrupted is, and what
// lockvet says instead of a report is kept.
func TestRunIsKept(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no sh")
	}
	dir := t.TempDir()
	exe, state := filepath.Join(dir, "lockvet"), filepath.Join(dir, "state")
	write(t, exe, `#!/bin/sh
echo run >> `+dir+`/log
case "$*" in *full*) echo "mkdir /tmp/b1: no space left on device" >&2; echo '{"version": 1}'; exit 2;; esac
case "$*" in *bad*) echo "lockvet: no such thing" >&2; exit 2;; esac
echo '{"version": 1, "findings": [{"check": "c", "message": "m"}], "errors": []}'
exit 1
`)
	times := func() int {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return strings.Count(string(log), "run")
	}
	tl, m := tool{"this", exe, "hash"}, module{dir: dir, patterns: []string{"./..."}}

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tl.run(cancelled, state, m, nil, ""); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Fatalf("interrupted: error %v", err)
	}
	done := times()
	for range 2 {
		r, err := tl.run(t.Context(), state, m, nil, "")
		if err != nil || len(r.Report.Findings) != 1 || r.Why != "" {
			t.Fatalf("got %+v, error %v", r, err)
		}
	}
	if got := times() - done; got != 1 {
		t.Errorf("lockvet ran %d times for one result", got)
	}
	r, err := tl.run(t.Context(), state, m, []string{"-bad"}, "")
	if err != nil || !strings.Contains(r.Why, "no such thing") {
		t.Errorf("got %+v, error %v", r, err)
	}
	for range 2 { // it is not kept
		if r, err := tl.run(t.Context(), state, m, []string{"-full"}, ""); err == nil || !strings.Contains(err.Error(), "make room") {
			t.Errorf("got %+v, error %v", r, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(state, "*.json.*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// What is printed, but for the costs, is a function of the findings.
func TestReport(t *testing.T) {
	m := module{project: "proj", root: "/p", dir: "/p", path: "p"}
	k := key{"p.F", "c/x"}
	r := report{
		modules:  []module{m},
		current:  []finding{found("p.F", "c/x", "a.go", 3, "known"), found("p.New", "c/x", "a.go", 7, "fresh")},
		base:     []finding{found("p.F", "c/x", "a.go", 2, "known"), found("p.Old", "c/y", "a.go", 9, "stale")},
		runs:     []run{{Report: frontend.Report{Errors: []frontend.Failure{{Package: "p/bad", Message: "bad.go:1:1: no\nmore"}}}}},
		baseRuns: []run{{}},
		compared: true,
		verdicts: verdicts{
			k:                     {{key: k, count: 1, line: 5}},
			{"p.Lost", "c/x"}:     {{key: key{"p.Lost", "c/x"}, count: 2, line: 8}},
			{"other.Lost", "c/x"}: {{key: key{"other.Lost", "c/x"}, count: 2, line: 9}},
		},
	}
	var got strings.Builder
	if err := r.print(&got); err != nil {
		t.Fatal(err)
	}
	const want = `NEW: 1
  proj a.go:7: fresh [c/x] (not judged)
      p.New

GONE: 1
  proj a.go:9: stale [c/y] (not judged)
      p.Old

CHANGED: 0

JUDGED BUT NOT FOUND: 1
  p.Lost c/x, 2 of them, known true (findings.md:8)

CHECK  FINDINGS  KNOWN TRUE  KNOWN WRONG  NOT JUDGED  NEW  GONE  CHANGED
c/x    2         1           0            1           1    0     0
c/y    0         0           0            0           0    1     0
all    2         1           0            1           1    1     0

FAILED  PACKAGE  WHY
proj    p/bad    bad.go:1:1: no

MODULE  FINDINGS  FAILED  CPU   WALL  ONE PROCESS  BASE CPU  WALL  ONE PROCESS
proj    2         1       0.0s  0.0s  0MB          0.0s      0.0s  0MB
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}
