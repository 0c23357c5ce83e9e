package flow

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
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
	pos    token.Pos
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
	for i, r := range results {
		if _, isBasic := ret.Results[i].Type().Underlying().(*types.Basic); isBasic {
			continue // a key that an iterator has found does not end the iterator
		}
		w.told = r.Kind == path.Func && r.InEntry() // callers of the package know what it releases
		w.escape(handed, r)
		w.told = false
		w.lockReturned(handed, r)
	}
	for _, r := range ret.Results {
		w.keptByResult(handed, r)
	}
	e := exit{guard: w.guard(s), ran: s.ran, pos: ret.Pos()}
	for i, h := range s.locks.Held() {
		if h.Is(lockset.Unsure) || h.Lock.Old() {
			if w.why != nil {
				w.silentExit(h, ret, why.MaybeReleased, w.doubtOf(h))
			}
			continue
		}
		if h.Phase == lockset.Retaken {
			if lock := w.outward(s, h.Lock, results); lock != nil && h.Mode != h.Was {
				e.nets = append(e.nets, Net{lock, h.Was, -1, h.By.steps}, Net{lock, h.Mode, 1, h.By.steps})
			}
			continue
		}
		lock := w.outward(s, h.Lock, results)
		switch {
		case handed.locks.Held()[i].Is(lockset.Unsure) || answerSent(h.By.site):
			w.dropExit(h, ret, why.HandedOut)
		case w.dies(h.Lock):
			w.dropExit(h, ret, why.DiesWithFunction)
		case isSlot(h) && w.makesSemaphore(h.Lock):
			w.dropExit(h, ret, why.BeginsFull)
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
			e.nets = append(e.nets, Net{lock, h.Mode, 1, h.By.steps})
		}
	}
	for _, k := range s.locks.Others() {
		if class := k.Lock.ClassIn(w.fn); k.Phase.IsOurs() && k.Phase != lockset.Failed && !slices.Contains(w.res.Ended[class], answer) {
			w.res.Ended[class] = append(w.res.Ended[class], answer)
		}
		lock := w.outward(s, k.Lock, results)
		switch {
		case lock == nil, k.Phase == lockset.Failed:
		case k.Phase == lockset.GivenUp:
			e.nets = append(e.nets, Net{lock, k.Mode, -1, k.By.steps})
		case k.Sure() && lock == k.Lock:
			e.freed = append(e.freed, Net{lock, k.Mode, 0, k.By.steps})
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
		replaced := c.Val.Kind == path.Value && ssax.IsPointer(c.Val.Val.Type()) || c.Val.Kind == path.Op && c.Val.Name == putByCall
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
	case ssax.IsError(typ):
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

// makesSemaphore reports whether the function has made the channel that is a semaphore, or the object that has it in a field: what it leaves there is
// what the semaphore begins with.
func (w *walker) makesSemaphore(slot *path.Node) bool {
	for slot.Kind == path.Deref || slot.Kind == path.Field {
		slot = slot.X
	}
	return slot.Kind == path.Value && slot.Index == 0 && w.isNew(slot.Val)
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
