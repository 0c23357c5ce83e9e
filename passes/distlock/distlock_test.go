package distlock_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/lockvet/lockvet/internal/fetched"
	"github.com/lockvet/lockvet/passes/distlock"
)

// golden are the packages with // want comments. They are a module of their own,
// which requires the real client libraries, so that lockvet's module does not.
const golden = "../../testdata/distlock"

// analysistest is not used since it wants every fact to be spelled out as well.
func Test(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the client libraries")
	}
	fetched.Need(t, golden)
	dir, err := filepath.Abs(golden)
	if err != nil {
		t.Fatal(err)
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax, Dir: dir, Tests: true, Env: append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly"),
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the golden packages do not compile")
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{everything(t)}, pkgs, &checker.Options{SanityCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	testFixes(t, graph, dir, filepath.Join(dir, "fixes", "fixes.go"))
	wants := make(map[string][]*want)
	for _, pkg := range pkgs {
		for _, file := range pkg.Syntax {
			collectWants(t, pkg, file, wants)
		}
	}
	seen, off, found := make(map[string]bool), make(map[string]bool), make(map[string][]string)
	for _, category := range distlock.OffByDefault() {
		off[category] = true
	}
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Errorf("%s: %v", act.Package, act.Err)
		}
		for _, d := range act.Diagnostics {
			p := act.Package.Fset.Position(d.Pos)
			at := fmt.Sprintf("%s:%d", p.Filename, p.Line)
			// Rules that are off by default are tested in their own folders.
			if off[d.Category] && filepath.Base(filepath.Dir(p.Filename)) != d.Category {
				continue
			}
			message := fmt.Sprintf("%s: %s", d.Category, d.Message)
			if n := len([]rune(d.Message)); n > 140 {
				t.Errorf("%s: a message of %d characters: %s", at, n, d.Message)
			}
			if os.Getenv("WANTS") != "" {
				fmt.Printf("WANT\t%s\t%s\t%s\n", at, d.Category, d.Message)
			}
			if id := at + message; seen[id] {
				continue // once more in the variant of a package with its tests
			} else {
				seen[id] = true
			}
			found[at] = append(found[at], d.Category)
			if !expected(wants[at], message) {
				t.Errorf("%s: unexpected finding: %s", at, message)
			}
		}
	}
	for at, list := range wants {
		for _, w := range list {
			if !w.met {
				t.Errorf("%s: no finding like %q", at, w.re)
			}
		}
	}
	testCases(t, pkgs, found)
}

// testFixes applies all suggested fixes of all files, whose result has to compile,
// and compares one file with its .golden.
func testFixes(t *testing.T, graph *checker.Graph, dir, name string) {
	fixed := make(map[string][]byte)
	for file, edits := range fixesOf(graph) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range edits {
			text = slices.Concat(text[:e.from], e.text, text[e.to:])
		}
		if fixed[file], err = format.Source(text); err != nil {
			t.Errorf("%s: the fixed file is not Go: %v\n%s", file, err, text)
			delete(fixed, file)
		}
	}
	golden, err := os.ReadFile(name + ".golden")
	if err != nil && !*update {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(name+".golden", fixed[name], 0o666); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(fixed[name], golden) {
		t.Errorf("%s: the fixed file is not as its .golden:\n%s", name, fixed[name])
	}

	if len(fixed) < 10 {
		t.Errorf("fixes for %d files", len(fixed))
	}
	again, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax, Dir: dir, Overlay: fixed, Env: append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly"),
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(again) > 0 {
		t.Error("the fixed files do not compile")
	}
}

// A textEdit is an edit of a file by its offsets.
type textEdit struct {
	from, to int
	text     []byte
}

// fixesOf returns the edits of the first fix of each finding, by file and from the
// end of the file, without fixes that change what another one does.
func fixesOf(graph *checker.Graph) map[string][]textEdit {
	edits := make(map[string][]textEdit)
	seen := make(map[string]bool)
	for _, act := range graph.Roots {
		for _, d := range act.Diagnostics {
			p := act.Package.Fset.Position(d.Pos)
			id := fmt.Sprint(p, d.Category)
			if len(d.SuggestedFixes) == 0 || seen[id] {
				continue
			}
			seen[id] = true
			all := edits[p.Filename]
			for _, e := range d.SuggestedFixes[0].TextEdits {
				file := act.Package.Fset.File(e.Pos)
				x := textEdit{file.Offset(e.Pos), file.Offset(e.End), e.NewText}
				if slices.ContainsFunc(all, func(y textEdit) bool { return x.from < y.to && y.from < x.to || x.from == y.from }) {
					all = nil
					break
				}
				all = append(all[:len(all):len(all)], x)
			}
			if all != nil {
				edits[p.Filename] = all
			}
		}
	}
	for _, list := range edits {
		slices.SortFunc(list, func(x, y textEdit) int { return y.from - x.from })
	}
	return edits
}

var update = flag.Bool("update", false, "write the .golden file of the fixes")

// everything is the analyzer with all of its rules on.
func everything(t *testing.T) *analysis.Analyzer {
	a := distlock.Analyzer
	for _, c := range distlock.OffByDefault() {
		if err := a.Flags.Set(c, "true"); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// A want is a finding that a comment asks for, as "category: message".
type want struct {
	re  *regexp.Regexp
	met bool
}

func expected(list []*want, message string) bool {
	for _, w := range list {
		if !w.met && w.re.MatchString(message) {
			w.met = true
			return true
		}
	}
	return false
}

var (
	wantComment = regexp.MustCompile(`// want((?: +(?:"(?:[^"\\]|\\.)*"|` + "`[^`]*`" + `))+)`)
	literal     = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|` + "`[^`]*`")
)

func collectWants(t *testing.T, pkg *packages.Package, file *ast.File, wants map[string][]*want) {
	for _, group := range file.Comments {
		for _, comment := range group.List {
			p := pkg.Fset.Position(comment.Pos())
			at := fmt.Sprintf("%s:%d", p.Filename, p.Line)
			m := wantComment.FindStringSubmatch(comment.Text)
			if m == nil || wants[at] != nil {
				continue
			}
			for _, lit := range literal.FindAllString(m[1], -1) {
				text, err := strconv.Unquote(lit)
				if err != nil {
					t.Fatalf("%s: %v", at, err)
				}
				wants[at] = append(wants[at], &want{re: regexp.MustCompile("^" + text)})
			}
		}
	}
}
