package distlock

import (
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// embedded returns the texts of the package's variables that go:embed sets to one file: Lua scripts are kept in files of their own.
// A file that cannot be read has no text: the compiler says what is wrong with it.
func embedded(pass *analysis.Pass) map[types.Object]string {
	texts := make(map[types.Object]string)
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			vars, ok := decl.(*ast.GenDecl)
			if !ok || vars.Tok != token.VAR {
				continue
			}
			for _, spec := range vars.Specs {
				spec := spec.(*ast.ValueSpec)
				doc := spec.Doc
				if doc == nil && !vars.Lparen.IsValid() {
					doc = vars.Doc
				}
				name := embeddedFile(doc)
				if !strings.HasSuffix(name, ".lua") || len(spec.Names) != 1 {
					continue
				}
				// Pass.ReadFile reads Go files only.
				path := filepath.Join(filepath.Dir(pass.Fset.Position(file.Package).Filename), filepath.FromSlash(name))
				if data, err := os.ReadFile(path); err == nil {
					texts[pass.TypesInfo.Defs[spec.Names[0]]] = string(data)
				}
			}
		}
	}
	return texts
}

// embeddedFile returns the name of the file in a comment for go:embed, "" if it has none or several.
func embeddedFile(doc *ast.CommentGroup) (name string) {
	if doc == nil {
		return ""
	}
	for _, comment := range doc.List {
		arg, ok := strings.CutPrefix(comment.Text, "//go:embed ")
		if !ok {
			continue
		}
		if name != "" || strings.ContainsAny(arg, "*?[ ") {
			return ""
		}
		name = strings.Trim(strings.TrimSpace(arg), "\"`")
	}
	return name
}
