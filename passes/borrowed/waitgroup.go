package borrowed

import (
	"go/ast"
	"go/token"
	"go/types"
	"go/version"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/waitgroup"

	"github.com/lockvet/lockvet/internal/syntax"
)

// WaitGroup is the check of go vet, which finds what SA2000 does, with fixes: Add before
// the go statement, or WaitGroup.Go.
var WaitGroup = func() *analysis.Analyzer {
	a := *waitgroup.Analyzer
	a.Run = func(pass *analysis.Pass) (any, error) {
		own := *pass
		own.Report = func(d analysis.Diagnostic) {
			d.SuggestedFixes = append(d.SuggestedFixes, addFixes(pass, d.Pos)...)
			pass.Report(d)
		}
		return waitgroup.Analyzer.Run(&own)
	}
	return &a
}()

// A misplaced is an Add that is the first statement of the literal that a go statement runs.
type misplaced struct {
	pass *analysis.Pass
	stmt *ast.GoStmt
	lit  *ast.FuncLit
	add  *ast.ExprStmt
	call *ast.CallExpr // wg.Add(n)
	wg   string
}

// addFixes returns what can be done about the call of Add at a position.
func addFixes(pass *analysis.Pass, pos token.Pos) (fixes []analysis.SuggestedFix) {
	nodes := syntax.Enclosing(pass.Files, pos, pos+1)
	for i, n := range nodes {
		stmt, ok := n.(*ast.GoStmt)
		if !ok {
			continue
		}
		lit, isLit := stmt.Call.Fun.(*ast.FuncLit)
		if !isLit || len(lit.Body.List) < 2 {
			return nil
		}
		add, isExpr := lit.Body.List[0].(*ast.ExprStmt)
		if !isExpr {
			return nil
		}
		call, isCall := add.X.(*ast.CallExpr)
		if !isCall || len(call.Args) != 1 || pass.TypesInfo.Types[call.Args[0]].Value == nil {
			return nil // what is added may be known in the goroutine only
		}
		sel, isSel := call.Fun.(*ast.SelectorExpr)
		if !isSel || !outside(pass, sel.X, lit) {
			return nil
		}
		m := misplaced{pass, stmt, lit, add, call, types.ExprString(sel.X)}
		if _, inBlock := nodes[i+1].(*ast.BlockStmt); inBlock {
			fixes = append(fixes, m.before())
		}
		if fix, ok := m.wgGo(); ok {
			fixes = append(fixes, fix)
		}
		return fixes
	}
	return nil
}

// outside reports whether an expression is made of variables and fields, of which none is
// the literal's own.
func outside(pass *analysis.Pass, x ast.Expr, lit *ast.FuncLit) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		obj := pass.TypesInfo.Uses[x]
		return obj != nil && (obj.Pos() < lit.Pos() || lit.End() <= obj.Pos())
	case *ast.SelectorExpr:
		return outside(pass, x.X, lit)
	}
	return false
}

// without deletes a statement and the space behind it, up to next, but for a comment there.
func (m misplaced) without(stmt ast.Stmt, next token.Pos) analysis.TextEdit {
	for _, group := range m.file().Comments {
		if stmt.End() <= group.Pos() && group.Pos() < next {
			next = group.Pos()
			break
		}
	}
	return analysis.TextEdit{Pos: stmt.Pos(), End: next}
}

// before moves the Add to the line above the go statement.
func (m misplaced) before() analysis.SuggestedFix {
	text := types.ExprString(m.call)
	return analysis.SuggestedFix{
		Message: "Move " + text + " before the go statement",
		TextEdits: []analysis.TextEdit{
			{Pos: m.stmt.Pos(), End: m.stmt.Pos(), NewText: []byte(text + "\n")},
			m.without(m.add, m.lit.Body.List[1].Pos()),
		},
	}
}

// wgGo turns the go statement into a call of WaitGroup.Go, if it adds 1, its second
// statement defers Done, and the language has that method.
func (m misplaced) wgGo() (fix analysis.SuggestedFix, ok bool) {
	if v := m.pass.TypesInfo.FileVersions[m.file()]; v != "" && version.Compare(v, "go1.25") < 0 {
		return fix, false
	}
	if len(m.stmt.Call.Args) > 0 || m.lit.Type.Results != nil || m.pass.TypesInfo.Types[m.call.Args[0]].Value.ExactString() != "1" {
		return fix, false
	}
	done, isDefer := m.lit.Body.List[1].(*ast.DeferStmt)
	if !isDefer || types.ExprString(done.Call.Fun) != m.wg+".Done" {
		return fix, false
	}
	end := m.lit.Body.Rbrace
	if len(m.lit.Body.List) > 2 {
		end = m.lit.Body.List[2].Pos()
	}
	return analysis.SuggestedFix{
		Message: "Use " + m.wg + ".Go",
		TextEdits: []analysis.TextEdit{
			{Pos: m.stmt.Pos(), End: m.lit.Pos(), NewText: []byte(m.wg + ".Go(")},
			m.without(m.add, done.Pos()),
			m.without(done, end),
			{Pos: m.stmt.Call.Lparen, End: m.stmt.Call.Lparen + 1},
		},
	}, true
}

func (m misplaced) file() *ast.File {
	for _, f := range m.pass.Files {
		if f.FileStart <= m.stmt.Pos() && m.stmt.Pos() < f.FileEnd {
			return f
		}
	}
	return nil
}
