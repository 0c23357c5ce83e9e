// Command ssatool is the yardstick of the benchmark: a vet tool that builds the
// SSA form of every package and exports one small fact per function, which is
// the least that an analysis across packages can do. What lockvet takes beyond
// it is its own.
package main

import (
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/buildssa"
	"golang.org/x/tools/go/analysis/unitchecker"
)

func main() { unitchecker.Main(analyzer) }

var analyzer = &analysis.Analyzer{
	Name:      "ssatool",
	Doc:       "build SSA and export one fact per function",
	Requires:  []*analysis.Analyzer{buildssa.Analyzer},
	FactTypes: []analysis.Fact{new(blocks)},
	Run:       run,
}

// blocks is the number of basic blocks of a function.
type blocks struct{ N int }

func (*blocks) AFact() {}

func run(pass *analysis.Pass) (any, error) {
	for _, fn := range pass.ResultOf[buildssa.Analyzer].(*buildssa.SSA).SrcFuncs {
		if obj, ok := fn.Object().(*types.Func); ok {
			pass.ExportObjectFact(obj, &blocks{len(fn.Blocks)})
		}
	}
	return nil, nil
}
