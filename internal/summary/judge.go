package summary

import (
	"cmp"
	"go/token"
	"go/types"
	"math"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// judge decides which leaks are wrong. A function that returns with a lock held
// is often meant to; what tells is who releases the lock, if anybody.
func (a *analysis) judge(out *Package) {
	j := &judgement{
		analysis: a,
		paired:   make(map[*ssa.Function][]string),
		holding:  make(map[*ssa.Function][]*path.Node),
		returned: make(map[string]bool),
		writers:  make(map[string]bool),
	}
	for _, fn := range a.funcs {
		if r := a.results[fn]; r != nil {
			j.note(r)
		}
	}
	j.pairing = newPairing(j)
	leaky := make(map[*ssa.Function][]string)
	for _, fn := range a.funcs {
		r := a.results[fn]
		if r == nil {
			continue
		}
		for _, l := range r.Leaks {
			l.NoHandle = withoutHandle(r, l)
			if j.refuted(l.Claim) {
				j.dropLeak(l, why.NeverRuns, nil)
			} else if by := j.unsafely(l.Fn, l.Lock); by != nil {
				j.dropLeak(l, why.Unsafe, by)
			} else if j.pairing.leak(r, l) {
				handed := handedInside(r, l.Lock)
				if l.Mode == model.Slot && len(r.Releases[l.Site]) == 0 && !handed {
					j.dropLeak(l, why.SlotOfOthers, nil)
					continue
				}
				l.Never = len(r.Releases[l.Site]) == 0 && !handed && !l.NoHandle
				if l.Never && slices.ContainsFunc(out.Leaks, func(o flow.Leak) bool { return o.Never && o.Site == l.Site }) {
					j.dropLeak(l, why.ReportedOnce, nil) // at the acquisition
					continue
				}
				l.Deferred = slices.ContainsFunc(r.Releases[l.Site], func(i ssa.Instruction) bool {
					_, ok := i.(*ssa.Defer)
					return ok
				})
				out.Leaks = append(out.Leaks, l)
				leaky[r.Fn] = append(leaky[r.Fn], lockName(r.Fn, l.Lock, model.Write))
			}
		}
	}
	out.Leaks = slices.DeleteFunc(out.Leaks, func(l flow.Leak) bool {
		by := j.consequence(l.Site, lockName(l.Fn, l.Lock, model.Write), leaky)
		return by != nil && !j.dropLeak(l, why.Consequence, by)
	})
	for _, l := range slices.Concat(out.Leaks, j.pairing.byField) {
		j.forget(l.Fn, lockName(l.Fn, l.Lock, l.Mode))
	}
	j.pairing.forgetHanded()
	for _, fn := range a.funcs {
		if r := a.results[fn]; r != nil {
			for _, f := range r.Findings {
				if j.refuted(f.Claim) {
					j.drop(f, why.NeverRuns, nil)
				} else if by := j.unsafely(f.Fn, f.Lock); by != nil {
					j.drop(f, why.Unsafe, by)
				} else if !j.finding(f) {
					continue
				} else if by := j.consequence(f.Site, lockName(f.Fn, f.Lock, model.Write), leaky); by != nil {
					j.drop(f, why.Consequence, by)
				} else {
					out.Findings = append(out.Findings, f)
				}
			}
		}
	}
	out.Leaks = append(out.Leaks, j.pairing.handedLeaks()...)
	for _, l := range j.pairing.forgottenUnlocks() {
		if !slices.ContainsFunc(out.Leaks, func(o flow.Leak) bool { return o.Site == l.Site }) { // else one outcome has a name for callers
			out.Leaks = append(out.Leaks, l)
		}
	}
	out.Findings = j.behindOnces(j.once(out.Findings))
	j.unheld(out)
	j.pairing.strayReleases(out)
	out.Slow = a.slowSections()
	slices.SortStableFunc(out.Findings, func(a, b flow.Finding) int { return cmp.Compare(a.Pos, b.Pos) })
	slices.SortStableFunc(out.Leaks, func(a, b flow.Leak) int {
		return cmp.Or(cmp.Compare(a.Exit, b.Exit), cmp.Compare(a.Site.Pos(), b.Site.Pos()))
	})
}

// unsafely returns a function that makes an unsafe.Pointer of the address of a lock of this class: it may change the lock in
// ways that nobody sees, as a TryLock does that was written before Go had one. It is nil if there is none.
func (a *analysis) unsafely(fn *ssa.Function, lock *path.Node) *ssa.Function {
	if lock == nil || len(a.unsafe) == 0 {
		return nil
	}
	if by := a.unsafe[lock.Declared()]; by != nil {
		return by
	}
	return a.unsafe[lock.ClassIn(fn)]
}

// refuted reports whether what a literal does wrong can never happen, as all that runs it
// is known.
func (j *judgement) refuted(c *flow.Claim) bool {
	return c.Refuted(j.elsewhere)
}

// elsewhere reports whether a literal may run elsewhere than where it stands. The body of
// a loop over a function does not, although the iterator gets it.
func (j *judgement) elsewhere(fn *ssa.Function) bool {
	return j.info[fn].escapes && !flow.IsLoopBody(fn)
}

type judgement struct {
	*analysis
	pairing *pairing
	// paired are, by function, the classes whose locks some caller releases for it.
	paired map[*ssa.Function][]string
	// holding are, by function, the locks held at calls to it.
	holding  map[*ssa.Function][]*path.Node
	returned map[string]bool // by class: some function returns with it held
	writers  map[string]bool // by class: somebody acquires it for writing
}

func callee(c ssa.CallInstruction) *ssa.Function {
	fn := c.Common().StaticCallee()
	if fn != nil && fn.Origin() != nil {
		return fn.Origin()
	}
	return fn
}

func (j *judgement) note(r *flow.Result) {
	for site, classes := range r.Paired {
		if c, ok := site.(ssa.CallInstruction); ok {
			for _, arg := range c.Common().Args {
				if mc, ok := arg.(*ssa.MakeClosure); ok && flow.IsLoopBody(mc.Fn.(*ssa.Function)) {
					body := mc.Fn.(*ssa.Function) // which the loop left with the lock held
					j.paired[body] = append(j.paired[body], classes...)
				}
			}
			if fn := callee(c); fn != nil {
				j.paired[fn] = append(j.paired[fn], classes...)
			} else if c.Common().IsInvoke() {
				if fn := j.method(c.Common()); fn != nil {
					j.paired[fn] = append(j.paired[fn], classes...)
				}
			}
		}
	}
	for c, locks := range r.CallsHolding {
		if fn := callee(c); fn != nil {
			j.holding[fn] = append(j.holding[fn], locks...)
		}
	}
	for lock := range j.written(r) {
		j.writers[lock.Class()] = true
	}
	if r.Fn.Parent() != nil && !j.info[r.Fn].escapes {
		return // its effect is part of the function around it
	}
	for _, o := range r.Summary.Outcomes {
		for _, n := range o.Nets {
			if n.Delta > 0 {
				j.returned[n.Lock.Class()] = true
			}
		}
	}
}

// once drops findings that are those of a callee over again: what happens between the two operations is in
// the callee, which is known to do it to its caller's lock as well. Of several calls in one critical section that lead to one call of the operation,
// one stands for all, as does one of all calls of a function that is always called with the lock held: that function is where to repair it.
func (j *judgement) once(findings []flow.Finding) []flow.Finding {
	type places struct{ first, again token.Pos }
	at := func(f flow.Finding) (p places, ok bool) {
		if len(f.First) == 0 || len(f.Again) == 0 {
			return p, false
		}
		return places{f.First[len(f.First)-1].Pos, f.Again[len(f.Again)-1].Pos}, true
	}
	seen := make(map[places][]flow.Finding)
	for _, f := range findings {
		if p, ok := at(f); ok && p.first.IsValid() && p.again.IsValid() {
			seen[p] = append(seen[p], f)
		}
	}
	findings = slices.DeleteFunc(slices.Clone(findings), func(f flow.Finding) bool {
		p, ok := at(f)
		if !ok {
			return false
		}
		i := slices.IndexFunc(seen[p], func(o flow.Finding) bool {
			return o.Kind == f.Kind && o.Fn != f.Fn && len(o.First) < len(f.First) &&
				slices.ContainsFunc(f.First, func(s *flow.Step) bool { return s.Func == flow.FuncName(o.Fn) })
		})
		return i >= 0 && !j.drop(f, why.InCallee, seen[p][i].Fn)
	})
	way := func(f flow.Finding) int {
		if ssax.InTest(f.Fn) {
			return math.MaxInt // what the test calls is where to repair it
		}
		return len(f.First) + len(f.Again)
	}
	slices.SortStableFunc(findings, func(a, b flow.Finding) int { return cmp.Or(cmp.Compare(way(a), way(b)), cmp.Compare(a.Pos, b.Pos)) })
	// callers are the last steps of a finding but for its own call.
	callers := func(f flow.Finding) []*flow.Step { return f.Again[max(1, len(f.Again)-2):] }
	var out []flow.Finding
	for _, f := range findings {
		p, ok := at(f)
		i := slices.IndexFunc(out, func(o flow.Finding) bool {
			q, is := at(o)
			if o.Kind == f.Kind && o.Fn == f.Fn && handedOver(o) != handedOver(f) && o.Lock.Class() == f.Lock.Class() &&
				slices.EqualFunc(callers(o), callers(f), func(x, y *flow.Step) bool { return *x == *y }) {
				return true // a function is handed over, and what calls it is called here
			}
			return ok && is && p.again.IsValid() && o.Kind == f.Kind && o.Pos != f.Pos && len(f.Again) > 2 && slices.Equal(callers(o), callers(f)) &&
				(p == q && o.Fn == f.Fn && len(o.First) == len(f.First) || j.alwaysUnder(f))
		})
		if i < 0 {
			out = append(out, f)
			continue
		}
		out[i].Others = append(out[i].Others, f.Pos)
		j.drop(f, why.ReportedOnce, nil)
	}
	return out
}

// handedOver reports whether a finding is about a function that others are handed, and call later.
func handedOver(f flow.Finding) bool {
	return len(f.Again) > 0 && (strings.HasPrefix(f.Again[0].What, flow.HandsOver) || strings.HasPrefix(f.Again[0].What, flow.HandsAgain))
}

// alwaysUnder reports whether a finding is about a call of a function which is called with the lock held wherever it is called.
func (j *judgement) alwaysUnder(f flow.Finding) bool {
	call := ssax.CallAt(f.Fn, f.Pos)
	if call == nil || callee(call) == nil || j.info[callee(call)] == nil || j.vis.Callable(callee(call)) {
		return false
	}
	class := lockName(f.Fn, f.Lock, model.Write)
	return !slices.ContainsFunc(j.info[callee(call)].callers, func(c ssa.CallInstruction) bool {
		r := j.results[c.Parent()]
		return r == nil || !slices.ContainsFunc(r.CallsHolding[c], func(l *path.Node) bool { return lockName(c.Parent(), l, model.Write) == class })
	})
}

// consequence returns the callee that wrongly returned with the lock in a finding held, nil if
// that is not why it is held: it is reported where it happens.
func (j *judgement) consequence(site ssa.Instruction, lock string, leaky map[*ssa.Function][]string) *ssa.Function {
	c, ok := site.(ssa.CallInstruction)
	if !ok {
		return nil
	}
	fn := callee(c)
	if fn == nil && c.Common().IsInvoke() {
		fn = j.method(c.Common())
	}
	if fn == nil || !slices.Contains(leaky[fn], lock) {
		return nil
	}
	return fn
}

// finding reports whether a finding of one function stands when its callers are
// looked at.
func (j *judgement) finding(f flow.Finding) bool {
	if by, rule := j.handedAround(f); by != nil && !f.Sure {
		return j.drop(f, rule, by)
	}
	if inEachTest(f) {
		return j.drop(f, why.TestRuns, f.Fn)
	}
	switch f.Kind {
	case flow.LockedAgain, flow.Upgraded, flow.ReadUnderWrite:
		if by := j.pairing.handedOver(f); by != nil {
			return j.drop(f, why.HandedByMessage, by)
		}
		by := j.pairing.turn(f)
		return by == nil || j.drop(f, why.HandedAround, by)
	case flow.RecursiveRead:
		return j.recursiveRead(f)
	case flow.WaitUnheld, flow.HoldUnheld:
		if lit := lentTo(f); lit != nil {
			return j.drop(f, why.HandedAround, lit)
		}
		return !flow.Unresolved(f.Lock) || j.isOwn(f.Lock) || j.drop(f, why.UnknownCondLock, nil)
	case flow.WaitOnPath, flow.HoldOnPath:
		if !j.hidden(f.Lock) {
			return j.drop(f, why.NotPrivate, nil)
		}
		return j.entered(f.Fn, nil) || j.drop(f, why.CallersMayHold, nil)
	case flow.NotLockedOnPath:
	default:
		return true
	}
	class := f.Lock.Class()
	for _, lock := range j.holding[f.Fn] {
		if c := lock.Class(); c == class || c == "" || class == "" {
			return j.drop(f, why.CallerHolds, nil) // for the function
		}
	}
	return !j.results[f.Fn].GaveUp || j.drop(f, why.GaveUp, nil)
}

func isAlloc(n *path.Node) bool {
	_, ok := n.Val.(*ssa.Alloc)
	return ok && n.Kind == path.Value
}

// handedAround returns what passes a local lock between the goroutines of one function,
// nil if nothing does: a literal (or the function around it) releases what another acquired.
func (j *judgement) handedAround(f flow.Finding) (by *ssa.Function, rule why.Rule) {
	if by, rule := j.handedBack(f); by != nil {
		return by, rule
	}
	name := variable(f.Fn, f.Lock)
	class := f.Lock.Class()
	top := ssax.Outermost(f.Fn)
	if f.Fn != top && class != "" && j.elsewhere(f.Fn) {
		by = j.pairing.releasedAround(f.Fn, f.Lock) // the goroutine may wait for that
	}
	if by != nil || name == "" {
		return by, why.HandedAround
	}
	return firstOf(top, func(fn *ssa.Function) bool {
		if r := j.results[fn]; r != nil && (fn == top || j.elsewhere(fn)) {
			for _, lock := range r.Strays {
				if variable(fn, lock) == name && lock.Class() == class {
					return true
				}
			}
			for _, e := range r.Summary.Events {
				if e.Kind == flow.Release && variable(fn, e.Lock) == name && e.Lock.Class() == class {
					return true
				}
			}
		}
		return false
	}), why.HandedAround
}

// firstOf returns the first of fn and the literals in it for which is says so; nil if there is none.
func firstOf(fn *ssa.Function, is func(*ssa.Function) bool) *ssa.Function {
	if is(fn) {
		return fn
	}
	for _, lit := range fn.AnonFuncs {
		if found := firstOf(lit, is); found != nil {
			return found
		}
	}
	return nil
}

// handedBack returns the goroutine, of the function that a finding is in, that may have locked
// what is unlocked there, as it ends with the lock held; nil if there is none.
func (j *judgement) handedBack(f flow.Finding) (by *ssa.Function, rule why.Rule) {
	switch f.Kind {
	case flow.UnlockedTwice, flow.NotLockedOnPath:
	default:
		return nil, 0
	}
	takers := j.pairing.takers[lockName(f.Fn, f.Lock, f.Mode)]
	if j.info[f.Fn].blocks {
		i := slices.IndexFunc(takers, func(t party) bool {
			return (j.info[t.fn].spawned > 0 || t.fn.Parent() != nil && j.pairing.startedOnly(t.fn)) && j.runsBesides(f.Fn, ssax.Outermost(t.fn))
		})
		if i >= 0 {
			return takers[i].fn, why.HandedBack // f.Fn may have waited for a goroutine of its own that ends with the lock held
		}
	}
	if j.pairing.receivesWith(f.Fn, lockName(f.Fn, f.Lock, f.Mode)).IsValid() {
		return f.Fn, why.HandedByMessage
	}
	class := f.Lock.Class()
	return firstOf(ssax.Outermost(f.Fn), func(fn *ssa.Function) bool {
		if r := j.results[fn]; r != nil && j.elsewhere(fn) && class != "" {
			for _, o := range r.Summary.Outcomes {
				for _, n := range o.Nets {
					if n.Delta > 0 && n.Lock.Class() == class {
						return true
					}
				}
			}
		}
		return false
	}), why.HandedBack
}

// runsBesides reports whether something that runs fn may also run, or start, other.
func (j *judgement) runsBesides(fn, other *ssa.Function) bool {
	seen := make(map[*ssa.Function]bool)
	work := []*ssa.Function{fn}
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		fi := j.info[fn]
		if fi == nil || seen[fn] {
			continue
		}
		seen[fn] = true
		if j.mayRun(fn, other) {
			return true
		}
		for _, c := range fi.callers {
			work = append(work, c.Parent())
		}
	}
	return false
}

// mayRun reports whether a function may run another one, or start it as a goroutine.
func (j *judgement) mayRun(from, to *ssa.Function) bool {
	seen := make(map[*ssa.Function]bool)
	work := []*ssa.Function{from}
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if fn == to {
			return true
		}
		if fi := j.info[fn]; fi != nil && !seen[fn] {
			seen[fn] = true
			work = append(work, fi.callees...)
		}
	}
	return false
}

// variable returns the name of the local variable that a lock is or is held in,
// if literals of the function share it.
func variable(fn *ssa.Function, lock *path.Node) string {
	switch root := lock.Root(); root.Kind {
	case path.FreeVar:
		return fn.FreeVars[root.Index].Name()
	case path.Value:
		if alloc, ok := root.Val.(*ssa.Alloc); ok && len(fn.AnonFuncs) > 0 {
			return alloc.Comment
		}
	}
	return ""
}

// tries reports whether a call is one of TryLock, or of a function that does the same.
func (j *judgement) tries(site ssa.Instruction) bool {
	c, ok := site.(ssa.CallInstruction)
	if !ok {
		return false
	}
	fn := callee(c)
	if fn == nil {
		return false
	}
	obj, _ := fn.Object().(*types.Func)
	sum, _ := j.Static(fn)
	return model.OpOf(obj).Kind == model.TryLock || tells(sum)
}

// tells reports whether the result of a function is whether it returns with a lock held.
func tells(s *flow.Summary) bool {
	return s != nil && len(s.Outcomes) > 0 && !slices.ContainsFunc(s.Outcomes, func(o flow.Outcome) bool {
		holds := slices.ContainsFunc(o.Nets, func(n flow.Net) bool { return n.Delta > 0 })
		if len(o.Results) != 1 || o.Results[0] == nil {
			return true
		}
		result, ok := o.Results[0].IsBool()
		return !ok || result != holds
	})
}
