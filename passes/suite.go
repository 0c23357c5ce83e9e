// Package passes lists the checks that make up lockvet. Nothing else does:
// the vet tool, the command and every plugin take their analyzers from here.
package passes

import (
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/copylock"
	"golang.org/x/tools/go/analysis/passes/waitgroup"

	"github.com/lockvet/lockvet/internal/suppress"
	"github.com/lockvet/lockvet/passes/blockinglock"
	"github.com/lockvet/lockvet/passes/borrowed"
	"github.com/lockvet/lockvet/passes/condwait"
	"github.com/lockvet/lockvet/passes/distlock"
	"github.com/lockvet/lockvet/passes/doublelock"
	"github.com/lockvet/lockvet/passes/emptysection"
	"github.com/lockvet/lockvet/passes/ignore"
	"github.com/lockvet/lockvet/passes/lockorder"
	"github.com/lockvet/lockvet/passes/missingunlock"
	"github.com/lockvet/lockvet/passes/unlockunheld"
)

// checks are the analyzers of the suite, in the order users see them.
var checks = []*analysis.Analyzer{
	missingunlock.Analyzer,
	doublelock.Analyzer,
	unlockunheld.Analyzer,
	lockorder.Analyzer,
	condwait.Analyzer,
	distlock.Analyzer,
	blockinglock.Analyzer,
	copylock.Analyzer,
	waitgroup.Analyzer,
	borrowed.SA2000,
	emptysection.Analyzer,
	borrowed.SA2002,
}

var suite = withSuppression(checks)

// Analyzers returns every check of the suite, in the order users see them.
// Each honours the comments that suppress its findings, which the last one,
// ignore, judges.
func Analyzers() []*analysis.Analyzer { return slices.Clone(suite) }

func withSuppression(checks []*analysis.Analyzer) []*analysis.Analyzer {
	wrapped := make([]*analysis.Analyzer, len(checks))
	for i, check := range checks {
		wrapped[i] = suppress.Wrap(check)
	}
	return append(wrapped, ignore.New(wrapped))
}
