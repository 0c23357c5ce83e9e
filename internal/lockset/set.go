package lockset

import (
	"slices"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
)

// Doubt says why an entry may not be true. Nothing is reported that rests on a doubtful entry.
type Doubt uint8

// The reasons to doubt an entry. There may be several.
const (
	// Unsure: the lock may have been released, or handed over; of one that is not held: it may not have been.
	Unsure Doubt = 1 << iota
	// Moved: the name may denote another lock by now.
	Moved
)

// String writes a ? for what is unsure and a ~ for what has moved.
func (d Doubt) String() (text string) {
	if d&Unsure != 0 {
		text += "?"
	}
	if d&Moved != 0 {
		text += "~"
	}
	return text
}

// An Entry says in which phase a lock called L is since B.
type Entry[L comparable, B any] struct {
	Lock  L
	By    B // the operation by which it came into the phase
	Mode  model.Mode
	Was   model.Mode // of a retaken lock: the mode in which the caller held it
	Phase Phase
	Doubt Doubt
}

// Is reports whether there is one of some reasons to doubt the entry.
func (e *Entry[L, B]) Is(d Doubt) bool { return e.Doubt&d != 0 }

// Sure reports whether there is no reason to doubt the entry.
func (e *Entry[L, B]) Sure() bool { return e.Doubt == 0 }

// A Set has what is known of each lock: an entry for each acquisition that has not been released, and one at most for a lock that
// is not held. The zero Set knows nothing.
type Set[L comparable, B any] struct {
	entries []Entry[L, B]
	held    int // the first ones are held
}

// Held returns the acquisitions that have not been released, oldest first. Their names, doubts and operations may be
// changed, but not their phases.
func (s *Set[L, B]) Held() []Entry[L, B] { return s.entries[:s.held:s.held] }

// Others returns what is known of the locks that are not held. The same goes for them.
func (s *Set[L, B]) Others() []Entry[L, B] { return s.entries[s.held:len(s.entries):len(s.entries)] }

// All returns both: first the locks that are held.
func (s *Set[L, B]) All() []Entry[L, B] { return s.entries }

// Clone returns a copy that shares nothing with s.
func (s *Set[L, B]) Clone() Set[L, B] { return Set[L, B]{slices.Clone(s.entries), s.held} }

// Find returns the place in Held of the newest acquisition of a lock, -1 if there is none. One in the wanted mode comes
// before others.
func (s *Set[L, B]) Find(lock L, mode model.Mode) int {
	other := -1
	for i := s.held - 1; i >= 0; i-- {
		if s.entries[i].Lock == lock {
			if s.entries[i].Mode == mode {
				return i
			}
			if other < 0 {
				other = i
			}
		}
	}
	return other
}

// Free returns the entry of a lock that is known to be free, nil if it is not.
func (s *Set[L, B]) Free(lock L) *Entry[L, B] {
	if e := s.other(lock); e != nil && e.Phase.IsFree() {
		return e
	}
	return nil
}

// other returns what is known of a lock beside its acquisitions.
func (s *Set[L, B]) other(lock L) *Entry[L, B] {
	for i := s.held; i < len(s.entries); i++ {
		if s.entries[i].Lock == lock {
			return &s.entries[i]
		}
	}
	return nil
}

// Phase returns the phase of a lock.
func (s *Set[L, B]) Phase(lock L) Phase {
	if i := s.Find(lock, model.Write); i >= 0 {
		return s.entries[i].Phase
	}
	if e := s.other(lock); e != nil {
		return e.Phase
	}
	return Unknown
}

// Do makes of the lock of e what the operation makes of it; e has the operation, its mode and its doubts. An Unlock ends the newest acquisition in this
// mode, or else in another one.
func (s *Set[L, B]) Do(op Operation, e Entry[L, B]) {
	if i := s.Find(e.Lock, e.Mode); op == Unlock && i >= 0 {
		s.Release(i, e)
		return
	}
	was := s.Phase(e.Lock)
	e.Phase = Next[was][op].Next
	switch {
	case op == Lock || op == Get:
		if e.Phase == Retaken {
			e.Was = s.other(e.Lock).Mode
		}
		s.Forget(e.Lock)
		s.entries = slices.Insert(s.entries, s.held, e)
		s.held++
	case !e.Phase.IsHeld() && !was.IsFree():
		s.note(e)
	}
}

// Release ends the acquisition at place i of Held, and returns it. The lock of e, which may be another name for it, comes into the next
// phase, unless it is held still, or
// known to be free under this name.
func (s *Set[L, B]) Release(i int, e Entry[L, B]) (ended Entry[L, B]) {
	ended = s.entries[i]
	s.entries = slices.Delete(s.entries, i, i+1)
	s.held--
	e.Phase = Next[ended.Phase][Unlock].Next
	if s.Find(e.Lock, e.Mode) < 0 && (ended.Lock == e.Lock || s.Free(e.Lock) == nil) {
		s.note(e)
	}
	return ended
}

// Forget drops what is known of a lock, but for its acquisitions.
func (s *Set[L, B]) Forget(lock L) {
	s.Drop(func(e *Entry[L, B]) bool { return !e.Phase.IsHeld() && e.Lock == lock })
}

// Drop drops the entries that it is told to.
func (s *Set[L, B]) Drop(drop func(*Entry[L, B]) bool) {
	kept := 0
	held := s.held
	for i := range s.entries {
		if drop(&s.entries[i]) {
			if i < held {
				s.held--
			}
			continue
		}
		if kept != i {
			s.entries[kept] = s.entries[i]
		}
		kept++
	}
	clear(s.entries[kept:])
	s.entries = s.entries[:kept]
}

// Hold adds acquisitions as they are, after the others.
func (s *Set[L, B]) Hold(es ...Entry[L, B]) {
	s.entries = slices.Insert(s.entries, s.held, es...)
	s.held += len(es)
}

// note puts e in the place of what is known of its lock, beside its acquisitions. Of very many locks that the function has acquired and released,
// the first are forgotten: only an unlock of one more would be missed.
func (s *Set[L, B]) note(e Entry[L, B]) {
	s.Forget(e.Lock)
	if others := s.Others(); len(others) >= limits.MaxKnown {
		if i := slices.IndexFunc(others, func(e Entry[L, B]) bool { return e.Phase.IsOurs() }); i >= 0 {
			s.entries = slices.Delete(s.entries, s.held+i, s.held+i+1)
		}
	}
	s.entries = append(s.entries, e)
}

// Meet leaves in s what both s and o know of the locks that are not held; those that are held are the same in both. A lock that was given up on one of
// two ways only stays so, but is not sure. It reports whether s changed.
func (s *Set[L, B]) Meet(o *Set[L, B]) (changed bool) {
	n := len(s.entries)
	s.Drop(func(e *Entry[L, B]) bool {
		if e.Phase.IsHeld() || e.Phase == GivenUp {
			return false
		}
		other := o.other(e.Lock)
		return other == nil || other.Phase.IsOurs() != e.Phase.IsOurs() || other.Phase.IsFree() != e.Phase.IsFree()
	})
	changed = len(s.entries) != n
	for i := s.held; i < len(s.entries); i++ {
		e := &s.entries[i]
		old := *e
		switch other := o.other(e.Lock); {
		case other == nil || other.Phase.IsOurs() != e.Phase.IsOurs():
			e.Doubt |= Unsure
		default:
			e.Doubt |= other.Doubt
			e.Phase = max(e.Phase, other.Phase) // used, if one is
		}
		changed = changed || e.Doubt != old.Doubt || e.Phase != old.Phase
	}
	for _, e := range o.Others() {
		if e.Phase == GivenUp && s.other(e.Lock) == nil {
			e.Doubt |= Unsure
			s.note(e)
			changed = true
		}
	}
	return changed
}
