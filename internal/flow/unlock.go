package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// release gives a lock back. It returns false if the program ends there.
func (w *walker) release(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction, steps []*Step) bool {
	w.releasesAt(site, lock)
	a := w.demand(s, &demand{by: Release, lock: lock, mode: mode, site: site, steps: steps})
	switch {
	case a.Entry != nil && a.Entry.Phase == lockset.Used:
		w.stray(lock) // only a callee has had it
	case a.Violation == lockset.Never, a.Place < 0 && w.oneOfMany(lock, site), a.Verdict == lockset.Open && !lock.InEntry():
		w.stray(lock)
	case a.Verdict == lockset.Open:
		w.enteredAt(site, lock, s)
	}
	if a.Verdict == lockset.Violated {
		return false
	}
	w.free(s, &a, known{Lock: lock, Mode: mode, By: &act{site: site, steps: steps}})
	return true
}

// oneOfMany reports whether an unlock that finds no lock held may be meant for any of several: of objects of earlier iterations
// nothing is known, nor of those of other iterations in which the same loop unlocks other elements, be the index of
// this one a number or not.
func (w *walker) oneOfMany(lock *path.Node, site ssa.Instruction) bool {
	if lock.Old() {
		return true
	}
	call, ok := site.(ssa.CallInstruction)
	if !ok || !w.loops(site) {
		return false
	}
	element := ssax.ElementOf(call)
	if element == nil {
		return false
	}
	index, ok := element.Index.(ssa.Instruction)
	return ok && w.loops(index)
}

// free releases a lock, as the state has answered the demand to hold it.
func (w *walker) free(s *state, a *answer, by known) {
	switch {
	case a.Place >= 0:
		w.giveBack(s, a.Place, by)
	case a.Verdict == lockset.Open:
		s.locks.Do(lockset.Unlock, by)
	}
}

// giveBack ends acquisition i, as an operation releases what k names.
func (w *walker) giveBack(s *state, i int, k known) {
	h := s.locks.Held()[i]
	site := k.By.site
	switch same := h.Lock == k.Lock; {
	case same && h.Is(lockset.Unsure):
		k.Doubt = lockset.Unsure // it may be held as often again
	case same && w.loops(h.By.site) && w.loops(site) && !w.leads(site, h.By.site):
		k.Doubt = lockset.Unsure // a loop has locked it, which may have done so as often as this other loop unlocks it
	case !same && w.unstable(k.Lock):
		k.Doubt = lockset.Moved // it may be another one
	}
	s.locks.Release(i, k)
	if !slices.Contains(w.res.Releases[h.By.site], site) {
		w.res.Releases[h.By.site] = append(w.res.Releases[h.By.site], site)
	}
	w.paired(&h)
	if h.Lock == k.Lock && !h.Is(lockset.Unsure) && h.Phase == lockset.Held {
		w.own[site] = h
	}
}

// loops reports whether an instruction of the function is in a loop, leads whether b can run after a, and ahead whether it can in the same
// iteration of all loops.
func (w *walker) loops(i ssa.Instruction) bool {
	b := i.Block()
	return b != nil && b.Parent() == w.fn && w.info.inLoop[b.Index]
}

func (w *walker) leads(a, b ssa.Instruction) bool {
	from, to := a.Block(), b.Block()
	return from != nil && to != nil && from.Parent() == w.fn && to.Parent() == w.fn && w.info.run.After(from, to)
}

func (w *walker) ahead(a, b ssa.Instruction) bool {
	return a.Block() != b.Block() && w.info.run.Ahead(a.Block(), b.Block()) || a.Block() == b.Block() && ssax.Index(a) < ssax.Index(b)
}

// neverLocked reports whether a lock is one that the function has just made, and that nobody has locked.
func (w *walker) neverLocked(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction) bool {
	alloc, ok := path.Concrete(lock).Root().Val.(*ssa.Alloc)
	return ok && mode != model.Slot && !s.panics && w.fresh(lock, site) && !w.handedToCalls(alloc, site)
}

// handedToCalls reports whether an object, or a part of it, is copied, or is an argument of a call: somebody else may have locked it. A call of a
// lock operation is none, nor one that leads to site or of a function that leaves the object as it is.
func (w *walker) handedToCalls(object ssa.Value, site ssa.Instruction) bool {
	for _, ref := range *object.Referrers() {
		switch r := ref.(type) {
		case *ssa.FieldAddr:
			if w.handedToCalls(r, site) {
				return true
			}
		case *ssa.Store:
			if _, isStruct := r.Val.Type().Underlying().(*types.Struct); r.Val == object || isStruct && !isZero(r.Val) {
				return true
			}
		case *ssa.UnOp, *ssa.DebugRef, *ssa.Return:
		case ssa.CallInstruction:
			fn := r.Common().StaticCallee()
			if fn == nil || model.OpOf(funcObject(fn)).Kind == model.None && !(len(fn.Blocks) > 0 && ssa.Instruction(r) == site) && !w.leavesAlone(r, fn, object) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// leavesAlone reports whether a function of the package neither keeps an object that a call passes to it nor locks or unlocks anything.
func (w *walker) leavesAlone(call ssa.CallInstruction, fn *ssa.Function, object ssa.Value) bool {
	sum, _ := w.env.Static(fn)
	c := Callee{Fn: fn, Summary: sum}
	for i, arg := range call.Common().Args {
		if arg == object && !w.leavesHandle(&c, i, w.t.Value(object, 0)) {
			return false
		}
	}
	return sum == nil || len(sum.Points) == 0
}

func isZero(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value == nil
}

// paired notes that an acquisition is, or may be, ended by this function.
func (w *walker) paired(h *known) {
	if class := h.Lock.Class(); !slices.Contains(w.res.Paired[h.By.site], class) {
		w.res.Paired[h.By.site] = append(w.res.Paired[h.By.site], class)
	}
}

// stray records the release of a lock that neither this function acquired nor its
// callers have a name for.
func (w *walker) stray(lock *path.Node) {
	if !slices.Contains(w.res.Strays, lock) {
		w.res.Strays = append(w.res.Strays, lock)
	}
	w.strayClass(lock.Class())
}

func (w *walker) strayClass(class string) {
	if class == "" || slices.Contains(w.strays, class) {
		return
	}
	if len(w.strays) >= limits.MaxStrays {
		w.t.Limits.Hit(limits.Strays)
		return
	}
	w.strays = append(w.strays, class)
}

// alike finds an acquisition that an unlock of lock may well end although the
// names differ: the same class, reached another way that cannot be shown to lead
// elsewhere. It returns -1 if there is none. Where an unlock's class is unknown,
// acquisitions that it may end become unsure.
func (w *walker) alike(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction) int {
	class := lock.Class()
	for i := len(s.locks.Held()) - 1; i >= 0; i-- {
		h := &s.locks.Held()[i]
		if h.Mode != mode && !h.Is(lockset.Unsure) || definitelyOther(lock, h.Lock) || lock != h.Lock && w.given(lock) && w.given(h.Lock) {
			continue
		}
		if lock.Old() && !h.Lock.Old() {
			continue // an object of an earlier turn is not one of this turn
		}
		hc := h.Lock.Class()
		if class == hc && class != "" {
			return i
		}
		if (class == "" && !isLocalVar(lock) || hc == "" && !isLocalVar(h.Lock)) && isOpaque(h.By.site, h.Lock) == isOpaque(site, lock) {
			h.Doubt |= lockset.Unsure
			w.paired(h)
		}
	}
	return -1
}

// isLocalVar reports whether the lock is, or lies in, a variable of the function.
func isLocalVar(n *path.Node) bool {
	root := n.Root()
	if root.Kind != path.Value || n.Loads() {
		return false
	}
	_, ok := root.Val.(*ssa.Alloc)
	return ok
}

// definitelyOther reports whether two names denote two locks: the same fields
// of two different parameters, say.
func definitelyOther(a, b *path.Node) bool {
	if a.Root().Kind == path.Const || b.Root().Kind == path.Const {
		return a != b // a nil pointer has no lock
	}
	if a.Kind == path.Field && b.Kind == path.Field && (reached(a.X, b.X) || reached(b.X, a.X)) {
		return true
	}
	if a.HasValue() || b.HasValue() || a.Loads() || b.Loads() {
		return false
	}
	return a != b
}
