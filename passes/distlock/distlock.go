package distlock

import (
	_ "embed"
	"flag"
	"fmt"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/lazyssa"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

//go:embed doc.go
var doc string

// Analyzer reports misuse of locks that live in a store.
//
// Like lockflow it does not require buildssa but asks lazyssa, in packages
// that use one of the client libraries.
var Analyzer = &analysis.Analyzer{
	Name:      "distlock",
	Doc:       checkdoc.Extract(doc, "distlock"),
	URL:       "https://github.com/lockvet/lockvet/blob/main/docs/distlock-categories.md",
	Run:       run,
	Flags:     flags(),
	Requires:  []*analysis.Analyzer{lazyssa.Analyzer},
	FactTypes: []analysis.Fact{new(trace.Fact), new(Borrowed)},
}

// flags switch rules on and off.
func flags() flag.FlagSet {
	var fs flag.FlagSet
	for _, r := range rules {
		fs.BoolVar(&r.on, r.category, r.standard, r.title)
	}
	return fs
}

func run(pass *analysis.Pass) (any, error) {
	if client.Library(pass.Pkg.Path()) || !usesClients(pass) {
		return nil, nil
	}
	built, err := lazyssa.Of(pass)
	if err != nil {
		return nil, err
	}
	var damaged error
	imported := func(fn *types.Func) []*trace.Effect {
		var fact trace.Fact
		if !pass.ImportObjectFact(fn, &fact) {
			return nil
		}
		effects, err := fact.Effects()
		if err != nil {
			damaged = fmt.Errorf("what %s does to locks in stores is not known: %v", fn.FullName(), err)
		}
		return effects
	}
	// Tests hold locks and lose them on purpose: nothing is reported there, and nobody else calls them.
	code := slices.DeleteFunc(slices.Clone(built.SrcFuncs), func(fn *ssa.Function) bool { return model.InTest(pass.Fset, fn.Pos()) })
	pkg := trace.Analyze(pass.Fset, pass.Pkg, code, imported, embedded(pass))
	if damaged != nil {
		return nil, damaged
	}
	c := newChecker(pass, pkg)
	c.exportEffects()
	c.exportBorrowed()
	for _, r := range rules {
		if r.on {
			c.category = r.category
			r.check(c)
		}
	}
	return nil, nil
}

// exportEffects says what the functions of the package do to locks, and the methods of
// its interfaces that have one implementation.
func (c *checker) exportEffects() {
	facts := make(map[*types.Func]*trace.Fact)
	for _, f := range c.pkg.Funcs {
		obj, ok := f.Object().(*types.Func)
		if !ok || f.Synthetic != "" || !obj.Exported() {
			continue
		}
		if fact := f.Fact(); fact != nil {
			facts[obj] = fact
			c.pass.ExportObjectFact(obj, fact)
		}
	}
	if len(facts) == 0 {
		return
	}
	for method, impl := range c.soleMethods() {
		if fact := facts[impl]; fact != nil {
			c.pass.ExportObjectFact(method, fact)
		}
	}
}
