package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// release gives a lock back. It returns false if the program ends there.
func (w *walker) release(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction, steps []Step) bool {
	w.releasesAt(site, lock)
	_, isDefer := site.(*ssa.Defer)
	i := s.find(lock, mode)
	if i >= 0 && s.held[i].mode != mode {
		if h := s.held[i]; !h.unsure && !h.moved {
			w.report(s, nil, Finding{Kind: UnlockMismatch, Pos: site.Pos(), Lock: lock, Mode: mode, First: h.steps, Again: steps, Site: h.site, Defer: isDefer})
			return false
		} else if w.why != nil {
			w.silentHeld(Finding{Kind: UnlockMismatch, Pos: site.Pos(), Lock: lock, First: h.steps, Again: steps, Site: h.site}, h)
		}
	}
	if i < 0 {
		i = w.alike(s, lock, mode, site)
	}
	if i >= 0 {
		h := s.held[i]
		if h.given != nil && h.lock == lock && !h.moved && h.mode == mode {
			w.report(s, nil, Finding{Kind: UnlockedTwice, Pos: site.Pos(), Lock: lock, Mode: mode, First: h.given, Again: steps, Site: h.site, Defer: isDefer, Sure: true})
			return false
		}
		s.held = slices.Delete(s.held, i, i+1)
		if !slices.Contains(w.res.Releases[h.site], site) {
			w.res.Releases[h.site] = append(w.res.Releases[h.site], site)
		}
		w.paired(&h)
		if h.lock == lock && !h.unsure {
			if !h.back {
				w.own[site] = h
			}
			if s.find(lock, mode) < 0 {
				// A loop has locked it, which may have done so as often as this other loop unlocks it.
				counted := w.loops(h.site) && w.loops(site) && !w.leads(site, h.site)
				s.setStatus(known{lock: lock, mine: !h.back, moved: counted, mode: mode, site: site, steps: steps})
			}
		} else if s.status(lock) == nil {
			// It may be held as often again, or be another one.
			s.setStatus(known{lock: lock, mine: true, moved: h.lock == lock || w.unstable(lock), mode: mode, site: site, steps: steps})
		}
		return true
	}
	if lock.Old() {
		w.stray(lock)
		return true // nothing is known of all the objects of earlier turns
	}
	if k := s.status(lock); k != nil {
		if k.calls {
			w.stray(lock) // only a callee has had it
		}
		// Of a lock that callers hold, nobody knows how often: a loop may unlock it once for each.
		each := !k.mine && k.site != nil && w.loops(site) && w.leads(site, k.site) && !w.ahead(k.site, site)
		if !isOpaque(site, lock) && !k.moved && !each {
			w.report(s, nil, Finding{Kind: UnlockedTwice, Pos: site.Pos(), Lock: lock, Mode: mode, First: k.steps, Again: steps, Site: k.site, Defer: isDefer})
			return false
		}
		if w.why != nil {
			w.silentTwice(k, lock, site, steps)
		}
		return true
	}
	if k := s.failed(lock); k != nil && k.mode == mode && !isOpaque(site, lock) && !wins(site, k.site) {
		w.report(s, nil, Finding{Kind: TryFailed, Pos: site.Pos(), Lock: lock, Mode: mode, First: k.steps, Again: steps, Site: k.site, Defer: isDefer})
		return false
	}
	// Whoever calls us must hold it.
	if lock.InEntry() {
		w.event(Event{Kind: Release, Lock: lock, Mode: mode, Guard: w.guard(s), Steps: steps})
		w.enteredAt(site, lock, s)
	} else {
		w.stray(lock)
		if w.neverLocked(s, lock, mode, site, steps) {
			return false
		}
	}
	s.setStatus(known{lock: lock, mode: mode, site: site, steps: steps})
	return true
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

// neverLocked reports the unlock of a lock that the function has just made, and that nobody has locked.
func (w *walker) neverLocked(s *state, lock *path.Node, mode model.Mode, site ssa.Instruction, steps []Step) bool {
	alloc, ok := path.Concrete(lock).Root().Val.(*ssa.Alloc)
	if !ok || mode == model.Slot || s.panics || !w.fresh(lock, site) || handedToCalls(alloc) {
		return false
	}
	_, isDefer := site.(*ssa.Defer)
	w.report(s, nil, Finding{Kind: NeverLocked, Pos: site.Pos(), Lock: lock, Mode: mode, Again: steps, Site: site, Defer: isDefer, Sure: true})
	return true
}

// handedToCalls reports whether an object, or a part of it, is an argument of a call of anything but its
// methods' lock operations, or is copied: somebody else may have locked it.
func handedToCalls(object ssa.Value) bool {
	for _, ref := range *object.Referrers() {
		switch r := ref.(type) {
		case *ssa.FieldAddr:
			if handedToCalls(r) {
				return true
			}
		case *ssa.Store:
			if _, isStruct := r.Val.Type().Underlying().(*types.Struct); r.Val == object || isStruct && !isZero(r.Val) {
				return true
			}
		case *ssa.UnOp, *ssa.DebugRef, *ssa.Return:
		case ssa.CallInstruction:
			fn := r.Common().StaticCallee()
			if fn == nil || model.OpOf(funcObject(fn)).Kind == model.None {
				return true
			}
		default:
			return true
		}
	}
	return false
}

func isZero(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value == nil
}

// paired notes that an acquisition is, or may be, ended by this function.
func (w *walker) paired(h *held) {
	if class := h.lock.Class(); !slices.Contains(w.res.Paired[h.site], class) {
		w.res.Paired[h.site] = append(w.res.Paired[h.site], class)
	}
}

// stray records the release of a lock that neither this function acquired nor its
// callers have a name for.
func (w *walker) stray(lock *path.Node) {
	if w.told {
		return
	}
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
	for i := len(s.held) - 1; i >= 0; i-- {
		h := &s.held[i]
		if h.mode != mode && !h.unsure || definitelyOther(lock, h.lock) || lock != h.lock && w.given(lock) && w.given(h.lock) {
			continue
		}
		if lock.Old() && !h.lock.Old() {
			continue // an object of an earlier turn is not one of this turn
		}
		hc := h.lock.Class()
		if class == hc && class != "" {
			return i
		}
		if (class == "" && !isLocalVar(lock) || hc == "" && !isLocalVar(h.lock)) && isOpaque(h.site, h.lock) == isOpaque(site, lock) {
			h.unsure = true
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
