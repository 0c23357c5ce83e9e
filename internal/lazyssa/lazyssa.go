// Package lazyssa builds the SSA form of a package for the analyzers that find that they need it.
//
// A tool of go vet runs on every dependency, the standard library included. To require buildssa would build SSA for all of
// them, and most have nothing to do with locks. Who requires [Analyzer] instead gets a function: the first to call it has the
// SSA built, and all get the same.
package lazyssa

import (
	"reflect"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/buildssa"
)

// A Build returns the SSA form of a package. It is safe for concurrent use.
type Build func() (*buildssa.SSA, error)

// Analyzer has a [Build] as its result. It reports nothing.
var Analyzer = &analysis.Analyzer{
	Name:       "lazyssa",
	Doc:        "build SSA when it is asked for, once for all who ask",
	URL:        "https://pkg.go.dev/github.com/lockvet/lockvet/internal/lazyssa",
	Requires:   buildssa.Analyzer.Requires,
	ResultType: reflect.TypeFor[Build](),
	Run: func(pass *analysis.Pass) (any, error) {
		return Build(sync.OnceValues(func() (*buildssa.SSA, error) {
			built, err := buildssa.Analyzer.Run(pass)
			if err != nil {
				return nil, err
			}
			return built.(*buildssa.SSA), nil
		})), nil
	},
}

// Of returns the SSA form of the package of a pass whose analyzer requires [Analyzer].
func Of(pass *analysis.Pass) (*buildssa.SSA, error) { return pass.ResultOf[Analyzer].(Build)() }
