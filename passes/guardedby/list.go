package guardedby

import (
	"flag"
	"go/ast"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/guard"
	"github.com/lockvet/lockvet/internal/guardlist"
	"github.com/lockvet/lockvet/internal/syntax"
)

// list makes the analyzer hand over which lock the accesses to each field have.
var list bool

func flags() flag.FlagSet {
	var fs flag.FlagSet
	fs.BoolVar(&list, "list", false, "report as data which lock the accesses to each field have, for the lockvet command")
	return fs
}

// reportList reports a diagnostic that carries the fields and variables of the package.
func reportList(pass *analysis.Pass, vars []*guard.Guarded) {
	p := &guardlist.Package{Pkg: pass.Pkg.Path()}
	agreed := make(map[string]*guard.Guarded) // by position
	for _, g := range vars {
		if g.Agreed() {
			agreed[pass.Fset.Position(g.Var.Pos()).String()] = g
		}
	}
	for _, g := range vars {
		at := pass.Fset.Position(g.Var.Pos())
		v := &guardlist.Var{
			Owner: g.Owner[strings.LastIndexByte(g.Owner, '.')+1:], Name: g.Var.Name(), File: at.Filename, Line: at.Line, Guard: g.Lock, How: how(g),
			Guarded: g.Guarded, Total: g.Total, GuardedWrites: g.GuardedWrites, Writes: g.Writes, Funcs: g.Funcs,
		}
		if g.Agreed() {
			v.Edit = edit(pass, g, agreed)
		}
		p.Vars = append(p.Vars, v)
	}
	if len(p.Vars) > 0 {
		pass.Report(analysis.Diagnostic{Pos: pass.Files[0].Package, Category: guardlist.Category, Message: p.Encode()})
	}
}

func how(g *guard.Guarded) guardlist.How {
	switch {
	case g.None:
		return guardlist.None
	case g.Declared:
		return guardlist.Declared
	case g.Unknown:
		return guardlist.Unknown
	case g.Writes == 0:
		return guardlist.ReadOnly
	case 2*g.Guarded < g.Total && g.Lock != "":
		return guardlist.Rare
	}
	return guardlist.Inferred
}

// edit returns the change that declares the guard of a variable, nil if it cannot be said there:
// others are declared in the same line, and have another guard or none.
func edit(pass *analysis.Pass, g *guard.Guarded, agreed map[string]*guard.Guarded) *guardlist.Edit {
	var names []*ast.Ident
	var comment *ast.CommentGroup
	var decl ast.Node
	for _, n := range syntax.Enclosing(pass.Files, g.Var.Pos(), g.Var.Pos()+1) {
		switch n := n.(type) {
		case *ast.Field:
			names, comment, decl = n.Names, n.Comment, n
		case *ast.ValueSpec:
			names, comment, decl = n.Names, n.Comment, n
		default:
			continue
		}
		break
	}
	if decl == nil || !slices.ContainsFunc(names, func(id *ast.Ident) bool { return id.Pos() == g.Var.Pos() }) {
		return nil
	}
	for _, id := range names {
		if other := agreed[pass.Fset.Position(id.Pos()).String()]; other == nil || other.Lock != g.Lock {
			return nil
		}
	}
	text := "//lockvet:guardedby " + g.Lock
	first, last := pass.Fset.Position(names[0].Pos()), pass.Fset.Position(decl.End())
	src, err := pass.ReadFile(first.Filename)
	if err != nil || last.Offset > len(src) {
		return nil
	}
	before := string(src[first.Offset-(first.Column-1) : first.Offset])
	after, _, _ := strings.Cut(string(src[last.Offset:]), "\n")
	switch {
	case comment == nil && strings.TrimSpace(after) == "":
		return &guardlist.Edit{Offset: last.Offset, Text: " " + text}
	case strings.TrimSpace(before) == "":
		return &guardlist.Edit{Offset: first.Offset, Text: text + "\n" + before}
	case before == "var ":
		return &guardlist.Edit{Offset: first.Offset - len(before), Text: text + "\n"}
	}
	return nil
}
