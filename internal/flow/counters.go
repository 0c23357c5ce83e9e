package flow

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// countersOf returns the counters of the loop with a header.
func (fi *funcInfo) countersOf(header *ssa.BasicBlock) []ssax.Counter {
	all, ok := fi.counters[header]
	if !ok {
		if fi.counters == nil {
			fi.counters = make(map[*ssa.BasicBlock][]ssax.Counter)
		}
		all = ssax.Counters(header)
		fi.counters[header] = all
	}
	return all
}

// A comparison is one of a counter with a value.
type comparison struct {
	counter ssax.Counter
	eq      *ssa.BinOp
}

// passes returns the comparisons of the counters of a loop with values that these are past when the next turn begins, as the turn that ends in s
// shows: "i == 3" is true in one turn at most.
func (w *walker) passes(s *state, header *ssa.BasicBlock) (past []comparison) {
	holds := func(cond *path.Node) bool {
		val, known, _ := w.decide(s, cond)
		return known && val
	}
	for _, c := range w.info.countersOf(header) {
		for _, eq := range c.Equal {
			key := binop(w.t, token.EQL, w.node(s, eq.X), w.node(s, eq.Y))
			if cond := w.pastValue(c, key); holds(key) || cond != nil && holds(cond) {
				past = append(past, comparison{c, eq})
			}
		}
	}
	return past
}

// goesPast notes at the beginning of a turn which values the counters are past.
func (w *walker) goesPast(s *state, past []comparison) {
	for _, b := range past {
		key := binop(w.t, token.EQL, w.node(s, b.eq.X), w.node(s, b.eq.Y))
		if cond := w.pastValue(b.counter, key); cond != nil {
			past, neg := w.condition(cond)
			s.assume(past, !neg)
		}
	}
}

// pastValue returns the condition that a counter is past the value with which key compares it by ==; nil if key is no such comparison.
func (w *walker) pastValue(c ssax.Counter, key *path.Node) *path.Node {
	if key.Kind != path.Op || key.Name != "==" {
		return nil
	}
	counter, value := key.X, key.Y
	phi := w.t.Value(c.Phi, 0)
	if !counter.Mentions(phi) {
		counter, value = value, counter
	}
	if !counter.Mentions(phi) {
		return nil
	}
	if c.Up {
		return binop(w.t, token.LSS, value, counter)
	}
	return binop(w.t, token.LSS, counter, value)
}

// unequal reports whether a condition that holds says that one of two values is less than the other. stale is as decide returns it.
func (s *state) unequal(x, y *path.Node) (is, stale bool) {
	i := slices.IndexFunc(s.conds, func(c cond) bool {
		return c.val && c.key.Kind == path.Op && c.key.Name == "<" && (c.key.X == x && c.key.Y == y || c.key.X == y && c.key.Y == x)
	})
	return i >= 0, i >= 0 && s.conds[i].stale
}

// pastLast reports whether a counter is known to be past n-1: a loop whose turn i == n-1 has been has no further one.
func (s *state) pastLast(counter, n *path.Node) bool {
	return slices.ContainsFunc(s.conds, func(c cond) bool {
		if !c.val || c.stale || c.key.Kind != path.Op || c.key.Name != "<" || c.key.Y != counter {
			return false
		}
		last := c.key.X
		return last.Kind == path.Op && last.Name == "-" && last.X == n && isInt(last.Y) && last.Y.Const.ExactString() == "1"
	})
}
