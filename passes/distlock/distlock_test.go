package distlock_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

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
	testFixes(t, graph, filepath.Join(dir, "fixes", "fixes.go"))
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

// testFixes applies all suggested fixes of a file and compares it with the file's .golden.
func testFixes(t *testing.T, graph *checker.Graph, name string) {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var edits []analysis.TextEdit
	var file *token.File
	seen := make(map[token.Pos]bool)
	for _, act := range graph.Roots {
		for _, d := range act.Diagnostics {
			f := act.Package.Fset.File(d.Pos)
			if f.Name() != name || len(d.SuggestedFixes) == 0 || seen[d.Pos] {
				continue
			}
			seen[d.Pos], file = true, f
			edits = append(edits, d.SuggestedFixes[0].TextEdits...)
		}
	}
	slices.SortFunc(edits, func(x, y analysis.TextEdit) int { return int(y.Pos - x.Pos) })
	for _, e := range edits {
		text = slices.Concat(text[:file.Offset(e.Pos)], e.NewText, text[file.Offset(e.End):])
	}
	formatted, err := format.Source(text)
	if err != nil {
		t.Fatalf("%s: the fixed file is not Go: %v\n%s", name, err, text)
	}
	golden, err := os.ReadFile(name + ".golden")
	if err != nil && !*update {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(name+".golden", formatted, 0o666); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(formatted, golden) {
		t.Errorf("%s: the fixed file is not as its .golden:\n%s", name, formatted)
	}

	// It compiles.
	overlay := filepath.Join(t.TempDir(), "overlay.json")
	data, _ := json.Marshal(map[string]any{"Replace": map[string]string{name: name + ".golden"}})
	if err := os.WriteFile(overlay, data, 0o666); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-overlay", overlay, "./"+filepath.Base(filepath.Dir(name)))
	build.Dir, build.Env = filepath.Dir(filepath.Dir(name)), append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")
	if out, err := build.CombinedOutput(); err != nil {
		t.Errorf("the fixed file does not compile: %v\n%s", err, out)
	}
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
