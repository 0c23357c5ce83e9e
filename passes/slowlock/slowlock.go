package slowlock

import (
	_ "embed"
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/brief"
	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports operations that may block for long while a lock is held. It finds
// something only if the flag slow of lockflow.Analyzer is set: see Follow.
var Analyzer = &analysis.Analyzer{
	Name:     "slowlock",
	Doc:      checkdoc.Extract(doc, "slowlock"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/slowlock.md",
	Run:      lockflow.Check(run),
	Flags:    flags(),
	Requires: []*analysis.Analyzer{lockflow.Analyzer},
}

// Follow has lockflow follow operations that may block for long, in all packages that
// this process analyses from now on.
func Follow() { lockflow.FollowSlow() }

func run(pass *analysis.Pass, res *lockflow.Result) error {
	if sections {
		reportSections(pass, res)
	}
	speak := lockflow.Speak(pass)
	for _, s := range res.Slow {
		lock := speak.Lock(s.Fn, s.Lock, s.First)
		since := speak.At(s.First[0]) + lockflow.By(s.First)
		held := "held"
		if s.Mode == model.Read {
			held = "read-locked"
		}
		op := s.Op.Name
		if by := lockflow.By(s.Again); by != "" {
			op += ", run" + by + " at " + speak.At(s.Again[len(s.Again)-1]) + ","
		}
		from, to := speak.Range(s.Pos)
		pass.Report(analysis.Diagnostic{
			Pos: from, End: to, Category: s.Op.Slow.Category(),
			Message: brief.Fit(brief.Message, fmt.Sprintf("%s is %s since %s while %s %s", lock, held, since, op, s.Op.Slow.Does()),
				fmt.Sprintf("%s is %s while %s %s", lock, held, op, s.Op.Slow.Does())),
			Related: append(speak.Related(s.First, lock, ""), speak.Related(s.Again, lock, ", see "+s.Op.Doc)...),
		})
	}
	return nil
}
