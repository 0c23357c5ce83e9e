package distlock_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/lockvet/lockvet/passes/distlock"
)

// subjects say what a silent case has to call, by category: a function without
// such a call is silent whatever the rule does.
var subjects = map[string]*regexp.Regexp{
	"noexpiry":       regexp.MustCompile(`^(?i:h?setnx|setnxex|set|do|commit|add|insertone|create|incr|openfile|mkdir|execcontext)$`),
	"twostep":        regexp.MustCompile(`^(SetNX|Eval|Incr)$`),
	"unit":           regexp.MustCompile(`^(SetNX|Expire|Do|Grant|WithTTL|Px|PxMilliseconds|Add|Run)$`),
	"tooshort":       regexp.MustCompile(`^(SetNX|Obtain|LockContext|Acquire|Unique)$`),
	"plaindelete":    regexp.MustCompile(`^(Del|DelExArgs|Exec|ExecContext|Remove|Eval|Delete|DeleteOne|Run)$`),
	"comparedelete":  regexp.MustCompile(`^(Del|Eval|Expire)$`),
	"weaktoken":      regexp.MustCompile(`^(SetNX|WithOwnerName|WithValue|Obtain)$`),
	"loserextends":   regexp.MustCompile(`^(SetNX|Expire|ExpireNX)$`),
	"checkthenset":   regexp.MustCompile(`^(Get|Exists)$`),
	"overwrite":      regexp.MustCompile(`^(Set|Put)$`),
	"unchecked":      regexp.MustCompile(`^(try|lock|tryLock|ExecContext|QueryRowContext|TryLockContext|Lock|TryLock|Obtain|SetNX|AcquireLock)$`),
	"answer":         regexp.MustCompile(`^(Eval|Run|Do)$`),
	"notheld":        regexp.MustCompile(`^(SetNX|DeleteOne|DeleteObject|Create|lock|tryLock|tryLead|AcquireAny|Lock|OpenFile)$`),
	"missingrelease": regexp.MustCompile(`^(try|tryLead|Lock|TryLock|LockContext|Obtain|obtain|SetNX|AcquireLock|OpenFile|ExecContext)$`),
	"eagerdefer":     regexp.MustCompile(`^(Del)$`),
	"deadctx":        regexp.MustCompile(`^(Unlock|UnlockContext|Release|ExecContext|Eval|Run)$`),
	"workctx":        regexp.MustCompile(`^(Unlock|Release)$`),
	"nilchannel":     regexp.MustCompile(`^(Lock|Acquire)$`),
	"lostsignal":     regexp.MustCompile(`WithContext$|^(Extend|ExtendContext|Refresh|Expire|Run|NewSession|RenewPeriodic|Lock)$`),
	"sessionctx":     regexp.MustCompile(`^(NewSession)$`),
	"sharedsession":  regexp.MustCompile(`^(NewMutex|NewLocker)$`),
	"sessionleak":    regexp.MustCompile(`^(NewSession)$`),
	"unfenced":       regexp.MustCompile(`^(ExecContext|Commit)$`),
	"leader":         regexp.MustCompile(`^(RunOrDie|NewLeaderElector|Campaign|QueryRowContext)$`),
	"anyconn":        regexp.MustCompile(`^(Exec|ExecContext|QueryRow|Raw|QueryRowContext|Get|Acquire)$`),
	"xactlock":       regexp.MustCompile(`^(Exec|ExecContext|QueryRow|Raw|QueryRowContext|Clauses)$`),
	"returnedconn":   regexp.MustCompile(`^(Exec|ExecContext|QueryRowContext)$`),
	"sessionintx":    regexp.MustCompile(`^(Exec|ExecContext|QueryRow)$`),
	"beforecommit":   regexp.MustCompile(`^(LockContext|Lock|SetNX)$`),
}

// notMisuse are the shapes that look like misuse and are not; docs/distlock.md
// lists them.
const notMisuse = 19

var silentComment = regexp.MustCompile(`^//distlock:silent((?: [a-z]+)+)(?: F(\d+))?$`)

// cases collects the golden cases of each category: functions with findings, and
// functions that //distlock:silent says are about it and have none.
type cases struct {
	found, silent map[string]map[string]string // category, function, shape
	shapes        map[string]bool              // F1 and so on
}

// testCases tests that every rule that is on by default has three positive and
// three silent cases of different shapes, and that the shapes F1 to F19 are there.
func testCases(t *testing.T, pkgs []*packages.Package, found map[string][]string) {
	c := cases{map[string]map[string]string{}, map[string]map[string]string{}, map[string]bool{}}
	for _, pkg := range pkgs {
		for _, file := range pkg.Syntax {
			for _, decl := range file.Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok {
					c.add(t, pkg, fn, found)
				}
			}
		}
	}
	off := distlock.OffByDefault()
	for _, category := range distlock.Categories() {
		if slices.Contains(off, category) {
			continue
		}
		for kind, of := range map[string]map[string]string{"positive": c.found[category], "silent": c.silent[category]} {
			shapes := make(map[string]bool)
			for _, shape := range of {
				shapes[shape] = true
			}
			if len(shapes) < 3 {
				t.Errorf("%s: %d %s cases of %d shapes, want 3 of different shapes: %v", category, len(of), kind, len(shapes), of)
			}
		}
	}
	for i := 1; i <= notMisuse; i++ {
		if f := fmt.Sprint(i); !c.shapes[f] {
			t.Errorf("no silent case is of shape F%s", f)
		}
	}
}

// add adds what a function is a case of. found has the categories of findings, by
// file and line.
func (c *cases) add(t *testing.T, pkg *packages.Package, fn *ast.FuncDecl, found map[string][]string) {
	from, to := pkg.Fset.Position(fn.Pos()), pkg.Fset.Position(fn.End())
	id := fmt.Sprintf("%s:%s", from.Filename, fn.Name.Name)
	shape, called := shapeOf(pkg.TypesInfo, fn)
	here := make(map[string]bool)
	for line := from.Line; line <= to.Line; line++ {
		for _, category := range found[fmt.Sprintf("%s:%d", from.Filename, line)] {
			here[category] = true
			put(c.found, category, id, shape)
		}
	}
	if fn.Doc == nil {
		return
	}
	for _, comment := range fn.Doc.List {
		m := silentComment.FindStringSubmatch(comment.Text)
		if m == nil {
			if strings.Contains(comment.Text, "distlock:silent") {
				t.Errorf("%s: %s", id, comment.Text)
			}
			continue
		}
		for _, category := range strings.Fields(m[1]) {
			re := subjects[category]
			switch {
			case re == nil:
				t.Errorf("%s: there is no category %s", id, category)
			case here[category]:
				t.Errorf("%s is not silent: it has a finding of %s", id, category)
			case !slices.ContainsFunc(called, re.MatchString):
				t.Errorf("%s has nothing that %s looks at: it calls %v", id, category, called)
			default:
				put(c.silent, category, id, shape)
			}
		}
		c.shapes[m[2]] = true
	}
}

func put(m map[string]map[string]string, category, id, shape string) {
	if m[category] == nil {
		m[category] = make(map[string]string)
	}
	m[category][id] = shape
}

// shapeOf says what a function is like: a method or not, with literals or not,
// and which functions of libraries and other packages it calls. It also returns
// the names of all that it calls.
func shapeOf(info *types.Info, fn *ast.FuncDecl) (shape string, called []string) {
	kind, literals := "function", ""
	if fn.Recv != nil {
		kind = "method"
	}
	var names []string
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			literals = " with literals"
		case *ast.CallExpr:
			if callee, ok := typeutil.Callee(info, n).(*types.Func); ok && callee.Pkg() != nil {
				called = append(called, callee.Name())
				if path := callee.Pkg().Path(); path == "database/sql" || strings.Contains(path, ".") {
					names = append(names, callee.FullName())
				}
			}
		}
		return true
	})
	slices.Sort(names)
	return kind + literals + " calling " + strings.Join(slices.Compact(names), ", "), called
}
