package order

import (
	"fmt"
	"go/token"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/why"
)

// reject records, until it is known that the classes at hand make no cycle, that two links of one are
// none. by is the lock that keeps them apart, nil if it is none.
func (s *search) reject(rule why.Rule, by *Lock, l, other Link) {
	if s.trace == nil || !local(l.Want.Steps) && !local(other.Want.Steps) {
		return
	}
	d := dropped(rule, l)
	if meets(l.Want, other.Holding()) && meets(other.Want, l.Holding()) {
		d.Check = "lockorder/opposite"
	}
	d.At = append(d.At, places(other)...)
	e := flow.EvidentStep(other.Want.Steps)
	e.Text = fmt.Sprintf("%s waits for %s under %s", other.Root, inShort(other.Want), inShort(other.Holding()))
	if by != nil {
		e = flow.EvidentStep(by.Steps)
		e.Text = fmt.Sprintf("%s, which %s holds too when it waits for %s under %s", inShort(*by), other.Root, inShort(other.Want), inShort(other.Holding()))
	}
	if rule == why.NoWriter {
		e.Text = inShort(l.Holding())
	}
	d.Evidence = e
	s.rejected = append(s.rejected, d)
}

// rejectForeign records, as reject does, that a cycle is not reported here, as it is another package's.
func (s *search) rejectForeign(c *Cycle) {
	if s.trace == nil {
		return
	}
	d := dropped(why.Foreign, c.Links[0])
	d.Check = "lockorder/" + c.Kind()
	for _, l := range c.Links[1:] {
		d.At = append(d.At, places(l)...)
	}
	d.Evidence = why.Evidence{Text: root(c.Links[0].Want.Class)}
	s.rejected = append(s.rejected, d)
}

// dropSkipped records which orders of locks are not looked at, although the other way round there
// is one.
func (s *search) dropSkipped(pairs []*Pair) {
	said := make(map[token.Pos]bool) // places of which it is known better
	for _, d := range s.trace.Drops {
		if d.Check == "lockorder/instances" {
			said[d.At[0]] = true
		}
	}
	for _, p := range pairs {
		for i, h := range p.Held {
			l := Link{p, i}
			if !local(p.Want.Steps) {
				continue
			}
			switch {
			case mayBeOne(h, p.Want) && !said[p.Want.Steps[0].Pos]:
				said[p.Want.Steps[0].Pos] = true
				d := dropped(why.MaybeOneLock, l)
				d.Check = "lockorder/instances"
				d.Evidence = flow.EvidentStep(h.Steps)
				d.Evidence.Text = inShort(h)
				s.trace.Drop(d)
			case h.Maybe && !h.Entry && len(s.edges[edge{p.Want.Class, h.Class}]) > 0:
				d := dropped(why.MaybeHeld, l)
				d.Evidence = flow.EvidentStep(h.Steps)
				d.Evidence.Text = inShort(h)
				s.trace.Drop(d)
			}
		}
	}
}

func dropped(rule why.Rule, l Link) why.Drop {
	return why.Drop{Check: "lockorder/cycle", Func: l.Root, Lock: inShort(l.Want), At: places(l), Rule: rule}
}

// places are where a link waits, and where what it holds was acquired.
func places(l Link) (at []token.Pos) {
	for _, steps := range [][]*flow.Step{l.Want.Steps, l.Holding().Steps} {
		if len(steps) == 0 {
			continue
		}
		for _, s := range []*flow.Step{steps[0], steps[len(steps)-1]} {
			if s.Pos.IsValid() {
				at = append(at, s.Pos)
			}
		}
	}
	return at
}

// local reports whether steps lead through this package.
func local(steps []*flow.Step) bool { return len(steps) > 0 && steps[0].Pos.IsValid() }

// inShort is the class of a lock without the path of its package.
func inShort(l Lock) string { return ShortClass(l.Class, "") }
