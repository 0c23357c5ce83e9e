// Package syntax finds syntax nodes by position.
package syntax

import (
	"go/ast"
	"go/token"
	"sort"

	"golang.org/x/tools/go/ast/astutil"
)

// Enclosing is [astutil.PathEnclosingInterval] for the file that pos is in, nil if it is
// in none of them: the nodes around the interval, the innermost first. Only the
// declaration that pos is in is searched.
func Enclosing(files []*ast.File, pos, end token.Pos) []ast.Node {
	for _, file := range files {
		if pos < file.FileStart || file.FileEnd <= pos {
			continue
		}
		i := sort.Search(len(file.Decls), func(i int) bool { return pos < file.Decls[i].End() })
		if i == len(file.Decls) || pos < file.Decls[i].Pos() {
			nodes, _ := astutil.PathEnclosingInterval(file, pos, end)
			return nodes
		}
		part := *file
		part.Decls = file.Decls[i : i+1]
		nodes, _ := astutil.PathEnclosingInterval(&part, pos, end)
		if len(nodes) > 0 && nodes[len(nodes)-1] == &part {
			nodes[len(nodes)-1] = file
		}
		return nodes
	}
	return nil
}

// Body returns the body of the innermost function that a node is in; nil if it is in none.
func Body(files []*ast.File, node ast.Node) *ast.BlockStmt {
	for _, n := range Enclosing(files, node.Pos(), node.End()) {
		switch n := n.(type) {
		case *ast.FuncDecl:
			return n.Body
		case *ast.FuncLit:
			if n.Body.Pos() <= node.Pos() {
				return n.Body
			}
		}
	}
	return nil
}
