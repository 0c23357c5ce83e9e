package groups

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
)

// early reports goroutines that may count down before they are counted: "calls with a positive delta that occur when the
// counter is zero must happen before a Wait" (documentation of package sync), and a Done that comes first panics.
func (w *world) early(u *unit, p *trace, report func(ssa.Instruction, Report)) {
	for g := range p.groups() {
		if !w.own(p, g) || !w.sound(u, p, g) {
			continue
		}
		counter := int64(0)
		for i := range p.events {
			e := &p.events[i]
			if e.kind == unknown && e.hits(g) || e.kind == spawn && len(e.alts) == 0 {
				break
			}
			switch {
			case e.kind == add && e.group == g:
				counter += p.span(e.n, nil).hi
			case e.kind == done && e.group == g:
				counter -= p.span(e.n, nil).lo
			case e.kind == spawn:
				least := int64(endless) // how much the goroutine counts down, whatever it does
				for _, a := range e.alts {
					least = min(least, -a.least(g, p))
				}
				if least <= 0 || !free(e.instr) {
					continue
				}
				if counter -= least; counter >= 0 {
					continue
				}
				later := added(p.events[i+1:], g)
				if done := e.alts[0].lastDone(g); later != nil && done != nil && later.Parent() == e.instr.Parent() {
					report(later, Report{Kind: Early, Pos: later.Pos(), Done: done})
				}
			}
			if counter < 0 {
				break // one report is enough
			}
		}
	}
}

// inside reports goroutines that count themselves: the Wait may come before that, and does not wait for them. Where the go statement
// has the literal whose first statement that is, go vet's check of WaitGroups says so.
func (w *world) inside(u *unit, p *trace, report func(ssa.Instruction, Report)) {
	for g := range p.groups() {
		if !w.own(p, g) || !w.sound(u, p, g) {
			continue
		}
		if group := w.base(g); group == nil || !isGroup(deref(group.Type())) {
			continue // one in a struct is counted and waited for by methods that may well keep apart
		}
		if counts, waits := p.countsInside(g); counts != nil && !waitsBefore(u.fn, waits) {
			report(counts, Report{Kind: Inside, Pos: counts.Pos(), Wait: waits})
		}
	}
}

// countsInside returns the first Add of a goroutine that counts itself, and the Wait that nothing but go statements comes before;
// nil if there are no such.
func (t *trace) countsInside(g string) (counts, waits ssa.Instruction) {
	for i := range t.events {
		e := &t.events[i]
		switch {
		case e.kind == wait && e.group == g:
			return counts, e.instr
		case e.kind == wait, (e.kind == add || e.kind == done) && e.group == g, e.kind == unknown && e.hits(g):
			return nil, nil // it may have waited for what the goroutine has told, or count for it
		case e.kind == spawn && counts == nil:
			counts = e.countsItself(g)
		}
	}
	return nil, nil
}

// countsItself returns the Add with which a goroutine begins what it does to a counter, whatever path it takes; nil if it does not, or if go vet
// sees it.
func (e *event) countsItself(g string) (found ssa.Instruction) {
	start, ok := e.instr.(*ssa.Go)
	if !ok {
		return nil
	}
	for _, a := range e.alts {
		i := slices.IndexFunc(a.events, func(e event) bool { return e.group == g || e.kind == unknown && e.hits(g) || e.kind == spawn })
		if i < 0 || a.events[i].kind != add || a.events[i].group != g {
			return nil
		}
		if found = a.events[i].instr; start.Call.StaticCallee() != found.Parent() {
			return nil
		}
	}
	if mc, isLiteral := start.Call.Value.(*ssa.MakeClosure); isLiteral && found != nil && mc.Fn.Pos() > start.Pos() && ssax.Index(found) == 0 {
		return nil
	}
	return found
}

// waitsBefore reports whether a function waits for somebody before an instruction: a goroutine may have told it by then that it is counted.
func waitsBefore(fn *ssa.Function, instr ssa.Instruction) bool {
	order := ssax.NewOrder(fn)
	return hears(fn, func(wait ssa.Instruction) bool { return order.Leads(wait, instr, nil) })
}

// hears reports whether one of the receives and select statements of a function is as is says.
func hears(fn *ssa.Function, is func(wait ssa.Instruction) bool) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			receive, ok := instr.(*ssa.UnOp)
			_, selects := instr.(*ssa.Select)
			if (ok && receive.Op == token.ARROW || selects) && is(instr) {
				return true
			}
		}
	}
	return false
}

// added returns the first event that adds to a counter, nil if there is none before a Wait: what comes after that belongs to another phase.
func added(events []event, g string) ssa.Instruction {
	for _, e := range events {
		switch {
		case e.group != g:
		case e.kind == add:
			return e.instr
		case e.kind == wait:
			return nil
		}
	}
	return nil
}

// free reports whether the goroutine that a go statement starts waits for nobody: nothing keeps it from coming to its end
// before the next statement.
func free(instr ssa.Instruction) bool {
	g, ok := instr.(*ssa.Go)
	return ok && runsFreely(g.Call.StaticCallee(), 0)
}

func runsFreely(fn *ssa.Function, depth int) bool {
	if fn == nil || len(fn.Blocks) == 0 || depth > limits.MaxCalls {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Send, *ssa.Select:
				return false
			case *ssa.UnOp:
				if instr.Op == token.ARROW {
					return false
				}
			case ssa.CallInstruction:
				callee := instr.Common().StaticCallee()
				if isOp(instr.Common()) || callee == nil {
					continue
				}
				if obj, ok := callee.Object().(*types.Func); ok && obj.Pkg() != nil && obj.Pkg().Path() == "sync" {
					return false
				}
				if len(callee.Blocks) > 0 && !runsFreely(callee, depth+1) {
					return false
				}
			}
		}
	}
	return true
}
