package unlockunheld

import (
	_ "embed"
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports unlocks of locks that are not held.
var Analyzer = &analysis.Analyzer{
	Name:     "unlockunheld",
	Doc:      checkdoc.Extract(doc, "unlockunheld"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/unlockunheld.md",
	Run:      run,
	Requires: []*analysis.Analyzer{lockflow.Analyzer},
}

func run(pass *analysis.Pass) (any, error) {
	res, err := lockflow.Of(pass)
	if err != nil {
		return nil, err
	}
	speak := lockflow.Speak(pass)
	for _, f := range res.Findings {
		switch f.Kind {
		case flow.UnlockedTwice, flow.UnlockMismatch, flow.NotLockedOnPath, flow.TryFailed, flow.NeverLocked:
		default:
			continue
		}
		lock := speak.Lock(f.Fn, f.Lock, f.Again, f.First)
		what := "unlocked"
		if f.Defer {
			what = "unlocked by this deferred call"
		}
		if by := lockflow.By(f.Again); by != "" {
			what += " at " + speak.At(f.Again[len(f.Again)-1]) + by
		}
		first := ""
		if len(f.First) > 0 {
			first = speak.At(f.First[0]) + lockflow.By(f.First)
		}
		var category, message string
		switch f.Kind {
		case flow.UnlockedTwice:
			category = "twice"
			message = fmt.Sprintf("%s is %s, but it is not held any more: it was unlocked at %s", lock, what, first)
		case flow.UnlockMismatch:
			category = "mode"
			if f.Mode == model.Read {
				message = fmt.Sprintf("%s is read-%s, but it is held for writing since %s: use Unlock", lock, what, first)
			} else {
				message = fmt.Sprintf("%s is %s, but it is held for reading since %s: use RUnlock", lock, what, first)
			}
		case flow.NotLockedOnPath:
			category = "path"
			message = fmt.Sprintf("%s is %s, but only some paths to here lock it (at %s)", lock, what, first)
		case flow.TryFailed:
			category = "tried"
			message = fmt.Sprintf("%s is %s, but the TryLock at %s may have failed: then it is not held, or somebody else holds it", lock, what, first)
			if f.Mode == model.Slot {
				message = fmt.Sprintf("%s is released here, but the Acquire at %s may have failed: then there is nothing to release, which panics, or somebody else's slot is", lock, first)
			}
		case flow.NeverLocked:
			category = "never"
			message = fmt.Sprintf("%s is %s, but nothing has locked it: no caller can hold it", lock, what)
			if f.Sure {
				message = fmt.Sprintf("%s is %s, but nothing has locked it since it was made", lock, what)
			}
		}
		from, to := speak.Range(f.Pos)
		d := analysis.Diagnostic{
			Pos: from, End: to, Category: category, Message: message,
			Related: append(speak.Related(f.First, lock, ""), speak.Related(f.Again, lock, " here")...),
		}
		if fix, ok := otherUnlock(pass, speak, f); ok {
			d.SuggestedFixes = []analysis.SuggestedFix{fix}
		}
		pass.Report(d)
	}
	return nil, nil
}
