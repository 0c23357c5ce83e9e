package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// A Passed lock is one that a goroutine has acquired on its way, whatever became of it. Those
// acquired while another one was held are that one's acquisition history (Kahlon, Ivančić and Gupta,
// "Reasoning about threads communicating via locks", CAV 2005).
type Passed struct {
	Lock *path.Node
	Mode model.Mode
}

// locking is an instruction of the function that locks.
type locking struct {
	site   ssa.Instruction
	Passed // Lock is nil if that is not always the same one, or nobody else knows it
}

// locksAt notes that an instruction locks.
func (w *walker) locksAt(site ssa.Instruction, lock *path.Node, mode model.Mode) {
	if _, deferred := site.(*ssa.Defer); deferred || site.Parent() != w.fn {
		return
	}
	l := locking{site: site}
	if !w.fresh(lock, site) {
		l.Passed = Passed{w.pointName(lock), mode}
	}
	i := slices.IndexFunc(w.lockings, func(old locking) bool { return old.site == site })
	switch {
	case i >= 0 && w.lockings[i] != l:
		w.lockings[i].Passed = Passed{}
	case i < 0 && len(w.lockings) >= limits.MaxLockings:
		w.t.Limits.Hit(limits.Lockings)
	case i < 0:
		w.lockings = append(w.lockings, l)
	}
}

// passed lists locks that have been acquired between one instruction (nil: the beginning of the
// function) and another, on every way.
func (w *walker) passed(from, to ssa.Instruction) (passed []Passed) {
	if _, deferred := from.(*ssa.Defer); deferred || from != nil && from.Parent() != w.fn {
		return nil
	}
	before := w.env.Settled().before
	for _, l := range w.lockings {
		if l.Lock != nil && !slices.Contains(passed, l.Passed) && (from == nil || before(from, l.site)) && before(l.site, to) {
			if len(passed) >= limits.MaxPassed {
				w.t.Limits.Hit(limits.Passed)
				break
			}
			passed = append(passed, l.Passed)
		}
	}
	return passed
}

// releasesAt notes that an instruction releases a lock of a class.
func (w *walker) releasesAt(site ssa.Instruction, lock *path.Node) {
	if site.Parent() != w.fn || !w.info.inLoop[site.Block().Index] {
		return
	}
	class := lock.ClassIn(w.fn)
	if class == "" || slices.Contains(w.released[class], site) || len(w.released[class]) >= limits.MaxLockings {
		return
	}
	if w.released == nil {
		w.released = make(map[string][]ssa.Instruction)
	}
	w.released[class] = append(w.released[class], site)
}

// releasedSince reports whether a loop between the place where a lock was acquired, in an earlier iteration of a loop,
// and another place releases locks of its class. It has released all of them, and if it has had nothing
// to release, nothing had been acquired.
func (w *walker) releasedSince(h *HeldLock, class string, to ssa.Instruction) bool {
	if !h.old || h.site == nil || h.site.Parent() != w.fn {
		return false
	}
	before := w.env.Settled().before
	return slices.ContainsFunc(w.released[class], func(r ssa.Instruction) bool {
		return w.info.run.Precedes(h.site, r, nil) && !w.info.run.Precedes(r, h.site, nil) && w.info.run.Precedes(r, to, nil) && !before(to, r)
	})
}

// histories adds to the points what the function itself has locked before.
func (w *walker) histories() {
	for i := range w.points {
		p := &w.points[i]
		if w.uncalled && len(p.Held) == 0 {
			continue // see found
		}
		p.Since = append(w.passed(nil, p.Site), p.Since...)
		for j := range p.Held {
			h := &p.Held[j]
			h.Maybe = h.Maybe || w.releasedSince(h, h.Lock.ClassIn(w.fn), p.Site)
			switch {
			case w.gaveBack:
				h.Then = nil // which lock was given back is not asked
			case h.site != nil:
				h.Then = append(w.passed(h.site, p.Site), h.Then...)
			}
		}
	}
}

// commonHistory leaves in p what is also in q, which is like it.
func (p *Point) commonHistory(q *Point) {
	common := func(a, b []Passed) []Passed {
		return slices.DeleteFunc(a, func(l Passed) bool { return !slices.Contains(b, l) })
	}
	p.Since = common(p.Since, q.Since)
	for i := range p.Held {
		h, o := &p.Held[i], q.Held[i]
		h.Then = common(h.Then, o.Then)
		if h.site != o.site {
			h.Then, h.site = nil, nil
		}
	}
}
