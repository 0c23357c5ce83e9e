package missingunlock

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/syntax"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// unlocks has the call that releases a lock, for each that acquires it.
var unlocks = map[string]string{"Lock": "Unlock", "RLock": "RUnlock", "TryLock": "Unlock", "TryRLock": "RUnlock"}

// unlockBefore inserts the missing unlock before the return, if there is just one
// such return, the lock's expression means the same there, what is returned does not
// need the lock to be evaluated, and no deferred call is meant to do it.
func unlockBefore(pass *analysis.Pass, speak *lockflow.Speaker, l flow.Leak) (fix analysis.SuggestedFix, ok bool) {
	if l.Loop || l.Panic || l.Deferred || len(l.First) != 1 || !l.Exit.IsValid() {
		return fix, false
	}
	node, _ := speak.Node(l.Exit)
	ret, isReturn := node.(*ast.ReturnStmt)
	if !isReturn {
		return fix, false
	}
	for _, r := range ret.Results {
		if !plain(pass.TypesInfo, r) {
			return fix, false
		}
	}
	lock, call := speak.LockExpr(l.First[0].Pos)
	if lock == nil || !sameScope(pass, lock, ret.Pos()) {
		return fix, false
	}
	name := unlocks[call.Fun.(*ast.SelectorExpr).Sel.Name]
	if name == "" || (name == "RUnlock") != (l.Mode == model.Read) {
		return fix, false
	}
	text := types.ExprString(lock) + "." + name + "()"
	return analysis.SuggestedFix{
		Message:   "Insert " + text + " before the return",
		TextEdits: []analysis.TextEdit{{Pos: ret.Pos(), End: ret.Pos(), NewText: []byte(text + "\n")}},
	}, true
}

// plain reports whether an expression reads nothing but constants and local
// variables.
func plain(info *types.Info, e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		switch obj := info.Uses[e].(type) {
		case *types.Const, *types.Nil:
			return true
		case *types.Var:
			return obj.Parent() != obj.Pkg().Scope() || isErrorVar(obj)
		}
	case *ast.SelectorExpr:
		if tv, ok := info.Types[e]; ok && tv.Value != nil {
			return true
		}
		v, ok := info.Uses[e.Sel].(*types.Var)
		return ok && !v.IsField() && isErrorVar(v)
	}
	return false
}

// isErrorVar reports whether a package-level variable is an error value like
// io.EOF, which nobody changes.
func isErrorVar(v *types.Var) bool {
	return types.Identical(v.Type(), types.Universe.Lookup("error").Type())
}

// sameScope reports whether the variables in a lock's expression are the same
// ones at pos, and the expression consists of variables and fields only.
func sameScope(pass *analysis.Pass, lock ast.Expr, pos token.Pos) bool {
	switch e := ast.Unparen(lock).(type) {
	case *ast.Ident:
		obj := pass.TypesInfo.Uses[e]
		scope := pass.Pkg.Scope().Innermost(pos)
		if obj == nil || scope == nil {
			return false
		}
		_, found := scope.LookupParent(e.Name, pos)
		return found == obj
	case *ast.SelectorExpr:
		if id, ok := e.X.(*ast.Ident); ok {
			if _, isPkg := pass.TypesInfo.Uses[id].(*types.PkgName); isPkg {
				return true
			}
		}
		return sameScope(pass, e.X, pos)
	}
	return false
}

// deferInstead defers the unlock right after the lock, and deletes those that there are,
// if nothing can change by that: the lock is a statement of the function's body itself,
// each unlock is the last thing that the function does, or the last but a return that
// evaluates nothing, and the lock is not taken or released in any other way.
func deferInstead(pass *analysis.Pass, speak *lockflow.Speaker, l flow.Leak) (fix analysis.SuggestedFix, ok bool) {
	lock, call := speak.LockExpr(l.First[0].Pos)
	if lock == nil {
		return fix, false
	}
	body := syntax.Body(pass.Files, call)
	if body == nil {
		return fix, false
	}
	sel := call.Fun.(*ast.SelectorExpr)
	unlock := unlocks[sel.Sel.Name]
	text := types.ExprString(lock) + "." + unlock + "()"
	var first ast.Stmt
	for _, s := range body.List {
		if x, ok := s.(*ast.ExprStmt); ok && x.X == call {
			first = s
		}
	}
	if first == nil { // conditional, in a loop, or a TryLock
		return fix, false
	}
	d := &deferral{info: pass.TypesInfo, files: pass.Files, lock: types.ExprString(lock), unlock: unlock, call: call}
	if !d.list(body.List, body.Rbrace, true) || len(d.edits) == 0 || d.operations != len(d.edits)+1 {
		return fix, false
	}
	d.edits = append(d.edits, analysis.TextEdit{Pos: first.End(), End: first.End(), NewText: []byte("\ndefer " + text)})
	return analysis.SuggestedFix{Message: "Defer " + text + " after the " + sel.Sel.Name, TextEdits: d.edits}, true
}

// A deferral deletes the unlocks that a deferred one makes superfluous.
type deferral struct {
	info         *types.Info
	files        []*ast.File
	lock, unlock string
	call         *ast.CallExpr // the acquisition
	operations   int           // the calls of methods of the lock, in all of the function
	edits        []analysis.TextEdit
}

// list goes through a list of statements that ends at end. It is not ok if there is an
// unlock after which something happens that needs the lock released. The function ends
// with the outermost list.
func (d *deferral) list(stmts []ast.Stmt, end token.Pos, outermost bool) (ok bool) {
	for i, s := range stmts {
		if x, isExpr := s.(*ast.ExprStmt); isExpr && d.isUnlock(x.X) {
			next := end
			switch {
			case i+1 < len(stmts):
				ret, isReturn := stmts[i+1].(*ast.ReturnStmt)
				if !isReturn || !d.plain(ret) {
					return false
				}
				next = ret.Pos()
			case !outermost:
				return false
			}
			if d.comments(s.Pos(), next) {
				return false
			}
			d.operations++
			edit := analysis.TextEdit{Pos: s.Pos(), End: next}
			if next == end { // from the end of the statement before, so that no empty line stays
				edit.End = s.End()
				if i > 0 {
					edit.Pos = stmts[i-1].End()
				}
			}
			d.edits = append(d.edits, edit)
			continue
		}
		ok := true
		ast.Inspect(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BlockStmt:
				ok = ok && d.list(n.List, n.Rbrace, false)
				return false
			case *ast.CaseClause:
				ok = ok && d.list(n.Body, n.End(), false)
				return false
			case *ast.CommClause:
				ok = ok && d.list(n.Body, n.End(), false)
				return false
			case *ast.FuncLit:
				ok = ok && !d.uses(n)
				return false
			case *ast.DeferStmt: // it would run with the lock held
				ok = false
			case *ast.CallExpr:
				if sel, is := n.Fun.(*ast.SelectorExpr); is && types.ExprString(sel.X) == d.lock {
					d.operations++
				}
			}
			return ok
		})
		if !ok {
			return false
		}
	}
	return true
}

// uses reports whether a function literal names the lock.
func (d *deferral) uses(lit *ast.FuncLit) (found bool) {
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if x, ok := n.(ast.Expr); ok && types.ExprString(x) == d.lock {
			found = true
		}
		return !found
	})
	return found
}

func (d *deferral) isUnlock(x ast.Expr) bool {
	call, ok := x.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == d.unlock && types.ExprString(sel.X) == d.lock
}

func (d *deferral) plain(ret *ast.ReturnStmt) bool {
	for _, r := range ret.Results {
		if !plain(d.info, r) {
			return false
		}
	}
	return true
}

// comments reports whether a comment stands in a range, which a fix must not delete.
func (d *deferral) comments(from, to token.Pos) bool {
	for _, file := range d.files {
		for _, group := range file.Comments {
			if from <= group.Pos() && group.Pos() < to {
				return true
			}
		}
	}
	return false
}
