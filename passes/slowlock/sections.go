package slowlock

import (
	"flag"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/section"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// sections makes the analyzer hand over where locks are taken and given back, and what is
// done in between.
var sections bool

func flags() flag.FlagSet {
	var fs flag.FlagSet
	fs.BoolVar(&sections, "sections", false, "report critical sections and channel operations as data, for the lockvet command")
	return fs
}

// reportSections reports a diagnostic that carries the sections of the package.
func reportSections(pass *analysis.Pass, res *lockflow.Result) {
	if res.SSA == nil {
		return
	}
	p := section.Find(pass.Pkg, pass.Fset, res.SSA.SrcFuncs, res.Slow)
	if len(p.Ops) > 0 {
		pass.Report(analysis.Diagnostic{Pos: pass.Files[0].Package, Category: section.Category, Message: p.Encode()})
	}
}
