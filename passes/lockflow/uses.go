package lockflow

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// callsGiven reports whether the package calls functions that others may have given it: one in a variable, a parameter, a field or a container, or a
// method of an interface that it has declared itself. Callers who hold locks then want to know that it does.
func callsGiven(pass *analysis.Pass) (found bool) {
	for _, file := range pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isGiven(pass, call) {
				found = true
			}
			return !found
		})
	}
	return found
}

func isGiven(pass *analysis.Pass, call *ast.CallExpr) bool {
	var id *ast.Ident
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
		if sel := pass.TypesInfo.Selections[fun]; sel != nil && sel.Kind() == types.MethodVal {
			recv, ok := types.Unalias(sel.Recv()).(*types.Named)
			return ok && types.IsInterface(recv) && recv.Obj().Pkg() == pass.Pkg
		}
	case *ast.IndexExpr:
		tv := pass.TypesInfo.Types[fun.X]
		switch tv.Type.Underlying().(type) {
		case *types.Map, *types.Slice, *types.Array, *types.Pointer:
			return true
		}
		return false
	default:
		return false
	}
	v, ok := pass.TypesInfo.Uses[id].(*types.Var)
	return ok && isFunc(v.Type())
}

func isFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}
