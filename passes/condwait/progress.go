package condwait

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/brief"
	"github.com/lockvet/lockvet/internal/condvar"
)

// limit is how many characters a message about progress has at most.
const limit = 120

// batches reports Signals after changes that let several goroutines go on.
func (r *reporter) batches(v *condvar.Var) {
	for _, b := range r.found.Batches(v) {
		r.broadcast(analysis.Diagnostic{
			Category: "signal",
			Message: brief.Fit(limit,
				fmt.Sprintf("Signal wakes one goroutine at %s, but the change at %s is enough for several: use Broadcast", r.at(b.Wait.Pos()), r.at(b.Change.Pos())),
				fmt.Sprintf("Signal wakes one goroutine at %s, but this change is enough for several: use Broadcast", r.at(b.Wait.Pos()))),
			Related: []analysis.RelatedInformation{
				r.related(b.Change.Pos(), "several are added here"), r.related(b.Wait.Pos(), "each that waits here takes one"),
			},
		}, b.Signal)
	}
}

// batons reports Signals that may end at the goroutine which they wake.
func (r *reporter) batons(v *condvar.Var) {
	for _, b := range r.found.Batons(v) {
		r.broadcast(analysis.Diagnostic{
			Category: "signal",
			Message: brief.Fit(limit,
				fmt.Sprintf("Signal wakes one goroutine at %s, which may leave at %s and wake none of the others: use Broadcast", r.at(b.Wait.Pos()), r.at(b.Leave.Pos())),
				fmt.Sprintf("Signal wakes one goroutine at %s, which may leave and wake none of the others: use Broadcast", r.at(b.Wait.Pos()))),
			Related: []analysis.RelatedInformation{
				r.related(b.Wait.Pos(), "several may wait here"), r.related(b.Leave.Pos(), "returns without a Signal, and takes nothing"),
			},
		}, b.Signal)
	}
}

// unannounced reports changes that goroutines wait for, and of which nothing tells them.
func (r *reporter) unannounced(v *condvar.Var) {
	for _, u := range r.found.Unannounced(v) {
		related := []analysis.RelatedInformation{r.related(u.Wait.Pos(), "waits for this change")}
		to := "the function ends"
		if u.Exit.Pos().IsValid() {
			to = "the return at " + r.at(u.Exit.Pos())
			related = append(related, r.related(u.Exit.Pos(), "returns without a Signal or Broadcast"))
		}
		if u.Other != nil {
			related = append(related, r.related(u.Other.Pos(), "after this change there is a signal"))
		}
		r.report(u.Change.Pos(), "unannounced",
			brief.Fit(limit,
				fmt.Sprintf("no Signal follows this change of %s before %s: the Wait at %s keeps waiting", u.Name, to, r.at(u.Wait.Pos())),
				fmt.Sprintf("no Signal follows this change of %s, for which the Wait at %s waits", u.Name, r.at(u.Wait.Pos()))), related...)
	}
}

// unwoken reports Waits that do not end when an event happens for which their loop tests.
func (r *reporter) unwoken(v *condvar.Var) {
	for _, u := range r.found.Unwoken(v) {
		event, remedy := u.Name+" is done, which its loop tests", "context.AfterFunc"
		if u.Name == "" {
			event, remedy = "the time is up, which its loop tests", "time.AfterFunc"
		}
		var related []analysis.RelatedInformation
		if pos := u.Test.Cond.Pos(); pos.IsValid() {
			related = append(related, r.related(pos, "tested here"))
		}
		r.report(u.Wait.Pos(), "event",
			brief.Fit(limit,
				fmt.Sprintf("nothing ends Wait when %s: call %s.Broadcast then, with %s", event, r.cond(u.Wait.Pos()), remedy),
				fmt.Sprintf("nothing ends Wait when %s: call Broadcast then", event)), related...)
	}
}
