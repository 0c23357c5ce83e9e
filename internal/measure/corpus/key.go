package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/frontend"
	"github.com/lockvet/lockvet/internal/measure/borrowed"
)

// A key names a finding whatever lines stand above it and however its message is
// put: the function, as a stack trace names it, and the kind. Findings of
// one kind in one function share a key.
type key struct {
	fn   string // example.com/m/pkg.(*T).Method
	kind string // check/category
}

func (k key) String() string { return k.fn + " " + k.kind }

// A finding is one that a run made.
type finding struct {
	key
	module int // index
	frontend.Finding
}

// findings returns what the runs found, in the order of modules and then of
// places. Checks that lockvet borrowed are left out.
func findings(modules []module, runs []run) []finding {
	var all []finding
	files := map[string]*goFile{}
	for i, r := range runs {
		for _, f := range r.Report.Findings {
			if slices.Contains(borrowed.Checks, f.Check) {
				continue
			}
			all = append(all, finding{keyOf(modules[i], f, files), i, f})
		}
	}
	return all
}

func keyOf(m module, f frontend.Finding, files map[string]*goFile) key {
	kind := f.Check
	if f.Category != "" {
		kind += "/" + f.Category
	}
	name := filepath.FromSlash(f.Start.File)
	if !filepath.IsAbs(name) {
		name = filepath.Join(m.dir, name)
	}
	if files[name] == nil {
		files[name] = parseFile(name)
	}
	return key{f.Package + "." + files[name].declAt(f.Start.Line), kind}
}

// A goFile knows its declarations; one that cannot be read has none.
type goFile struct {
	fset *token.FileSet
	ast  *ast.File
}

func parseFile(name string) *goFile {
	f := &goFile{fset: token.NewFileSet()}
	f.ast, _ = parser.ParseFile(f.fset, name, nil, parser.SkipObjectResolution)
	return f
}

// declAt names the function that a line is in: F, T.M or (*T).M, and the first
// name of another declaration.
func (f *goFile) declAt(line int) string {
	if f.ast == nil {
		return "?"
	}
	for _, d := range f.ast.Decls {
		if line < f.fset.Position(d.Pos()).Line || line > f.fset.Position(d.End()).Line {
			continue
		}
		switch d := d.(type) {
		case *ast.FuncDecl:
			return receiver(d) + d.Name.Name
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if line <= f.fset.Position(s.End()).Line {
					switch s := s.(type) {
					case *ast.ValueSpec:
						return s.Names[0].Name
					case *ast.TypeSpec:
						return s.Name.Name
					}
				}
			}
		}
	}
	return "?"
}

// receiver is "T." or "(*T).", without type parameters.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	t, format := ast.Unparen(d.Recv.List[0].Type), "T."
	if star, ok := t.(*ast.StarExpr); ok {
		t, format = ast.Unparen(star.X), "(*T)."
	}
	switch generic := t.(type) {
	case *ast.IndexExpr:
		t = generic.X
	case *ast.IndexListExpr:
		t = generic.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return strings.Replace(format, "T", id.Name, 1)
	}
	return ""
}

var position = regexp.MustCompile(`[\w./-]+\.(go|s):\d+(:\d+)?`)

// text is what a finding says, steps included, without where: what makes it
// another finding if it changes.
func (f finding) text() string {
	parts := []string{f.Message}
	for _, s := range f.Related {
		parts = append(parts, s.Message)
	}
	return position.ReplaceAllString(strings.Join(parts, "\n"), "_")
}
