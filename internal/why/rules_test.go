package why_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/docs"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/why"
)

// Every rule has a name of its own and says something; docs/silenced.md lists the rules in their order, no
// others, and in the source file that it names each is applied.
func TestRules(t *testing.T) {
	page, ok := docs.Page("silenced.md")
	if !ok {
		t.Fatal("there is no docs/silenced.md")
	}
	rows := regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|.*\\| (\\S+\\.go) \\|$").FindAllStringSubmatch(page, -1)
	var listed, names []string
	for _, row := range rows {
		listed = append(listed, row[1])
	}
	for _, r := range why.Rules() {
		if r.String() == "" || r.Says() == "" || slices.Contains(names, r.String()) {
			t.Errorf("rule %q says %q", r, r.Says())
		}
		names = append(names, r.String())
	}
	if !slices.Equal(listed, names) {
		t.Fatalf("docs/silenced.md lists\n%v\nand the rules are\n%v", listed, names)
	}
	consts := constants(t)
	if len(consts) != len(names) {
		t.Fatalf("%d constants for %d rules", len(consts), len(names))
	}
	for i, row := range rows {
		text, err := os.ReadFile(filepath.Join("../..", row[2]))
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`\bwhy\.` + consts[i] + `\b`).Match(text) {
			t.Errorf("%s does not apply the rule %s, which docs/silenced.md says", row[2], row[1])
		}
	}
}

// constants returns the names of the rules in the source.
func constants(t *testing.T) (names []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "rules.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.CONST {
			for _, s := range d.Specs {
				if name := s.(*ast.ValueSpec).Names[0].Name; name != "numRules" {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// The limits by which the walk gives up stand in the page.
func TestLimits(t *testing.T) {
	page, _ := docs.Page("silenced.md")
	section, ok := docs.Section(page, "Limits")
	if !ok {
		t.Fatal("docs/silenced.md has no heading Limits")
	}
	for _, e := range limits.Table {
		if e.Counted && strings.Contains(e.Beyond, "gives up") != strings.Contains(section, "`"+e.Name+"`") {
			t.Errorf("%s: beyond it %s; docs/silenced.md says otherwise", e.Name, e.Beyond)
		}
	}
}
