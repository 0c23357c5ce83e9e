package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
)

// names are what a callee's names mean at a call in one state, as far as that has been asked: what a callee does has
// few names, which it uses again and again.
type names struct {
	s     *state
	instr ssa.CallInstruction
	sum   *Summary                  // of the callee
	all   map[*path.Node]*path.Node // see [walker.translate]
	locks map[*path.Node]*path.Node // see [walker.callersLock]; nil for those that are not ok

	// What has been asked since the state was last changed.
	truths  map[*path.Node]truth      // by condition of the caller
	allowed map[part[Literal]]bool    // by guard: see [walker.feasible], with beliefs
	passed  map[part[Passed]][]Passed // see [walker.callersPassed]
	own     []Literal                 // what [walker.guard] returns; nil if nobody has asked
}

// A part identifies a slice that is never changed by where it lies.
type part[T any] struct {
	first *T
	n     int
}

// A truth is what [walker.decide] returns of a condition, and [walker.dereferenced] if it was asked.
type truth struct{ val, known, stale, asked, panics bool }

// changed forgets what depends on the conditions of the state.
func (n *names) changed() {
	n.truths, n.allowed, n.own = empty(n.truths), empty(n.allowed), nil
}

// newNames returns names of which nothing has been asked yet, in maps that others have used before.
func (w *walker) newNames(s *state, instr ssa.CallInstruction, c Callee) *names {
	var n *names
	if last := len(w.spare) - 1; last >= 0 {
		n, w.spare = w.spare[last], w.spare[:last]
		n.all, n.locks, n.passed = empty(n.all), empty(n.locks), empty(n.passed)
		n.changed()
	} else {
		n = &names{
			all: make(map[*path.Node]*path.Node), locks: make(map[*path.Node]*path.Node),
			truths: make(map[*path.Node]truth), allowed: make(map[part[Literal]]bool), passed: make(map[part[Passed]][]Passed),
		}
	}
	n.s, n.instr, n.sum = s, instr, c.Summary
	return n
}

// empty returns an empty map: m without its elements, unless it has had so many that to clear it takes longer than to
// make another one.
func empty[K comparable, V any](m map[K]V) map[K]V {
	if len(m) > 100 {
		return make(map[K]V)
	}
	clear(m)
	return m
}

// are reports whether the names are those of a call.
func (n *names) are(s *state, instr ssa.CallInstruction, c Callee) bool {
	return n != nil && n.s == s && n.sum == c.Summary && n.instr == instr
}
