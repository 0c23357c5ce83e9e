package condwait

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/why"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// held reports what the engine found about a Wait and the lock it needs.
func (r *reporter) held(f flow.Finding) {
	var category, message string
	lock := ""
	switch f.Kind {
	case flow.WaitUnheld, flow.WaitOnPath, flow.WaitMismatch, flow.WaitUntested:
		lock = r.speak.Lock(f.Fn, f.Lock, f.First)
	}
	switch f.Kind {
	case flow.WaitUnheld:
		category, message = "unheld", r.unheld(f, lock)
	case flow.WaitOnPath:
		category = "unheld"
		message = fmt.Sprintf("Wait unlocks %s, but only some paths to here lock it (at %s)", lock, r.since(f))
	case flow.WaitMismatch:
		category = "mode"
		how, unlock := "for reading", "Unlock"
		if f.Mode == model.Read {
			how, unlock = "for writing", "RUnlock"
		}
		message = fmt.Sprintf("%s calls %s.%s, but it is held %s since %s", r.wait(f), lock, unlock, how, r.since(f))
	case flow.WaitUntested:
		if !r.announced(f.Pos) {
			r.drop("condwait/untested", f.Pos, why.NothingToTest)
			return
		}
		category = "untested"
		r.untested[f.Pos] = true
		message = fmt.Sprintf("Wait right after locking %s misses an earlier Signal: test the condition first, in a loop", lock)
	default:
		return
	}
	d := analysis.Diagnostic{
		Category: category, Message: message,
		Related: append(r.speak.Related(f.First, lock, ""), r.speak.Related(f.Again, lock, "")...),
	}
	d.Pos, d.End = r.speak.Range(f.Pos)
	r.pass.Report(d)
}

func (r *reporter) unheld(f flow.Finding, lock string) string {
	switch {
	case f.Start:
		return fmt.Sprintf("Wait unlocks %s, which the goroutine started at %s does not hold", lock, r.speak.At(f.Again[0]))
	case len(f.First) > 0:
		return fmt.Sprintf("%s unlocks %s, which was unlocked before, at %s", r.wait(f), lock, r.since(f))
	}
	return fmt.Sprintf("%s unlocks %s, which is not locked", r.wait(f), lock)
}

// wait says which Wait, if it is in a callee.
func (r *reporter) wait(f flow.Finding) string {
	if by := lockflow.By(f.Again); by != "" {
		return "Wait at " + r.speak.At(f.Again[len(f.Again)-1]) + by
	}
	return "Wait"
}

// since says where the lock got into the state it is in.
func (r *reporter) since(f flow.Finding) string {
	return r.speak.At(f.First[0]) + lockflow.By(f.First)
}
