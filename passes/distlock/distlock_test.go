package distlock_test

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
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
	wants := make(map[string][]*want)
	for _, pkg := range pkgs {
		for _, file := range pkg.Syntax {
			collectWants(t, pkg, file, wants)
		}
	}
	seen, off := make(map[string]bool), make(map[string]bool)
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
}

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
