package why_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	record "github.com/lockvet/lockvet/internal/why"
	"github.com/lockvet/lockvet/passes"
	"github.com/lockvet/lockvet/passes/why"
)

// analyse runs the suite on golden packages, and returns what is recorded of each.
func analyse(t *testing.T, paths ...string) map[string]*record.Package {
	t.Helper()
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax, Dir: filepath.Join(dir, "src"),
		Env: append(os.Environ(), "GO111MODULE=off", "GOPATH="+dir, "GOWORK=off"),
	}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the golden packages do not compile")
	}
	checks := passes.Analyzers(passes.Optional()...)
	analyzer := why.New(checks)
	if err := analyzer.Flags.Set("of", "why"); err != nil {
		t.Fatal(err)
	}
	if err := analyzer.Flags.Set("stats", "true"); err != nil {
		t.Fatal(err)
	}
	graph, err := checker.Analyze(append([]*analysis.Analyzer{analyzer}, checks...), pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	records := make(map[string]*record.Package)
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Fatal(act.Err)
		}
		for _, d := range act.Diagnostics {
			if d.Category == record.Category {
				p, err := record.Decode(d.Message)
				if err != nil {
					t.Fatal(err)
				}
				records[p.Pkg] = p
			}
		}
	}
	return records
}

// An expectation is a comment "why CHECK RULE "EVIDENCE" @PLACE" at a line: that a finding which has to do
// with the line is dropped by the rule, whose evidence contains the text, and is in the line of the comment
// "@PLACE".
type expectation struct {
	file                  string
	line                  int
	check, rule, evidence string
	place                 int
	met                   bool
}

var (
	wanted = regexp.MustCompile(`// why (\S+) (\S+)(?: ("(?:[^"\\]|\\.)*"))?(?: @(\w+))?`)
	label  = regexp.MustCompile(`// @(\w+)`)
)

func expectations(t *testing.T, file string) (all []*expectation) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	labels := make(map[string]int)
	for i, text := range lines {
		if m := label.FindStringSubmatch(text); m != nil {
			labels[m[1]] = i + 1
		}
	}
	for i, text := range lines {
		for _, m := range wanted.FindAllStringSubmatch(text, -1) {
			e := &expectation{file: filepath.Base(file), line: i + 1, check: m[1], rule: m[2]}
			if m[3] != "" {
				if e.evidence, err = strconv.Unquote(m[3]); err != nil {
					t.Fatalf("%s:%d: %v", file, i+1, err)
				}
			}
			if m[4] != "" {
				if e.place = labels[m[4]]; e.place == 0 {
					t.Fatalf("%s:%d: there is no comment @%s", file, i+1, m[4])
				}
			}
			all = append(all, e)
		}
	}
	return all
}

// Each finding that is dropped is dropped by the true rule, on the true evidence; and none is dropped
// where the golden packages do not say so.
func TestRules(t *testing.T) {
	seen := make(map[string]bool)
	for pkg, p := range analyse(t, "why/leaks", "why/others", "why/threads", "why/guards") {
		files, err := filepath.Glob(filepath.Join("testdata", "src", pkg, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(pkg, err)
		}
		var all []*expectation
		for _, file := range files {
			all = append(all, expectations(t, file)...)
		}
		for _, d := range p.Drops {
			where := 0
			if d.Where != nil {
				where = d.Where.Line
			}
			ok := false
			for _, e := range all {
				at := func(p record.Place) bool { return p.Line == e.line && filepath.Base(p.File) == e.file }
				if slices.ContainsFunc(d.At, at) && d.Check == e.check && d.Rule == e.rule && strings.Contains(d.Evidence, e.evidence) &&
					(e.evidence == "") == (d.Evidence == "") && (e.place == 0 || e.place == where) {
					ok, e.met, seen[d.Rule] = true, true, true
				}
			}
			if !ok {
				t.Errorf("%s: %s %s %q, in line %d: the golden package does not say so", places(d.At), d.Check, d.Rule, d.Evidence, where)
			}
		}
		for _, e := range all {
			if !e.met {
				t.Errorf("%s:%d: no finding of %s is dropped by %s on the evidence %q in line %d", e.file, e.line, e.check, e.rule, e.evidence, e.place)
			}
		}
	}
	if len(seen) < 12 {
		t.Errorf("only %d rules are tested: %v", len(seen), seen)
	}
}

func places(at []record.Place) string {
	var all []string
	for _, p := range at {
		all = append(all, fmt.Sprintf("%s:%d", filepath.Base(p.File), p.Line))
	}
	return strings.Join(all, ", ")
}
