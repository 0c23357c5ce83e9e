package unlockunheld

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/syntax"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// otherMode has the unlock of the other mode, for each of a RWMutex.
var otherMode = map[string]string{"Unlock": "RUnlock", "RUnlock": "Unlock"}

// otherUnlock corrects an RUnlock of a lock that is held for writing, and the reverse.
// It is not ok unless the function itself takes the lock, in one call only: with several,
// the unlock may be right on another path.
func otherUnlock(pass *analysis.Pass, speak *lockflow.Speaker, f flow.Finding) (fix analysis.SuggestedFix, ok bool) {
	if f.Kind != flow.UnlockMismatch || len(f.Again) != 1 || len(f.First) != 1 {
		return fix, false
	}
	_, call := speak.LockExpr(f.Pos)
	if call == nil {
		return fix, false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || otherMode[sel.Sel.Name] == "" {
		return fix, false
	}
	body := syntax.Body(pass.Files, call)
	if body == nil || locksOf(body, types.ExprString(sel.X)) != 1 {
		return fix, false
	}
	unlock := otherMode[sel.Sel.Name]
	return analysis.SuggestedFix{
		Message:   "Call " + unlock,
		TextEdits: []analysis.TextEdit{{Pos: sel.Sel.Pos(), End: sel.Sel.End(), NewText: []byte(unlock)}},
	}, true
}

// locksOf counts the calls that take the lock which is written so.
func locksOf(body *ast.BlockStmt, lock string) (n int) {
	ast.Inspect(body, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok {
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && types.ExprString(sel.X) == lock {
				switch sel.Sel.Name {
				case "Lock", "RLock", "TryLock", "TryRLock":
					n++
				}
			}
		}
		return true
	})
	return n
}
