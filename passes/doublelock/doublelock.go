package doublelock

import (
	_ "embed"
	"fmt"
	"go/ast"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/brief"
	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports locks acquired while the same goroutine holds them.
var Analyzer = &analysis.Analyzer{
	Name:     "doublelock",
	Doc:      checkdoc.Extract(doc, "doublelock"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/doublelock.md",
	Run:      lockflow.Check(run),
	Requires: []*analysis.Analyzer{lockflow.Analyzer},
}

// kinds says, per kind of finding, its category and what happens: how the lock is
// taken, and what of it and how it is held already.
var kinds = map[flow.FindingKind]struct{ category, taken, then string }{
	flow.LockedAgain:    {"again", "locked again", "which deadlocks: it is held since %s"},
	flow.Upgraded:       {"upgrade", "locked for writing", "which deadlocks: it is read-locked since %s"},
	flow.ReadUnderWrite: {"readunderwrite", "read-locked", "which deadlocks: it is locked for writing since %s"},
	flow.RecursiveRead:  {"recursiveread", "read-locked again", "which deadlocks if a writer calls Lock in between: read-locked since %s"},
}

func run(pass *analysis.Pass, res *lockflow.Result) error {
	speak := lockflow.Speak(pass)
	for _, f := range res.Findings {
		kind, ok := kinds[f.Kind]
		if !ok {
			continue
		}
		lock := speak.Lock(f.Fn, f.Lock, f.First, f.Again)
		at, where := "", ""
		if by := lockflow.By(f.Again); by != "" {
			at = " at " + speak.At(f.Again[len(f.Again)-1])
			where = at + by
		}
		since, first := speak.At(f.First[0])+lockflow.By(f.First), speak.At(f.First[0])
		from, to := speak.Range(f.Pos)
		says := "%s is " + kind.taken + "%s, " + kind.then
		d := analysis.Diagnostic{
			Pos: from, End: to, Category: kind.category,
			Message: brief.Fit(brief.Message, fmt.Sprintf(says, lock, where, since), fmt.Sprintf(says, lock, where, first),
				brief.Sentence(brief.Message, says, lock, at, first)),
			Related: append(speak.Related(f.First, lock, " first"), speak.Related(f.Again, lock, " again")...),
		}
		for _, other := range f.Others {
			from, to := speak.Range(other)
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: from, End: to, Message: "this call leads there, too"})
		}
		if fix, ok := unlockInstead(speak, f); ok {
			d.Message = fmt.Sprintf("deferred %s of %s runs when the function returns, with %[2]s held since %[3]s: a deadlock (Unlock meant?)", fix.old, lock, since)
			d.SuggestedFixes = []analysis.SuggestedFix{fix.SuggestedFix}
		}
		pass.Report(d)
	}
	return nil
}

type fix struct {
	analysis.SuggestedFix
	old string
}

// unlockInstead corrects `defer mu.Lock()` right after `mu.Lock()`.
func unlockInstead(speak *lockflow.Speaker, f flow.Finding) (fix, bool) {
	if !f.Defer || len(f.Again) != 1 || len(f.First) != 1 {
		return fix{}, false
	}
	_, call := speak.LockExpr(f.Pos)
	if call == nil {
		return fix{}, false
	}
	name := call.Fun.(*ast.SelectorExpr).Sel
	unlock := map[string]string{"Lock": "Unlock", "RLock": "RUnlock"}[name.Name]
	if unlock == "" {
		return fix{}, false
	}
	return fix{analysis.SuggestedFix{
		Message:   "Call " + unlock,
		TextEdits: []analysis.TextEdit{{Pos: name.Pos(), End: name.End(), NewText: []byte(unlock)}},
	}, name.Name}, true
}
