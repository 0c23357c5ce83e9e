package oracle

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
)

// Minimise makes a source file smaller while keep holds for it, one edit after the
// other: it drops statements and declarations, puts the bodies of compound
// statements in their place, and simplifies conditions.
func Minimise(source string, keep func(string) bool) string {
	for {
		smaller, ok := step(source, keep)
		if !ok {
			return source
		}
		source = smaller
	}
}

// step tries edits until the list of them is through, and reports whether one
// worked.
func step(source string, keep func(string) bool) (string, bool) {
	any := false
	for n := 0; ; {
		edited, ok := edit(source, n)
		if !ok {
			return source, any
		}
		if edited != source && len(edited) <= len(source) && keep(edited) {
			source, any = edited, true // the next edit has the same number now
			continue
		}
		n++
	}
}

// edit applies the edit with that number, and reports whether there is one.
func edit(source string, n int) (string, bool) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		return "", false
	}
	e := &editor{left: n}
	e.decls(f)
	ast.Inspect(f, func(node ast.Node) bool {
		if !e.done {
			e.visit(node)
		}
		return !e.done
	})
	if !e.done {
		return "", false
	}
	var b bytes.Buffer
	if err := format.Node(&b, fset, f); err != nil {
		return source, true
	}
	// What was deleted leaves its lines empty.
	lines := slices.DeleteFunc(bytes.Split(b.Bytes(), []byte("\n")), func(l []byte) bool { return len(bytes.TrimSpace(l)) == 0 })
	return string(bytes.Join(lines, []byte("\n"))) + "\n", true
}

// An editor counts edits down to the one it is to make.
type editor struct {
	left int
	done bool
}

// here reports whether it is this edit's turn.
func (e *editor) here() bool {
	if e.done {
		return false
	}
	e.done = e.left == 0
	e.left--
	return e.done
}

func (e *editor) decls(f *ast.File) {
	for i, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		if e.here() {
			f.Decls = slices.Delete(f.Decls, i, i+1)
			return
		}
	}
}

func (e *editor) visit(node ast.Node) {
	switch node := node.(type) {
	case *ast.BlockStmt:
		node.List = e.list(node.List)
	case *ast.CaseClause:
		node.Body = e.list(node.Body)
		for i := range node.List {
			node.List[i] = e.cond(node.List[i])
		}
	case *ast.IfStmt:
		if node.Else != nil && e.here() {
			node.Else = nil
		}
		node.Cond = e.cond(node.Cond)
	case *ast.ForStmt:
		if node.Cond != nil {
			node.Cond = e.cond(node.Cond)
		}
	}
}

// list edits a list of statements: one is dropped, or its parts take its place.
func (e *editor) list(stmts []ast.Stmt) []ast.Stmt {
	for i, s := range stmts {
		if e.here() {
			return slices.Delete(stmts, i, i+1)
		}
		for _, parts := range inside(s) {
			if e.here() {
				return slices.Replace(slices.Clone(stmts), i, i+1, parts...)
			}
		}
	}
	return stmts
}

// inside lists the statements that could stand for a compound one.
func inside(s ast.Stmt) (parts [][]ast.Stmt) {
	block := func(b *ast.BlockStmt) {
		if b != nil {
			parts = append(parts, b.List)
		}
	}
	switch s := s.(type) {
	case *ast.BlockStmt:
		block(s)
	case *ast.IfStmt:
		block(s.Body)
		if s.Else != nil {
			parts = append(parts, []ast.Stmt{s.Else})
		}
	case *ast.ForStmt:
		block(s.Body)
	case *ast.RangeStmt:
		block(s.Body)
	case *ast.SwitchStmt:
		for _, c := range s.Body.List {
			parts = append(parts, c.(*ast.CaseClause).Body)
		}
	case *ast.LabeledStmt:
		parts = append(parts, []ast.Stmt{s.Stmt})
	case *ast.ExprStmt:
		if c, ok := s.X.(*ast.CallExpr); ok {
			if lit, ok := c.Fun.(*ast.FuncLit); ok {
				block(lit.Body)
			}
		}
	case *ast.DeferStmt:
		if lit, ok := s.Call.Fun.(*ast.FuncLit); ok && len(lit.Body.List) == 1 {
			if x, ok := lit.Body.List[0].(*ast.ExprStmt); ok {
				if c, ok := x.X.(*ast.CallExpr); ok {
					parts = append(parts, []ast.Stmt{&ast.DeferStmt{Defer: s.Defer, Call: c}})
				}
			}
		}
	}
	return parts
}

// cond makes a condition smaller.
func (e *editor) cond(x ast.Expr) ast.Expr {
	switch c := ast.Unparen(x).(type) {
	case *ast.BinaryExpr:
		if c.Op == token.LAND || c.Op == token.LOR {
			if e.here() {
				return c.X
			}
			if e.here() {
				return c.Y
			}
		}
	case *ast.UnaryExpr:
		if e.here() {
			return c.X
		}
	}
	return x
}
