package guard

import (
	"maps"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A lockSet holds locks by their key, and how they are held.
type lockSet map[string]model.Mode

// An entry is what callers leave a function with.
type entry struct {
	held  lockSet         // by all of them; nil until one is known
	maybe map[string]bool // by some
	mixed map[string]bool // by all, some of which have it for reading only
	// owned are the parameters for which all of them pass an object that no other
	// goroutine knows.
	owned []bool
}

// entries computes what is held when functions begin: what all calls in the package
// have, but for those on objects that nobody else knows yet. Whether others call the
// function, too, makes no difference: they are told by the same documentation.
func (p *pkg) entries() {
	for fn := range p.in.Watched {
		p.entry[fn] = &entry{maybe: make(map[string]bool)}
	}
	for changed, round := true, 0; changed && round < 30; round++ {
		changed = false
		for fn := range p.in.Watched {
			if p.enter(fn) {
				changed = true
			}
		}
	}
}

// enter looks at the callers of fn again and reports whether that changed anything.
func (p *pkg) enter(fn *ssa.Function) bool {
	var held lockSet
	maybe, mixed := make(map[string]bool), make(map[string]bool)
	for _, h := range p.holds(fn) {
		maybe[h] = true
	}
	owned := make([]bool, len(fn.Params))
	calls := p.callers(fn)
	root := p.in.Root(fn)
	sure := len(calls) > 0 && !root.Is && !root.Valued
	for i := range owned {
		owned[i] = sure
	}
	for _, call := range calls {
		_, isGo := call.(*ssa.Go)
		res := p.in.Watched[call.Parent()]
		from := p.entry[call.Parent()]
		var st *flow.Standing
		if res != nil {
			st = res.Stands[call]
		}
		if st == nil || from == nil || res.GaveUp {
			if res != nil && !res.GaveUp && from != nil {
				continue // not reached
			}
			held = lockSet{}
			clear(owned)
			continue
		}
		for i := range owned {
			if i >= len(st.New) {
				owned[i] = false
				continue
			}
			v := st.Values[i]
			own := st.New[i] || p.onlyOptions(v, call) || v != nil && v.Kind == path.Param && v.Index < len(from.owned) && from.owned[v.Index]
			owned[i] = owned[i] && own && !isGo
		}
		for _, n := range st.Maybe {
			maybe[key(n)] = true
		}
		if isGo {
			held = lockSet{}
			continue
		}
		if len(st.New) > 0 && fn.Signature.Recv() != nil && (st.New[0] || p.onlyOptions(st.Values[0], call)) {
			continue
		}
		for k := range from.maybe {
			maybe[k] = true
		}
		maps.Copy(mixed, from.mixed)
		here := maps.Clone(from.held)
		if here == nil {
			if len(p.callers(call.Parent())) > 0 && from.held == nil {
				continue // nothing is known of the caller yet
			}
			here = lockSet{}
		}
		for _, h := range st.Held {
			here[key(h.Lock)] = h.Mode
		}
		for k, m := range here {
			if old, ok := held[k]; ok && old != m {
				mixed[k] = true
			}
		}
		held = meet(held, here)
	}
	e := p.entry[fn]
	if maps.Equal(e.held, held) && (e.held == nil) == (held == nil) && maps.Equal(e.maybe, maybe) && maps.Equal(e.mixed, mixed) && equal(e.owned, owned) {
		return false
	}
	e.held, e.maybe, e.mixed, e.owned = held, maybe, mixed, owned
	return true
}

// callers returns the calls of fn but for those in tests, so that a package is judged the
// same with its tests and without.
func (p *pkg) callers(fn *ssa.Function) (calls []ssa.CallInstruction) {
	for _, call := range p.in.Callers(fn) {
		if !ssax.InTest(call.Parent()) {
			calls = append(calls, call)
		}
	}
	return calls
}

func equal(a, b []bool) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// meet returns what two lock sets share, in the weaker mode; nil stands for all locks.
func meet(a, b lockSet) lockSet {
	if a == nil {
		return b
	}
	both := make(lockSet)
	for k, m := range a {
		if n, ok := b[k]; ok {
			if n == model.Read {
				m = n
			}
			both[k] = m
		}
	}
	return both
}
