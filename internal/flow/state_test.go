package flow

import (
	"math/rand/v2"
	"testing"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// A world has the names that random states are about.
type world struct {
	t     *path.Table
	keyer keyer
	conds []*path.Node
	addrs []*path.Node
	locks []*path.Node
	lost  *lostSets
}

func newWorld() *world {
	t := path.NewTable()
	w := &world{t: t, keyer: keyer{ids: make(map[any]uint32)}, lost: &lostSets{}}
	for i := range 3 {
		p := t.Param(i)
		w.conds = append(w.conds, p, t.Op("==", t.Deref(p), t.Const(nil)))
		w.addrs = append(w.addrs, t.Field(p, "f", "x.T", false))
		w.locks = append(w.locks, t.Field(p, "mu", "x.T", false))
	}
	return w
}

// state returns a random state that holds nothing: states that are met hold the same.
func (w *world) state(r *rand.Rand) *state {
	s := &state{waited: r.IntN(2) == 0}
	for _, key := range w.conds {
		if r.IntN(2) == 0 {
			s.conds = append(s.conds, cond{key: key, val: r.IntN(2) == 0, stale: r.IntN(3) == 0, entry: r.IntN(2) == 0})
		}
	}
	for _, addr := range w.addrs {
		switch r.IntN(4) {
		case 0:
			s.setCell(addr, w.t.Bool(r.IntN(2) == 0))
		case 1:
			s.setCell(addr, nil)
		}
	}
	for _, lock := range w.locks {
		if r.IntN(2) == 0 {
			s.locks.Do([]lockset.Operation{lockset.Fail, lockset.Use, lockset.Unlock}[r.IntN(3)], known{Lock: lock, Doubt: lockset.Doubt(r.IntN(4)), By: &act{}})
		}
	}
	if r.IntN(3) == 0 {
		s.lost = w.lost.add(s.lost, "x.T.f")
	}
	return s
}

func (w *world) key(s *state) string {
	return string(w.keyer.key(s, func(*path.Node) bool { return false }))
}

// Where two paths join, what is known is what both know: in whatever order they are met, and no
// more if one is met twice.
func TestMeet(t *testing.T) {
	w := newWorld()
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		a, b, c := w.state(r), w.state(r), w.state(r)
		meet := func(x, y *state) *state {
			m := x.clone()
			m.meet(y)
			return m
		}
		if same := meet(a, a); w.key(same) != w.key(a) {
			t.Fatalf("a state met with itself changes:\n%s\n%s", a, same)
		}
		if x, y := meet(a, b), meet(b, a); w.key(x) != w.key(y) {
			t.Fatalf("the order matters:\n%s\n%s\nare\n%s\nor\n%s", a, b, x, y)
		}
		if x, y := meet(meet(a, b), c), meet(a, meet(b, c)); w.key(x) != w.key(y) {
			t.Fatalf("the order matters:\n%s\n%s\n%s\nare\n%s\nor\n%s", a, b, c, x, y)
		}
		m := meet(a, b)
		if again := m.clone(); again.meet(b) {
			t.Fatalf("meeting a state that has been met changes something:\n%s\n%s", m, again)
		}
		for _, known := range m.conds {
			for _, s := range []*state{a, b} {
				found := false
				for _, c := range s.conds {
					found = found || c.key == known.key && c.val == known.val
				}
				if !found {
					t.Fatalf("%s is known where two paths join, but not on one of them: %s", known.key, s)
				}
			}
		}
	}
}

// What is assumed is decided so, until it is doubted.
func TestAssume(t *testing.T) {
	w := newWorld()
	walker := &walker{t: w.t}
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		s := w.state(r)
		key, val := w.conds[r.IntN(len(w.conds))], r.IntN(2) == 0
		s.assume(key, val)
		if got, known, stale := walker.decide(s, key); !known || stale || got != val {
			t.Fatalf("%s was assumed to be %t, and is %t, known: %t, stale: %t", key, val, got, known, stale)
		}
		s.doubt(key)
		if got, known, stale := walker.decide(s, key); !known || !stale || got != val {
			t.Fatalf("%s was doubted, and is %t, known: %t, stale: %t", key, got, known, stale)
		}
	}
}

func TestStateString(t *testing.T) {
	w := newWorld()
	mu := w.locks[0]
	s := &state{}
	s.locks.Do(lockset.Lock, known{Lock: mu, Mode: model.Read, Doubt: lockset.Unsure, By: &act{}})
	s.locks.Do(lockset.Lock, known{Lock: w.locks[1], Doubt: lockset.Moved, By: &act{}})
	s.locks.Do(lockset.Unlock, known{Lock: w.locks[2], By: &act{}})
	s.setCell(w.addrs[0], w.t.Bool(true))
	s.setCell(w.addrs[1], nil)
	s.assume(w.conds[0], false)
	s.assume(w.conds[1], true)
	s.doubt(w.conds[1])
	const want = "holds arg0.mu(r)?, arg1.mu~; released for the caller arg2.mu; memory arg0.f=Booltrue, arg1.f=?; if !arg0^, (arg0==nil)~^"
	if got := s.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := (&state{}).String(); got != "nothing known" {
		t.Errorf("got %q for the state at the beginning", got)
	}
}
