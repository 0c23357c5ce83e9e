// Package borrowed runs checks of staticcheck, unchanged, on the packages in
// which they can find something.
//
// go vet runs a tool on every dependency, and the lockvet command has every
// check run there too. What these checks require (an index of all uses, a second
// intermediate representation beside SSA) would cost more than the checks
// themselves, in packages that have nothing to do with them. So the requirements
// run when a look at the syntax says that there may be a finding. The findings
// are those of the originals.
package borrowed

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
	"honnef.co/go/tools/staticcheck/sa2000"
	"honnef.co/go/tools/staticcheck/sa2002"
)

// SA2000 reports a WaitGroup.Add in the goroutine that it is meant to announce.
var SA2000 = late(sa2000.SCAnalyzer.Analyzer, addsToWaitGroup)

// SA2002 reports FailNow and its like called in a goroutine that a test started.
var SA2002 = late(sa2002.SCAnalyzer.Analyzer, failsInGoroutine)

// late returns a copy of a check that runs only on packages for which needed
// returns true, and what it requires with it. Analyzers that export facts must
// run on every package, so those stay required.
func late(check *analysis.Analyzer, needed func(*analysis.Pass) bool) *analysis.Analyzer {
	a := *check
	a.Requires = append(exporters(check), inspect.Analyzer)
	a.Run = func(pass *analysis.Pass) (any, error) {
		if !needed(pass) {
			return nil, nil
		}
		return run(check, pass, make(map[*analysis.Analyzer]any))
	}
	return &a
}

// exporters returns the analyzers with facts that a requires, directly or not.
func exporters(a *analysis.Analyzer) (result []*analysis.Analyzer) {
	for _, required := range a.Requires {
		found := []*analysis.Analyzer{required}
		if len(required.FactTypes) == 0 {
			found = exporters(required)
		}
		for _, e := range found {
			if !slices.Contains(result, e) {
				result = append(result, e)
			}
		}
	}
	return result
}

// run runs an analyzer after those it requires, but for those whose results the
// pass has.
func run(a *analysis.Analyzer, pass *analysis.Pass, results map[*analysis.Analyzer]any) (any, error) {
	own := *pass
	own.Analyzer, own.ResultOf = a, make(map[*analysis.Analyzer]any)
	for _, required := range a.Requires {
		result, done := pass.ResultOf[required]
		if !done {
			result, done = results[required]
		}
		if !done {
			var err error
			if result, err = run(required, pass, results); err != nil {
				return nil, err
			}
			results[required] = result
		}
		own.ResultOf[required] = result
	}
	return a.Run(&own)
}

// addsToWaitGroup reports whether the package names WaitGroup.Add.
func addsToWaitGroup(pass *analysis.Pass) bool {
	return names(pass, func(obj types.Object) bool { return method(obj, "sync", "WaitGroup") == "Add" })
}

// names reports whether the package names an object for which is returns true.
func names(pass *analysis.Pass, is func(types.Object) bool) bool {
	for _, obj := range pass.TypesInfo.Uses {
		if is(obj) {
			return true
		}
	}
	return false
}

// method returns the name of the method of *pkg.typ that obj is, "" if it is none.
func method(obj types.Object, pkg, typ string) string {
	fn, ok := obj.(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() != pkg || fn.Signature().Recv() == nil {
		return ""
	}
	ptr, ok := fn.Signature().Recv().Type().(*types.Pointer)
	if !ok {
		return ""
	}
	if named, ok := ptr.Elem().(*types.Named); !ok || named.Obj().Name() != typ {
		return ""
	}
	return fn.Name()
}

// failing are the methods of testing.T that end the goroutine of the test.
var failing = map[string]bool{
	"FailNow": true, "Fatal": true, "Fatalf": true, "SkipNow": true, "Skip": true, "Skipf": true,
}

func isFailing(obj types.Object) bool { return failing[method(obj, "testing", "common")] }

// failsInGoroutine reports whether a go statement of the package may run a
// function that itself calls a failing method. SA2002 looks no further.
func failsInGoroutine(pass *analysis.Pass) bool {
	if !names(pass, isFailing) {
		return false
	}
	f := failures{Pass: pass}
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	for cur := range in.Root().Preorder((*ast.GoStmt)(nil)) {
		call := cur.Node().(*ast.GoStmt).Call
		switch callee := typeutil.Callee(pass.TypesInfo, call).(type) {
		case *types.Func:
			if f.function(callee) {
				return true
			}
		case *types.Builtin:
		default: // a literal or a value
			if f.value(call.Fun, cur) {
				return true
			}
		}
	}
	return false
}

// failures tells which functions of a package may fail the test.
type failures struct {
	*analysis.Pass
	declared map[types.Object]bool // nil as long as nobody has asked
}

func (f *failures) body(body ast.Node) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && isFailing(f.TypesInfo.Uses[id]) {
			found = true
		}
		return !found
	})
	return found
}

func (f *failures) function(fn *types.Func) bool {
	if f.declared == nil {
		f.declared = make(map[types.Object]bool)
		for _, file := range f.Files {
			for _, decl := range file.Decls {
				if decl, ok := decl.(*ast.FuncDecl); ok && decl.Body != nil {
					f.declared[f.TypesInfo.Defs[decl.Name]] = f.body(decl.Body)
				}
			}
		}
	}
	return f.declared[fn.Origin()]
}

// value reports whether e, an expression at cur, may be a function that fails the test, as far as the check follows
// values: a literal, a function's name, or a local variable that is nothing else.
func (f *failures) value(e ast.Expr, cur inspector.Cursor) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.FuncLit:
		return f.body(e.Body)
	case *ast.SelectorExpr:
		fn, ok := f.TypesInfo.Uses[e.Sel].(*types.Func)
		return ok && (isFailing(fn) || f.function(fn))
	case *ast.Ident:
		switch obj := f.TypesInfo.Uses[e].(type) {
		case *types.Func:
			return f.function(obj)
		case *types.Var:
			return !obj.IsField() && obj.Parent() != f.Pkg.Scope() && f.variable(obj, cur)
		}
		return false
	case *ast.CallExpr:
		return f.TypesInfo.Types[e.Fun].IsType() && f.value(e.Args[0], cur) // a conversion
	}
	return false
}

// variable is value for a local variable. It looks at all that the function around e stores there.
func (f *failures) variable(v *types.Var, cur inspector.Cursor) bool {
	for outer := range cur.Enclosing((*ast.FuncDecl)(nil), (*ast.GenDecl)(nil)) {
		cur = outer // the outermost is the last
	}
	is := func(lhs ast.Expr) bool {
		id, ok := lhs.(*ast.Ident)
		return ok && (f.TypesInfo.Defs[id] == v || f.TypesInfo.Uses[id] == v)
	}
	stored := func(rhs ast.Expr) bool {
		id, ok := ast.Unparen(rhs).(*ast.Ident)
		if _, isVar := f.TypesInfo.Uses[id].(*types.Var); ok && isVar {
			return true // another variable: who knows
		}
		return f.value(rhs, cur)
	}
	for c := range cur.Preorder((*ast.AssignStmt)(nil), (*ast.ValueSpec)(nil)) {
		switch n := c.Node().(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) && is(lhs) && stored(n.Rhs[i]) {
					return true
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if len(n.Names) == len(n.Values) && is(name) && stored(n.Values[i]) {
					return true
				}
			}
		}
	}
	return false
}
