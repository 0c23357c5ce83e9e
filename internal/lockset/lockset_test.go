package lockset

import (
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/quick"

	"github.com/lockvet/lockvet/internal/model"
)

// An op is an operation on one of a few locks, and a path is a few of them, one after another.
type op struct {
	Op   Operation
	Lock int
	Mode model.Mode
}

type way []op

const locks = 3

func (way) Generate(r *rand.Rand, size int) reflect.Value {
	var w way
	for range r.Intn(size + 1) {
		w = append(w, op{Operation(r.Intn(int(operations))), r.Intn(locks), model.Mode(r.Intn(2))})
	}
	return reflect.ValueOf(w)
}

func (o op) String() string {
	return fmt.Sprintf("%s %d(%d)", o.Op, o.Lock, o.Mode)
}

type set = Set[int, int]

// want is what an operation demands. A TryLock demands nothing.
func (o op) want() (Demand[int], bool) {
	switch o.Op {
	case Lock, Use:
		return Demand[int]{WantFree, o.Lock, o.Mode}, true
	case Unlock:
		return Demand[int]{WantHeld, o.Lock, o.Mode}, true
	}
	return Demand[int]{}, false
}

// can reports whether the result of a TryLock is possible: it gets a lock exactly if what the goroutine itself holds does not keep it from that.
func (o op) can(s *set) bool {
	if o.Op == Get {
		a := s.Ask(Demand[int]{WantFree, o.Lock, o.Mode})
		return a.Verdict != Violated || a.Violation == RecursiveRead
	}
	return true
}

// A lock of the model is counted: how often the function holds it in each mode, how often the caller's acquisition has been given back, and what happened last
// to it. It shares nothing with the table: it says what package sync does.
type counted struct {
	held   [2]int // by mode
	taken  bool   // the caller has had it, as the function has released it
	back   bool   // and holds it again
	usedUp bool   // the function, or a callee, has released it: whoever unlocks it now unlocks too much
	failed int    // the mode in which a TryLock has failed last, plus one
}

type reference [locks]counted

// wrong says what the model finds wrong with an operation.
func (m *reference) wrong(o op) Violation {
	l := &m[o.Lock]
	other := 1 - o.Mode
	switch o.Op {
	case Lock, Use:
		switch {
		case l.held[model.Write] > 0 && o.Mode == model.Write:
			return Again
		case l.held[model.Write] > 0:
			return ReadUnderWrite
		case l.held[model.Read] > 0 && o.Mode == model.Write:
			return Upgraded
		case l.held[model.Read] > 0:
			return RecursiveRead
		}
	case Unlock:
		switch {
		case l.held[o.Mode] > 0:
		case l.held[other] > 0 && other == model.Read:
			return TooWeak
		case l.held[other] > 0:
			return TooStrong
		case l.usedUp:
			return Gone
		case l.failed == int(o.Mode)+1:
			return NotGot
		}
	}
	return None
}

// do executes an operation with which nothing is wrong, but maybe a recursive RLock.
func (m *reference) do(o op) {
	l := &m[o.Lock]
	holds := l.held[0]+l.held[1] > 0
	switch o.Op {
	case Lock, Get:
		l.back = l.back || l.taken && !holds
		l.held[o.Mode]++
		l.usedUp, l.failed = false, 0
	case Fail:
		if !holds && !l.usedUp {
			l.failed = int(o.Mode) + 1
		}
	case Use:
		if !holds {
			l.usedUp, l.failed = true, 0
		}
	case Unlock:
		if holds {
			l.held[o.Mode]--
			holds = l.held[0]+l.held[1] > 0
		} else {
			l.taken, l.back = true, false // the caller's
		}
		if !holds {
			l.usedUp, l.failed, l.back = true, 0, false
		}
	}
}

// phase is the phase that the model stands for, but that it does not tell who has released a lock.
func (m *reference) phase(lock int) string {
	l := &m[lock]
	switch {
	case l.held[0]+l.held[1] > 0:
		return "held"
	case l.usedUp:
		return "free"
	case l.failed > 0:
		return "failed"
	}
	return "unknown"
}

func coarse(p Phase) string {
	switch {
	case p.IsHeld():
		return "held"
	case p.IsFree():
		return "free"
	}
	return p.String()
}

// The set finds a violation exactly where counting the locks does, as long as nothing is doubtful.
func TestAgainstCounting(t *testing.T) {
	seen := make(map[Violation]int)
	check := func(w way) bool {
		var s set
		var m reference
		for i, o := range w {
			if !o.can(&s) {
				continue
			}
			v := m.wrong(o)
			if d, ok := o.want(); ok {
				a := s.Ask(d)
				if a.Violation != v || (a.Verdict == Violated) != (v != None) {
					t.Errorf("%v: the set answers %s, counting %q", w[:i+1], a, v)
					return false
				}
				seen[v]++
			}
			if v != None && v != RecursiveRead {
				return true // the program ends here
			}
			s.Do(o.Op, Entry[int, int]{Lock: o.Lock, Mode: o.Mode, By: i})
			m.do(o)
			for lock := range locks {
				if got, want := coarse(s.Phase(lock)), m.phase(lock); got != want {
					t.Errorf("%v: lock %d is %s, by counting %s", w[:i+1], lock, got, want)
					return false
				}
				var held [2]int
				for _, e := range s.Held() {
					if e.Lock == lock {
						held[e.Mode]++
					}
				}
				if held != m[lock].held {
					t.Errorf("%v: lock %d is held %v, by counting %v", w[:i+1], lock, held, m[lock].held)
					return false
				}
			}
		}
		return true
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 20000}); err != nil {
		t.Fatal(err)
	}
	for v := range Never {
		if seen[v] == 0 {
			t.Errorf("no random path has led to %q", v)
		}
	}
}

// at returns a set that a path leads to, as if nothing were wrong with it; doubts are those of its entries, in turn.
func at(w way, doubts []Doubt) *set {
	var s set
	for i, o := range w {
		if o.can(&s) {
			s.Do(o.Op, Entry[int, int]{Lock: o.Lock, Mode: o.Mode, By: i})
		}
	}
	for i := range s.entries {
		if len(doubts) > 0 {
			s.entries[i].Doubt |= doubts[i%len(doubts)] & (Unsure | Moved)
		}
	}
	return &s
}

func (Doubt) Generate(r *rand.Rand, _ int) reflect.Value {
	return reflect.ValueOf(Doubt(r.Intn(4)))
}

// Lock and Unlock leave everything as it is, but that the lock is known to be free. Where the function has given
// up its caller's lock, it stays given up.
func TestLockUnlock(t *testing.T) {
	check := func(w way, lock uint8, mode bool) bool {
		s := at(w, nil)
		e := Entry[int, int]{Lock: int(lock) % locks, By: -1}
		if mode {
			e.Mode = model.Read
		}
		before := s.Clone()
		was := s.Phase(e.Lock)
		s.Do(Lock, e)
		s.Do(Unlock, e)
		before.Forget(e.Lock)
		after := s.Clone()
		after.Forget(e.Lock)
		want := map[Phase]Phase{Unknown: Released, Failed: Released, Released: Released, Used: Released, GivenUp: GivenUp}
		p, free := want[was]
		if !free {
			p = was
		}
		if !slices.Equal(before.entries, after.entries) || s.Phase(e.Lock) != p {
			t.Errorf("%v: lock and unlock of %s lock %d lead from\n%s\nto\n%s", w, was, e.Lock, &before, s)
			return false
		}
		return true
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 5000}); err != nil {
		t.Fatal(err)
	}
}

// The more is doubtful, the less is violated: doubts never make a demand be violated, and what they take away is doubtful, or rests on
// something sure. What is met stays met.
func TestDoubtIsMonotone(t *testing.T) {
	doubtful := 0
	check := func(w way, doubts []Doubt, d op) bool {
		sure, unsure := at(w, nil), at(w, doubts)
		for _, want := range []Want{WantFree, WantHeld} {
			demand := Demand[int]{want, d.Lock, d.Mode}
			a, b := sure.Ask(demand), unsure.Ask(demand)
			if b.Verdict == Violated && !b.Entry.Sure() {
				t.Errorf("%s in %s: %s", demand, unsure, b)
				return false
			}
			ok := a.Verdict == b.Verdict
			if a.Verdict == Violated {
				ok = b.Verdict == Violated || b.Verdict == Doubtful && !b.Entry.Sure()
			}
			if b.Verdict == Doubtful {
				doubtful++
			}
			if !ok {
				t.Errorf("%s: %s in %s, and %s in %s", demand, a, sure, b, unsure)
				return false
			}
		}
		return true
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 5000}); err != nil {
		t.Fatal(err)
	}
	if doubtful == 0 {
		t.Error("nothing was doubtful")
	}
}

func (op) Generate(r *rand.Rand, _ int) reflect.Value {
	return reflect.ValueOf(op{Operation(r.Intn(int(operations))), r.Intn(locks), model.Mode(r.Intn(2))})
}

// free returns a set without the locks that are held: where two paths meet, the same is held.
func free(w way, doubts []Doubt) *set {
	s := at(w, doubts)
	s.Drop(func(e *Entry[int, int]) bool { return e.Phase.IsHeld() })
	return s
}

// same compares what two sets know, in whatever order they have learned it.
func same(a, b *set) bool {
	text := func(s *set) []string {
		var lines []string
		for _, e := range s.entries {
			lines = append(lines, fmt.Sprint(e.Phase, e.Lock, e.Doubt))
		}
		slices.Sort(lines)
		return lines
	}
	return slices.Equal(text(a), text(b))
}

// Where two paths meet, what is known is what both know, in whatever order they are met, and no more if one is met twice.
func TestMeet(t *testing.T) {
	meet := func(a, b *set) *set {
		m := a.Clone()
		m.Meet(b)
		return &m
	}
	check := func(w1, w2, w3 way, d1, d2, d3 []Doubt) bool {
		a, b, c := free(w1, d1), free(w2, d2), free(w3, d3)
		m := meet(a, b)
		again := m.Clone()
		for _, law := range []struct {
			name string
			ok   bool
		}{
			{"a & a = a", same(meet(a, a), a)},
			{"a & b = b & a", same(m, meet(b, a))},
			{"(a & b) & c = a & (b & c)", same(meet(m, c), meet(a, meet(b, c)))},
			{"(a & b) & b changes nothing", !again.Meet(b)},
		} {
			if !law.ok {
				t.Errorf("not %s:\na: %s\nb: %s\nc: %s\na & b: %s\nb & a: %s", law.name, a, b, c, m, meet(b, a))
				return false
			}
		}
		for _, e := range m.entries {
			for _, s := range []*set{a, b} {
				if o := s.other(e.Lock); e.Sure() && (o == nil || !o.Sure() || o.Phase.IsOurs() != e.Phase.IsOurs()) {
					t.Errorf("%s is sure where two paths meet, and not on one of them:\n%s\n%s", &e, a, b)
					return false
				}
			}
		}
		return true
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 20000}); err != nil {
		t.Fatal(err)
	}
}

// The list has first what is held, and one entry at most for a lock that is not.
func TestList(t *testing.T) {
	check := func(w way, lock uint8) bool {
		s := at(w, nil)
		s.Drop(func(e *Entry[int, int]) bool { return e.By%3 == int(lock)%3 })
		known := make(map[int]bool)
		for i, e := range s.All() {
			if e.Phase.IsHeld() != (i < len(s.Held())) || !e.Phase.IsHeld() && known[e.Lock] || e.By%3 == int(lock)%3 {
				t.Errorf("%v: the list is %v, of which %d are held", w, s.entries, s.held)
				return false
			}
			if !e.Phase.IsHeld() {
				known[e.Lock] = true
			}
		}
		return len(s.Held())+len(s.Others()) == len(s.All())
	}
	if err := quick.Check(check, nil); err != nil {
		t.Fatal(err)
	}
}

// The package's documentation shows the table.
func TestTableIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for line := range strings.Lines(Table()) {
		want.WriteString("//\t" + line)
	}
	if !strings.Contains(string(doc), want.String()) {
		t.Errorf("doc.go does not have the table\n%s", want.String())
	}
}

func TestString(t *testing.T) {
	var s Set[string, int]
	s.Do(Fail, Entry[string, int]{Lock: "e"})
	s.Do(Use, Entry[string, int]{Lock: "d"})
	s.Do(Unlock, Entry[string, int]{Lock: "c"})
	s.Do(Unlock, Entry[string, int]{Lock: "r", Mode: model.Read})
	s.Do(Lock, Entry[string, int]{Lock: "r", Mode: model.Read})
	s.Do(Lock, Entry[string, int]{Lock: "a", Doubt: Unsure | Moved})
	s.Do(Get, Entry[string, int]{Lock: "b", Mode: model.Slot})
	s.Do(Lock, Entry[string, int]{Lock: "f"})
	s.Do(Unlock, Entry[string, int]{Lock: "f", Doubt: Moved})
	const want = "holds a?~, b(s); holds again r(r); released f~; used d; released for the caller c; did not get e"
	if got := s.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, c := range []struct {
		d    Demand[string]
		want string
	}{
		{Demand[string]{WantFree, "a", model.Read}, "free a(r): doubtful: read under write a?~"},
		{Demand[string]{WantHeld, "r", model.Write}, "held r: violated: too weak r(r)"},
		{Demand[string]{WantHeld, "e", model.Write}, "held e: violated: failed e"},
		{Demand[string]{WantFree, "d", model.Write}, "free d: met d"},
		{Demand[string]{WantHeld, "z", model.Write}, "held z: open"},
	} {
		if got := c.d.String() + ": " + s.Ask(c.d).String(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// A lock that is taken back remembers how the caller held it, and of two acquisitions an operation finds the one in its mode.
func TestModes(t *testing.T) {
	var s set
	s.Do(Unlock, Entry[int, int]{Lock: 1, Mode: model.Read})
	s.Do(Lock, Entry[int, int]{Lock: 1, Mode: model.Write, By: 7})
	if e := s.Held()[0]; e.Phase != Retaken || e.Was != model.Read || e.Mode != model.Write {
		t.Errorf("%s is %s, and was held in mode %d", &e, e.Phase, e.Was)
	}
	s.Do(Lock, Entry[int, int]{Lock: 1, Mode: model.Read, By: 8})
	if i := s.Find(1, model.Write); s.Held()[i].By != 7 {
		t.Errorf("the acquisition for writing is taken for that at place %d", i)
	}
	s.Do(Unlock, Entry[int, int]{Lock: 1, Mode: model.Write})
	if h := s.Held(); len(h) != 1 || h[0].By != 8 {
		t.Errorf("after the Unlock, the set is %s", &s)
	}
}
