package summary

import (
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A Blocking is a point at which a goroutine waits for another one, holding locks.
type Blocking struct {
	Root *ssa.Function // the function at which Held is complete
	flow.Point
}

// pairs makes critical pairs of the points of the package's goroutines: of the
// functions at which lock sets are complete.
func (a *analysis) pairs(out *Package) {
	out.Writes, out.Live = a.writers(), a.liveness(out.Declared)
	for _, fn := range a.funcs {
		res := a.results[fn]
		if res == nil || len(res.Summary.Points) == 0 {
			continue
		}
		r := a.rootOf(fn)
		for i := range res.Summary.Points {
			p := &res.Summary.Points[i]
			switch {
			case !r.is && p.Later == "":
				// Callers have no names for what the function has looked up.
				if p.Kind != flow.Acquires || !slices.ContainsFunc(p.Held, func(h flow.HeldLock) bool { return h.ByKeys != nil }) || len(a.callersLocks(fn, 0)) > 0 {
					break
				}
				if x := a.exchangeable(fn, p, out.Writes); x != nil && x.ByKeys {
					out.Exchangeable = append(out.Exchangeable, *x)
				}
			case len(p.Held) == 0:
			case p.Kind == flow.Blocks:
				if f := hangsBefore(out.Findings, p); f != nil {
					a.dropBlocking(fn, p, f)
				} else {
					out.Blocked = append(out.Blocked, Blocking{fn, *p})
				}
			case p.Kind == flow.Acquires:
				if f := hangsBefore(out.Findings, p); f != nil && a.comesAfter(f, p) || a.hangsForCallers(out.Findings, fn, p) {
					break
				}
				if r.is && a.uncallable(fn) {
					a.dropUncallable(fn, p)
					break
				}
				if pair := a.pair(fn, r, p); pair != nil {
					out.Pairs = append(out.Pairs, pair)
					out.Kin = append(out.Kin, a.kin(fn, pair, p)...)
				}
				if x := a.ring(fn, p); x != nil {
					out.Exchangeable = append(out.Exchangeable, *x)
				}
				if x := a.exchangeable(fn, p, out.Writes); x != nil {
					out.Exchangeable = append(out.Exchangeable, *x)
				}
			}
		}
	}
}

// hangsBefore returns the finding that the call which leads to a wait locks one of the locks held there again: nil
// if there is none. The goroutine does not come to the wait, or what is wrong is said already.
func hangsBefore(findings []flow.Finding, p *flow.Point) *flow.Finding {
	for i := range findings {
		f := &findings[i]
		if !hangs(f.Kind) {
			continue
		}
		held := slices.ContainsFunc(p.Held, func(h flow.HeldLock) bool { return h.Lock.Class() == f.Lock.Class() })
		if held && slices.ContainsFunc(p.Steps, func(s *flow.Step) bool { return s.Pos.IsValid() && s.Pos == f.Pos }) {
			return f
		}
	}
	return nil
}

// hangsForCallers reports whether each call of a function in the package, its tests aside, leads to the wait of a point with the very lock held that is
// waited for, as findings say. That code out of sight calls the function without that lock is not to be expected.
func (a *analysis) hangsForCallers(findings []flow.Finding, fn *ssa.Function, p *flow.Point) bool {
	calls := slices.DeleteFunc(slices.Clone(a.info[fn].callers), func(c ssa.CallInstruction) bool { return ssax.InTest(c.Parent()) })
	last := p.Steps[len(p.Steps)-1].Pos
	return len(calls) > 0 && !slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool {
		return !slices.ContainsFunc(findings, func(f flow.Finding) bool {
			return hangs(f.Kind) && len(f.Again) > 0 && f.Again[len(f.Again)-1].Pos == last &&
				slices.ContainsFunc(f.Again, func(s *flow.Step) bool { return s.Pos == c.Pos() })
		})
	})
}

// hangs reports whether a goroutine waits for itself, and so for ever, where a finding of a kind is.
func hangs(k flow.FindingKind) bool {
	return k == flow.LockedAgain || k == flow.ReadUnderWrite || k == flow.Upgraded
}

func (a *analysis) pair(fn *ssa.Function, r root, p *flow.Point) *order.Pair {
	want := lockIn(fn, p.Lock, p.Mode)
	if want.Class == "" || a.anyContainer(fn, p.Lock) {
		return nil
	}
	want.Steps = p.Steps
	want.Own = r.own && ofReceiver(fn, p.Lock)
	want.Within = path.Taken(want.Within, p.Taken)
	pair := &order.Pair{
		Pkg: a.pkg.Pkg.Path(), Root: a.settled.Name(fn), Fn: fn, Alone: r.alone, With: a.runsWith(fn),
		Want: want, Kept: p.Kept,
	}
	if method, ok := fn.Object().(*types.Func); ok {
		pair.Loop = model.LoopOf(method)
	}
	if p.Later != "" {
		pair.Root, pair.Fn, pair.Alone, pair.With, pair.Loop, pair.Here = p.Later, nil, false, nil, "", true
		pair.OneWay = p.OneWay
		if obj := a.declaration(p.Held[0].Lock.Class()); obj != nil {
			pair.Pkg = obj.Pkg().Path()
		}
	}
	if p.Later == "" {
		pair.Start = a.begunBy(fn)
		pair.Mine = isMine(fn, p)
	}
	locks := []*path.Node{p.Lock}
	for _, h := range p.Held {
		pair.Past = append(pair.Past, a.passed(h)...)
		if held := lockIn(fn, h.Lock, h.Mode); held.Class != "" {
			held.Steps, held.Then = h.Steps, a.passedLocks(fn, h.Then)
			held.Maybe = h.Maybe || a.anyContainer(fn, h.Lock) || a.staged(h)
			held.Entry = h.Entry && a.calledWith(fn, h) && !a.anyContainer(fn, h.Lock)
			held.Crossed, held.Joint = h.Crossed, h.Joint
			held.Own = r.own && ofReceiver(fn, h.Lock)
			held.Within, held.Made = path.Taken(held.Within, h.Taken), h.Made
			if h.Home != "" {
				if held.Within != "" && a.Apart(held.Within, h.Home) {
					return nil // no object is in both
				}
				held.Within = h.Home
			}
			pair.Held = append(pair.Held, held)
			locks = append(locks, h.Lock)
		}
	}
	if len(pair.Held) == 0 {
		return nil
	}
	if a.gates.fn != fn {
		a.gates.fn, a.gates.locks = fn, a.callersLocks(fn, 0)
	}
	for _, gate := range a.gates.locks {
		if gate.Class != want.Class && !slices.ContainsFunc(pair.Held, func(h order.Lock) bool { return h.Class == gate.Class }) {
			gate.Maybe, gate.Steps = true, p.Steps
			pair.Held = append(pair.Held, gate)
		}
	}
	for _, lock := range locks {
		// Each call of the function has variables of its own; a goroutine started
		// once shares them with others, but not with itself.
		if lock.OwnVariable(fn) || !r.many && lock.Local(fn) {
			pair.Alone = true
		}
	}
	return pair
}

// kin makes pairs of a point that waits for a lock of the same class as one that is held, of an object to which a
// field of the other one's object leads, of a parent and a child, or of one that is found in another place.
func (a *analysis) kin(fn *ssa.Function, pair *order.Pair, p *flow.Point) (pairs []*order.Pair) {
	add := func(h flow.HeldLock, holder, target string) {
		q := *pair
		q.Want.Kin, q.Want.Within = target, ""
		held := lockIn(fn, h.Lock, h.Mode)
		held.Steps, held.Kin, held.Within = h.Steps, holder, ""
		q.Held = slices.DeleteFunc(slices.Clone(pair.Held), func(o order.Lock) bool { return o.Class == held.Class })
		q.Held = append(q.Held, held)
		pairs = append(pairs, &q)
	}
	for _, h := range p.Held {
		if h.Maybe {
			continue
		}
		if h.Link == "" {
			if h.Lock.Class() != p.Lock.Class() {
				continue
			}
			for _, c := range a.info[fn].callers {
				start, ok := c.(*ssa.Go)
				if !ok || start.Call.IsInvoke() {
					continue
				}
				if x, y := flow.Siblings(a.table, fn, h.Lock, p.Lock, start); x != "" && !a.decided(fn, p, h) {
					add(h, x, y)
				}
			}
			continue
		}
		if x, y, ok := flow.Apart(h.Link); ok {
			if !a.decided(fn, p, h) {
				add(h, x, y)
			}
			continue
		}
		cell, up := strings.CutPrefix(h.Link, "^")
		// The field itself leads the other way than the one that is its inverse, which it may be itself: of two objects that lead to each other.
		along := func(field string, inverse bool) {
			holder, target := "^"+field, field
			if up != inverse {
				holder, target = target, holder
			}
			add(h, holder, target)
		}
		for _, field := range a.contents.Inverse(cell) {
			along(field, true)
		}
		along(cell, false)
	}
	return pairs
}

// calledWith reports whether fn is called with a lock that it releases later: a function of the package returns with such a lock. Where fn acquires
// one itself, that may be the one which it releases, by another name; and where it releases it on a condition, as the last one out does, those who
// are called with it are others than those who wait.
func (a *analysis) calledWith(fn *ssa.Function, h flow.HeldLock) bool {
	class := h.Lock.ClassIn(fn)
	acquires := slices.ContainsFunc(a.results[fn].Summary.Points, func(p flow.Point) bool { return p.Kind == flow.Acquires && p.Lock.ClassIn(fn) == class })
	if acquires || len(h.Steps) != 1 || !ssax.Unconditional(fn, h.Steps[0].Pos) || fn.Parent() != nil || isTest(fn) || !slices.ContainsFunc(a.results[fn].Summary.Events, func(e flow.Event) bool { return e.Kind == flow.Release && e.Lock == h.Lock }) {
		return false
	}
	if a.left == nil {
		a.left = make(map[string]bool)
		for f, res := range a.results {
			for _, o := range res.Summary.Outcomes {
				for _, n := range o.Nets {
					if n.Delta > 0 {
						a.left[n.Lock.ClassIn(f)] = true
					}
				}
			}
		}
	}
	return a.left[class]
}

// isMine reports whether all locks of a point lie in the receiver of the method that fn is, or, if there are but two, one of them: in a deadlock, the
// other goroutine means the same one, and so the same receiver.
func isMine(fn *ssa.Function, p *flow.Point) bool {
	theirs := slices.ContainsFunc(p.Held, func(h flow.HeldLock) bool { return !ofReceiver(fn, h.Lock) })
	return ofReceiver(fn, p.Lock) && (!theirs || len(p.Held) == 1) || !theirs && len(p.Held) == 1
}

// ofReceiver reports whether a lock of fn lies, by value, in the receiver of the method that fn is, or that it is a literal of.
func ofReceiver(fn *ssa.Function, lock *path.Node) bool {
	object := lock.Struct()
	if object.Kind == path.Param {
		return object.Index == 0 && fn.Parent() == nil
	}
	if object.Kind == path.Deref {
		object = object.X // a variable that is captured
	}
	if object.Kind != path.FreeVar || object.Index >= len(fn.FreeVars) {
		return false
	}
	captured := path.Binding(fn.FreeVars[object.Index])
	if alloc, ok := captured.(*ssa.Alloc); ok {
		captured = ssax.OnlyStore(alloc)
	}
	return captured != nil && captured == receiver(fn.Parent())
}

// staged reports whether a test file acquires a lock of the code under test. A test does so to hold
// that code still, and knows what else runs meanwhile.
func (a *analysis) staged(h flow.HeldLock) bool {
	inTest := func(pos token.Pos) bool {
		return model.InTest(a.pkg.Prog.Fset, pos)
	}
	taken := h.Steps[len(h.Steps)-1]
	if !taken.Pos.IsValid() || !inTest(taken.Pos) {
		return false
	}
	obj := a.declaration(h.Lock.Declared())
	return obj != nil && !inTest(obj.Pos())
}

// packageOf finds a package among those that this one imports, directly or not.
func (a *analysis) packageOf(pkgPath string) *types.Package {
	seen := make(map[*types.Package]bool)
	work := []*types.Package{a.pkg.Pkg}
	for len(work) > 0 {
		p := work[len(work)-1]
		work = work[:len(work)-1]
		if p.Path() == pkgPath {
			return p
		}
		if !seen[p] {
			seen[p] = true
			work = append(work, p.Imports()...)
		}
	}
	return nil
}

// runsWith returns what runs while a goroutine is in fn, which is a test or a part of one; nil if fn is no part of a test. What
// the goroutine of the test itself calls does not run besides, unless something else may run it, too.
func (a *analysis) runsWith(fn *ssa.Function) func(root string) bool {
	test := ssax.Outermost(fn)
	if !isTest(test) {
		return nil
	}
	if with, ok := a.with[fn]; ok {
		return with
	}
	if a.byName == nil {
		a.byName = make(map[string][]int)
		a.with = make(map[*ssa.Function]func(string) bool)
		a.number = make(map[*ssa.Function]int)
		for i, f := range a.funcs {
			name := flow.FuncName(f)
			a.byName[name] = append(a.byName[name], i)
			a.number[f] = i
		}
	}
	runs := sync.OnceValue(func() bitset {
		reached := a.reaches()[test]
		if fn == test {
			reached = a.besides(reached)
		}
		return reached
	})
	with := func(root string) bool { return slices.ContainsFunc(a.byName[root], runs().has) }
	a.with[fn] = with
	return with
}

// besides returns those of some functions that other goroutines may run than the one that calls them: they are started in a goroutine, or somebody
// has them as a value or as methods of one, or they are called by such.
func (a *analysis) besides(reached bitset) (runs bitset) {
	for i, f := range a.funcs {
		if reached.has(i) && !runs.has(i) && a.handedOut(f) {
			runs.union(a.reached[f])
		}
	}
	return runs
}

func (a *analysis) handedOut(fn *ssa.Function) bool {
	fi := a.info[fn]
	if fi.spawned > 0 || fi.valued || fn.Parent() != nil && fi.escapes && !a.runInPlace(fn) {
		return true
	}
	recv := fn.Signature.Recv()
	if recv == nil {
		return false
	}
	named, ok := deref(recv.Type()).(*types.Named)
	return ok && a.boxed[named.Obj()]
}

// reaches returns, by function, the functions that it and the literals in it may run. Functions that can run each
// other share one set.
func (a *analysis) reaches() map[*ssa.Function]bitset {
	if a.reached != nil {
		return a.reached
	}
	a.reached = make(map[*ssa.Function]bitset)
	next := make(map[*ssa.Function][]*ssa.Function)
	for _, fn := range a.funcs {
		next[fn] = slices.DeleteFunc(slices.Concat(a.info[fn].callees, fn.AnonFuncs), func(f *ssa.Function) bool { return a.info[f] == nil })
	}
	for _, scc := range a.connected(func(fn *ssa.Function) []*ssa.Function { return next[fn] }) {
		var all bitset
		joined := make(map[*ssa.Function]bool)
		for _, fn := range scc {
			all.add(a.number[fn])
			for _, f := range next[fn] {
				if !joined[f] {
					joined[f] = true
					all.union(a.reached[f])
				}
			}
		}
		for _, fn := range scc {
			a.reached[fn] = all
		}
	}
	return a.reached
}

// writers returns a function that reports whether anybody may wait to lock a class for
// writing. A class may be written under the name of its declaration: a method of a type
// locks what is a variable of the type elsewhere.
func (a *analysis) writers() func(class string) bool {
	written := make(map[string]bool)
	declared := make(map[string]string)
	for fn, res := range a.results {
		for lock := range a.written(res) {
			written[lock.ClassIn(fn)] = true
			if d := lock.Declared(); d != "" {
				written[d] = true
			}
		}
		for _, p := range res.Summary.Points {
			for _, h := range p.Held {
				declared[h.Lock.ClassIn(fn)] = h.Lock.Declared()
			}
			if p.Lock != nil {
				declared[p.Lock.ClassIn(fn)] = p.Lock.Declared()
			}
		}
	}
	return func(class string) bool {
		return written[class] || written[declared[class]] || !strings.HasPrefix(class, a.pkg.Pkg.Path()+".") || a.accessible(class)
	}
}

// liveness returns which lock classes matter to other packages. A lock that is only
// held while the package does what it knows, and that leads to no lock of another
// kind, cannot be in a cycle with locks elsewhere. A live one may be held by others:
// a function returns with it or calls a function of theirs under it, or it is
// accessible; or while it is held a live one is waited for.
func (a *analysis) liveness(declared map[types.Object]*flow.Summary) func(class string) bool {
	live := make(map[string]bool)
	before := make(map[string][]string) // held when a class is waited for
	var work []string
	mark := func(class string) {
		if class != "" && !live[class] {
			live[class] = true
			work = append(work, class)
		}
	}
	for class := range a.lent {
		mark(class)
	}
	for _, s := range declared {
		for _, o := range s.Outcomes {
			for _, n := range o.Nets {
				mark(n.Lock.Class()) // what other packages have in the place of it returns with it
			}
		}
	}
	for fn, res := range a.results {
		for _, o := range res.Summary.Outcomes {
			for _, n := range o.Nets {
				if n.Delta > 0 && token.IsExported(fn.Name()) {
					mark(n.Lock.ClassIn(fn))
				}
			}
		}
		for _, e := range res.Summary.Events {
			if e.Kind == flow.Call && !hidden(e) {
				for _, h := range e.Held {
					mark(h.Lock.ClassIn(fn))
				}
			}
		}
		for _, p := range res.Summary.Points {
			if p.Kind != flow.Acquires {
				continue
			}
			want := p.Lock.ClassIn(fn)
			if a.elsewhere(want) || a.accessible(want) {
				mark(want)
			}
			for _, h := range p.Held {
				if class := h.Lock.ClassIn(fn); !slices.Contains(before[want], class) {
					before[want] = append(before[want], class)
				}
			}
		}
	}
	for len(work) > 0 {
		class := work[len(work)-1]
		work = work[:len(work)-1]
		for _, b := range before[class] {
			mark(b)
		}
	}
	return func(class string) bool { return live[class] || a.elsewhere(class) }
}

// elsewhere reports whether a class belongs to another package. Its owner has said
// that it is live.
func (a *analysis) elsewhere(class string) bool {
	return class != "" && !strings.Contains(class, "@") && !strings.HasPrefix(class, a.pkg.Pkg.Path()+".")
}
