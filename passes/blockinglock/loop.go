package blockinglock

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// loops reports Wait of a WaitGroup in the loop that starts what it waits for, with
// one Add for all turns before the loop. The first turn waits for what later turns
// would start.
//
// No lock takes part, and all that matters is how statements are nested. So this reads
// syntax: packages without locks have no SSA. Only local WaitGroups are looked at, as
// all that happens to them is in sight.
func loops(pass *analysis.Pass) (waits []token.Pos) {
	if !slices.ContainsFunc(pass.Pkg.Imports(), func(p *types.Package) bool { return p.Path() == "sync" }) {
		return nil
	}
	var found []*waitLoop
	for id, obj := range pass.TypesInfo.Uses {
		if fn, ok := obj.(*types.Func); !ok || fn.Name() != "Wait" || fn.FullName() != "(*sync.WaitGroup).Wait" {
			continue
		}
		if w := waitIn(pass, id); w != nil && w.uses() && w.tooMany() {
			found = append(found, w)
		}
	}
	slices.SortFunc(found, func(a, b *waitLoop) int { return int(a.wait.Pos() - b.wait.Pos()) })
	for _, w := range found {
		w.report()
		waits = append(waits, w.wait.Lparen)
	}
	return waits
}

// A waitLoop is a loop that waits for a local WaitGroup on every turn.
type waitLoop struct {
	pass  *analysis.Pass
	group *types.Var
	wait  *ast.CallExpr
	loop  ast.Stmt // *ast.ForStmt or *ast.RangeStmt
	body  *ast.BlockStmt
	block []ast.Stmt     // the list that loop stands in
	fn    *ast.BlockStmt // the body of the function around it

	defined bool
	add     *ast.CallExpr // the one Add, before the loop
	dones   int           // calls of Done by which an iteration can count down
}

// waitIn returns the loop around a use of Wait, if every turn gets to that Wait; else nil.
func waitIn(pass *analysis.Pass, id *ast.Ident) *waitLoop {
	i := slices.IndexFunc(pass.Files, func(f *ast.File) bool { return f.FileStart <= id.Pos() && id.Pos() < f.FileEnd })
	if i < 0 {
		return nil
	}
	around, _ := astutil.PathEnclosingInterval(pass.Files[i], id.Pos(), id.End())
	if len(around) < 8 {
		return nil
	}
	w := &waitLoop{pass: pass}
	sel, ok := around[1].(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	if w.group = variable(pass, sel.X); w.group == nil {
		return nil
	}
	if w.wait, ok = around[2].(*ast.CallExpr); !ok || w.wait.Fun != sel {
		return nil
	}
	if _, ok = around[3].(*ast.ExprStmt); !ok {
		return nil
	}
	switch loop := around[5].(type) {
	case *ast.ForStmt:
		w.loop, w.body = loop, loop.Body
	case *ast.RangeStmt:
		w.loop, w.body = loop, loop.Body
	}
	if w.loop == nil || w.body != around[4] || w.skips() {
		return nil
	}
	switch list := around[6].(type) {
	case *ast.BlockStmt:
		w.block = list.List
	case *ast.CaseClause:
		w.block = list.Body
	case *ast.CommClause:
		w.block = list.Body
	}
	for _, n := range around[6:] {
		switch n := n.(type) {
		case *ast.FuncLit:
			w.fn = n.Body
			return w
		case *ast.FuncDecl:
			w.fn = n.Body
			return w
		}
	}
	return nil
}

// skips reports whether some turn may not get to the Wait, such as one that is not the
// last of its batch.
func (w *waitLoop) skips() (found bool) {
	ast.Inspect(w.body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt, *ast.ReturnStmt:
			found = found || n.Pos() < w.wait.Pos()
		}
		return true
	})
	return found
}

// uses looks at all that is done with the WaitGroup. It reports whether there is
// nothing but one Add before the loop, Done in the loop, and Waits.
func (w *waitLoop) uses() bool {
	fine := true
	ast.PreorderStack(w.fn, nil, func(n ast.Node, stack []ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && w.pass.TypesInfo.ObjectOf(id) == w.group {
			fine = fine && w.use(id, stack)
		}
		return fine
	})
	return fine && w.defined && w.add != nil
}

func (w *waitLoop) use(id *ast.Ident, stack []ast.Node) bool {
	if w.pass.TypesInfo.Defs[id] != nil {
		w.defined = w.own(stack[len(stack)-1])
		return w.defined
	}
	var inLoop []ast.Node
	if i := slices.Index(stack, ast.Node(w.body)); i >= 0 {
		inLoop = stack[i+1:]
	}
	call, method := methodCall(id, stack)
	switch method {
	case "Wait":
		return true
	case "Done":
		w.dones++
		return inLoop != nil && atMostOnce(inLoop)
	case "Add":
		before := func(s ast.Stmt) bool {
			x, ok := s.(*ast.ExprStmt)
			return ok && x.X == call && s.Pos() < w.loop.Pos()
		}
		once := w.add == nil && slices.ContainsFunc(w.block, before)
		w.add = call
		return once
	}
	n := w.handedOver(id, stack)
	w.dones += n
	return n > 0 && inLoop != nil && atMostOnce(inLoop)
}

// own reports whether the node that defines the WaitGroup makes a new one.
func (w *waitLoop) own(def ast.Node) bool {
	switch def := def.(type) {
	case *ast.ValueSpec:
		return len(def.Values) == 0 && !ssax.IsPointer(w.group.Type())
	case *ast.AssignStmt:
		if len(def.Rhs) != 1 {
			return false
		}
		x := ast.Unparen(def.Rhs[0])
		if addr, ok := x.(*ast.UnaryExpr); ok && addr.Op == token.AND {
			x = ast.Unparen(addr.X)
		}
		if _, ok := x.(*ast.CompositeLit); ok {
			return true
		}
		return builtin(w.pass, x, "new") != nil
	}
	return false
}

// handedOver returns how often a function of this package, which is given the WaitGroup
// in a go statement, calls its Done: 0 if it does anything else with it.
func (w *waitLoop) handedOver(id *ast.Ident, stack []ast.Node) (dones int) {
	var arg ast.Expr = id
	stack = slices.Clone(stack)
	if addr, ok := stack[len(stack)-1].(*ast.UnaryExpr); ok && addr.Op == token.AND {
		arg, stack = addr, stack[:len(stack)-1]
	}
	if len(stack) < 2 {
		return 0
	}
	call, ok := stack[len(stack)-1].(*ast.CallExpr)
	if _, isGo := stack[len(stack)-2].(*ast.GoStmt); !ok || !isGo {
		return 0
	}
	at := slices.Index(call.Args, arg)
	typ, body := w.callee(call)
	if at < 0 || body == nil {
		return 0
	}
	var names []*ast.Ident
	for _, field := range typ.Params.List {
		names = append(names, field.Names...)
	}
	if at >= len(names) || len(names) != len(call.Args) {
		return 0
	}
	param := w.pass.TypesInfo.Defs[names[at]]
	if param == nil || !ssax.IsPointer(param.Type()) {
		return 0
	}
	fine := true
	ast.PreorderStack(body, nil, func(n ast.Node, stack []ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && w.pass.TypesInfo.Uses[id] == param {
			_, method := methodCall(id, stack)
			fine = fine && method == "Done" && atMostOnce(stack)
			dones++
		}
		return true
	})
	if !fine {
		return 0
	}
	return dones
}

// callee returns the function that is called, if it is a literal or one of this package.
func (w *waitLoop) callee(call *ast.CallExpr) (*ast.FuncType, *ast.BlockStmt) {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return lit.Type, lit.Body
	}
	fn := typeutil.StaticCallee(w.pass.TypesInfo, call)
	if fn == nil || fn.Pkg() != w.pass.Pkg {
		return nil, nil
	}
	for _, file := range w.pass.Files {
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && w.pass.TypesInfo.Defs[d.Name] == fn.Origin() {
				return d.Type, d.Body
			}
		}
	}
	return nil, nil
}

// tooMany reports whether Add counts more than one turn can count down: a larger
// constant, or as many as the loop has turns.
func (w *waitLoop) tooMany() bool {
	if len(w.add.Args) != 1 || w.dones == 0 {
		return false
	}
	arg := w.add.Args[0]
	if n, ok := w.constant(arg); ok {
		return n > int64(w.dones)
	}
	if w.dones > 1 {
		return false
	}
	switch loop := w.loop.(type) {
	case *ast.RangeStmt:
		switch t := w.pass.TypesInfo.TypeOf(loop.X).Underlying().(type) {
		case *types.Basic:
			return t.Info()&types.IsInteger != 0 && w.same(arg, loop.X)
		case *types.Slice, *types.Map:
			list := builtin(w.pass, arg, "len")
			return list != nil && w.same(list, loop.X)
		}
	case *ast.ForStmt:
		cond, ok := loop.Cond.(*ast.BinaryExpr)
		init, isInit := loop.Init.(*ast.AssignStmt)
		post, isPost := loop.Post.(*ast.IncDecStmt)
		if !ok || !isInit || !isPost || cond.Op != token.LSS || post.Tok != token.INC || len(init.Rhs) != 1 {
			return false
		}
		from, ok := w.constant(init.Rhs[0])
		return ok && from == 0 && w.same(post.X, init.Lhs[0]) && w.same(cond.X, post.X) && w.same(arg, cond.Y)
	}
	return false
}

func (w *waitLoop) constant(x ast.Expr) (int64, bool) {
	v := w.pass.TypesInfo.Types[x].Value
	if v == nil || v.Kind() != constant.Int {
		return 0, false
	}
	return constant.Int64Val(v)
}

// same reports whether two expressions are the same variable, field or length.
func (w *waitLoop) same(x, y ast.Expr) bool {
	x, y = ast.Unparen(x), ast.Unparen(y)
	if p, q := builtin(w.pass, x, "len"), builtin(w.pass, y, "len"); p != nil && q != nil {
		return w.same(p, q)
	}
	switch x := x.(type) {
	case *ast.Ident:
		y, ok := y.(*ast.Ident)
		return ok && w.pass.TypesInfo.ObjectOf(x) == w.pass.TypesInfo.ObjectOf(y)
	case *ast.SelectorExpr:
		y, ok := y.(*ast.SelectorExpr)
		return ok && w.pass.TypesInfo.Uses[x.Sel] == w.pass.TypesInfo.Uses[y.Sel] && w.same(x.X, y.X)
	}
	return false
}

func (w *waitLoop) report() {
	speak := lockflow.Speak(w.pass)
	dones := "once"
	if w.dones > 1 {
		dones = fmt.Sprintf("%d times", w.dones)
	}
	w.pass.Report(analysis.Diagnostic{
		Pos: w.wait.Pos(), End: w.wait.End(), Category: "loop",
		Message: fmt.Sprintf("%s.Wait inside the loop: the first iteration waits for all %s added at %s, but an iteration calls Done only %s",
			w.group.Name(), types.ExprString(w.add.Args[0]), speak.At(&flow.Step{Pos: w.add.Pos()}), dones),
		Related: []analysis.RelatedInformation{
			{Pos: w.add.Pos(), End: w.add.End(), Message: "adds " + types.ExprString(w.add.Args[0]) + " before the first iteration"},
			{Pos: w.loop.Pos(), Message: "the loop"},
		},
	})
}

// methodCall returns the call x.m(…), of which id is the x, and the name m.
func methodCall(id *ast.Ident, stack []ast.Node) (*ast.CallExpr, string) {
	if len(stack) < 2 {
		return nil, ""
	}
	sel, ok := stack[len(stack)-1].(*ast.SelectorExpr)
	if !ok || sel.X != id {
		return nil, ""
	}
	call, ok := stack[len(stack)-2].(*ast.CallExpr)
	if !ok || call.Fun != sel {
		return nil, ""
	}
	return call, sel.Sel.Name
}

// atMostOnce reports whether what stands below these nodes is executed at most once
// when the first of them is: in no loop, and in no function but those that are called
// where they stand.
func atMostOnce(stack []ast.Node) bool {
	for i, n := range stack {
		switch n := n.(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.LabeledStmt: // a label may be the target of a goto
			return false
		case *ast.FuncLit:
			if i == 0 {
				return false
			}
			if call, ok := stack[i-1].(*ast.CallExpr); !ok || call.Fun != n {
				return false
			}
		}
	}
	return true
}

// variable returns the local variable that an expression is, nil if it is none.
func variable(pass *analysis.Pass, x ast.Expr) *types.Var {
	id, ok := x.(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := pass.TypesInfo.Uses[id].(*types.Var)
	if !ok || v.Parent() == pass.Pkg.Scope() {
		return nil
	}
	return v
}

// builtin returns the only argument of a call of a builtin function, nil if x is none.
func builtin(pass *analysis.Pass, x ast.Expr, name string) ast.Expr {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return nil
	}
	if fn, ok := typeutil.Callee(pass.TypesInfo, call).(*types.Builtin); !ok || fn.Name() != name {
		return nil
	}
	return call.Args[0]
}
