package oracle

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"runtime"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/buildssa"

	"github.com/lockvet/lockvet/passes/lockflow"
)

// Work is what an analysis took, in counts that are nearly the same on every machine and under every load.
type Work struct {
	Steps int // instructions executed, as Stats counts them
	Names int // names of locks and values asked for
	KB    int // allocated by all checks, without SSA
	SSA   int // kilobytes allocated for SSA, by go/ssa alone
}

// Work runs all checks of lockvet, as [Package.Analyse] does, and says what that took. Nothing else is to run
// in the process meanwhile.
func (p *Package) Work() (w Work, err error) {
	everything() // what is made once is not counted
	w.SSA, err = allocated(func() error {
		_, err := runAll(p.file, []*analysis.Analyzer{buildssa.Analyzer})
		return err
	})
	if err != nil {
		return w, err
	}
	all, err := allocated(func() error {
		counts := &analysis.Analyzer{Name: "work", Doc: "says what the engine took", Requires: append([]*analysis.Analyzer{lockflow.Analyzer}, everything()...)}
		counts.Run = func(pass *analysis.Pass) (any, error) {
			if res := pass.ResultOf[lockflow.Analyzer].(*lockflow.Result); res.Summary != nil {
				w.Steps, w.Names = res.Stats.Steps, res.Summary.Table.Asked
			}
			return nil, nil
		}
		_, err := runAll(p.file, []*analysis.Analyzer{counts})
		return err
	})
	w.KB = all - w.SSA
	return w, err
}

// allocated returns the kilobytes that do allocates.
func allocated(do func() error) (kilobytes int, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err = do()
	runtime.ReadMemStats(&after)
	return int((after.TotalAlloc - before.TotalAlloc) >> 10), err
}

// LoadStd loads a package of the standard library. What it imports is known by its export data, without
// facts.
func LoadStd(path string) (*Package, error) {
	dir, err := build.Import(path, "", 0)
	if err != nil {
		return nil, err
	}
	f := &file{fset: token.NewFileSet()}
	var files []*ast.File
	for _, name := range dir.GoFiles {
		parsed, err := parser.ParseFile(f.fset, filepath.Join(dir.Dir, name), nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files = append(files, parsed)
	}
	f.ast, f.more = files[0], files[1:]
	if err := f.check(path, vendored{}); err != nil {
		return nil, fmt.Errorf("%s does not type-check: %w", path, err)
	}
	return &Package{f}, nil
}

// vendored imports what the standard library imports.
type vendored struct{ lockedImporter }

func (v vendored) Import(path string) (*types.Package, error) {
	p, err := v.lockedImporter.Import(path)
	if err != nil {
		p, err = v.lockedImporter.Import("vendor/" + path)
	}
	return p, err
}
