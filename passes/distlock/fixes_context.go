package distlock

import (
	"fmt"
	"go/ast"
	"go/version"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
)

// fixContext gives a release a context that nobody cancels.
func (c *checker) fixContext(site ssa.Instruction) []analysis.SuggestedFix {
	call, _ := c.call(site)
	if call == nil || !c.imports("context", call.Pos()) || !c.since("go1.21") {
		return nil
	}
	for _, arg := range call.Args {
		if t := c.pass.TypesInfo.TypeOf(arg); t == nil || !client.IsContext(t) {
			continue
		}
		return []analysis.SuggestedFix{{Message: "Release with a context that is not cancelled", TextEdits: []analysis.TextEdit{{
			Pos: arg.Pos(), End: arg.End(), NewText: fmt.Appendf(nil, "context.WithoutCancel(%s)", c.source(arg)),
		}}}}
	}
	return nil
}

// since reports whether the package is written in a version of Go, or a later one.
// A package that does not say is.
func (c *checker) since(v string) bool {
	have := c.pass.Pkg.GoVersion()
	return have == "" || version.Compare(have, v) >= 0
}

// fixSeconds counts the seconds of a Duration that is converted to a number.
func (c *checker) fixSeconds(arg ast.Expr) []analysis.SuggestedFix {
	conv, ok := ast.Unparen(arg).(*ast.CallExpr)
	if !ok || len(conv.Args) != 1 || !c.pass.TypesInfo.Types[conv.Fun].IsType() || !client.IsDuration(c.pass.TypesInfo.TypeOf(conv.Args[0])) ||
		c.pass.TypesInfo.Types[conv.Args[0]].Value != nil {
		return nil
	}
	text := c.source(conv.Args[0])
	switch conv.Args[0].(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.CallExpr, *ast.ParenExpr:
	default:
		text = "(" + text + ")"
	}
	return []analysis.SuggestedFix{{Message: "Count the seconds", TextEdits: []analysis.TextEdit{{
		Pos: conv.Args[0].Pos(), End: conv.Args[0].End(), NewText: []byte(text + ".Seconds()"),
	}}}}
}

// fixSecondsIn is fixSeconds for the first such number that a call is given.
func (c *checker) fixSecondsIn(in ssa.Instruction) (fixes []analysis.SuggestedFix) {
	call, _ := c.call(in)
	if call == nil {
		return nil
	}
	ast.Inspect(call, func(n ast.Node) bool {
		if conv, ok := n.(*ast.CallExpr); ok && fixes == nil && conv != call {
			fixes = c.fixSeconds(conv)
		}
		return fixes == nil
	})
	return fixes
}
