// Package passes lists the checks that make up lockvet. Nothing else does:
// the vet tool, the command and every plugin take their analyzers from here.
package passes

import (
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/copylock"

	"github.com/lockvet/lockvet/internal/suppress"
	"github.com/lockvet/lockvet/passes/blockinglock"
	"github.com/lockvet/lockvet/passes/borrowed"
	"github.com/lockvet/lockvet/passes/condwait"
	"github.com/lockvet/lockvet/passes/contract"
	"github.com/lockvet/lockvet/passes/distlock"
	"github.com/lockvet/lockvet/passes/doublelock"
	"github.com/lockvet/lockvet/passes/emptysection"
	"github.com/lockvet/lockvet/passes/guardedby"
	"github.com/lockvet/lockvet/passes/ignore"
	"github.com/lockvet/lockvet/passes/lockorder"
	"github.com/lockvet/lockvet/passes/missingunlock"
	"github.com/lockvet/lockvet/passes/privatelock"
	"github.com/lockvet/lockvet/passes/slowlock"
	"github.com/lockvet/lockvet/passes/unlockunheld"
)

// checks are the analyzers that are on by default, in the order users see them.
var checks = []*analysis.Analyzer{
	missingunlock.Analyzer,
	doublelock.Analyzer,
	unlockunheld.Analyzer,
	lockorder.Analyzer,
	condwait.Analyzer,
	distlock.Analyzer,
	blockinglock.Analyzer,
	contract.Analyzer,
	privatelock.Analyzer,
	copylock.Analyzer,
	borrowed.WaitGroup,
	borrowed.SA2000,
	emptysection.Analyzer,
	borrowed.SA2002,
}

// optional are the analyzers that are off by default: what they find needs a
// reader's judgement. While a check is off, nothing of it runs.
var optional = []*analysis.Analyzer{
	slowlock.Analyzer,
	guardedby.Analyzer,
}

// Analyzers returns the checks that are on by default and the optional ones that
// are named, in the order users see them. Each honours the comments that suppress
// its findings, which the last one, ignore, judges.
func Analyzers(on ...string) []*analysis.Analyzer {
	var suite []*analysis.Analyzer
	for _, check := range checks {
		suite = append(suite, suppress.Wrap(check))
	}
	var off []string
	for _, check := range optional {
		if slices.Contains(on, check.Name) {
			switch check {
			case slowlock.Analyzer:
				slowlock.Follow()
			case guardedby.Analyzer:
				guardedby.Follow()
			}
			suite = append(suite, suppress.Wrap(check))
		} else {
			off = append(off, check.Name)
		}
	}
	return append(suite, ignore.New(suite, off...))
}

// Catalogue returns all checks, to read of and not to run.
func Catalogue() []*analysis.Analyzer {
	return slices.Concat(checks, optional, []*analysis.Analyzer{ignore.New(nil)})
}

// Optional returns the names of the checks that are off by default.
func Optional() (names []string) {
	for _, check := range optional {
		names = append(names, check.Name)
	}
	return names
}
