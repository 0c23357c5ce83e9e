package passes

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// What golangci-lint asks of linters that it builds in
// (https://golangci-lint.run/docs/contributing/new-linters): they are made of
// go/analysis, have documentation, and their code, which runs within
// golangci-lint, has neither init functions nor anything that ends the program.
func TestBuiltinRules(t *testing.T) {
	for _, a := range Analyzers(Optional()...) {
		if a.Doc == "" || !strings.Contains(a.Doc, "\n") && !strings.Contains(a.URL, "://") {
			t.Errorf("%s has no documentation", a.Name)
		}
	}
	if err := analysis.Validate(Analyzers(Optional()...)); err != nil {
		t.Error(err)
	}

	out, err := exec.Command("go", "list", "-deps", "-f", "{{if and .Module .Module.Main}}{{.Dir}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, dir := range strings.Fields(string(out)) {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			files++
			for _, at := range forbidden(t, name) {
				t.Error(at)
			}
		}
	}
	if files < 100 {
		t.Errorf("only %d files were looked at", files)
	}
}

// forbidden returns where a file declares init, panics, or ends the program.
func forbidden(t *testing.T, name string) (places []string) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	report := func(n ast.Node, what string) {
		places = append(places, fset.Position(n.Pos()).String()+": "+what)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				report(n, "func init")
			}
		case *ast.CallExpr:
			switch fun := n.Fun.(type) {
			case *ast.Ident:
				if fun.Name == "panic" {
					report(n, "panic")
				}
			case *ast.SelectorExpr:
				x, ok := fun.X.(*ast.Ident)
				if ok && (x.Name == "log" && (strings.HasPrefix(fun.Sel.Name, "Fatal") || strings.HasPrefix(fun.Sel.Name, "Panic")) || x.Name == "os" && fun.Sel.Name == "Exit") {
					report(n, x.Name+"."+fun.Sel.Name)
				}
			}
		}
		return true
	})
	return places
}
