package condwait

import (
	_ "embed"
	"flag"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/condvar"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports misuse of condition variables.
var Analyzer = &analysis.Analyzer{
	Name:     "condwait",
	Doc:      checkdoc.Extract(doc, "condwait"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/condwait.md",
	Run:      lockflow.Check(run),
	Flags:    flags(),
	Requires: []*analysis.Analyzer{lockflow.Analyzer},
}

// off has the categories that are off by default.
var off rules.Off

func flags() flag.FlagSet {
	var fs flag.FlagSet
	off = rules.NewOff(&fs, map[string]string{"latch": "report Signal where nothing says that more than one goroutine waits"})
	return fs
}

func run(pass *analysis.Pass, res *lockflow.Result) error {
	if res.SSA == nil {
		return nil
	}
	r := reporter{pass: pass, speak: lockflow.Speak(pass), trace: res.Summary.Table.Trace, untested: make(map[token.Pos]bool)}
	if usesCond(pass) {
		r.found = condvar.Find(res.SSA.Pkg, res.SSA.SrcFuncs)
	}
	for _, f := range res.Findings {
		r.held(f)
	}
	if r.found == nil {
		return nil
	}
	for _, v := range r.found.Vars {
		r.unchecked(v)
		r.unsignalled(v)
		r.mixed(v)
		r.keyed(v)
		r.latches(v)
		r.batches(v)
		r.batons(v)
		r.unannounced(v)
		r.unwoken(v)
		r.lost(v, res.Holding)
		r.handed(v)
		r.withoutL(v)
	}
	return nil
}

// usesCond reports whether the package names a method of sync.Cond, or NewCond.
func usesCond(pass *analysis.Pass) bool {
	for _, obj := range pass.TypesInfo.Uses {
		if fn, ok := obj.(*types.Func); ok {
			switch model.OpOf(fn).Kind {
			case model.Wait, model.Signal, model.Broadcast, model.NewCond:
				return true
			}
		}
	}
	return false
}
