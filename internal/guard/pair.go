package guard

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ssax"
)

// other returns an access with the guard that conflicts with a and may happen at the same
// time: one of the two is a write, no lock is held at both, and they are not the work of
// one goroutine.
func (p *pkg) other(a *Access, accesses []*Access, want string) (best *Access) {
	mine := p.roots(a.Fn)
	plain := !a.Write && !a.Content && !container(a.Var.Type())
	takes := p.takes(a, want).IsValid()
	for _, b := range accesses {
		mode, ok := b.held[want]
		if !ok || !b.cell.meets(a.cell) || !a.Write && !b.Write || b.Write && mode == model.Read || p.generated(b) {
			continue
		}
		if name := ssax.Outermost(b.Fn).Name(); b.Write && (starting.MatchString(name) || plain && !takes && beginning.MatchString(name)) {
			continue // nobody has the object yet, or any more
		}
		if p.together(a, b) && (plain || p.alone(a, accesses)) {
			continue // two calls of one function, such as Read: one goroutine makes them
		}
		if plain && !takes && b.Write && (newborn(b) || ending[ssax.Outermost(b.Fn).Name()]) {
			continue // who asks for what the object has got it from the one who makes it, and has not let it go
		}
		if shareLock(a, b) || p.crossed(a, b) || oneGoroutine(mine, p.roots(b.Fn)) || p.starts(a, b, accesses) {
			continue
		}
		if (best == nil || b.Write && !best.Write || b.Write == best.Write && b.Fn != a.Fn && best.Fn == a.Fn) && !p.ordered(a, b) {
			best = b
		}
	}
	return best
}

// otherReader returns another access that only reads the guard, too, and so may happen at the same time
// as the write a; nil if there is none.
func (p *pkg) otherReader(a *Access, accesses []*Access, want string) *Access {
	mine := p.roots(a.Fn)
	for _, b := range accesses {
		mode, ok := b.held[want]
		if !ok || mode != model.Read || !b.cell.meets(a.cell) || p.generated(b) || oneGoroutine(mine, p.roots(b.Fn)) || p.ordered(a, b) {
			continue
		}
		shared := false
		for k := range b.maybe {
			shared = shared || k != want && k != "" && a.maybe[k]
		}
		if !shared {
			return b
		}
	}
	return nil
}

// shareLock reports whether some lock is held at both accesses, perhaps.
func shareLock(a, b *Access) bool {
	for k := range b.maybe {
		if a.maybe[k] && k != "" {
			return true
		}
	}
	return false
}

// partOf reports whether inner is called by outer, and by nobody else.
func (p *pkg) partOf(inner, outer *ssa.Function) bool {
	calls := p.callers(inner)
	return len(calls) > 0 && !slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool {
		_, plain := c.(*ssa.Call)
		return !plain || c.Parent() != outer
	}) && !p.in.Root(inner).Is
}

// crossed reports whether locks keep two accesses apart that neither shares: each goroutine has, since it
// acquired its lock, acquired the lock that the other one holds.
func (p *pkg) crossed(a, b *Access) bool {
	p.pass(a)
	p.pass(b)
	for k, then := range a.passed {
		for l := range then {
			if _, held := b.held[l]; held && k != l && b.passed[l][k] {
				return true
			}
		}
	}
	return false
}

// pass adds to an access what functions have locked that its own has called with a lock held.
func (p *pkg) pass(a *Access) {
	if a.calls || len(a.held) == 0 {
		return
	}
	a.calls = true
	for instr, st := range p.in.Watched[a.Fn].Stands {
		call, ok := instr.(*ssa.Call)
		if !ok || len(st.Held) == 0 || !ssax.Dominates(call, a.instr) {
			continue
		}
		res := p.in.Watched[call.Call.StaticCallee()]
		if res == nil {
			continue
		}
		for _, h := range st.Held {
			k := key(h.Lock)
			if _, held := a.held[k]; !held {
				continue
			}
			for _, inner := range res.Stands {
				for _, l := range inner.Held {
					a.passes(k, key(l.Lock))
				}
			}
		}
	}
}

// roots are the functions through which fn gets to run: goroutines and what is called
// from outside.
func (p *pkg) roots(fn *ssa.Function) map[*ssa.Function]root {
	if known := p.rootsOf[fn]; known != nil {
		return known
	}
	roots := make(map[*ssa.Function]root)
	p.rootsOf[fn] = roots
	seen := map[*ssa.Function]bool{fn: true}
	work := []*ssa.Function{fn}
	for len(work) > 0 {
		f := work[len(work)-1]
		work = work[:len(work)-1]
		r := p.in.Root(f)
		calls := p.callers(f)
		if r.Is || len(calls) == 0 {
			roots[f] = root{alone: r.Alone || r.Spawned && !r.Valued}
		}
		for _, c := range calls {
			if _, isGo := c.(*ssa.Go); !isGo && !seen[c.Parent()] {
				seen[c.Parent()] = true
				work = append(work, c.Parent())
			}
		}
	}
	return roots
}

type root struct{ alone bool }

// oneGoroutine reports whether two functions run in one goroutine only, the same one.
func oneGoroutine(a, b map[*ssa.Function]root) bool {
	if len(a) != 1 || len(b) != 1 {
		return false
	}
	for fn, r := range a {
		_, same := b[fn]
		return same && r.alone
	}
	return false
}

// together reports whether two accesses are the work of one function, or of one that nobody else calls.
func (p *pkg) together(a, b *Access) bool {
	return a.Fn == b.Fn || p.partOf(b.Fn, a.Fn) || p.partOf(a.Fn, b.Fn)
}

// alone reports whether the function of a is the only one that uses the variable, and no go statement runs it.
func (p *pkg) alone(a *Access, accesses []*Access) bool {
	for fn := range p.roots(a.Fn) {
		if p.in.Root(fn).Spawned {
			return false
		}
	}
	return !slices.ContainsFunc(accesses, func(b *Access) bool { return !p.together(a, b) })
}

// oneWriter reports whether the function of a read is one of several that write the variable under the guard, all of
// which read it without: they are the work of one goroutine, which locks only for the readers.
func (p *pkg) oneWriter(a *Access, accesses []*Access, want string) bool {
	writes, reads := make(map[*ssa.Function]bool), make(map[*ssa.Function]bool)
	for _, b := range accesses {
		fn := ssax.Outermost(b.Fn)
		switch _, held := b.held[want]; {
		case b.Write && held && !starting.MatchString(fn.Name()):
			writes[fn] = true
		case !b.Write && !b.maybe[want]:
			reads[fn] = true
		}
	}
	for fn := range writes {
		if !reads[fn] {
			return false
		}
	}
	return len(writes) >= 2 && writes[ssax.Outermost(a.Fn)]
}
