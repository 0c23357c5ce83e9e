// Package oracle compares what lockvet says about a program with what happens
// when the program runs.
//
// Programs come from package gen, the truth from package interp, which
// executes them on every input. [Judge] lists where the two disagree, and
// [Minimise] makes the program small that shows it.
package oracle

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

// A file is a program that type-checks.
type file struct {
	fset *token.FileSet
	ast  *ast.File
	more []*ast.File // other files of the package
	pkg  *types.Package
	info *types.Info
	soft bool // the compiler would refuse it for a variable or label that is not used
}

// shared imports sync once for all programs. It is not safe for concurrent use.
var (
	shared   = importer.Default()
	sharedMu sync.Mutex
)

type lockedImporter struct{}

func (lockedImporter) Import(path string) (*types.Package, error) {
	sharedMu.Lock()
	defer sharedMu.Unlock()
	return shared.Import(path)
}

// load type-checks a source file. Unused variables and labels are no error, so
// that a program can be made smaller step by step.
func load(source string) (*file, error) {
	f := &file{fset: token.NewFileSet()}
	var err error
	if f.ast, err = parser.ParseFile(f.fset, "p.go", source, parser.SkipObjectResolution); err != nil {
		return nil, err
	}
	return f, f.check("example.com/p", lockedImporter{})
}

// check type-checks the package.
func (f *file) check(path string, imports types.Importer) error {
	f.info = &types.Info{
		Types:        make(map[ast.Expr]types.TypeAndValue),
		Instances:    make(map[*ast.Ident]types.Instance),
		Defs:         make(map[*ast.Ident]types.Object),
		Uses:         make(map[*ast.Ident]types.Object),
		Implicits:    make(map[ast.Node]types.Object),
		Selections:   make(map[*ast.SelectorExpr]*types.Selection),
		Scopes:       make(map[ast.Node]*types.Scope),
		FileVersions: make(map[*ast.File]string),
	}
	var hard error
	conf := types.Config{
		Importer: imports,
		Error: func(err error) {
			if e, ok := err.(types.Error); ok && e.Soft {
				f.soft = true
			} else if hard == nil {
				hard = err
			}
		},
	}
	f.pkg, _ = conf.Check(path, f.fset, f.syntax(), f.info)
	return hard
}

func (f *file) syntax() []*ast.File { return append([]*ast.File{f.ast}, f.more...) }

// A Finding is what lockvet says about a line.
type Finding struct {
	Check, Category string
	Line            int
	Message         string
	Related         []int // lines of the steps that belong to it
}

func (f Finding) String() string {
	return fmt.Sprintf("line %d: %s [%s/%s]", f.Line, f.Message, f.Check, f.Category)
}

// analyse runs checks of lockvet on the file.
func analyse(f *file, analyzers []*analysis.Analyzer) ([]Finding, error) {
	graph, err := runAll(f, analyzers)
	if err != nil {
		return nil, err
	}
	var out []Finding
	for _, act := range graph.Roots {
		for _, d := range act.Diagnostics {
			found := Finding{Check: act.Analyzer.Name, Category: d.Category, Line: f.fset.Position(d.Pos).Line, Message: d.Message}
			for _, r := range d.Related {
				found.Related = append(found.Related, f.fset.Position(r.Pos).Line)
			}
			out = append(out, found)
		}
	}
	return out, nil
}

// runAll runs analyzers on the file, one after the other. The error may be that of one of them.
func runAll(f *file, analyzers []*analysis.Analyzer) (*checker.Graph, error) {
	pkg := &packages.Package{
		ID: "p", Name: f.pkg.Name(), PkgPath: f.pkg.Path(), Fset: f.fset,
		Syntax: f.syntax(), Types: f.pkg, TypesInfo: f.info, TypesSizes: types.SizesFor("gc", "amd64"),
	}
	graph, err := checker.Analyze(analyzers, []*packages.Package{pkg}, &checker.Options{Sequential: true})
	if err != nil {
		return nil, err
	}
	for _, act := range graph.Roots {
		if act.Err != nil {
			return nil, act.Err
		}
	}
	return graph, nil
}
