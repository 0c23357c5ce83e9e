package summary

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ssax"
)

// recovered reports whether an explicit panic in fn is recovered from where the lock matters: by a
// deferred function of fn, or by net/http, which recovers when a handler panics. A recover
// further away is no evidence: whether what it goes on with needs the lock is not seen.
func (a *analysis) recovered(fn *ssa.Function) bool {
	return a.info[fn].recovers || model.HTTPHandler(fn.Signature)
}

// RecoveredBy implements [flow.Env]. It looks at callers, and at the functions that call the literal which fn is, or which calls it.
func (a *analysis) RecoveredBy(fn *ssa.Function) *ssa.Function { return a.recoveredBy(fn, 0) }

func (a *analysis) recoveredBy(fn *ssa.Function, depth int) *ssa.Function {
	if a.info[fn] == nil {
		return nil
	}
	if depth >= limits.MaxRecover {
		a.table.Limits.Hit(limits.Recover)
		return nil
	}
	for _, c := range a.info[fn].callers {
		by := c.Parent()
		if _, isCall := c.(*ssa.Call); !isCall || by == fn || ssax.InTest(by) {
			continue
		}
		if swallowsBefore(c) {
			return by
		}
		if by := a.recoveredBy(by, depth+1); by != nil {
			return by
		}
	}
	return a.recoveredAround(fn)
}

// recoveredAround returns the function of the package that gets a literal, calls it and recovers from what it does.
func (a *analysis) recoveredAround(lit *ssa.Function) (by *ssa.Function) {
	if lit.Parent() == nil {
		return nil
	}
	ssax.AllUses(lit, func(instr ssa.Instruction, v ssa.Value) bool {
		call, ok := instr.(*ssa.Call)
		if !ok || call.Call.StaticCallee() == nil || a.info[call.Call.StaticCallee()] == nil {
			return true
		}
		callee := call.Call.StaticCallee()
		i := slices.Index(call.Call.Args, v)
		if i < 0 || i >= len(callee.Params) || ssax.InTest(callee) {
			return true
		}
		for _, r := range *callee.Params[i].Referrers() {
			if c, ok := r.(*ssa.Call); ok && c.Call.Value == callee.Params[i] && swallowsBefore(c) {
				by = callee
			}
		}
		return true
	})
	return by
}

// swallowsBefore reports whether a call that was deferred before an instruction ends its panic.
func swallowsBefore(instr ssa.Instruction) bool {
	return slices.ContainsFunc(instr.Parent().Blocks, func(b *ssa.BasicBlock) bool {
		return slices.ContainsFunc(b.Instrs, func(i ssa.Instruction) bool {
			d, ok := i.(*ssa.Defer)
			return ok && ssax.Swallows(d.Call.StaticCallee()) && ssax.Dominates(d, instr)
		})
	})
}
