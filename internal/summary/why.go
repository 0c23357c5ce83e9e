package summary

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// The functions below record why something is not reported, if anybody asks, and return false:
// that it does not stand. Evidence that the judgement itself does not need is looked for here.

// dropLeak records that a leak is not reported; by is whose doing that is, nil if that is nobody's
// or not known yet.
func (j *judgement) dropLeak(l flow.Leak, rule why.Rule, by *ssa.Function) bool {
	if t := j.table.Trace; t != nil {
		d := l.Dropped(rule, j.evidence(by, rule, l))
		if len(j.results[l.Fn].Releases[l.Site]) == 0 && !l.Panic && !l.Loop {
			d.Check = "missingunlock/never"
			slices.Reverse(d.At) // it would stand at the acquisition
		}
		t.Drop(d)
	}
	return false
}

// drop records that a finding is not reported.
func (j *judgement) drop(f flow.Finding, rule why.Rule, by *ssa.Function) bool {
	if t := j.table.Trace; t != nil {
		e := flow.Evident(by)
		switch rule {
		case why.HandedByMessage:
			e.Pos = j.pairing.receivesWith(f.Fn, lockName(f.Fn, f.Lock, f.Mode))
		case why.CallerHolds:
			e = j.callerHolding(f)
		case why.WritersGated:
			e = why.Evidence{Text: short(gate(j.around(f)))}
		case why.NoWriter, why.NotPrivate:
			e = why.Evidence{Text: short(f.Lock.ClassIn(f.Fn))}
		case why.CallersMayHold:
			e = j.someCaller(f.Fn)
		}
		t.Drop(f.Dropped(rule, e))
	}
	return false
}

// dropStray records that the release e of a lock that the function has not acquired is not reported.
func (p *pairing) dropStray(fn *ssa.Function, e flow.Event, rule why.Rule, by *ssa.Function) bool {
	if t := p.table.Trace; t != nil {
		f := flow.Finding{Kind: flow.NeverLocked, Fn: fn, Pos: e.Steps[0].Pos, Lock: e.Lock}
		evidence := flow.Evident(by)
		switch rule {
		case why.Reachable, why.OtherPackage:
			evidence = why.Evidence{Text: short(e.Lock.ClassIn(fn))}
		case why.GivenToRelease:
			evidence = p.giving(fn, e)
		case why.FlagTells:
			for _, l := range e.Guard {
				if l.Cond.Loads() {
					evidence = why.Evidence{Text: flow.Condition(fn, l)}
				}
			}
		case why.CallersMayHold:
			evidence = p.someCaller(fn)
		}
		t.Drop(f.Dropped(rule, evidence))
	}
	return false
}

// giving finds a function that hands the lock of a release to the function, or to one that it is a
// literal of.
func (p *pairing) giving(fn *ssa.Function, e flow.Event) why.Evidence {
	name := lockName(fn, e.Lock, model.Write)
	for _, other := range p.funcs {
		r := p.results[other]
		if r == nil {
			continue
		}
		for _, h := range r.Handed {
			if lockName(other, h.Lock, model.Write) == name && (h.To == nil || ssax.Outermost(h.To) == ssax.Outermost(fn)) {
				return flow.Evident(other)
			}
		}
	}
	return why.Evidence{}
}

// dropStrays does so for all releases of a function that may be run with the lock held.
func (p *pairing) dropStrays(fn *ssa.Function) {
	r := p.results[fn]
	if p.table.Trace == nil || r == nil || fn.Parent() != nil && !p.elsewhere(fn) {
		return
	}
	for _, e := range r.Summary.Events {
		if e.Kind == flow.Release {
			p.dropStray(fn, e, why.CallersMayHold, nil)
		}
	}
}

// demandStands reports whether nothing speaks for a caller that meets the demand e of fn.
func (j *judgement) demandStands(fn *ssa.Function, kind flow.FindingKind, e flow.Event) bool {
	f := flow.Finding{Kind: kind, Fn: fn, Pos: e.Steps[0].Pos, Lock: e.Lock}
	switch {
	case !stateOnly(e.Guard):
		return j.drop(f, why.CallerKnows, nil)
	case !j.hidden(e.Lock):
		return j.drop(f, why.NotPrivate, nil)
	case j.Contract(fn).Demands(e.Lock):
		return j.drop(f, why.ContractSays, fn)
	}
	return true
}

// evidence looks for what a rule goes by in the case of a leak.
func (j *judgement) evidence(by *ssa.Function, rule why.Rule, l flow.Leak) why.Evidence {
	switch rule {
	case why.CallerReleases:
		return j.callerReleasing(l)
	case why.ResultTells:
		if c, ok := l.Site.(ssa.CallInstruction); ok && callee(c) != nil {
			return why.Here(flow.FuncName(callee(c)), c.Pos())
		}
	case why.EndsLife:
		if c, ok := l.Site.(ssa.CallInstruction); by == nil && ok && callee(c) != nil {
			by = callee(c)
		}
	case why.Reachable, why.OtherPackage, why.NobodyWaits:
		return why.Evidence{Text: short(l.Lock.ClassIn(l.Fn))}
	case why.CallersForget:
		return j.someCaller(l.Fn)
	case why.HandedInside:
		for _, h := range j.results[l.Fn].Handed {
			if h.Lock == l.Lock && h.To != nil {
				return flow.Evident(h.To)
			}
		}
	case why.AddressKept:
		if v := l.Lock.Root().Val; v != nil {
			for _, r := range *v.Referrers() {
				if _, ok := operationOn(r, v); !ok && r.Pos().IsValid() {
					return why.Here("", r.Pos())
				}
			}
		}
	}
	return flow.Evident(by)
}

// callerReleasing finds a caller that releases the lock of a leak for the function.
func (j *judgement) callerReleasing(l flow.Leak) why.Evidence {
	class := l.Lock.Class()
	for _, fn := range j.funcs {
		r := j.results[fn]
		if r == nil {
			continue
		}
		for site, classes := range r.Paired {
			c, ok := site.(ssa.CallInstruction)
			if !ok || !slices.Contains(classes, class) && !slices.Contains(classes, "") {
				continue
			}
			runs := callee(c) == l.Fn || c.Common().IsInvoke() && j.method(c.Common()) == l.Fn
			for _, arg := range c.Common().Args {
				mc, isClosure := arg.(*ssa.MakeClosure)
				runs = runs || isClosure && mc.Fn == l.Fn
			}
			if runs {
				at := c.Pos()
				if releases := r.Releases[site]; len(releases) > 0 {
					at = releases[0].Pos()
				}
				return why.Here(flow.FuncName(fn), at)
			}
		}
	}
	return why.Evidence{}
}

// callerHolding finds a caller that holds the lock of a finding when it calls the function.
func (j *judgement) callerHolding(f flow.Finding) why.Evidence {
	class := f.Lock.Class()
	for _, c := range j.info[f.Fn].callers {
		r := j.results[c.Parent()]
		if r == nil {
			continue
		}
		for _, lock := range r.CallsHolding[c] {
			if k := lock.Class(); k == class || k == "" || class == "" {
				return why.Here(flow.FuncName(c.Parent()), c.Pos())
			}
		}
	}
	return why.Evidence{}
}

// someCaller finds a way in which a function is used in sight.
func (j *judgement) someCaller(fn *ssa.Function) why.Evidence {
	fi := j.info[fn]
	for _, c := range fi.callers {
		if r := j.results[c.Parent()]; r != nil && (r.GaveUp || len(r.CallsHolding[c]) > 0) {
			return why.Here(fmt.Sprintf("%s, which holds locks then", flow.FuncName(c.Parent())), c.Pos())
		}
	}
	switch {
	case fi.valued:
		return why.Here("it is used as a value", fn.Pos())
	case fn.Signature.Recv() != nil && j.invoked[fn.Name()]:
		return why.Here("a call of an interface method may mean it", fn.Pos())
	case len(fi.callers) > 0:
		return why.Here(flow.FuncName(fi.callers[0].Parent()), fi.callers[0].Pos())
	case fn.Parent() != nil:
		return why.Here(flow.FuncName(fn.Parent()), fn.Pos())
	}
	return why.Here("nobody in sight calls it", fn.Pos())
}

// short leaves the path of its package out of the name of a class.
func short(class string) string { return class[strings.LastIndexByte(class, '/')+1:] }

// dropBlocking records that a wait is not looked at, as the goroutine hangs before.
func (a *analysis) dropBlocking(fn *ssa.Function, p *flow.Point, f *flow.Finding) {
	if t := a.table.Trace; t != nil {
		e := flow.EvidentStep(f.Again)
		e.Text = flow.Spell(f.Fn, f.Lock)
		t.Drop(why.Drop{
			Check: "blockinglock/channel", Func: flow.FuncName(fn), Lock: flow.Spell(fn, p.Held[0].Lock), Rule: why.Consequence,
			At: []token.Pos{p.Steps[0].Pos, p.Steps[len(p.Steps)-1].Pos}, Evidence: e,
		})
	}
}

// dropInstances records that it is not reported that a function locks two of its arguments.
func (a *analysis) dropInstances(fn *ssa.Function, p *flow.Point, first flow.HeldLock, rule why.Rule) {
	if t := a.table.Trace; t != nil {
		t.Drop(why.Drop{
			Check: "lockorder/instances", Func: flow.FuncName(fn), Lock: flow.Spell(fn, p.Lock), Rule: rule,
			At:       []token.Pos{p.Steps[0].Pos, p.Steps[len(p.Steps)-1].Pos, first.Steps[0].Pos, first.Steps[len(first.Steps)-1].Pos},
			Evidence: why.Evidence{Text: flow.Spell(fn, first.Lock) + " and " + flow.Spell(fn, p.Lock)},
		})
	}
}
