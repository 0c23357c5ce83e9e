package suppress

import (
	"slices"

	"golang.org/x/tools/go/analysis"
)

// Off makes every directive void, for drivers with suppression of their own.
// It is set by a flag of the check "ignore", before any analyzer runs.
var Off bool

// Wrap returns a copy of a check that does not report what a directive in the
// source silences. The check itself is not changed. Nothing may Require the
// check if its wrapped copy runs too, since both would run.
func Wrap(check *analysis.Analyzer) *analysis.Analyzer {
	wrapped := *check
	wrapped.Requires = append(slices.Clone(check.Requires), Directives)
	wrapped.Run = func(pass *analysis.Pass) (any, error) {
		table, _ := pass.ResultOf[Directives].(*Table)
		keep := Keep && table != nil
		if !keep && (Off || table == nil || len(table.byFile)+len(table.generated) == 0) {
			return check.Run(pass)
		}
		filtered := *pass
		filtered.Report = func(diag analysis.Diagnostic) {
			if keep {
				table.keep(pass.Fset, check.Name, diag)
			}
			if Off || !table.suppresses(pass.Fset, check.Name, diag) {
				pass.Report(diag)
			}
		}
		return check.Run(&filtered)
	}
	return &wrapped
}
