package unlockunheld

import (
	_ "embed"
	"flag"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/brief"
	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports unlocks of locks that are not held.
var Analyzer = &analysis.Analyzer{
	Name:     "unlockunheld",
	Doc:      checkdoc.Extract(doc, "unlockunheld"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/unlockunheld.md",
	Run:      lockflow.Check(run),
	Flags:    flags(),
	Requires: []*analysis.Analyzer{lockflow.Analyzer},
}

// off has the categories that are off by default.
var off rules.Off

func flags() flag.FlagSet {
	var fs flag.FlagSet
	off = rules.NewOff(&fs, map[string]string{
		"foreign": "report unlocks of unlocked locks by functions of other packages, and after such",
		"through": "report unlocks of unlocked locks by callees, and after such",
	})
	return fs
}

func run(pass *analysis.Pass, res *lockflow.Result) error {
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
		at, by := "", lockflow.By(f.Again)
		if by != "" {
			at = " at " + speak.At(f.Again[len(f.Again)-1])
		}
		first, firstBy := "", ""
		if len(f.First) > 0 {
			first, firstBy = speak.At(f.First[0]), lockflow.By(f.First)
		}
		category, says := says(f)
		if f.Kind == flow.UnlockedTwice {
			category = twice(f)
		}
		if off.Skips(category) {
			continue
		}
		message := brief.Fit(brief.Message, fmt.Sprintf(says, lock, what+at+by, first+firstBy), fmt.Sprintf(says, lock, what+at+by, first),
			brief.Sentence(brief.Message, says, lock, what+at, first))
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
	return nil
}

// twice returns the category of a second unlock: it depends on whether a callee that unlocks on some paths only makes it, or the one before it, and whether
// that is a function of another package. Such a callee may unlock where its caller has the lock, and nowhere else. Only one that locks again on other
// paths what it has unlocked is expected to do so on all, and one that has locked the lock itself leaves it free whatever else it does.
func twice(f flow.Finding) string {
	elsewhere := func(s *flow.Step) bool { return !s.Pos.IsValid() }
	fn := flow.FuncName(f.Fn)
	callee := func(s *flow.Step) bool {
		return s.Func != fn && !strings.HasPrefix(s.Func, fn+".func") && !strings.HasSuffix(s.Func, ".Unlock") && !strings.HasSuffix(s.Func, ".RUnlock")
	}
	switch {
	case f.Firm:
		return "twice"
	case slices.ContainsFunc(f.First, elsewhere) || slices.ContainsFunc(f.Again, elsewhere):
		return "foreign"
	case f.Relocked, f.Balanced && !slices.ContainsFunc(f.Again, callee):
		return "twice"
	case slices.ContainsFunc(f.First, callee) || slices.ContainsFunc(f.Again, callee):
		return "through"
	}
	return "twice"
}

// says returns the category of a finding and its message, with places for the lock, how
// it is unlocked, and where it got into the state that it is in.
func says(f flow.Finding) (category, message string) {
	switch f.Kind {
	case flow.UnlockedTwice:
		if len(f.First) > 0 && f.First[0].Overwritten() {
			return "twice", "%s is %s, but was overwritten while it was locked, at %s: a crash"
		}
		return "twice", "%s is %s, but was unlocked before, at %s"
	case flow.UnlockMismatch:
		if f.Mode == model.Read {
			return "mode", "%s is read-%s, but held for writing since %s: use Unlock"
		}
		return "mode", "%s is %s, but held for reading since %s: use RUnlock"
	case flow.NotLockedOnPath:
		return "path", "%s is %s, but only some paths to here lock it (at %s)"
	case flow.TryFailed:
		if f.Mode == model.Slot {
			return "tried", "%[1]s is released here, but the Acquire at %[3]s may have failed: that panics, or frees another goroutine's slot"
		}
		return "tried", "%s is %s, but the TryLock at %s may have failed: then this goroutine does not hold it"
	}
	if len(f.First) > 0 {
		return "never", "%s is %s, but locked (at %s) on some paths only: on the others, no caller can hold it"
	}
	if f.Sure {
		return "never", "%[1]s is %[2]s, but nothing has locked it since it was made"
	}
	return "never", "%[1]s is %[2]s, but nothing has locked it: no caller can hold it"
}
