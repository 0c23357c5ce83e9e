package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/why"
)

// Where ways come together on some of which a lock is held, and not on others, what the function does next is chosen by
// conditions that have to do with how the lock came to be held:
//
//	if isData(m) {
//		c.mu.Lock()
//		defer c.mu.Unlock()
//	}
//	if isState(m) {
//		c.check() // locks c.mu
//	}
//
// Nothing here says that both conditions can be true. So what is wrong only on a way that such a condition chooses is not
// reported; what is wrong whatever the condition says still is.

// A split is a branch at which some ways held a lock and others did not, and of whose condition nothing was known.
type split struct {
	at    *ssa.BasicBlock
	side  int          // the successor that was taken
	locks []*path.Node // held on some ways to the branch
	prev  *split
}

// splits notes that the state s takes a side of a branch whose condition is unknown. A condition that is a parameter is none of
// these: callers pass what they like.
func (w *walker) splits(s *state, b *ssa.BasicBlock, side int) {
	if len(w.batch) < 2 {
		return
	}
	var locks []*path.Node
	for _, o := range w.batch {
		for i := range o.locks.Held() {
			if h := &o.locks.Held()[i]; !slices.Contains(locks, h.Lock) && w.mixed(h.Lock, h.By.site, b) {
				locks = append(locks, h.Lock)
			}
		}
	}
	if len(locks) > 0 {
		s.split = &split{b, side, locks, s.split}
	}
}

// mixed reports whether a lock, acquired at site, is held in some of the states that have stood at the beginning of b, and not
// in others. What an earlier iteration of a loop has acquired or released does not count: that may be the mistake.
func (w *walker) mixed(lock *path.Node, site ssa.Instruction, b *ssa.BasicBlock) bool {
	before := func(site ssa.Instruction) bool {
		if site == nil {
			return false // a caller has
		}
		from := site.Block()
		return from != nil && from.Parent() == w.fn && w.info.order[from.Index] < w.info.order[b.Index]
	}
	return before(site) && slices.ContainsFunc(w.batch, func(o *state) bool {
		if o.locks.Find(lock, model.Write) >= 0 {
			return false
		}
		k := o.locks.Free(lock)
		return k == nil || before(k.By.site)
	})
}

// chosen reports whether a condition that may have to do with how a lock came to be held, or not to be, chooses the way on
// which the walk has come to the current block.
func (w *walker) chosen(s *state, lock *path.Node) (why.Evidence, bool) {
	for sp := s.split; sp != nil; sp = sp.prev {
		if slices.Contains(sp.locks, lock) && w.guards(sp, w.block) {
			return w.branchAt(sp.at), true
		}
	}
	return why.Evidence{}, false
}

// guards reports whether the branch decides that block at is come to: it is on one side only, and that side is not what
// remains of the function after the other side has left it.
func (w *walker) guards(sp *split, at *ssa.BasicBlock) bool {
	mine, other := sp.at.Succs[sp.side], sp.at.Succs[1-sp.side]
	if !w.info.run.Ahead(mine, at) || w.info.run.Ahead(other, at) {
		return false
	}
	inMine, inOther := 0, 0
	for _, b := range w.fn.Blocks {
		m, o := w.info.run.Ahead(mine, b), w.info.run.Ahead(other, b)
		switch {
		case m && o:
			return true // they come together again
		case m:
			inMine++
		case o:
			inOther++
		}
	}
	return inMine < inOther || inMine == inOther && sp.side == 0
}

// releasedElse reports whether the other side of such a branch releases a lock that is held at site, and both come together again.
func (w *walker) releasedElse(s *state, h known) (why.Evidence, bool) {
	for sp := s.split; sp != nil; sp = sp.prev {
		mine, other := sp.at.Succs[sp.side], sp.at.Succs[1-sp.side]
		if slices.Contains(sp.locks, h.Lock) && w.info.run.Ahead(other, w.block) && slices.ContainsFunc(w.res.Releases[h.By.site], func(r ssa.Instruction) bool {
			return r.Parent() == w.fn && w.info.run.Ahead(other, r.Block()) && !w.info.run.Ahead(mine, r.Block())
		}) {
			return w.branchAt(sp.at), true
		}
	}
	return why.Evidence{}, false
}

// branchAt is the evidence of a branch.
func (w *walker) branchAt(b *ssa.BasicBlock) why.Evidence {
	return why.Evidence{Text: "the condition that chooses the way", Pos: b.Instrs[len(b.Instrs)-1].(*ssa.If).Cond.Pos()}
}
