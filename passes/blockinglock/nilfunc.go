package blockinglock

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/lockvet/lockvet/internal/model"
)

// onces are the functions that run their argument once, and so need one, by when they panic.
var onces = map[string]string{
	"(*sync.Once).Do": "panics", "sync.OnceFunc": "returns a function that panics",
	"sync.OnceValue": "returns a function that panics", "sync.OnceValues": "returns a function that panics",
}

// nilFuncs reports functions that are to run once and are nil.
func nilFuncs(pass *analysis.Pass) {
	if model.Primitive(pass.Pkg.Path()) {
		return
	}
	used := false
	for _, obj := range pass.TypesInfo.Uses {
		if fn, ok := obj.(*types.Func); ok && fn.Pkg() != nil && fn.Pkg().Path() == "sync" && onces[fn.FullName()] != "" {
			used = true
		}
	}
	if !used {
		return
	}
	for _, file := range pass.Files {
		for n := range ast.Preorder(file) {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 || !pass.TypesInfo.Types[call.Args[0]].IsNil() {
				continue
			}
			fn := typeutil.StaticCallee(pass.TypesInfo, call)
			if fn == nil || onces[fn.Origin().FullName()] == "" {
				continue
			}
			pass.Report(analysis.Diagnostic{
				Pos: call.Pos(), End: call.End(), Category: "nilfunc",
				Message: fmt.Sprintf("%s is given nil to run: it %s", types.ExprString(call.Fun), onces[fn.Origin().FullName()]),
			})
		}
	}
}
