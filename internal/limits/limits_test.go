package limits

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every limit has a row in the table, with its own value.
func TestTable(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "limits.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values, names []string
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.CONST {
			for _, s := range d.Specs {
				name := s.(*ast.ValueSpec).Names[0].Name
				if value, ok := strings.CutPrefix(name, "Max"); ok {
					values = append(values, value)
				} else if name != "N" {
					names = append(names, name)
				}
			}
		}
	}
	if len(values) != int(N) || strings.Join(values, " ") != strings.Join(names, " ") {
		t.Fatalf("the limits are\n%v\nand they are counted as\n%v", values, names)
	}
	seen := make(map[string]bool)
	for i, e := range Table {
		want := strings.ToLower(regexp.MustCompile(`(.)([A-Z])`).ReplaceAllString(names[i], "$1-$2"))
		if e.Name != want || seen[e.Name] || e.Max <= 0 || e.Bounds == "" || e.Beyond == "" || e.Room == "" {
			t.Errorf("%s has the row %+v", names[i], e)
		}
		seen[e.Name] = true
	}
}

// No limit of the engine is declared anywhere else, and those are counted that the table says are.
func TestNoOthers(t *testing.T) {
	declared := regexp.MustCompile(`(?m)^\s*(?:const )?([mM]ax[A-Z]\w*)(?: \w+)? += +[\d(]`)
	// What is no limit of the analysis: how many turns of a loop have names of their own.
	others := map[string]bool{"MaxGeneration": true}
	counted := regexp.MustCompile(`(?:Hit|giveUp)\(limits\.(\w+)\)`)
	hits := make(map[string]bool)
	for _, root := range []string{"../../internal", "../../passes"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() {
				switch d.Name() {
				case "oracle", "ordergraph", "measure", "testdata", "limits", "frontend", "lsp", "hot", "report", "see":
					return filepath.SkipDir // they do not analyse
				}
				return nil
			}
			if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
				if !others[m[1]] {
					t.Errorf("%s declares %s; it belongs into internal/limits", path, m[1])
				}
			}
			for _, m := range counted.FindAllStringSubmatch(string(text), -1) {
				hits[strings.ToLower(m[1])] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range Table {
		if got := hits[strings.ReplaceAll(e.Name, "-", "")]; got != e.Counted {
			t.Errorf("%s: the table says counted: %t, and the engine counts: %t", e.Name, e.Counted, got)
		}
	}
}
