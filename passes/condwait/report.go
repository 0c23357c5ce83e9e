package condwait

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/condvar"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/why"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// reporter puts what package condvar finds into words.
type reporter struct {
	pass  *analysis.Pass
	speak *lockflow.Speaker
	found *condvar.Package
	trace *why.Trace // nil unless somebody asks

	untested map[token.Pos]bool // Waits that are reported as such
}

func (r *reporter) report(pos token.Pos, category, message string, related ...analysis.RelatedInformation) {
	d := analysis.Diagnostic{Category: category, Message: message, Related: related}
	d.Pos, d.End = r.speak.Range(pos)
	r.pass.Report(d)
}

func (r *reporter) related(pos token.Pos, message string) analysis.RelatedInformation {
	from, to := r.speak.Range(pos)
	return analysis.RelatedInformation{Pos: from, End: to, Message: message}
}

func (r *reporter) at(pos token.Pos) string {
	p := r.pass.Fset.Position(pos)
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}

// cond names a condition variable as the source does in the call of one of its
// methods.
func (r *reporter) cond(pos token.Pos) string {
	if x, _ := r.speak.LockExpr(pos); x != nil {
		return types.ExprString(x)
	}
	return "the Cond"
}

// unchecked reports Waits after which the condition is not tested again.
func (r *reporter) unchecked(v *condvar.Var) {
	for _, u := range r.found.Unchecked(v) {
		if r.untested[u.Wait.Pos()] {
			r.drop("condwait/recheck", u.Wait.Pos(), why.ReportedOnce)
			continue // what was tested before the lock was taken may not be what the Wait is for
		}
		what := "Wait"
		var related []analysis.RelatedInformation
		if u.Call != u.Wait {
			callee := flow.FuncName(u.Call.Common().StaticCallee())
			what = fmt.Sprintf("%s (it calls Wait at %s)", callee, r.at(u.Wait.Pos()))
			related = append(related, r.related(u.Wait.Pos(), "waits here"))
		}
		if u.Test.Cond.Pos().IsValid() {
			related = append(related, r.related(u.Test.Cond.Pos(), "this condition is tested before it only"))
		}
		d := analysis.Diagnostic{
			Category: "recheck",
			Message:  fmt.Sprintf("the condition is not tested again after %s, which any signal of %s ends: use a for loop", what, r.cond(u.Wait.Pos())),
			Related:  related,
		}
		d.Pos, d.End = r.speak.Range(u.Call.Pos())
		if fix, ok := r.loop(u.Call.Pos()); ok {
			d.SuggestedFixes = []analysis.SuggestedFix{fix}
		}
		r.pass.Report(d)
	}
}

// loop turns the if statement around a Wait that is all of its body into a loop.
func (r *reporter) loop(pos token.Pos) (fix analysis.SuggestedFix, ok bool) {
	for _, file := range r.pass.Files {
		if pos < file.FileStart || file.FileEnd <= pos {
			continue
		}
		nodes, _ := astutil.PathEnclosingInterval(file, pos, pos+1)
		for i := 0; i+3 < len(nodes); i++ {
			stmt, isStmt := nodes[i].(*ast.ExprStmt)
			if !isStmt {
				continue
			}
			body, isBody := nodes[i+1].(*ast.BlockStmt)
			cond, isIf := nodes[i+2].(*ast.IfStmt)
			if !isBody || !isIf || len(body.List) != 1 || body.List[0] != stmt || cond.Body != body || cond.Init != nil || cond.Else != nil {
				return fix, false
			}
			if outer, isElse := nodes[i+3].(*ast.IfStmt); isElse && outer.Else == cond {
				return fix, false
			}
			return analysis.SuggestedFix{
				Message:   "Replace if with for",
				TextEdits: []analysis.TextEdit{{Pos: cond.If, End: cond.If + token.Pos(len("if")), NewText: []byte("for")}},
			}, true
		}
	}
	return fix, false
}

// unsignalled reports a condition variable on which goroutines wait forever.
func (r *reporter) unsignalled(v *condvar.Var) {
	if len(v.Waits) == 0 || len(v.Signals)+len(v.Broadcasts) > 0 {
		return
	}
	if v.Open || v.Woken {
		r.drop("condwait/nosignal", v.Waits[0].Pos(), why.OutOfSight)
		return
	}
	pos := v.Waits[0].Pos()
	var related []analysis.RelatedInformation
	for _, w := range v.Waits[1:] {
		related = append(related, r.related(w.Pos(), "this waits forever, too"))
	}
	for _, m := range v.Makes {
		related = append(related, r.related(m.Pos(), "made here"))
	}
	r.report(pos, "nosignal", fmt.Sprintf("Wait never returns: nothing calls Signal or Broadcast on %s", r.cond(pos)), related...)
}

// announced reports whether those who signal the Cond of the Wait at pos change
// something that can be tested.
func (r *reporter) announced(pos token.Pos) bool {
	return slices.ContainsFunc(r.found.Vars, func(v *condvar.Var) bool {
		return slices.ContainsFunc(v.Waits, func(w ssa.CallInstruction) bool { return w.Pos() == pos }) && r.found.Announces(v)
	})
}

// mixed reports Signals where goroutines wait for different conditions.
func (r *reporter) mixed(v *condvar.Var) {
	for _, m := range r.found.Mixed(v) {
		d := analysis.Diagnostic{
			Category: "signal",
			Message: fmt.Sprintf("Signal may wake the goroutine at %s, whose condition has not changed, and not the one at %s: use Broadcast",
				r.at(m.Cannot.Pos()), r.at(m.Can.Pos())),
			Related: []analysis.RelatedInformation{
				r.related(m.Can.Pos(), "one waits for this condition"), r.related(m.Cannot.Pos(), "another one waits for that"),
			},
		}
		r.broadcast(d, m.Signal)
	}
}

// keyed reports Signals where each goroutine waits for something of its own.
func (r *reporter) keyed(v *condvar.Var) {
	for _, k := range r.found.Keyed(v) {
		r.broadcast(analysis.Diagnostic{
			Category: "signal",
			Message: fmt.Sprintf("Signal may wake a goroutine at %s with another %s instead of the one that it is meant for: use Broadcast",
				r.at(k.Wait.Pos()), k.Key.Name()),
			Related: []analysis.RelatedInformation{r.related(k.Wait.Pos(), "each waits for its own "+k.Key.Name())},
		}, k.Signal)
	}
}

// latches reports Signals that tell of something which all that wait have to see.
func (r *reporter) latches(v *condvar.Var) {
	for _, l := range r.found.Latches(v) {
		category, several := "latch", "several may wait here"
		if l.Started {
			category, several = "signal", "several wait here"
		}
		r.broadcast(analysis.Diagnostic{
			Category: category,
			Message: fmt.Sprintf("Signal wakes only one of the goroutines at %s, but all of them wait for the change at %s: use Broadcast",
				r.at(l.Wait.Pos()), r.at(l.Set.Pos())),
			Related: []analysis.RelatedInformation{
				r.related(l.Set.Pos(), "set here, and never reset"), r.related(l.Wait.Pos(), several),
			},
		}, l.Signal)
	}
}

// broadcast reports that a Signal should be a Broadcast.
func (r *reporter) broadcast(d analysis.Diagnostic, signal ssa.CallInstruction) {
	d.Pos, d.End = r.speak.Range(signal.Pos())
	if _, call := r.speak.LockExpr(signal.Pos()); call != nil {
		name := call.Fun.(*ast.SelectorExpr).Sel
		d.SuggestedFixes = []analysis.SuggestedFix{{
			Message:   "Call Broadcast",
			TextEdits: []analysis.TextEdit{{Pos: name.Pos(), End: name.End(), NewText: []byte("Broadcast")}},
		}}
	}
	if !off.Skips(d.Category) {
		r.pass.Report(d)
	}
}

// lost reports Signals and Broadcasts that may come between a test and its Wait.
func (r *reporter) lost(v *condvar.Var, holding condvar.Holding) {
	for _, l := range r.found.Lost(v, holding) {
		name := l.Signal.Common().StaticCallee().Name()
		lock := r.cond(l.Signal.Pos()) + ".L"
		if v.ReadL {
			lock = "the RWMutex of " + lock
		}
		r.report(l.Signal.Pos(), "lost",
			fmt.Sprintf("%s may fall between the test and the Wait at %s and be missed: lock %[3]s for the change at %[4]s",
				name, r.at(l.Wait.Pos()), lock, r.at(l.Change.Pos())),
			r.related(l.Change.Pos(), "changed here, without the lock"), r.related(l.Wait.Pos(), "waits here, having tested it under the lock"))
	}
}

// handed reports Waits that another goroutine runs.
func (r *reporter) handed(v *condvar.Var) {
	for _, place := range r.found.Handovers(v) {
		pos := place.Pos()
		r.report(pos, "handed", "Wait runs in another goroutine, which does not hold the lock that Wait unlocks")
	}
}

// drop records that a finding is not reported, if anybody asks.
func (r *reporter) drop(check string, pos token.Pos, rule why.Rule) {
	if r.trace != nil {
		r.trace.Drop(why.Drop{Check: check, Lock: r.cond(pos), At: []token.Pos{pos}, Rule: rule})
	}
}

// withoutL reports condition variables whose L is nil.
func (r *reporter) withoutL(v *condvar.Var) {
	if v.HasL || v.Open {
		return
	}
	for _, m := range v.Makes {
		r.report(m.Pos(), "nil", "NewCond(nil) makes a Cond without a lock: Wait will panic")
	}
	if v.Value && len(v.Makes) == 0 && len(v.Waits) > 0 {
		pos := v.Waits[0].Pos()
		r.report(pos, "nil", fmt.Sprintf("Wait panics: nothing sets %s.L", r.cond(pos)))
	}
}
