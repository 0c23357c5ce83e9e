package condwait

import (
	_ "embed"
	"fmt"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/condvar"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports misuse of condition variables.
var Analyzer = &analysis.Analyzer{
	Name:     "condwait",
	Doc:      checkdoc.Extract(doc, "condwait"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/condwait.md",
	Run:      run,
	Requires: []*analysis.Analyzer{lockflow.Analyzer},
}

func run(pass *analysis.Pass) (any, error) {
	res := pass.ResultOf[lockflow.Analyzer].(*lockflow.Result)
	if res.SSA == nil || !usesCond(pass) {
		return nil, nil
	}
	speak := lockflow.Speak(pass)
	r := reporter{pass, speak, condvar.Find(res.SSA.Pkg, res.SSA.SrcFuncs)}
	for _, f := range res.Findings {
		if f.Kind == flow.WaitUntested && !r.announced(f.Pos) {
			continue // there is nothing to test
		}
		if d, ok := held(speak, f); ok {
			pass.Report(d)
		}
	}
	for _, v := range r.found.Vars {
		r.unchecked(v)
		r.unsignalled(v)
		r.mixed(v)
		if res.Holding != nil {
			r.lost(v, res.Holding)
		}
		r.handed(v)
		r.withoutL(v)
	}
	return nil, nil
}

// usesCond reports whether the package names a method of sync.Cond, or NewCond.
func usesCond(pass *analysis.Pass) bool {
	for _, obj := range pass.TypesInfo.Uses {
		if fn, ok := obj.(*types.Func); ok {
			switch model.OpOf(fn).Kind {
			case model.Wait, model.Signal, model.Broadcast, model.NewCond:
				return true
			}
		}
	}
	return false
}

// held puts a finding of the engine into words: a Wait and the lock it needs.
func held(speak *lockflow.Speaker, f flow.Finding) (d analysis.Diagnostic, ok bool) {
	lock := speak.Lock(f.Fn, f.Lock, f.First)
	wait := "Wait"
	if by := lockflow.By(f.Again); by != "" && !f.Start {
		wait = "Wait at " + speak.At(f.Again[len(f.Again)-1]) + by
	}
	switch f.Kind {
	case flow.WaitUnheld:
		d.Category = "unheld"
		switch {
		case f.Start:
			d.Message = fmt.Sprintf("Wait unlocks %s, which the goroutine started at %s does not hold", lock, speak.At(f.Again[0]))
		case len(f.First) > 0:
			d.Message = fmt.Sprintf("%s unlocks %s, which is not held any more: it was unlocked at %s%s", wait, lock, speak.At(f.First[0]), lockflow.By(f.First))
		default:
			d.Message = fmt.Sprintf("%s unlocks %s, which nobody has locked", wait, lock)
		}
	case flow.WaitOnPath:
		d.Category = "unheld"
		d.Message = fmt.Sprintf("Wait unlocks %s, but only some paths to here lock it (at %s)", lock, speak.At(f.First[0])+lockflow.By(f.First))
	case flow.WaitMismatch:
		d.Category = "mode"
		held, unlocks := "for reading", "Unlock"
		if f.Mode == model.Read {
			held, unlocks = "for writing", "RUnlock"
		}
		d.Message = fmt.Sprintf("%s calls %s.%s, but it is held %s since %s", wait, lock, unlocks, held, speak.At(f.First[0])+lockflow.By(f.First))
	case flow.WaitUntested:
		d.Category = "untested"
		d.Message = fmt.Sprintf("Wait right after %s is locked: a Signal that came before is lost; test the condition first, in a loop", lock)
	default:
		return d, false
	}
	d.Pos, d.End = speak.Range(f.Pos)
	d.Related = append(speak.Related(f.First, lock, ""), speak.Related(f.Again, lock, "")...)
	return d, true
}
