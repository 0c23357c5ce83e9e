package distlock

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// Each fix is offered only where it is one edit that is right whatever the rest
// of the program does.

// compareAndDelete is what a release runs instead of DEL.
const compareAndDelete = "`if redis.call(\"GET\", KEYS[1]) == ARGV[1] then return redis.call(\"DEL\", KEYS[1]) end return 0`"

func edit(message string, edits ...analysis.TextEdit) (analysis.SuggestedFix, bool) {
	return analysis.SuggestedFix{Message: message, TextEdits: edits}, true
}

var noFix analysis.SuggestedFix

// source returns the text of an expression.
func (c *checker) source(e ast.Expr) string { return c.sourceOf(e) }

// sourceOf returns the text of an expression or a statement.
func (c *checker) sourceOf(e ast.Node) string {
	var b bytes.Buffer
	if err := format.Node(&b, c.pass.Fset, e); err != nil {
		return ""
	}
	return b.String()
}

// fixTwoStep gives SetNX the expiry, and removes the statement that sets it later.
func (c *checker) fixTwoStep(a, e *trace.Event) (analysis.SuggestedFix, bool) {
	if a.Depth > 0 || e.Depth > 0 || a.Fn != e.Fn || e.Call == nil || a.Call == nil {
		return noFix, false
	}
	if zero := strings.HasPrefix(a.Command, "Setnx") && a.Backend == client.Redis && strings.HasPrefix(e.Command, "Expire") && inGoZero(a); zero {
		return c.fixTwoStepGoZero(a, e)
	}
	if a.Command != "SetNX" || e.Command != "Expire" && e.Command != "PExpire" || !goRedis(a) {
		return noFix, false
	}
	setnx, _ := c.call(a.Instr)
	expire, around := c.call(e.Instr)
	if setnx == nil || expire == nil || len(setnx.Args) < 3 || len(expire.Args) < 2 {
		return noFix, false
	}
	zero, ttl := setnx.Args[len(setnx.Args)-1], expire.Args[len(expire.Args)-1]
	remove, ok := c.removal(around)
	if !ok || !c.constantBefore(ttl, setnx.Pos()) {
		return noFix, false
	}
	return edit("Set the expiry with SetNX",
		analysis.TextEdit{Pos: zero.Pos(), End: zero.End(), NewText: []byte(c.source(ttl))}, remove)
}

// fixTwoStepGoZero is fixTwoStep for go-zero, whose SetnxEx takes the seconds too.
func (c *checker) fixTwoStepGoZero(a, e *trace.Event) (analysis.SuggestedFix, bool) {
	setnx, _ := c.call(a.Instr)
	expire, around := c.call(e.Instr)
	if setnx == nil || expire == nil || len(setnx.Args) < 2 || len(expire.Args) < 2 {
		return noFix, false
	}
	ttl := expire.Args[len(expire.Args)-1]
	fun, ok := setnx.Fun.(*ast.SelectorExpr)
	remove, removes := c.removal(around)
	if !ok || !removes || !c.constantBefore(ttl, setnx.Pos()) {
		return noFix, false
	}
	name := "SetnxEx" + strings.TrimPrefix(fun.Sel.Name, "Setnx")
	last := setnx.Args[len(setnx.Args)-1]
	return edit("Set the expiry with "+name,
		analysis.TextEdit{Pos: fun.Sel.Pos(), End: fun.Sel.End(), NewText: []byte(name)},
		analysis.TextEdit{Pos: last.End(), End: last.End(), NewText: []byte(", " + c.source(ttl))}, remove)
}

func inGoZero(e *trace.Event) bool {
	fn := client.Callee(e.Call.Common())
	return fn != nil && strings.HasSuffix(client.PkgPath(fn), "go-zero/core/stores/redis")
}

// removal returns the edit that removes the statement around a call, if it does no
// more than to make the call.
func (c *checker) removal(around []ast.Node) (analysis.TextEdit, bool) {
	stmt := statement(around)
	if stmt == nil {
		return analysis.TextEdit{}, false
	}
	file := c.pass.Fset.File(stmt.Pos())
	first, last := file.Line(stmt.Pos()), file.Line(stmt.End())
	if last >= file.LineCount() {
		return analysis.TextEdit{}, false
	}
	return analysis.TextEdit{Pos: file.LineStart(first), End: file.LineStart(last + 1)}, true
}

func goRedis(e *trace.Event) bool {
	fn := client.Callee(e.Call.Common())
	return fn != nil && strings.Contains(client.PkgPath(fn), "redis/go-redis") || fn != nil && strings.Contains(client.PkgPath(fn), "go-redis/redis")
}

// statement returns the statement around a call that does nothing but to make
// the call and to return its error, given what is around the call; else nil.
func statement(around []ast.Node) ast.Stmt {
	for i, n := range around {
		switch n := n.(type) {
		case *ast.SelectorExpr, *ast.CallExpr, *ast.ParenExpr:
		case *ast.ExprStmt:
			return alone(n, around[i+1:])
		case *ast.AssignStmt:
			if branch, ok := around[i+1].(*ast.IfStmt); ok && branch.Init == n && branch.Else == nil && returnsOnly(branch.Body) {
				return alone(branch, around[i+2:])
			}
			for _, l := range n.Lhs {
				if id, ok := l.(*ast.Ident); !ok || id.Name != "_" {
					return nil
				}
			}
			return alone(n, around[i+1:])
		default:
			return nil
		}
	}
	return nil
}

// alone returns a statement if it is in a block, and so has lines of its own.
func alone(stmt ast.Stmt, around []ast.Node) ast.Stmt {
	if _, ok := around[0].(*ast.BlockStmt); ok {
		return stmt
	}
	return nil
}

func returnsOnly(body *ast.BlockStmt) bool {
	if len(body.List) != 1 {
		return false
	}
	_, ok := body.List[0].(*ast.ReturnStmt)
	return ok
}

// constantBefore reports whether an expression means the same at an earlier
// position: it is made of constants, parameters and variables of the package.
func (c *checker) constantBefore(e ast.Expr, at token.Pos) bool {
	ok := true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			ok = ok && c.pass.TypesInfo.Types[n.Fun].IsType()
		case *ast.FuncLit, *ast.StarExpr, *ast.IndexExpr:
			ok = false
		case *ast.Ident:
			switch obj := c.pass.TypesInfo.Uses[n].(type) {
			case *types.Const, *types.PkgName, *types.TypeName, *types.Nil:
			case *types.Var:
				ok = ok && (obj.IsField() || obj.Pos() < at && !c.assigned(obj))
			default:
				ok = false
			}
		}
		return ok
	})
	return ok
}

// assigned reports whether a variable of a function is assigned after its declaration.
func (c *checker) assigned(v *types.Var) (found bool) {
	if v.Parent() == c.pass.Pkg.Scope() {
		return true
	}
	for _, file := range c.pass.Files {
		if v.Pos() < file.FileStart || file.FileEnd <= v.Pos() {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, l := range n.Lhs {
					if id, ok := l.(*ast.Ident); ok && c.pass.TypesInfo.Uses[id] == v {
						found = true
					}
				}
			case *ast.IncDecStmt:
				if id, ok := n.X.(*ast.Ident); ok && c.pass.TypesInfo.Uses[id] == v {
					found = true
				}
			case *ast.UnaryExpr:
				if id, ok := n.X.(*ast.Ident); ok && n.Op == token.AND && c.pass.TypesInfo.Uses[id] == v {
					found = true
				}
			}
			return !found
		})
	}
	return found
}

// fixPlainDelete deletes the key if its value is the token that it was acquired with.
func (c *checker) fixPlainDelete(a, r *trace.Event) (analysis.SuggestedFix, bool) {
	if a.Depth > 0 || r.Call == nil || !goRedis(r) || !goRedis(a) || a.Command != "SetNX" || r.Command != "Del" && r.Command != "Unlink" {
		return noFix, false
	}
	del, around := c.call(r.Call)
	setnx, _ := c.call(a.Instr)
	if del == nil || setnx == nil || !dropsReply(around) {
		return noFix, false
	}
	fun, ok := del.Fun.(*ast.SelectorExpr)
	ctx := ""
	args := del.Args
	if len(args) > 0 && client.IsContext(c.pass.TypesInfo.TypeOf(args[0])) {
		ctx, args = c.source(args[0])+", ", args[1:]
	}
	if !ok || len(args) != 1 || del.Ellipsis.IsValid() {
		return noFix, false
	}
	if obj, _, _ := types.LookupFieldOrMethod(c.pass.TypesInfo.TypeOf(fun.X), true, c.pass.Pkg, "Eval"); obj == nil {
		return noFix, false
	}
	token, ok := c.tokenAt(a, r, setnx, del)
	if !ok {
		return noFix, false
	}
	return edit("Delete the key only if it is this holder's", analysis.TextEdit{
		Pos: fun.Sel.Pos(), End: del.End(),
		NewText: fmt.Appendf(nil, "Eval(%s%s, []string{%s}, %s)", ctx, compareAndDelete, c.source(args[0]), token),
	})
}

// dropsReply reports whether what a call returns is dropped, or is asked for no
// more than its error.
func dropsReply(around []ast.Node) bool {
	switch n := around[0].(type) {
	case *ast.ExprStmt, *ast.DeferStmt:
		return true
	case *ast.SelectorExpr:
		return n.Sel.Name == "Err"
	}
	return false
}

// tokenAt writes the token of an acquisition as the place of the release sees it:
// a variable that both see, or a field of the object that both are methods of.
func (c *checker) tokenAt(a, r *trace.Event, setnx, del *ast.CallExpr) (string, bool) {
	if len(setnx.Args) < 3 {
		return "", false
	}
	switch arg := setnx.Args[len(setnx.Args)-2].(type) {
	case *ast.Ident:
		v, ok := c.pass.TypesInfo.Uses[arg].(*types.Var)
		if !ok || v.Parent() == c.pass.Pkg.Scope() {
			return "", false
		}
		scope := c.pass.Pkg.Scope().Innermost(del.Pos())
		if scope == nil {
			return "", false
		}
		if _, obj := scope.LookupParent(v.Name(), del.Pos()); obj == v {
			return v.Name(), true
		}
	case *ast.SelectorExpr:
		fn := r.Call.Parent()
		if a.Token == nil || a.Token.Kind != expr.Field || a.Token.Args[0].Kind != expr.Param || a.Token.Args[0].Index != 0 || fn.Signature.Recv() == nil || a.Fn.Signature.Recv() == nil {
			return "", false
		}
		_, x := client.Named(fn.Signature.Recv().Type())
		if _, y := client.Named(a.Fn.Signature.Recv().Type()); x != y || fn.Params[0].Name() == "_" {
			return "", false
		}
		return fn.Params[0].Name() + "." + a.Token.Name, true
	}
	return "", false
}

// fixEagerDefer puts the call into a function that is deferred.
func (c *checker) fixEagerDefer(d *ssa.Defer) (analysis.SuggestedFix, bool) {
	call, around := c.call(d)
	if call == nil {
		return noFix, false
	}
	stmt, ok := around[0].(*ast.DeferStmt)
	if !ok {
		return noFix, false
	}
	blanks := "_ = "
	if d.Call.Signature().Results().Len() != 1 {
		blanks = ""
	}
	return edit("Defer the release too",
		analysis.TextEdit{Pos: stmt.Call.Pos(), End: stmt.Call.Pos(), NewText: []byte("func() { " + blanks)},
		analysis.TextEdit{Pos: stmt.Call.End(), End: stmt.Call.End(), NewText: []byte(" }()")})
}

// withUnitFix adds to a finding about a unit the edit that gives it.
func (c *checker) withUnitFix(e *trace.Event, d analysis.Diagnostic) analysis.Diagnostic {
	call, _ := c.call(e.Instr)
	if call == nil {
		return d
	}
	for i, arg := range call.Args {
		if !client.IsDuration(c.pass.TypesInfo.TypeOf(arg)) {
			continue
		}
		lit, ok := arg.(*ast.BasicLit)
		switch {
		case !e.TTL.Raw && ok && lit.Kind == token.INT && c.imports("time", arg.Pos()):
			fix, _ := edit("Seconds", analysis.TextEdit{Pos: arg.End(), End: arg.End(), NewText: []byte(" * time.Second")})
			d.SuggestedFixes = append(d.SuggestedFixes, fix)
		case e.TTL.Raw && i > 0:
			word, ok := call.Args[i-1].(*ast.BasicLit)
			if !ok || !strings.EqualFold(word.Value, `"EX"`) && !strings.EqualFold(word.Value, `"PX"`) {
				continue
			}
			px := `"PX"`
			if word.Value == strings.ToLower(word.Value) {
				px = `"px"`
			}
			text := c.source(arg)
			switch arg.(type) {
			case *ast.Ident, *ast.SelectorExpr, *ast.CallExpr:
			default:
				text = "(" + text + ")"
			}
			fix, _ := edit("Send milliseconds", analysis.TextEdit{Pos: word.Pos(), End: arg.End(), NewText: []byte(px + ", " + text + ".Milliseconds()")})
			d.SuggestedFixes = append(d.SuggestedFixes, fix)
		}
	}
	return d
}

// imports reports whether a file imports a package under its own name.
func (c *checker) imports(path string, at token.Pos) bool {
	for _, file := range c.pass.Files {
		if file.FileStart <= at && at < file.FileEnd {
			for _, spec := range file.Imports {
				if spec.Path.Value == fmt.Sprintf("%q", path) && spec.Name == nil {
					return true
				}
			}
		}
	}
	return false
}
