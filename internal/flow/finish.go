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
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// exit is one state at one return, in terms that callers understand.
type exit struct {
	results []*path.Node
	// asked are the results that are conditions on what the caller passes, and is
	// sure of then: nil for others.
	asked  []*path.Node
	nets   []Net
	stores []Cell
	guard  []Literal
	freed  []Net
	ran    []*path.Node
}

func funcObject(fn *ssa.Function) *types.Func {
	obj, _ := fn.Object().(*types.Func)
	return obj
}

// exit executes a return: what is still held is recorded.
func (w *walker) exit(s *state, ret *ssa.Return) {
	w.lentToMade(s, ret)
	results := make([]*path.Node, len(ret.Results))
	for i, r := range ret.Results {
		results[i] = w.outwardFunc(s, w.node(s, r))
	}
	answer := w.answer(s, ret, results)
	// A lock that a returned function releases is handed to the caller with it.
	handed := s.clone()
	for _, r := range results {
		w.told = r.Kind == path.Func && r.InEntry() // callers of the package know what it releases
		w.escape(handed, r)
		w.told = false
	}
	e := exit{guard: w.guard(s), ran: s.ran}
	for i, h := range s.held {
		if h.unsure || h.lock.Old() {
			if w.why != nil {
				w.silentExit(h, ret, why.MaybeReleased, w.doubtOf(h))
			}
			continue
		}
		if h.back {
			if lock := w.outward(s, h.lock, results); lock != nil && h.mode != h.was {
				e.nets = append(e.nets, Net{lock, h.was, -1, h.steps}, Net{lock, h.mode, 1, h.steps})
			}
			continue
		}
		lock := w.outward(s, h.lock, results)
		switch {
		case handed.held[i].unsure || answerSent(h.site):
			w.dropExit(h, ret, why.HandedOut)
		case w.dies(h.lock):
			w.dropExit(h, ret, why.DiesWithFunction)
		case w.contract.says(lock, Acquiring):
			w.dropExit(h, ret, why.ContractSays)
		default:
			if at, ok := w.releasedElse(s, h); ok {
				if w.why != nil {
					w.silentExit(h, ret, why.OtherWays, at)
				}
				break
			}
			w.leak(s, h, ret.Pos(), leakReturn, answer)
		}
		if lock != nil {
			e.nets = append(e.nets, Net{lock, h.mode, 1, h.steps})
		}
	}
	for _, k := range s.known {
		if class := k.lock.ClassIn(w.fn); k.mine && !k.tried && !slices.Contains(w.res.Ended[class], answer) {
			w.res.Ended[class] = append(w.res.Ended[class], answer)
		}
		lock := w.outward(s, k.lock, results)
		switch {
		case lock == nil, k.tried:
		case !k.mine:
			e.nets = append(e.nets, Net{lock, k.mode, -1, k.steps})
		case !k.moved && lock == k.lock:
			e.freed = append(e.freed, Net{lock, k.mode, 0, k.steps})
		}
	}
	w.keeps(s, e.nets, ret.Pos())
	for i := range results {
		e.results = append(e.results, w.resultNode(s, results[i], results, i))
		if isBool(ret.Results[i].Type()) && results[i].InEntry() && results[i].Kind != path.Const && !results[i].Loads() && results[i].Depth() < limits.MaxResultDepth {
			e.asked = append(e.asked, results[i])
		} else {
			e.asked = append(e.asked, nil)
		}
	}
	for _, c := range s.mem {
		if c.Val == nil || c.Addr.Kind == path.Value {
			continue
		}
		addr := w.outward(s, c.Addr, results)
		if addr == nil {
			continue
		}
		replaced := c.Val.Kind == path.Value && isPointer(c.Val.Val.Type()) || c.Val.Kind == path.Op && c.Val.Name == putByCall
		if replaced && addr.InEntry() && c.Addr == addr {
			e.stores = append(e.stores, Cell{addr, New(w.t)}) // callers have no name for it
			continue
		}
		if c.Val.Kind == path.Const || addr.Kind == path.FreeVar && c.Val.InEntry() && c.Val.Depth() < limits.MaxResultDepth || addr.Root().Kind == path.Result && c.Val.InEntry() {
			e.stores = append(e.stores, Cell{addr, c.Val})
		}
	}
	e.stores = append(e.stores, w.kept(s)...)
	for _, i := range w.written {
		if addr := w.t.FreeVar(i); !slices.ContainsFunc(s.mem, func(c Cell) bool { return c.Addr == addr }) {
			e.stores = append(e.stores, Cell{addr, w.t.Deref(addr)}) // on this path it keeps its value
		}
	}
	slices.SortFunc(e.stores, func(a, b Cell) int { return cmp.Compare(a.Addr.ID, b.Addr.ID) })
	w.outcomes = append(w.outcomes, e)
	if len(w.outcomes) > limits.MaxReturns {
		w.giveUp(limits.Returns)
	}
}

// outwardFunc names a function that is returned in entry terms, if what it has captured has such a name: a
// variable that is never assigned again is what it holds.
func (w *walker) outwardFunc(s *state, n *path.Node) *path.Node {
	if n.Kind != path.Func || n.InEntry() {
		return n
	}
	captured := make([]*path.Node, len(n.Args))
	for i, c := range n.Args {
		captured[i] = c
		if c.Kind != path.Value {
			continue
		}
		alloc, ok := c.Val.(*ssa.Alloc)
		if !ok || ssax.OnlyStore(alloc) == nil {
			continue
		}
		if val, ok := s.cell(c); ok && val != nil && val.InEntry() {
			captured[i] = path.CellOf(w.t, val)
		}
	}
	return w.t.Func(n.Val.(*ssa.Function), captured)
}

// answer returns what a return tells the caller about how the call went.
func (w *walker) answer(s *state, ret *ssa.Return, results []*path.Node) Answer {
	n := len(results)
	if n == 0 {
		return Unclear
	}
	known := w.resultNode(s, results[n-1], results, n-1)
	if known == nil {
		return Unclear
	}
	typ := ret.Results[n-1].Type()
	isNil := known.IsNil()
	switch {
	case types.Identical(typ, errorType):
		if isNil {
			return Success
		}
		if isNotNil(w.t, known) {
			return Failure
		}
	case isBool(typ):
		if val, ok := known.IsBool(); ok && val {
			return Success
		} else if ok {
			return Failure
		}
	case n == 1 && tracked(typ):
		if isNil {
			return Failure
		}
		if isNotNil(w.t, known) {
			return Success
		}
	}
	return Unclear
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// kept lists boolean fields of the caller's objects that the function may change, and that are
// on this path what they were tested for.
func (w *walker) kept(s *state) (kept []Cell) {
	_, writes := w.env.Static(w.fn)
	if writes.Cell == nil {
		return nil
	}
	for _, c := range s.conds {
		if c.stale || c.key.Kind != path.Deref || c.key.X.Kind != path.Field || !c.key.InEntry() {
			continue
		}
		addr := c.key.X
		if cell := w.t.Cell(addr); writes.Cell(cell) && !s.lost.has(cell) &&
			!slices.ContainsFunc(s.mem, func(m Cell) bool { return m.Addr == addr }) {
			kept = append(kept, Cell{addr, w.t.Bool(c.val)})
		}
	}
	return kept
}

// dies reports whether a lock lies in an object that nobody knows any more when the
// function returns.
func (w *walker) dies(lock *path.Node) bool {
	root := lock.Root()
	if root.Kind != path.Value || lock.Loads() {
		return false
	}
	switch v := root.Val.(type) {
	case *ssa.Alloc:
		return w.info.private(v)
	case *ssa.Call, *ssa.Extract:
		return w.made[root.Val] && w.info.private(root.Val)
	}
	return false
}

// outward names n in entry terms and results, nil if that cannot be done.
func (w *walker) outward(s *state, n *path.Node, results []*path.Node) *path.Node {
	if n.InEntry() && !replacedOn(s, n) {
		return n
	}
	for i, r := range results {
		r = path.Concrete(r)
		if r.Kind == path.Deref && r.X.Kind == path.Value {
			r = r.X // the fields of a struct are named after the variable that it is read from
		}
		if (r.HasValue() || replacedOn(s, r)) && n.Mentions(r) {
			n = w.t.Rewrite(n, func(x *path.Node) *path.Node {
				if x == r {
					return w.t.Result(i)
				}
				return nil
			})
			if n.InEntry() {
				return n
			}
		}
	}
	if n.InEntry() {
		return n
	}
	return nil
}

// replacedOn reports whether the way to n leads through a variable that the function has changed since
// it read it: for callers, the same words name another object afterwards.
func replacedOn(s *state, n *path.Node) bool {
	for ; n != nil && n.Loads(); n = n.X {
		if n.Kind != path.Deref || n.X.Kind != path.Field && n.X.Kind != path.Elem {
			continue
		}
		if val, ok := s.cell(n.X); ok && val != n {
			return true
		}
	}
	return false
}

// resultNode says what is known of result i, nil if nothing.
func (w *walker) resultNode(s *state, n *path.Node, results []*path.Node, i int) *path.Node {
	if n.Kind == path.Const {
		return n
	}
	key, neg := w.condition(n)
	if val, known, _ := w.decide(s, key); known {
		return w.t.Bool(val != neg)
	}
	if n.Kind == path.Deref && w.neverNil(n) {
		return NotNil(w.t)
	}
	if n.Kind == path.Func {
		n = w.portable(s, n)
	}
	if n.InEntry() && n.Depth() < limits.MaxResultDepth && !replacedOn(s, n) {
		return n
	}
	if n.Kind == path.Value && w.unshared(n.Val, nil) {
		return New(w.t)
	}
	if n.Kind == path.Iface && n.X.HasValue() {
		return w.t.Iface(w.t.Result(i), n.Type)
	}
	isNil := binop(w.t, tokenEQL, n, w.t.Const(nil))
	if val, known, _ := w.decide(s, isNil); known {
		if val {
			return w.t.Const(nil)
		}
		return NotNil(w.t)
	}
	return nil
}

// portable names what a returned literal captured by what its variables hold: the
// caller knows the receiver, not the variable that the literal shares with us.
func (w *walker) portable(s *state, fn *path.Node) *path.Node {
	captured := make([]*path.Node, len(fn.Args))
	for i, a := range fn.Args {
		captured[i] = a
		if val, ok := s.cell(a); ok && val != nil && val.InEntry() && a.Kind == path.Value {
			captured[i] = path.CellOf(w.t, val)
		}
	}
	return w.t.Func(fn.Val.(*ssa.Function), captured)
}

// finish makes the summary out of events and exits.
func (w *walker) finish() {
	w.res.Steps = w.work
	w.mixedWaits()
	for i := range w.res.Leaks {
		w.res.Leaks[i].ByToken = w.handedByToken(w.res.Leaks[i].Site)
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

// alwaysRun marks the calls of callers' functions that every return comes after.
func (w *walker) alwaysRun(events []Event) {
	for i := range events {
		e := &events[i]
		e.Always = e.Kind == Call && e.Method == "" && len(w.outcomes) > 0 &&
			!slices.ContainsFunc(w.outcomes, func(o exit) bool { return !slices.Contains(o.ran, e.Param) })
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
		if !ok || h.lock != w.entered[site].lock {
			continue
		}
		_, isDefer := site.(*ssa.Defer)
		f := Finding{Kind: NotLockedOnPath, Pos: site.Pos(), Lock: h.lock, Mode: h.mode, First: h.steps,
			Again: []Step{{Pos: site.Pos(), Func: w.name, What: "unlocks"}}, Site: h.site, Defer: isDefer}
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
				continue
			}
			o := &out[i]
			o.Guard = commonGuard(o.Guard, e.guard)
			for j := range o.Results {
				o.Results[j] = meetResult(w.t, o.Results[j], e.results[j])
			}
			o.Stores = slices.DeleteFunc(o.Stores, func(c Cell) bool { return !slices.Contains(e.stores, c) })
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
