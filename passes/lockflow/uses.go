package lockflow

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// callsGiven reports whether a function of the package calls a function that it is given: callers who hold locks then want to know that it
// does.
func callsGiven(pass *analysis.Pass) (found bool) {
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Body == nil || found {
				continue
			}
			given := make(map[types.Object]bool)
			for _, field := range fn.Type.Params.List {
				for _, name := range field.Names {
					if obj := pass.TypesInfo.Defs[name]; obj != nil {
						if _, isFunc := obj.Type().Underlying().(*types.Signature); isFunc {
							given[obj] = true
						}
					}
				}
			}
			if len(given) == 0 {
				continue
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok && given[pass.TypesInfo.Uses[id]] {
						found = true
					}
				}
				return !found
			})
		}
	}
	return found
}
