package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
)

// A Claim belongs to a finding or leak in a literal, and says under which conditions it
// happens. Where the literal runs, the function around it may know that they never hold.
type Claim struct {
	fn     *ssa.Function // the literal
	guards [][]Literal   // one of them; none: always
	ran    bool
	stands bool
	// outer are the claims of literals around it: that it happens where they run fn.
	outer []*Claim
}

// Refuted reports whether the literal was seen to run, and no run of it could meet
// the conditions. escapes tells which literals may also run where nobody sees it. A nil
// claim stands.
func (c *Claim) Refuted(escapes func(*ssa.Function) bool) bool {
	if c == nil || !c.ran || c.stands || escapes(c.fn) {
		return false
	}
	for _, o := range c.outer {
		if !o.Refuted(escapes) {
			return false
		}
	}
	return true
}

// claim adds to the claim of one finding that it happens under g as well. It is nil in a
// function that is no literal.
func (w *walker) claim(key any, g []Literal) *Claim {
	if w.fn.Parent() == nil {
		return nil
	}
	c := w.claims[key]
	if c == nil {
		c = &Claim{fn: w.fn}
		w.claims[key] = c
		w.claimed = append(w.claimed, c)
	}
	if len(g) == 0 {
		c.stands = true
	} else if len(c.guards) >= limits.MaxGuards {
		w.t.Limits.Hit(limits.Guards)
		c.stands = true
	} else {
		c.guards = append(c.guards, g)
	}
	return c
}

// check decides on the claims of a literal that runs in state s. If this is a literal as
// well, the function around it may know better.
func (w *walker) check(s *state, instr ssa.CallInstruction, c Callee) {
	for _, claim := range c.Summary.claims {
		claim.ran = true
		w.checked = append(w.checked, claim)
		for _, g := range claim.guards {
			if claim.stands || !w.feasible(s, instr, c, g, true) {
				continue
			}
			outer := w.claim(claim, append(w.guard(s), w.guardOf(s, g, c, instr)...))
			if outer == nil {
				claim.stands = true
			} else if !slices.Contains(claim.outer, outer) {
				claim.outer = append(claim.outer, outer)
			}
		}
	}
}
