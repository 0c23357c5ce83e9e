package passes

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/lockvet/lockvet/internal/brief"
	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/passes/guardedby"
	"github.com/lockvet/lockvet/passes/slowlock"
)

// No message about a golden package is longer than a line of a report can be, and all
// checks together analyse each of the packages.
func TestMessages(t *testing.T) {
	golden, err := filepath.Abs("../testdata")
	if err != nil {
		t.Fatal(err)
	}
	slowlock.Follow()
	guardedby.Follow()
	t.Cleanup(rules.SwitchOn(rules.All(Analyzers(Optional()...))...))
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax, Dir: filepath.Join(golden, "src"), Tests: true,
		Env: append(os.Environ(), "GO111MODULE=off", "GOPATH="+golden, "GOWORK=off", "GOFLAGS="),
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	graph, err := checker.Analyze(Analyzers(Optional()...), pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	longest := make(map[string]int)
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Errorf("%s in %s: %v", act.Analyzer.Name, act.Package.PkgPath, act.Err)
		}
		for _, d := range act.Diagnostics {
			limit := brief.Message
			if act.Analyzer.Name == "lockorder" {
				limit = 120
			}
			n := utf8.RuneCountInString(d.Message)
			if longest[act.Analyzer.Name] = max(longest[act.Analyzer.Name], n); n > limit {
				t.Errorf("%s: %d characters: %s", act.Package.Fset.Position(d.Pos), n, d.Message)
			}
			if strings.Contains(d.Message, "\n") {
				t.Errorf("%s: several lines: %q", act.Package.Fset.Position(d.Pos), d.Message)
			}
		}
	}
	if longest["lockorder"] < 80 || len(longest) < 10 {
		t.Errorf("the longest messages are suspiciously few or short: %v", longest)
	}
	t.Log(longest)
}
