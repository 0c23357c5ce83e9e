package flow

import (
	"go/types"
	"slices"

	"github.com/lockvet/lockvet/internal/limits"
)

// event records something that callers need to know.
func (w *walker) event(e Event) {
	if w.later != nil {
		return
	}
	if len(e.Steps) > limits.MaxSteps {
		w.t.Limits.Hit(limits.Steps)
		return
	}
	at, same := len(w.events), 0
	for i := 0; i < len(w.events); i++ {
		old := &w.events[i]
		if old.Kind != e.Kind || old.Lock != e.Lock || old.Mode != e.Mode || old.Param != e.Param || old.Method != e.Method || !slices.Equal(old.Given, e.Given) || !sameHeld(old.Held, e.Held) || !slices.Equal(old.Gone, e.Gone) || old.Origin != e.Origin || !sameSig(old.Sig, e.Sig) {
			continue
		}
		g, ok := eitherGuard(old.Guard, e.Guard)
		switch same++; {
		case ok && len(g) == len(old.Guard):
			old.Guard = g
			return
		case ok:
			if len(g) < len(e.Guard) {
				e.Steps = old.Steps
			}
			e.Guard = g
		case same >= limits.MaxAlike:
			w.t.Limits.Hit(limits.Alike)
			old.Guard = commonGuard(old.Guard, e.Guard)
			return
		default:
			continue
		}
		// e stands for both; others may go into it as well.
		w.events = slices.Delete(w.events, i, i+1)
		at, same, i = min(at, i), 0, -1
	}
	if len(w.events) >= limits.MaxEvents {
		w.t.Limits.Hit(limits.Events)
		return
	}
	w.events = slices.Insert(w.events, at, e)
}

func sameSig(a, b *types.Signature) bool {
	return a == b || a != nil && b != nil && types.Identical(a, b)
}

// eitherGuard returns the literals that a and b have in common; ok reports whether they say the same
// as "a or b".
func eitherGuard(a, b []Literal) (g []Literal, ok bool) {
	g = commonGuard(a, b)
	x, inA := others(a, g)
	y, inB := others(b, g)
	return g, inA == 0 || inB == 0 || inA == 1 && inB == 1 && x.Cond == y.Cond
}

// others returns how many literals of a guard another one does not have, and the last of them. What depends on a test on one way only
// happens on another one whatever the test says.
func others(guard, g []Literal) (last Literal, n int) {
	for _, l := range guard {
		if !isDependsOn(l.Cond) && !says(g, l.Cond, l.Val) {
			last = l
			n++
		}
	}
	return last, n
}

func sameHeld(a, b []HeldLock) bool {
	return slices.EqualFunc(a, b, func(a, b HeldLock) bool {
		return a.Lock == b.Lock && a.Mode == b.Mode && a.Crossed == b.Crossed && a.Joint == b.Joint && a.Link == b.Link && a.Made == b.Made
	})
}

// commonGuard returns the literals that a and b have in common: a itself, if those are all.
func commonGuard(a, b []Literal) (c []Literal) {
	if !slices.ContainsFunc(a, func(l Literal) bool { return !slices.Contains(b, l) }) {
		return a
	}
	for _, l := range a {
		if says(b, l.Cond, l.Val) {
			l.Before = l.Before || !slices.Contains(b, l)
			c = append(c, l)
		}
	}
	return c
}
