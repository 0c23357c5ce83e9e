// Package emptysection runs staticcheck's SA2001, the empty critical section,
// without the case its documentation calls useful: Lock and Unlock with nothing
// between wait until whoever holds the lock is done. Who means that is asked to
// say so in a comment, so a comment beside the two calls silences the finding.
package emptysection

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"honnef.co/go/tools/staticcheck/sa2001"

	"github.com/lockvet/lockvet/internal/suppress"
)

// Analyzer is SA2001, under that name.
var Analyzer = quietened(sa2001.SCAnalyzer.Analyzer)

func quietened(original *analysis.Analyzer) *analysis.Analyzer {
	a := *original
	a.Run = func(pass *analysis.Pass) (any, error) {
		filtered := *pass
		filtered.Report = func(diag analysis.Diagnostic) {
			if !explained(pass, diag.Pos) {
				pass.Report(diag)
			}
		}
		return original.Run(&filtered)
	}
	return &a
}

// explained reports whether a comment for readers stands from the line above
// the Lock to the end of the line of the Unlock, which is at pos.
func explained(pass *analysis.Pass, pos token.Pos) bool {
	tf := pass.Fset.File(pos)
	line := func(p token.Pos) int { return tf.PositionFor(p, false).Line }
	for _, file := range pass.Files {
		if pos < file.FileStart || file.FileEnd < pos {
			continue
		}
		lock := stmtBefore(file, pos)
		if lock == nil {
			return false
		}
		from, to := line(lock.Pos())-1, line(pos)
		for _, group := range file.Comments {
			if line(group.End()) < from || to < line(group.Pos()) {
				continue
			}
			// A comment that shares the line above with code speaks of that code.
			if l := line(group.End()); l == from && suppress.CodeLines(tf, file)[l] {
				continue
			}
			for _, c := range group.List {
				if !suppress.IsDirective(c.Text) {
					return true
				}
			}
		}
	}
	return false
}

// stmtBefore returns the statement that precedes the one at pos in its block.
func stmtBefore(file *ast.File, pos token.Pos) (before ast.Stmt) {
	ast.Inspect(file, func(n ast.Node) bool {
		if block, ok := n.(*ast.BlockStmt); ok {
			for i, stmt := range block.List {
				if i > 0 && stmt.Pos() == pos {
					before = block.List[i-1]
				}
			}
		}
		return n != nil && n.Pos() <= pos && pos < n.End()
	})
	return before
}
