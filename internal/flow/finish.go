package flow

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/why"
)

func funcObject(fn *ssa.Function) *types.Func {
	obj, _ := fn.Object().(*types.Func)
	return obj
}

// finish makes the summary out of events and exits.
func (w *walker) finish() {
	w.res.Steps = w.work
	w.mixedWaits()
	w.carriedLeaks()
	for i := range w.res.Leaks {
		l := &w.res.Leaks[i]
		l.ByToken = w.handedByToken(l.Site)
		l.OwnToken = l.ByToken && w.takesBack(l.Site)
	}
	w.entryLocks()
	w.histories()
	w.standHistories()
	share(w.events, w.points)
	sum := &Summary{Events: exact(w.events), Points: exact(w.points), Slow: w.slowest, Strays: w.strays, claims: w.claimed}
	if w.res.GaveUp {
		for _, c := range w.checked {
			c.stands = true // who knows
		}
		w.dropAll()
		w.res.Leaks = nil
	} else {
		w.alwaysRun(sum.Events)
		sum.Outcomes = w.group()
		sum.Freed = w.freed()
		w.res.Kept = w.keptAt()
		sum.Never = len(w.outcomes) == 0 && w.panicked && !w.stuck && w.fn.Recover == nil
	}
	if w.contract != nil {
		sum = w.settle(sum)
	}
	w.res.Summary = sum
	w.env.Settled().room.give(w)
	if w.res.GaveUp {
		return
	}
	w.mixedUnlocks()
}

// exact returns a copy of s without room for more: summaries live as long as the package is analysed.
func exact[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return slices.Clone(s)
}

// alwaysRun marks the calls of callers' functions that every return comes after, or every one on a way on which their conditions hold.
func (w *walker) alwaysRun(events []Event) {
	for i := range events {
		e := &events[i]
		if e.Kind != Call || e.Method != "" || len(w.outcomes) == 0 {
			continue
		}
		without := slices.DeleteFunc(slices.Clone(w.outcomes), func(o exit) bool { return slices.Contains(o.ran, e.Param) })
		e.Always = len(without) == 0
		e.IfSo = !slices.ContainsFunc(without, func(o exit) bool {
			return !slices.ContainsFunc(e.Guard, func(l Literal) bool { return says(o.guard, l.Cond, !l.Val) })
		})
	}
}

// freed lists the locks that are freed at every return.
func (w *walker) freed() (all []Net) {
	for i, e := range w.outcomes {
		if i == 0 {
			all = slices.Clone(e.freed)
		}
		all = slices.DeleteFunc(all, func(n Net) bool {
			return !slices.ContainsFunc(e.freed, func(o Net) bool { return o.Lock == n.Lock })
		})
	}
	return all
}

// keptAt returns the returns at which the function has not touched a lock that it has released at others. Where the callers can tell
// which it is, by what they pass or by a flag, there is nothing to say.
func (w *walker) keptAt() (all []Kept) {
	for _, e := range w.outcomes {
		for _, n := range e.nets {
			if n.Delta >= 0 {
				continue
			}
			about := func(m Net) bool { return m.Lock == n.Lock }
			for _, o := range w.outcomes {
				k := Kept{n.Lock, n.Mode, o.pos}
				if len(o.guard) == 0 && !slices.ContainsFunc(o.nets, about) && !slices.ContainsFunc(o.freed, about) && !slices.Contains(all, k) {
					all = append(all, k)
				}
			}
		}
	}
	return all
}

// mixedUnlocks reports unlocks that end an acquisition of this function on one
// path and find the lock as the caller left it on another.
func (w *walker) mixedUnlocks() {
	var sites []ssa.Instruction
	for site := range w.entered {
		sites = append(sites, site)
	}
	slices.SortFunc(sites, func(a, b ssa.Instruction) int { return cmp.Compare(a.Pos(), b.Pos()) })
	for _, site := range sites {
		h, ok := w.own[site]
		if !ok || h.Lock != w.entered[site].lock {
			continue
		}
		_, isDefer := site.(*ssa.Defer)
		f := Finding{Kind: NotLockedOnPath, Pos: site.Pos(), Lock: h.Lock, Mode: h.Mode, First: h.By.steps,
			Again: []*Step{{Pos: site.Pos(), Func: w.name, What: "unlocks"}}, Site: h.By.site, Defer: isDefer}
		switch {
		case len(w.entered[site].guard) > 0: // a condition that callers know may say who holds it
			w.dropGuarded(f, w.entered[site].guard)
		case locksOtherwise(site): // one of those may have locked it
			if w.why != nil {
				w.silent(f, why.UnknownLocker, why.Evidence{})
			}
		default:
			w.report(nil, nil, f)
		}
	}
}

// locksOtherwise reports whether the site is an operation on an interface value with methods that
// are no lock operations.
func locksOtherwise(site ssa.Instruction) bool {
	c, ok := site.(ssa.CallInstruction)
	if !ok || !c.Common().IsInvoke() {
		return false
	}
	v := c.Common().Value
	for {
		if methods, ok := v.Type().Underlying().(*types.Interface); ok {
			for m := range methods.Methods() {
				if model.OpOf(m).Kind == model.None {
					return true
				}
			}
		}
		change, ok := v.(*ssa.ChangeInterface)
		if !ok {
			return false
		}
		v = change.X
	}
}

// group makes outcomes out of exits: exits with the same nets and the same
// results are one.
func (w *walker) group() []Outcome {
	any := false
	for i := range w.outcomes {
		e := &w.outcomes[i]
		slices.SortFunc(e.nets, func(a, b Net) int {
			return cmp.Or(cmp.Compare(a.Lock.ID, b.Lock.ID), cmp.Compare(a.Mode, b.Mode), cmp.Compare(a.Delta, b.Delta))
		})
		any = any || len(e.nets) > 0 || len(e.stores) > 0 && w.fn.Parent() != nil
	}
	predicate := false
	if !any {
		w.ask()
		// Where some paths panic, it matters to a literal's function on which conditions the others return.
		predicate = len(w.outcomes) > 1 && (w.predicate() || w.fn.Parent() != nil && w.panicked)
	}
	fine := any || predicate
	var out []Outcome
	for range 2 {
		out = out[:0]
		index := make(map[string]int)
		var same [][]exit // by outcome
		for _, e := range w.outcomes {
			k := netKey(e.nets)
			if fine {
				k += resultKey(e.results)
				k += storeKey(e.stores)
				if predicate {
					k += guardKey(e.guard)
				}
			}
			i, ok := index[k]
			if !ok {
				index[k] = len(out)
				out = append(out, Outcome{slices.Clone(e.guard), slices.Clone(e.results), e.nets, slices.Clone(e.stores)})
				same = append(same, []exit{e})
				continue
			}
			same[i] = append(same[i], e)
			o := &out[i]
			o.Guard = commonGuard(o.Guard, e.guard)
			for j := range o.Results {
				o.Results[j] = meetResult(w.t, o.Results[j], e.results[j])
			}
		}
		for i := range out {
			out[i].Stores = storesOfAll(same[i])
		}
		if len(out) <= limits.MaxOutcomes {
			break
		}
		w.t.Limits.Hit(limits.Outcomes)
		fine, predicate = false, false
	}
	if !any && !predicate {
		// One way to return; worth telling only if something is known of it.
		if len(out) != 1 {
			return nil
		}
		o := &out[0]
		if len(o.Guard) > 0 {
			return out // it does not return otherwise
		}
		for _, r := range o.Results {
			if r != nil && r != NotNil(w.t) {
				return out
			}
		}
		if len(o.Stores) > 0 {
			return out
		}
		return nil
	}
	return out
}

// storesOfAll returns what all exits leave in memory. Where the result is nil that has it in another exit, there is nothing to have it.
func storesOfAll(exits []exit) (stores []Cell) {
	for _, e := range exits {
		for _, c := range e.stores {
			if !slices.Contains(stores, c) && !slices.ContainsFunc(exits, func(o exit) bool { return !slices.Contains(o.stores, c) && !o.returnsNilFor(c) }) {
				stores = append(stores, c)
			}
		}
	}
	return stores
}

// returnsNilFor reports whether the address of a cell lies in a result that is nil.
func (e *exit) returnsNilFor(c Cell) bool {
	root := c.Addr.Root()
	return root.Kind == path.Result && root.Index < len(e.results) && e.results[root.Index] != nil && e.results[root.Index].IsNil()
}

// ask names a result that is a condition on what the caller passes by that condition: the
// function has no effect by which it has to tell its returns apart.
func (w *walker) ask() {
	if len(w.outcomes) == 0 {
		return
	}
	for j := range w.outcomes[0].asked {
		var n *path.Node
		for _, e := range w.outcomes {
			if n == nil {
				n = e.asked[j]
			}
		}
		if n == nil || slices.ContainsFunc(w.outcomes, func(e exit) bool { return e.asked[j] != n && !w.agrees(e, j, n) }) {
			continue
		}
		for i := range w.outcomes {
			w.outcomes[i].results[j] = n
		}
	}
}

// agrees reports whether result j of an exit is a constant, the value that n has there.
func (w *walker) agrees(e exit, j int, n *path.Node) bool {
	key, neg := w.condition(n)
	if e.results[j] == nil {
		return false
	}
	val, ok := e.results[j].IsBool()
	return ok && says(e.guard, key, val != neg)
}

// predicate reports whether the function does nothing but to return whether what it was
// passed meets a condition: its answers are known, and depend on a parameter.
func (w *walker) predicate() bool {
	if w.fn.Signature.Results().Len() != 1 || !isBool(w.fn.Signature.Results().At(0).Type()) {
		return false
	}
	depends := false
	for _, e := range w.outcomes {
		if e.results[0] == nil {
			return false
		}
		depends = depends || slices.ContainsFunc(e.guard, func(l Literal) bool { return l.Cond.Root().Kind == path.Param && !l.Cond.Loads() })
	}
	return depends
}

func meetResult(t *path.Table, a, b *path.Node) *path.Node {
	if a == b {
		return a
	}
	if a == nil || b == nil {
		return nil
	}
	if isNotNil(t, a) && isNotNil(t, b) {
		return NotNil(t)
	}
	return nil
}

func netKey(nets []Net) string {
	var b strings.Builder
	for _, n := range nets {
		fmt.Fprintf(&b, "%d.%d.%d;", n.Lock.ID, n.Mode, n.Delta)
	}
	return b.String()
}

// storeKey tells apart what a literal leaves in the variables that it captured. In one of
// them go/ssa keeps where the body of a loop over a function goes on.
func storeKey(stores []Cell) string {
	var b strings.Builder
	for _, c := range stores {
		if c.Addr.Kind == path.FreeVar {
			fmt.Fprintf(&b, "%d=%d;", c.Addr.Index, c.Val.ID)
		}
	}
	return b.String()
}

// guardKey tells apart what a caller passes, and what a literal has captured.
func guardKey(guard []Literal) string {
	var b strings.Builder
	for _, l := range guard {
		if l.Cond.Kind == path.Param || l.Cond.Kind == path.Deref && l.Cond.X.Kind == path.FreeVar {
			fmt.Fprintf(&b, "%d=%t;", l.Cond.ID, l.Val)
		}
	}
	return b.String()
}

// resultKey tells outcomes apart by what a caller can test.
func resultKey(results []*path.Node) string {
	var b strings.Builder
	for _, r := range results {
		switch {
		case r == nil:
			b.WriteByte('?')
		case r.Kind == path.Const:
			b.WriteString(r.Name)
		default:
			b.WriteByte('!')
		}
		b.WriteByte(',')
	}
	return b.String()
}
