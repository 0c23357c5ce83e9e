package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
)

// ends takes the ways a call can end.
func (w *walker) ends(s *state, instr ssa.CallInstruction, c Callee, call Step) []*state {
	w.effects(s, c)
	if c.Summary == nil || len(c.Summary.Outcomes) == 0 {
		w.nameResult(s, instr, c.Name, c.Args)
		return []*state{s}
	}
	var can []*Outcome
	for _, beliefs := range []bool{true, false} {
		for i := range c.Summary.Outcomes {
			if o := &c.Summary.Outcomes[i]; w.feasible(s, instr, c, o.Guard, beliefs) {
				can = append(can, o)
			}
		}
		if len(can) > 0 {
			break
		}
	}
	var out []*state
	for i, o := range can {
		n := s
		if i < len(can)-1 {
			n = s.clone()
		}
		for _, l := range w.guardOf(s, o.Guard, c, instr) {
			n.assume(l.Cond, l.Val)
		}
		if w.end(n, instr, c, call, o, can) {
			out = append(out, n)
		}
	}
	return out
}

// end makes n the state after the call ended with outcome o, one of those it can
// end with. It returns false if the program ends there.
func (w *walker) end(n *state, instr ssa.CallInstruction, c Callee, call Step, o *Outcome, can []*Outcome) bool {
	results := make([]*path.Node, len(o.Results))
	for j, r := range o.Results {
		if r != nil {
			if r == NotNil(w.t) || r == New(w.t) {
				results[j] = r
			} else {
				results[j] = w.translate(n, r, c, instr)
			}
		}
	}
	// Name the locks before the results and the stores change what names mean.
	locks := make([]*path.Node, len(o.Nets))
	for i, net := range o.Nets {
		locks[i] = w.translate(n, net.Lock, c, instr)
	}
	w.bindResults(n, instr, results)
	for _, st := range o.Stores {
		if addr := w.translate(n, st.Addr, c, instr); addr != nil {
			if val := w.translate(n, st.Val, c, instr); val != nil {
				w.store(n, addr, val)
			}
		}
	}
	for i, net := range o.Nets {
		lock := locks[i]
		sure := w.always(o, net, can, instr)
		steps := via(call, net.Steps)
		switch {
		case net.Delta > 0 && lock != nil:
			w.hold(n, held{lock: lock, mode: net.Mode, site: instr, steps: steps, unsure: !sure, handles: w.handlesOf(n, instr, lock)})
		case net.Delta < 0:
			if !sure {
				w.doubtHeld(n, net, lock, instr)
			} else if !w.netRelease(n, net, lock, instr, steps) {
				return false
			}
		}
	}
	// What another outcome that looks the same changes may have changed here.
	for _, other := range can {
		if other == o || w.distinct(o, other, instr) {
			continue
		}
		for _, net := range other.Nets {
			if !hasNet(o, net) {
				w.doubtHeld(n, net, w.translate(n, net.Lock, c, instr), instr)
			}
		}
	}
	return true
}

// always reports whether every outcome that the caller cannot tell from o changes
// the lock as o does.
func (w *walker) always(o *Outcome, net Net, can []*Outcome, instr ssa.CallInstruction) bool {
	for _, other := range can {
		if other != o && !hasNet(other, net) && !w.distinct(o, other, instr) {
			return false
		}
	}
	return true
}

func hasNet(o *Outcome, net Net) bool {
	return slices.ContainsFunc(o.Nets, func(n Net) bool {
		return n.Lock == net.Lock && n.Mode == net.Mode && n.Delta == net.Delta
	})
}

// distinct reports whether a caller can tell two outcomes apart, by a result that
// it looks at or by a condition on what it passes.
func (w *walker) distinct(a, b *Outcome, instr ssa.CallInstruction) bool {
	for i, x := range a.Results {
		y := b.Results[i]
		if x == nil || y == nil || w.result(nil, instr, i) == nil {
			continue
		}
		nx, ny := isNotNil(w.t, x), isNotNil(w.t, y)
		if x.Kind == path.Const && y.Kind == path.Const && x != y || nx && y.IsNil() || ny && x.IsNil() {
			return true
		}
	}
	for _, l := range a.Guard {
		if !l.Cond.Loads() && slices.Contains(b.Guard, Literal{l.Cond, !l.Val}) {
			return true
		}
	}
	return false
}

// doubtHeld notes that a lock may or may not have been acquired or released.
func (w *walker) doubtHeld(s *state, net Net, lock *path.Node, instr ssa.CallInstruction) {
	class := net.Lock.Class()
	if lock != nil {
		class = lock.Class()
		s.forget(lock)
	}
	if net.Delta < 0 {
		w.strayClass(class) // and our callers can know no better
	}
	for i := range s.held {
		h := &s.held[i]
		if h.lock == lock || class != "" && h.lock.Class() == class {
			h.unsure = true
			w.res.Paired[h.site] = w.res.Paired[h.site] || net.Delta < 0
		}
	}
}

// netRelease executes a callee's release of a lock that it was handed. Its events
// have already been checked.
func (w *walker) netRelease(s *state, net Net, lock *path.Node, instr ssa.CallInstruction, steps []Step) bool {
	if lock == nil {
		// Released under a name that means nothing here: the newest of its class.
		class := net.Lock.Class()
		for i := len(s.held) - 1; i >= 0; i-- {
			if class != "" && s.held[i].lock.Class() == class || class == "" {
				s.held[i].unsure = true
				w.res.Paired[s.held[i].site] = true
				w.res.Releases[s.held[i].site] = append(w.res.Releases[s.held[i].site], instr)
				return true
			}
		}
		return true
	}
	if i := s.find(lock, net.Mode); i >= 0 && s.held[i].mode != net.Mode {
		return false // reported by mustHold
	}
	if s.find(lock, net.Mode) < 0 && w.alike(s, lock, net.Mode, instr) < 0 {
		if s.status(lock) != nil {
			return false // reported by mustHold
		}
		s.setStatus(known{lock: lock, mode: net.Mode, site: instr, steps: steps})
		return true
	}
	return w.release(s, lock, net.Mode, instr, steps)
}

// doubtClass notes that a callee may have released any lock of the class.
func (w *walker) doubtClass(s *state, class string) {
	for i := range s.held {
		if h := &s.held[i]; h.lock.Class() == class {
			h.unsure = true
			w.res.Paired[h.site] = true
		}
	}
}
