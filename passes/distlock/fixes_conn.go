package distlock

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/syntax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// pools are the types of pools, with what takes a connection out of them and what
// gives it back.
var pools = []struct{ pkg, name, take, give string }{
	{"database/sql", "DB", "Conn", "Close"},
	{"github.com/jackc/pgx/v5/pgxpool", "Pool", "Acquire", "Release"},
	{"github.com/jackc/pgx/v4/pgxpool", "Pool", "Acquire", "Release"},
}

// fixConn takes a connection out of the pool, and runs the statements of a lock on
// it, where a function locks and unlocks and can return the error of the pool.
func (c *checker) fixConn(a *trace.Event) []analysis.SuggestedFix {
	if a.Op != client.Acquire || a.Depth > 0 || a.Fn.Parent() != nil || ssax.InLoop(a.Instr.Block()) {
		return nil
	}
	call, around := c.call(a.Instr)
	if call == nil {
		return nil
	}
	on, pool := c.poolOf(call)
	fn := a.Fn.Syntax()
	decl, _ := fn.(*ast.FuncDecl)
	if on == nil || decl == nil {
		return nil
	}
	stmt := outermost(around, decl.Body)
	failed, ok := zeros(c.pass.TypesInfo.TypeOf(decl.Name))
	if stmt == nil || !ok || c.taken(decl, "conn") || c.taken(decl, "connErr") {
		return nil
	}
	ctx := ""
	if len(call.Args) > 0 && client.IsContext(c.pass.TypesInfo.TypeOf(call.Args[0])) {
		if id, ok := call.Args[0].(*ast.Ident); ok {
			ctx = id.Name
		}
	}
	statements, released := c.statements(a, on)
	if ctx == "" || !released {
		return nil
	}
	file := c.pass.Fset.File(stmt.Pos())
	indent := strings.Repeat("\t", 1)
	text := fmt.Sprintf("%[2]sconn, connErr := %[1]s.%[3]s(%[4]s)\n%[2]sif connErr != nil {\n%[2]s\treturn %[5]s\n%[2]s}\n%[2]sdefer conn.%[6]s()\n",
		c.source(on), indent, pool.take, ctx, failed, pool.give)
	at := file.LineStart(file.Line(stmt.Pos()))
	edits := []analysis.TextEdit{{Pos: at, End: at, NewText: []byte(text)}}
	for _, x := range statements {
		edits = append(edits, analysis.TextEdit{Pos: x.Pos(), End: x.End(), NewText: []byte("conn")})
	}
	return []analysis.SuggestedFix{{Message: "Lock and unlock on one connection", TextEdits: edits}}
}

// poolOf returns the pool that a method is called on, if it is a variable or a field.
func (c *checker) poolOf(call *ast.CallExpr) (ast.Expr, struct{ pkg, name, take, give string }) {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if ok {
		pkg, name := client.Named(c.pass.TypesInfo.TypeOf(fun.X))
		for _, p := range pools {
			if p.pkg == pkg && p.name == name {
				switch fun.X.(type) {
				case *ast.Ident, *ast.SelectorExpr:
					return fun.X, p
				}
			}
		}
	}
	return nil, struct{ pkg, name, take, give string }{}
}

// statements returns what the statements of a lock in a function are called on,
// and whether one of them releases it. They take a context, as a connection wants.
func (c *checker) statements(a *trace.Event, on ast.Expr) (calls []ast.Expr, released bool) {
	for _, e := range a.Fn.Events {
		if !e.Backend.SQL() || !sameLock(a, e) || e.Call == nil {
			continue
		}
		call, _ := c.call(e.Call)
		if call == nil {
			return nil, false
		}
		fun, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || c.source(fun.X) != c.source(on) || len(call.Args) == 0 || !client.IsContext(c.pass.TypesInfo.TypeOf(call.Args[0])) {
			return nil, false
		}
		calls = append(calls, fun.X)
		released = released || e.Op == client.Release
	}
	return calls, released
}

// outermost returns the statement of a block that a node is in, given what is
// around the node.
func outermost(around []ast.Node, body *ast.BlockStmt) ast.Stmt {
	for i, n := range around {
		if n == body && i > 0 {
			stmt, _ := around[i-1].(ast.Stmt)
			return stmt
		}
	}
	return nil
}

// taken reports whether a function has something of a name.
func (c *checker) taken(decl *ast.FuncDecl, name string) bool {
	found := false
	ast.Inspect(decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == name {
			found = true
		}
		return !found
	})
	return found
}

// zeros writes what a function returns with an error called connErr.
func zeros(t types.Type) (string, bool) {
	sig, ok := t.(*types.Signature)
	if !ok || sig.Results().Len() == 0 {
		return "", false
	}
	var parts []string
	for i := range sig.Results().Len() {
		r := sig.Results().At(i).Type()
		if i == sig.Results().Len()-1 {
			if !types.Identical(r, types.Universe.Lookup("error").Type()) {
				return "", false
			}
			parts = append(parts, "connErr")
			break
		}
		switch u := r.Underlying().(type) {
		case *types.Basic:
			switch {
			case u.Info()&types.IsBoolean != 0:
				parts = append(parts, "false")
			case u.Info()&types.IsString != 0:
				parts = append(parts, `""`)
			case u.Info()&types.IsNumeric != 0:
				parts = append(parts, "0")
			default:
				return "", false
			}
		case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
			parts = append(parts, "nil")
		default:
			return "", false
		}
	}
	return strings.Join(parts, ", "), true
}

// fixSessionLeak closes a session when the function that makes it returns.
func (c *checker) fixSessionLeak(call *ssa.Call) []analysis.SuggestedFix {
	made, around := c.call(call)
	if made == nil || len(around) < 3 || ssax.InLoop(call.Block()) {
		return nil
	}
	assign, ok := around[0].(*ast.AssignStmt)
	block, isBlock := around[1].(*ast.BlockStmt)
	if !ok || !isBlock || len(assign.Lhs) != 2 {
		return nil
	}
	session, ok := assign.Lhs[0].(*ast.Ident)
	check := after(block, assign)
	if !ok || check == nil {
		return nil
	}
	path := syntax.Enclosing(c.pass.Files, block.Pos(), block.Pos())
	for _, n := range path {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return nil
		}
	}
	return []analysis.SuggestedFix{{Message: "Close the session when the function returns", TextEdits: []analysis.TextEdit{{
		Pos: check.End(), End: check.End(), NewText: []byte("\ndefer " + session.Name + ".Close()"),
	}}}}
}

// after returns the statement after another one, if it looks at an error and
// returns.
func after(block *ast.BlockStmt, stmt ast.Stmt) *ast.IfStmt {
	for i, s := range block.List {
		if s == stmt && i+1 < len(block.List) {
			if check, ok := block.List[i+1].(*ast.IfStmt); ok && leaves(check) {
				return check
			}
		}
	}
	return nil
}

// leaves reports whether a branch ends with a return, and has no other side.
func leaves(check *ast.IfStmt) bool {
	if check.Else != nil || len(check.Body.List) == 0 {
		return false
	}
	_, ok := check.Body.List[len(check.Body.List)-1].(*ast.ReturnStmt)
	return ok
}

// fixNotHeld puts a deferred release after the acquisition, where that is known to
// have succeeded: it gives an error otherwise, and the function returns with it.
func (c *checker) fixNotHeld(r, a *trace.Event) []analysis.SuggestedFix {
	if r.Depth > 0 || a.Depth > 0 || a.Fn != r.Fn || a.Outcomes.Lost.Err != client.Yes {
		return nil
	}
	_, aroundRelease := c.call(r.Instr)
	acquire, around := c.call(a.Instr)
	if acquire == nil || len(aroundRelease) < 2 || len(around) < 2 {
		return nil
	}
	deferred, ok := aroundRelease[0].(*ast.DeferStmt)
	if !ok {
		return nil
	}
	check := checkOf(around)
	if check == nil || !inBlock(aroundRelease[1], deferred) || !c.comparesNil(check.Cond) {
		return nil
	}
	file := c.pass.Fset.File(deferred.Pos())
	first, last := file.Line(deferred.Pos()), file.Line(deferred.End())
	return []analysis.SuggestedFix{{Message: "Defer the release after the lock is acquired", TextEdits: []analysis.TextEdit{
		{Pos: file.LineStart(first), End: file.LineStart(last + 1)},
		{Pos: check.End(), End: check.End(), NewText: []byte("\n" + c.sourceOf(deferred))},
	}}}
}

// checkOf returns the statement that looks at what an acquisition returns, given
// what is around its call.
func checkOf(around []ast.Node) *ast.IfStmt {
	for i, n := range around {
		switch n := n.(type) {
		case *ast.SelectorExpr, *ast.CallExpr, *ast.ParenExpr:
		case *ast.AssignStmt:
			if i+1 >= len(around) {
				return nil
			}
			switch outer := around[i+1].(type) {
			case *ast.IfStmt:
				if outer.Init == n && leaves(outer) {
					return outer
				}
			case *ast.BlockStmt:
				return after(outer, n)
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}

func inBlock(n ast.Node, stmt ast.Stmt) bool {
	block, ok := n.(*ast.BlockStmt)
	if !ok {
		return false
	}
	for _, s := range block.List {
		if s == stmt {
			return true
		}
	}
	return false
}

// comparesNil reports whether a condition is err != nil.
func (c *checker) comparesNil(cond ast.Expr) bool {
	cmp, ok := cond.(*ast.BinaryExpr)
	if !ok || cmp.Op.String() != "!=" {
		return false
	}
	t := c.pass.TypesInfo.TypeOf(cmp.X)
	return t != nil && types.Identical(t, types.Universe.Lookup("error").Type()) && c.pass.TypesInfo.Types[cmp.Y].IsNil()
}
