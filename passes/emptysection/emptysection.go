// Package emptysection runs staticcheck's SA2001, the empty critical section,
// without the case its documentation calls useful: Lock and Unlock with nothing
// between wait until whoever holds the lock is done. Who means that is asked to
// say so in a comment, so a comment on the two calls silences the finding.
package emptysection

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"

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
		sections := make(map[*ast.File]map[token.Pos]section)
		filtered.Report = func(diag analysis.Diagnostic) {
			if !explained(pass, sections, diag.Pos) {
				pass.Report(diag)
			}
		}
		return original.Run(&filtered)
	}
	return &a
}

// explained reports whether the section that ends with the Unlock at pos has a
// comment for readers: one from the line above the Lock to the end of the line
// of the Unlock, or one further up in the block that names the lock.
func explained(pass *analysis.Pass, sections map[*ast.File]map[token.Pos]section, pos token.Pos) bool {
	tf := pass.Fset.File(pos)
	line := func(p token.Pos) int { return tf.PositionFor(p, false).Line }
	for _, file := range pass.Files {
		if pos < file.FileStart || file.FileEnd < pos {
			continue
		}
		if sections[file] == nil {
			sections[file] = sectionsOf(file)
		}
		block, lock := sections[file][pos].block, sections[file][pos].before
		if lock == nil {
			return false
		}
		name := lockName(lock)
		from, to := line(lock.Pos())-1, line(pos)
		for _, group := range file.Comments {
			first, last := line(group.Pos()), line(group.End())
			switch {
			case isDirective(group), to < first:
			case block.Pos() < group.Pos() && group.End() < pos && name.MatchString(group.Text()):
				return true
			case last == from && suppress.CodeLines(tf, file)[last]:
				// It shares the line above with code, and speaks of that.
			case from <= last:
				return true
			}
		}
	}
	return false
}

// isDirective reports whether no comment of the group is for readers.
func isDirective(group *ast.CommentGroup) bool {
	return !slices.ContainsFunc(group.List, func(c *ast.Comment) bool { return !suppress.IsDirective(c.Text) })
}

// A section is the statement before another one, and the block that both are in.
type section struct {
	block  *ast.BlockStmt
	before ast.Stmt
}

// sectionsOf finds the section of each statement, by where it begins.
func sectionsOf(file *ast.File) map[token.Pos]section {
	found := make(map[token.Pos]section)
	ast.Inspect(file, func(n ast.Node) bool {
		if block, ok := n.(*ast.BlockStmt); ok {
			for i, stmt := range block.List {
				if i > 0 {
					found[stmt.Pos()] = section{block, block.List[i-1]}
				}
			}
		}
		return true
	})
	return found
}

// lockName matches text with the name of the lock: closemu for a call of
// tx.closemu.Lock. A single letter could be any word, so it matches nothing.
func lockName(call ast.Stmt) *regexp.Regexp {
	name := ""
	ast.Inspect(call, func(n ast.Node) bool {
		if method, ok := n.(*ast.SelectorExpr); ok && name == "" {
			switch x := ast.Unparen(method.X).(type) {
			case *ast.SelectorExpr:
				name = x.Sel.Name
			case *ast.Ident:
				name = x.Name
			}
		}
		return name == ""
	})
	if len(name) < 2 {
		return regexp.MustCompile(`$^x`)
	}
	return regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
}
