package lockset

import "github.com/lockvet/lockvet/internal/model"

// A Want is what a demand is about.
type Want uint8

// The wants.
const (
	WantFree Want = iota // that nobody here holds the lock: to wait for it is to be demanded
	WantHeld             // that the lock is held: it is to be released, or is demanded
)

// asIf are the operations that want the same.
var asIf = [...]Operation{WantFree: Lock, WantHeld: Unlock}

func (w Want) String() string { return [...]string{"free", "held"}[w] }

// A Demand is one to hold a lock in a mode, or that nothing keeps it from being locked in this mode.
type Demand[L comparable] struct {
	Want Want
	Lock L
	Mode model.Mode
}

// Clash says what is wrong with waiting for a lock that is held: by the mode in which it is held, and the one that
// is wanted. There are other slots of a semaphore, but it is not free altogether.
var Clash = [3][3]Violation{
	model.Write: {model.Write: Again, model.Read: ReadUnderWrite},
	model.Read:  {model.Write: Upgraded, model.Read: RecursiveRead},
	model.Slot:  {model.Write: Again},
}

// Lack says what is wrong with a lock that is held, by the same modes, where it is demanded.
var Lack = [3][3]Violation{
	model.Write: {model.Read: TooStrong, model.Slot: TooStrong},
	model.Read:  {model.Write: TooWeak, model.Slot: TooWeak},
	model.Slot:  {model.Write: TooWeak, model.Read: TooWeak},
}

// A Verdict is how a set answers a demand.
type Verdict uint8

// The verdicts.
const (
	Open     Verdict = iota // nothing is known: whoever calls the function has to meet it
	Met                     // it is met
	Violated                // it is not met
	Doubtful                // it is not met, unless the entry is not true
)

func (v Verdict) String() string { return [...]string{"open", "met", "violated", "doubtful"}[v] }

// An Answer is a verdict and what it rests on.
type Answer[L comparable, B any] struct {
	Verdict
	Violation Violation    // if it is violated or doubtful
	Entry     *Entry[L, B] // that meets the demand, or does not; nil if there is none. It is good until the set changes
	Place     int          // of Entry in [Set.Held], -1 if it is not there
}

// Ask answers a demand.
func (s *Set[L, B]) Ask(d Demand[L]) Answer[L, B] {
	if d.Want == WantFree {
		if a := s.clashes(d); a.Place >= 0 {
			return a
		}
	} else if i := s.Find(d.Lock, d.Mode); i >= 0 {
		return answer(&s.entries[i], i, Lack[s.entries[i].Mode][d.Mode])
	}
	e := s.other(d.Lock)
	if e == nil {
		return Answer[L, B]{Place: -1}
	}
	switch Next[e.Phase][asIf[d.Want]].Wrong {
	case WhileGone:
		return answer(e, -1, Gone)
	case WhenNotGot:
		if e.Mode == d.Mode {
			return answer(e, -1, NotGot)
		}
	}
	if e.Phase.IsFree() {
		return answer(e, -1, None)
	}
	return Answer[L, B]{Place: -1}
}

// answer is the answer that an entry gives.
func answer[L comparable, B any](e *Entry[L, B], place int, v Violation) Answer[L, B] {
	switch {
	case v == None:
		return Answer[L, B]{Met, None, e, place}
	case !e.Sure():
		return Answer[L, B]{Doubtful, v, e, place}
	}
	return Answer[L, B]{Violated, v, e, place}
}

// clashes answers a demand for a free lock by its acquisitions: by a sure one before others, by one for writing before one for reading, and by the
// newest. That it is held for reading and wanted for reading counts last.
func (s *Set[L, B]) clashes(d Demand[L]) Answer[L, B] {
	best := Answer[L, B]{Place: -1}
	rank := func(a *Answer[L, B]) (r int) {
		switch {
		case a.Verdict == Met:
			return 0
		case a.Violation != RecursiveRead:
			r = 4
		}
		if a.Verdict == Violated {
			r += 2
		}
		if a.Entry.Mode == model.Write {
			r++
		}
		return r + 1
	}
	for i := s.held - 1; i >= 0; i-- {
		if e := &s.entries[i]; e.Lock == d.Lock {
			if a := answer(e, i, Clash[e.Mode][d.Mode]); best.Place < 0 || rank(&a) > rank(&best) {
				best = a
			}
		}
	}
	return best
}
