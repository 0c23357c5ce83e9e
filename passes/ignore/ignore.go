package ignore

import (
	_ "embed"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/suppress"
)

//go:embed doc.go
var doc string

// New returns the check for a suite whose other checks are given, each wrapped
// by suppress.Wrap. It requires them all, so a comment counts as needed also
// where its check is switched off by a flag: that drops the check's findings,
// but no longer its run. Of a check whose name is in off, which does not run at
// all, nobody can say what a comment is good for.
func New(checks []*analysis.Analyzer, off ...string) *analysis.Analyzer {
	a := &analysis.Analyzer{
		Name:     "ignore",
		Doc:      checkdoc.Extract(doc, "ignore"),
		URL:      "https://github.com/lockvet/lockvet/blob/main/docs/suppress.md",
		Requires: append([]*analysis.Analyzer{suppress.Directives}, checks...),
		Run: func(pass *analysis.Pass) (any, error) {
			if !suppress.Off {
				pass.ResultOf[suppress.Directives].(*suppress.Table).Report(pass, checks, off)
			}
			return nil, nil
		},
	}
	a.Flags.BoolVar(&suppress.Off, "off", false, "let no comment suppress a finding, for drivers with suppression of their own")
	return a
}
