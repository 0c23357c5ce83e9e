package trace

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
)

// A Loss says what comes of a renewal that finds that the lock is another's.
type Loss uint8

const (
	// LossUnknown: it is not known, or somebody may do something about it.
	LossUnknown Loss = iota
	// LossShown: the results of the call say so, as the outcomes of the event do.
	LossShown
	// LossEnded: what renews the lock in a loop comes to its end and says nothing.
	LossEnded
	// LossHidden: the renewal comes to its end and says nothing.
	LossHidden
)

// String returns the name of the loss.
func (l Loss) String() string {
	return [...]string{"unknown", "shown", "ended", "hidden"}[l]
}

// How the results of a renewal show that the lock is still had, and that it is lost.
var (
	renewed  = client.Outcome{OK: client.Yes, Err: client.No}
	replied  = client.Outcome{OK: client.No, Err: client.No}
	failed   = client.Outcome{OK: client.No, Err: client.Yes}
	anything = client.Outcome{}
)

// showsLoss sets how a renewal by a library shows the loss.
func (e *Event) showsLoss() {
	e.Loss, e.Outcomes = LossShown, client.Outcomes{Held: renewed, Lost: replied, Failed: failed}
	if e.Backend.Handle() {
		e.Outcomes.Lost = failed
	}
}

// Loss returns what comes of the loss that a renewal in a function finds, for the callers of the function. If they are shown it, it also returns
// how.
func (f *Func) Loss(e *Event) (Loss, client.Outcomes) {
	var none client.Outcomes
	if e.Queued || e.Mode != Now || f.Watched() {
		return LossUnknown, none
	}
	loop := ssax.InLoop(e.Instr.Block())
	switch e.Loss {
	case LossShown:
		lost := f.Walk(e, e.Outcomes.Lost, nil)
		if lost.GaveUp || len(lost.Ends) == 0 || f.Tells(e, lost) {
			return LossUnknown, none
		}
		held := f.Walk(e, e.Outcomes.Held, nil)
		if out, said := says(lost); said {
			return LossShown, client.Outcomes{Held: f.saysHeld(held), Lost: out, Failed: out}
		}
		switch {
		case !comesOut(lost):
		case loop && !comesOut(held):
			return LossEnded, none
		case !loop && f.Signature.Results().Len() == 0 && lost.differs(held):
			return LossHidden, none
		}
	case LossEnded, LossHidden:
		// Whoever calls this goes on.
		after := f.Walk(e, anything, nil)
		if !loop && !after.GaveUp && comesOut(after) && !f.Tells(e, after) {
			return e.Loss, none
		}
	}
	return LossUnknown, none
}

// differs reports whether a walk leads where another one does not.
func (w Walk) differs(other Walk) bool {
	for in := range w.Visited {
		if !other.Visited[in] {
			return true
		}
	}
	return false
}

// says returns how the results of a function say on all paths of a walk that a lock is lost, by an error or by false.
func says(lost Walk) (out client.Outcome, said bool) {
	out = client.Outcome{OK: client.No, Err: client.No}
	for _, end := range lost.Ends {
		if end.Return == nil {
			return out, false
		}
		said := false
		for i, truth := range end.Results {
			switch t := end.Return.Results[i].Type(); {
			case ssax.IsError(t) && truth == client.Yes:
				out.Err, said = client.Yes, true
			case isBool(t) && truth == client.No:
				said = true
			}
		}
		if !said {
			return out, false
		}
	}
	return out, true
}

// saysHeld returns what the results of a function are where a renewal has succeeded.
func (f *Func) saysHeld(held Walk) (out client.Outcome) {
	first := true
	for _, end := range held.Ends {
		if end.Return != nil {
			out = join(out, f.shows(end), first)
			first = false
		}
	}
	return out
}

// comesOut reports whether all paths lead out of the function, and none to the next renewal.
func comesOut(w Walk) bool {
	return !slices.ContainsFunc(w.Ends, func(end End) bool { return end.Return == nil || end.Again })
}

// Tells reports whether anything is done on the paths of a walk from an event that others may take notice of.
func (f *Func) Tells(e *Event, w Walk) bool {
	replies := f.Replies(e)
	for in := range w.Visited {
		if call, ok := in.(*ssa.Call); ok && replies[client.Receiver(call.Common())] {
			continue
		}
		if ActsLate(in) {
			return true
		}
	}
	return false
}
