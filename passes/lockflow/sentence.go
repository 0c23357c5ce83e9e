package lockflow

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/syntax"
)

// A Speaker puts findings into words that name things as the source does.
type Speaker struct {
	pass *analysis.Pass
}

// Speak returns the Speaker of a pass.
func Speak(pass *analysis.Pass) *Speaker { return &Speaker{pass} }

// Node returns the call expression or the statement that an SSA position stands
// for, and the statement around it; nil if there is none.
func (sp *Speaker) Node(pos token.Pos) (node ast.Node, stmt ast.Stmt) {
	for _, n := range sp.enclosing(pos) {
		switch n := n.(type) {
		case *ast.CallExpr:
			if node == nil && n.Lparen == pos {
				node = n
			}
		case *ast.DeferStmt:
			if node == nil && n.Defer == pos {
				node = n.Call
			}
		case *ast.GoStmt:
			if node == nil && n.Go == pos {
				node = n.Call
			}
		case *ast.ReturnStmt:
			if node == nil && n.Return == pos {
				node = n
			}
		}
		if s, ok := n.(ast.Stmt); ok && stmt == nil {
			stmt = s
		}
	}
	if node == nil && stmt != nil {
		node = stmt
	}
	return node, stmt
}

// Branch returns the condition of the innermost if statement that a position lies
// in, and the side it is on; nil if it lies in none after the position since.
func (sp *Speaker) Branch(pos, since token.Pos) (cond ast.Expr, taken bool) {
	for _, n := range sp.enclosing(pos) {
		switch n := n.(type) {
		case *ast.IfStmt:
			if n.Cond.Pos() > since && (n.Body.Pos() <= pos && pos < n.Body.End() || n.Else != nil && n.Else.Pos() <= pos) {
				return n.Cond, pos < n.Body.End()
			}
		case *ast.FuncLit, *ast.FuncDecl:
			return nil, false
		}
	}
	return nil, false
}

// enclosing returns the syntax nodes around a position, the innermost first.
func (sp *Speaker) enclosing(pos token.Pos) []ast.Node {
	return syntax.Enclosing(sp.pass.Files, pos, pos+1)
}

// Range returns the source range of the operation at an SSA position.
func (sp *Speaker) Range(pos token.Pos) (from, to token.Pos) {
	node, stmt := sp.Node(pos)
	if d, ok := stmt.(*ast.DeferStmt); ok && node == d.Call {
		return d.Pos(), d.End()
	}
	if node == nil {
		return pos, token.NoPos
	}
	if _, ok := node.(ast.Stmt); ok {
		if _, ok := node.(*ast.ReturnStmt); !ok {
			return pos, token.NoPos // some large statement: mark its beginning only
		}
	}
	return node.Pos(), node.End()
}

// End returns the position of a function's closing brace.
func End(fn *ssa.Function) token.Pos {
	if syntax := fn.Syntax(); syntax != nil {
		return syntax.End() - 1
	}
	return fn.Pos()
}

// LockExpr returns the expression for the lock in a call like x.mu.Lock() at an
// SSA position, nil if there is no such call.
func (sp *Speaker) LockExpr(pos token.Pos) (lock ast.Expr, call *ast.CallExpr) {
	node, _ := sp.Node(pos)
	call, ok := node.(*ast.CallExpr)
	if !ok {
		return nil, nil
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil, nil
	}
	if fn, _ := sp.pass.TypesInfo.Uses[sel.Sel].(*types.Func); model.OpOf(fn).Kind == model.None {
		return nil, nil
	}
	return sel.X, call
}

// Lock names a lock as the source does where it is acquired or released directly
// (at one of the steps), or else in the function's own terms.
func (sp *Speaker) Lock(fn *ssa.Function, lock *path.Node, steps ...[]*flow.Step) string {
	for _, s := range steps {
		if len(s) == 1 && s[0].Pos.IsValid() {
			if x, _ := sp.LockExpr(s[0].Pos); x != nil {
				return types.ExprString(x)
			}
		}
	}
	text, ok := lock.Spell(fn)
	if ok {
		return text
	}
	if class := lock.Class(); class != "" {
		return class[strings.LastIndexByte(class, '/')+1:]
	}
	return "the lock"
}

// At writes where a step is: "cache.go:30".
func (sp *Speaker) At(s *flow.Step) string {
	file, line := s.Base(), s.Line
	if s.Pos.IsValid() {
		p := sp.pass.Fset.Position(s.Pos)
		file, line = filepath.Base(p.Filename), p.Line
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// By writes through which call an operation happens: " by (*Cache).evict", or
// "" for an operation of the function itself.
func By(steps []*flow.Step) string {
	if len(steps) < 2 {
		return ""
	}
	return " by " + steps[len(steps)-1].Func
}

// Related lists the steps of a trace with what happens at each.
func (sp *Speaker) Related(steps []*flow.Step, lock, note string) (out []analysis.RelatedInformation) {
	for i, s := range steps {
		what := s.What
		if i == len(steps)-1 {
			what = describe(what, lock) + note
		}
		from, to := sp.position(s)
		if !from.IsValid() {
			continue
		}
		if !s.Pos.IsValid() {
			what += fmt.Sprintf(" (%s:%d)", s.Base(), s.Line)
		}
		if s.Func != "" {
			what = s.Func + " " + what
		}
		out = append(out, analysis.RelatedInformation{Pos: from, End: to, Message: what})
	}
	return out
}

func describe(what, lock string) string {
	switch what {
	case "locks", "read-locks", "unlocks", "read-unlocks", "overwrites", "calls Do of":
		return what + " " + lock
	}
	return what
}

// position finds a step in the pass's files. A step from another package's fact is
// looked up in the files that export data mentions; failing that, it has none.
func (sp *Speaker) position(s *flow.Step) (from, to token.Pos) {
	if s.Pos.IsValid() {
		return sp.Range(s.Pos)
	}
	var found token.Pos
	sp.pass.Fset.Iterate(func(f *token.File) bool {
		if flow.FileName(f.Name()) == s.File && s.Line > 0 && s.Line <= f.LineCount() && !sp.ours(f) {
			if found.IsValid() {
				found = token.NoPos // two files of that name: don't guess
				return false
			}
			found = f.LineStart(s.Line)
		}
		return true
	})
	return found, token.NoPos
}

func (sp *Speaker) ours(f *token.File) bool {
	for _, file := range sp.pass.Files {
		if int(file.FileStart) == f.Base() {
			return true
		}
	}
	return false
}
