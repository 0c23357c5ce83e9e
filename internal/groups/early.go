package groups

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
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
