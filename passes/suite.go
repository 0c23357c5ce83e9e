// Package passes lists the checks that make up lockvet. Nothing else does:
// the vet tool, the command and every plugin take their analyzers from here.
package passes

import (
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/copylock"
	"honnef.co/go/tools/staticcheck/sa2001"
)

// Analyzers returns every check of the suite, in the order users see them.
func Analyzers() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		copylock.Analyzer,
		sa2001.SCAnalyzer.Analyzer,
	}
}
