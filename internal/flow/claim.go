package flow

import "golang.org/x/tools/go/ssa"

// A Claim belongs to a finding or leak in a literal, and says under which conditions it
// happens. Where the literal runs, the function around it may know that they never hold.
type Claim struct {
	guards [][]Literal // one of them; none: always
	ran    bool
	stands bool
}

// maxGuards bounds the conditions of one claim.
const maxGuards = 4

// Refuted reports whether the literal was seen to run, and no run of it could meet
// the conditions. A nil claim stands.
func (c *Claim) Refuted() bool { return c != nil && c.ran && !c.stands }

// claim adds to the claim of one finding that it happens in state s as well.
func (w *walker) claim(key any, s *state) *Claim {
	if w.fn.Parent() == nil || s == nil {
		return nil
	}
	c := w.claims[key]
	if c == nil {
		c = &Claim{}
		w.claims[key] = c
		w.claimed = append(w.claimed, c)
	}
	if g := w.guard(s); len(g) == 0 || len(c.guards) >= maxGuards {
		c.stands = true
	} else {
		c.guards = append(c.guards, g)
	}
	return c
}

// check decides on the claims of a literal that runs in state s.
func (w *walker) check(s *state, instr ssa.CallInstruction, c Callee) {
	for _, claim := range c.Summary.claims {
		claim.ran = true
		for _, g := range claim.guards {
			claim.stands = claim.stands || w.feasible(s, instr, c, g, true)
		}
		w.checked = append(w.checked, claim)
	}
}
