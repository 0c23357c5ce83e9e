package distlock

import (
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

func (c *checker) fixTwoStep(a, e *trace.Event) (analysis.SuggestedFix, bool) {
	return analysis.SuggestedFix{}, false
}
func (c *checker) fixPlainDelete(a, r *trace.Event) (analysis.SuggestedFix, bool) {
	return analysis.SuggestedFix{}, false
}
func (c *checker) fixEagerDefer(d *ssa.Defer) (analysis.SuggestedFix, bool) {
	return analysis.SuggestedFix{}, false
}
func (c *checker) withUnitFix(e *trace.Event, d analysis.Diagnostic) analysis.Diagnostic { return d }
