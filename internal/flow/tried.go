package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// Most states that come to a call differ in conditions only: what the callee waits for there, and under which locks,
// is the same in all of them.

// tried returns, for a call in a state, which of the callee's points have nothing new to say in any state in which the
// callee's names mean the same and the same is held; nil if nobody keeps count.
func (w *walker) tried(s *state, instr ssa.CallInstruction, c Callee) []bool {
	if w.later != nil || w.panicking || c.Home != "" {
		return nil
	}
	k := &w.keys
	site, sum := k.id(instr), k.id(c.Summary)
	k.buf = k.buf[:0]
	k.put(site)
	k.put(sum)
	if c.Base != nil {
		k.put(k.id(c.Base)) // what the callee was read from
	}
	for _, nodes := range [][]*path.Node{c.Args, c.Captured} {
		for _, n := range nodes {
			k.node(n)
		}
		k.put(0)
	}
	k.heldPart(s)
	k.freePart(s)
	k.put(s.lost.number())
	for _, m := range s.mem {
		k.node(m.Addr)
		k.node(m.Val)
	}
	done, ok := w.done[string(k.buf)]
	if !ok {
		done = make([]bool, len(c.Summary.Points))
		if w.done == nil {
			w.done = make(map[string][]bool)
		}
		w.done[string(k.buf)] = done
	}
	return done
}

// node puts the number of a name, 0 for none.
func (k *keyer) node(n *path.Node) {
	if n == nil {
		k.put(0)
		return
	}
	k.put(uint32(n.ID))
}

// A pointKey is what points that say the same have in common, and few others.
type pointKey struct {
	kind  PointKind
	mode  model.Mode
	lock  *path.Node
	op    ssa.Instruction
	later string
	held  int
	first *path.Node // lock that is held
	from  Origin
}

func (p *Point) key() pointKey {
	k := pointKey{p.Kind, p.Mode, p.Lock, p.Op, p.Later, len(p.Held), nil, p.Origin}
	if len(p.Held) > 0 {
		k.first = p.Held[0].Lock
	}
	return k
}
