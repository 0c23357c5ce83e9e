package flow

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
)

// optional reports whether something happens to a lock only where a field of another package is true that others
// cannot name, or where such a field has a lock at all: objects of that package may be made to go without locks, and nobody here can know.
func (w *walker) optional(guard []Literal, lock *path.Node) bool {
	return slices.ContainsFunc(guard, func(l Literal) bool {
		field, on := l.Cond, l.Val
		if field.Kind == path.Op && field.Name == "==" && field.Y.IsNil() && field.X == lock {
			field, on = field.X, !l.Val
		}
		if !on || field.Kind != path.Deref || field.X.Kind != path.Field || token.IsExported(field.X.Name) {
			return false
		}
		return w.fn.Pkg == nil || !strings.HasPrefix(field.X.Owner, w.fn.Pkg.Pkg.Path()+".")
	})
}

// feasible reports whether nothing known in s contradicts the guard. beliefs says
// whether knowledge that may be out of date counts.
func (w *walker) feasible(s *state, instr ssa.CallInstruction, c Callee, guard []Literal, beliefs bool) bool {
	if len(guard) == 0 {
		return true
	}
	if !beliefs || !w.names.are(s, instr, c) {
		return w.allows(s, instr, c, guard, beliefs)
	}
	k := part[Literal]{&guard[0], len(guard)}
	yes, ok := w.names.allowed[k]
	if !ok {
		yes = w.allows(s, instr, c, guard, true)
		w.names.allowed[k] = yes
	}
	return yes
}

func (w *walker) allows(s *state, instr ssa.CallInstruction, c Callee, guard []Literal, beliefs bool) bool {
	var buf [limits.MaxGuard]Literal
	before := buf[:0] // what the same guard asks for: it may ask for the impossible
	for _, l := range guard {
		n := w.translate(s, l.Cond, c, instr)
		if n == nil {
			continue
		}
		key, neg := w.condition(n)
		want := Literal{Cond: key, Val: l.Val != neg}
		t := w.truthOf(s, instr, c, key, beliefs && want.Val)
		if t.known && (beliefs || !t.stale) && t.val != want.Val || !t.known && beliefs && want.Val && t.panics {
			return false
		}
		if says(before, key, !want.Val) {
			return false
		}
		before = append(before, want)
	}
	return true
}

// truthOf returns what is known of a condition at a call. Many things that a callee does depend on few conditions.
// panics says whether to ask if there would have been a panic, were it true.
func (w *walker) truthOf(s *state, instr ssa.CallInstruction, c Callee, key *path.Node, panics bool) truth {
	cached := w.names.are(s, instr, c)
	var t truth
	known := false
	if cached {
		t, known = w.names.truths[key]
	}
	if known && (t.known || t.asked || !panics) {
		return t
	}
	if !known {
		t.val, t.known, t.stale = w.decide(s, key)
	}
	if panics && !t.known {
		t.asked, t.panics = true, w.dereferenced(s, key, instr)
	}
	if cached {
		w.names.truths[key] = t
	}
	return t
}

// guardOf translates a callee's guard into the caller's entry terms.
func (w *walker) guardOf(s *state, guard []Literal, c Callee, instr ssa.CallInstruction) []Literal {
	return slices.DeleteFunc(w.translated(s, guard, c, instr), func(l Literal) bool { return !l.Cond.InEntry() })
}

// translated translates a callee's guard into the caller's terms, as far as it has any.
func (w *walker) translated(s *state, guard []Literal, c Callee, instr ssa.CallInstruction) (g []Literal) {
	for _, l := range guard {
		if isAtWill(l.Cond) {
			if cond, known := w.wish(s, l, c, instr); !known {
				g = append(g, w.will(cond))
			}
			continue
		}
		if isDependsOn(l.Cond) {
			if test := w.testOf(s, l.Cond.X, guard, c, instr); test != nil {
				g = append(g, Literal{Cond: w.t.Op(dependsOn, test, nil), Val: true})
			}
			continue
		}
		if n := w.translate(s, l.Cond, c, instr); n != nil && n.Kind != path.Const {
			key, neg := w.condition(n)
			if key.Kind != path.Const {
				g = append(g, Literal{key, l.Val != neg, l.Before})
			}
		}
	}
	return g
}

// certain reports whether what is known in s implies the guard.
func (w *walker) certain(s *state, instr ssa.CallInstruction, c Callee, guard []Literal) bool {
	for _, l := range guard {
		n := w.translate(s, l.Cond, c, instr)
		if n == nil {
			return false
		}
		key, neg := w.condition(n)
		if val, known, stale := w.decide(s, key); !known || stale || val != (l.Val != neg) {
			return false
		}
	}
	return true
}
