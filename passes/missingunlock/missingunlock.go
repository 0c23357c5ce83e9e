package missingunlock

import (
	_ "embed"
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports returns with a lock held that other paths release.
var Analyzer = &analysis.Analyzer{
	Name:     "missingunlock",
	Doc:      checkdoc.Extract(doc, "missingunlock"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/missingunlock.md",
	Run:      lockflow.Check(run),
	Requires: []*analysis.Analyzer{lockflow.Analyzer},
}

func run(pass *analysis.Pass, res *lockflow.Result) error {
	speak := lockflow.Speak(pass)
	exits := make(map[ssa.Instruction]int) // leaks per acquisition
	for _, l := range res.Leaks {
		exits[l.Site]++
	}
	for _, l := range res.Leaks {
		pass.Report(diagnostic(pass, speak, l, exits[l.Site] == 1))
	}
	return nil
}

// isFlag reports whether what leaks is a lock made by hand, a flag that was set.
func isFlag(l flow.Leak) bool { return l.First[len(l.First)-1].What == flow.FlagSet }

func diagnostic(pass *analysis.Pass, speak *lockflow.Speaker, l flow.Leak, only bool) analysis.Diagnostic {
	lock := speak.Lock(l.Fn, l.Lock, l.First)
	since := speak.At(l.First[0])
	if len(l.First) > 1 {
		since += lockflow.By(l.First)
	} else if starter := l.Site.Parent(); starter != l.Fn {
		since += " by " + flow.FuncName(starter)
	}
	d := analysis.Diagnostic{Pos: l.Exit}
	locked := l.Mode.String()
	switch {
	case l.Never:
		return never(speak, l, lock)
	case l.Loop:
		d.Category = "loop"
		d.Message = fmt.Sprintf("%s is still %s when the next iteration begins; other paths unlock it", lock, locked)
		if l.Mode == model.Slot {
			d.Message = fmt.Sprintf("the slot of %s is still taken when the next iteration begins; other paths give it back", lock)
		}
	case l.Panic:
		d.Category = "panic"
		d.Message = fmt.Sprintf("panic with %s %s since %s: after a recover it stays locked", lock, locked, since)
		if l.Thrown {
			d.Message = fmt.Sprintf("if this call panics, the recover above leaves %s %s since %s: defer the unlock", lock, locked, since)
			if l.RecoveredBy != nil {
				d.Message = fmt.Sprintf("if this call panics, %s recovers, and %s stays %s since %s: defer the unlock", flow.FuncName(l.RecoveredBy), lock, locked, since)
			}
		}
	case l.Unlock:
		d.Category = "return"
		maker := strings.TrimPrefix(l.First[0].What, "calls ")
		d.Message = fmt.Sprintf("return without a call of what %s (%s) returned: %s stays %s; other paths call it", maker, speak.At(&flow.Step{Pos: l.Site.Pos()}), lock, locked)
	default:
		d.Category = "return"
		exit := "return"
		if !l.Exit.IsValid() {
			exit = "end of function"
			d.Pos = lockflow.End(l.Fn)
		}
		d.Message = fmt.Sprintf("%s with %s still %s since %s; other paths unlock it", exit, lock, locked, since)
		if l.NoHandle {
			d.Message = fmt.Sprintf("%s with %s still %s since %s; callers unlock it by the result, which is nil here", exit, lock, locked, since)
		}
		if l.Mode == model.Slot {
			d.Message = fmt.Sprintf("%s without giving back the slot of %s, taken at %s; other paths give it back", exit, lock, since)
		}
		if isFlag(l) {
			d.Message = fmt.Sprintf("%s with %s still set since %s: who waits for it hangs; other paths clear it", exit, lock, since)
		}
	}
	if l.Exit.IsValid() {
		d.Pos, d.End = speak.Range(l.Exit)
	}
	d.Related = speak.Related(l.First, lock, "")
	if from, to, taken := branch(speak, l); from.IsValid() {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: from, End: to,
			Message: fmt.Sprintf("this is %t on the path that does not unlock %s", taken, lock)})
	}
	if only && !l.Unlock {
		if fix, ok := unlockBefore(pass, speak, l); ok {
			d.SuggestedFixes = []analysis.SuggestedFix{fix}
			if fix, ok := deferInstead(pass, speak, l); ok {
				d.SuggestedFixes = append(d.SuggestedFixes, fix)
			}
		}
	}
	return d
}

// never describes an acquisition that nothing ends. It stands at the acquisition: no return is
// the wrong one.
func never(speak *lockflow.Speaker, l flow.Leak, lock string) analysis.Diagnostic {
	next := "the next Lock blocks forever"
	if l.Mode == model.Read {
		next = "the next writer blocks forever"
	}
	locked := l.Mode.String()
	message := fmt.Sprintf("%s is %s here and never unlocked: %s", lock, locked, next)
	if len(l.First) > 1 {
		message = fmt.Sprintf("%s is %s by this call (at %s%s) and never unlocked: %s", lock, locked, speak.At(l.First[len(l.First)-1]), lockflow.By(l.First), next)
	}
	d := analysis.Diagnostic{Category: "never", Related: speak.Related(l.First, lock, ""), Message: message}
	at := l.Site.Pos()
	if !at.IsValid() {
		at = l.First[0].Pos // the call of an iterator, which the source does not show
	}
	d.Pos, d.End = speak.Range(at)
	if l.Loop {
		return d // the function goes on with the next element
	}
	exit := analysis.RelatedInformation{Pos: lockflow.End(l.Fn), Message: fmt.Sprintf("%s ends here with %s held", flow.FuncName(l.Fn), lock)}
	if l.Exit.IsValid() {
		exit.Pos, exit.End = speak.Range(l.Exit)
	}
	d.Related = append(d.Related, exit)
	return d
}

// branch finds the condition that leads to the return: that of the if statement
// around it, or else the last one that was tested on the way.
func branch(speak *lockflow.Speaker, l flow.Leak) (from, to token.Pos, taken bool) {
	if l.Exit.IsValid() {
		if cond, taken := speak.Branch(l.Exit, l.Site.Pos()); cond != nil {
			return cond.Pos(), cond.End(), taken
		}
	}
	if l.Branch.IsValid() {
		from, to = speak.Range(l.Branch)
	}
	return from, to, l.Taken
}
