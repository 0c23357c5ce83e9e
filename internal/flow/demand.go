package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/why"
)

// A demand is one of an operation, a callee or a contract: that a lock be held, or free.
type demand struct {
	by    EventKind // what demands it: the event by which callers are told, if it is for them to meet it
	lock  *path.Node
	mode  model.Mode
	site  ssa.Instruction
	steps []*Step
	guard []Literal    // of a callee: on what it depends
	gone  []*path.Node // of a callee: what has been released by then, and may be the lock
	// maybe: the callee may come to it or not when it is called here.
	maybe bool
	loose bool // of a callee: it unlocks the lock on some paths only, see firm
	Origin
}

// demands says of each event that is a demand what it wants, and how a state can fail to meet it: violations
// that are not listed are none.
var demands = map[EventKind]struct {
	want  lockset.Want
	wrong map[lockset.Violation]FindingKind
	// keeps: the lock is held on return. onPath: it is not held on all paths that lead there.
	keeps  bool
	onPath FindingKind
}{
	Acquire: {want: lockset.WantFree, wrong: map[lockset.Violation]FindingKind{
		lockset.Again: LockedAgain, lockset.Upgraded: Upgraded, lockset.ReadUnderWrite: ReadUnderWrite, lockset.RecursiveRead: RecursiveRead}},
	Exclude: {want: lockset.WantFree, wrong: map[lockset.Violation]FindingKind{
		lockset.Again: HeldExcluded, lockset.Upgraded: HeldExcluded, lockset.ReadUnderWrite: HeldExcluded}},
	Enter: {want: lockset.WantFree, wrong: map[lockset.Violation]FindingKind{lockset.Again: OnceAgain}},
	Release: {want: lockset.WantHeld, wrong: map[lockset.Violation]FindingKind{
		lockset.TooWeak: UnlockMismatch, lockset.TooStrong: UnlockMismatch, lockset.Gone: UnlockedTwice, lockset.NotGot: TryFailed, lockset.Never: NeverLocked}},
	Need: {want: lockset.WantHeld, wrong: map[lockset.Violation]FindingKind{
		lockset.TooWeak: WaitMismatch, lockset.TooStrong: WaitMismatch, lockset.Gone: WaitUnheld, lockset.Never: WaitUnheld}, keeps: true, onPath: WaitOnPath},
	Hold: {want: lockset.WantHeld, wrong: map[lockset.Violation]FindingKind{
		lockset.TooWeak: HoldMismatch, lockset.Gone: HoldUnheld, lockset.Never: HoldUnheld}, keeps: true, onPath: HoldOnPath},
}

// IsUnheld reports whether findings of a kind are about a demand that nobody meets, to hold a lock and keep it.
func IsUnheld(kind FindingKind) bool {
	for _, row := range demands {
		if row.keeps && row.wrong[lockset.Gone] == kind {
			return true
		}
	}
	return false
}

// Unheld returns the kind of finding about a demand that nobody meets; ok is false if
// the event is no demand to hold a lock and keep it.
func Unheld(event EventKind) (kind FindingKind, ok bool) {
	row := demands[event]
	return row.wrong[lockset.Gone], row.keeps
}

// An answer is what a state says to a demand. One that is open is for the callers to meet, if they have a name for the lock.
type answer struct {
	lockset.Answer[*path.Node, *act]
	rule  why.Rule // by which nothing is reported, if it is doubtful
	given bool     // it is violated because a goroutine unlocks the lock, or is about to
}

// demand answers a demand: it reports that it is violated, records that it is doubtful, or passes it on to the callers.
func (w *walker) demand(s *state, d *demand) answer {
	a := w.meets(s, d)
	switch {
	case a.Verdict == lockset.Violated:
		w.report(s, d.guard, d.finding(&a))
	case a.Verdict == lockset.Doubtful && w.why != nil:
		w.silent(d.finding(&a), a.rule, w.evidence(d, &a))
	case a.Verdict == lockset.Open && d.lock.InEntry():
		guard := append(w.guard(s), d.guard...)
		if d.by == Acquire {
			if len(d.steps) == 1 {
				guard = append(guard, w.atWill(s, d.site)...)
			}
			guard = append(guard, w.depends(s, d.site)...)
		}
		w.event(Event{Kind: d.by, Lock: d.lock, Mode: d.mode, Gone: w.goneAs(s, d), Guard: guard, Steps: d.steps, Origin: d.Origin})
	}
	return a
}

// goneAs returns the locks that have been released before a lock is waited for, and that may be the same one by another name.
func (w *walker) goneAs(s *state, d *demand) []*path.Node {
	if d.by != Acquire {
		return nil
	}
	gone := slices.Clone(d.gone)
	for _, g := range w.gone(s) {
		if g != d.lock && g.Class() == d.lock.Class() && !slices.Contains(gone, g) {
			gone = append(gone, g)
		}
	}
	return gone
}

// meets answers a demand, and does nothing about it.
func (w *walker) meets(s *state, d *demand) (a answer) {
	row := demands[d.by]
	locks := &s.locks
	if d.by == Enter {
		locks = &w.onces
	}
	a.Answer = locks.Ask(lockset.Demand[*path.Node]{Want: row.want, Lock: d.lock, Mode: d.mode})
	if _, wrong := row.wrong[a.Violation]; a.Violation != lockset.None && !wrong {
		a.Verdict, a.Violation = lockset.Met, lockset.None
		if a.Entry.Phase == lockset.Failed {
			a.Verdict = lockset.Open
		}
	}
	if row.want == lockset.WantHeld {
		w.meetsHeld(s, d, &a)
	}
	if a.Verdict == lockset.Violated || a.Verdict == lockset.Doubtful && a.Entry != nil {
		w.mistrust(d, &a)
	}
	return a
}

// meetsHeld answers a demand that a lock be held by what may be the same lock by another name, and by who could hold it.
func (w *walker) meetsHeld(s *state, d *demand, a *answer) {
	doubtful := func(rule why.Rule) {
		a.Answer, a.rule = lockset.Answer[*path.Node, *act]{Verdict: lockset.Doubtful, Violation: lockset.Gone, Place: -1}, rule
	}
	keeps := demands[d.by].keeps
	if a.Place < 0 {
		if keeps {
			if d.lock.Old() || mayHold(s, d.lock) {
				doubtful(why.MaybeAnother)
				return
			}
		} else if i := w.alike(s, d.lock, d.mode, d.site); i >= 0 {
			a.Answer = lockset.Answer[*path.Node, *act]{Verdict: lockset.Met, Entry: &s.locks.Held()[i], Place: i}
			return
		} else if w.oneOfMany(d.lock, d.site) {
			doubtful(why.MaybeAnother)
			return
		}
	}
	switch {
	case a.Verdict == lockset.Met && !keeps && a.Entry.By.given != nil && !a.Entry.Is(lockset.Moved):
		a.Verdict, a.Violation, a.given = lockset.Violated, lockset.Gone, true
	case a.Verdict != lockset.Open:
	case keeps && w.contract.mayDemand(d.lock):
		doubtful(why.ContractSays)
	case d.lock.InEntry():
	case d.maybe:
	case keeps && isLocalVar(d.lock) || !keeps && w.neverLocked(s, d.lock, d.mode, d.site):
		a.Verdict, a.Violation = lockset.Violated, lockset.Never
	}
}

// mistrust makes doubtful what is violated if an entry and a name are to be trusted, and says by which rule.
func (w *walker) mistrust(d *demand, a *answer) {
	if a.Violation == lockset.Never || a.given {
		return
	}
	e := a.Entry
	opaque := isOpaque(d.site, d.lock) || a.Place < 0 && d.by == Release && w.isLocker(d.lock)
	noLock := func() bool { return w.noLock(d.lock) != nil }
	switch {
	case a.Place >= 0 && e.Is(lockset.Unsure):
		a.rule = why.MaybeReleased
	case opaque:
		a.rule = why.UnknownLocker
	case e.Doubt == lockset.Moved && w.sameOperand(d.site, e.By.site):
		a.Verdict = lockset.Violated
		return
	case !e.Sure() || d.lock.Lumped():
		a.rule = why.MaybeAnother
	case d.by == Acquire && noLock():
		a.rule = why.NoLock
	case d.maybe, w.unlocksEach(d, e), a.Violation == lockset.NotGot && wins(d.site, e.By.site):
		a.rule = why.CallerKnows
	default:
		return
	}
	a.Verdict = lockset.Doubtful
	if a.Violation == lockset.NotGot {
		a.Verdict = lockset.Open
	}
}

// sameOperand reports whether two operations are on one lock, whatever its name denotes by now: both are on the same field of the object that one
// value points to. A value that is made in a loop points to another object on each turn, and does not count.
func (w *walker) sameOperand(a, b ssa.Instruction) bool {
	x, y := fieldOfValue(a), fieldOfValue(b)
	if x == nil || y == nil || x.Field != y.Field || x.X != y.X {
		return false
	}
	made, isInstr := x.X.(ssa.Instruction)
	return !isInstr || made.Block() != nil && !w.info.inLoop[made.Block().Index]
}

// fieldOfValue returns the field that an operation is on, nil if it is on something else.
func fieldOfValue(op ssa.Instruction) *ssa.FieldAddr {
	call, ok := op.(ssa.CallInstruction)
	if !ok || len(call.Common().Args) == 0 {
		return nil
	}
	fa, _ := call.Common().Args[0].(*ssa.FieldAddr)
	return fa
}

// unlocksEach reports whether a loop may unlock what callers hold: nobody knows how often they do, and it may be once for each.
func (w *walker) unlocksEach(d *demand, e *known) bool {
	return d.by == Release && e.Phase == lockset.GivenUp && e.By.site != nil && w.loops(d.site) && w.leads(d.site, e.By.site) && !w.ahead(e.By.site, d.site)
}

// finding is the finding that a demand is not met.
func (d *demand) finding(a *answer) Finding {
	_, isDefer := d.site.(*ssa.Defer)
	f := Finding{Kind: demands[d.by].wrong[a.Violation], Pos: d.site.Pos(), Lock: d.lock, Mode: d.mode, Again: d.steps, Site: d.site, Defer: isDefer}
	if e := a.Entry; e != nil {
		f.First, f.Site, f.Relocked, f.Balanced, f.Firm = e.By.steps, e.By.site, e.By.relocks, e.By.balanced, !d.loose && !e.By.loose
		if d.by == Exclude {
			f.Mode = e.Mode
		}
		if a.given {
			f.First = e.By.given
		}
	}
	f.Sure = a.given || f.Kind == NeverLocked
	return f
}

// noLock returns the Lock method that does nothing of what may be in the field in which a lock was found; nil if there is none.
func (w *walker) noLock(lock *path.Node) *ssa.Function {
	if lock.Kind != path.Deref || lock.X.Kind != path.Field {
		return nil
	}
	return w.env.NoLock(w.t.Cell(lock.X))
}

// evidence is what a rule goes by that makes an answer doubtful.
func (w *walker) evidence(d *demand, a *answer) why.Evidence {
	held := a.Entry != nil && a.Place >= 0
	switch {
	case a.rule == why.NoLock:
		return Evident(w.noLock(d.lock))
	case a.rule == why.ContractSays:
		return Evident(w.fn)
	case (a.rule == why.MaybeReleased || a.rule == why.MaybeAnother) && held:
		return w.doubtOf(*a.Entry)
	case a.rule == why.MaybeAnother && a.Entry != nil:
		return EvidentStep(a.Entry.By.steps)
	case a.rule == why.CallerKnows && held:
		return EvidentStep(d.steps)
	}
	return why.Evidence{}
}
