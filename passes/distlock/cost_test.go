package distlock

import (
	"go/types"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"
)

// BenchmarkUnrelated runs distlock on the packages of the standard library, none of
// which uses a client library: what it costs those who have nothing to do with it.
func BenchmarkUnrelated(b *testing.B) {
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax}, "std")
	if err != nil {
		b.Fatal(err)
	}
	pkgs = slices.DeleteFunc(pkgs, func(p *packages.Package) bool { return len(p.Errors) > 0 })
	if len(pkgs) < 100 {
		b.Fatalf("%d packages", len(pkgs))
	}
	for b.Loop() {
		for _, p := range pkgs {
			// A pass without analyzers that it requires: run must not come so far.
			_, err := run(&analysis.Pass{
				Analyzer: Analyzer, Fset: p.Fset, Files: p.Syntax, Pkg: p.Types, TypesInfo: p.TypesInfo,
				ImportObjectFact: func(types.Object, analysis.Fact) bool { return false },
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(pkgs)), "µs/package")
}
