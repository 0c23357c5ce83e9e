package distlock

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// keepsOnSuccess reports whether the lock is given up on error paths only, and
// kept where the function succeeds.
func (s *section) keepsOnSuccess() bool {
	if slices.ContainsFunc(s.releases, func(r *trace.Event) bool { return s.deferredBefore(r) && !undoes(r) }) {
		return false
	}
	if slices.ContainsFunc(s.releases, s.deferredBefore) || s.keptIfSmooth() {
		return true
	}
	kept := false
	blind := s.blindReturns()
	for _, end := range s.open.Ends {
		if end.Return == nil || end.Stopped || blind != nil && !blind[end.Return] {
			continue
		}
		if o := succeeds(end); o == client.Yes || o == client.Unknown && len(end.Results) > 0 {
			kept = true
		}
	}
	if !kept {
		return false
	}
	// Does a path with a release end in success?
	open := make(map[string]bool)
	for _, end := range s.open.Ends {
		if end.Return != nil {
			open[showEnd(end)] = true
		}
	}
	for _, end := range s.held.Ends {
		if end.Return != nil && !open[showEnd(end)] && succeeds(end) != client.No {
			return false
		}
	}
	return true
}

// undoes reports whether a release is that of a deferred literal which makes it only where an error is not nil: that of
// the function around it, as a rule.
func undoes(r *trace.Event) bool {
	run, ok := r.Instr.(*ssa.Defer)
	if !ok {
		return false
	}
	f := r.Fn.Pkg.Func(run.Call.StaticCallee())
	return f != nil && f.Parent() != nil && !slices.ContainsFunc(f.Events, func(e *trace.Event) bool {
		return e.Op == client.Release && !afterError(e.Instr)
	})
}

// keptIfSmooth reports whether an error gives the lock up, and it is kept where
// there is none: when a function without results returns, or in the next turn of
// a loop.
func (s *section) keptIfSmooth() bool {
	onError := slices.ContainsFunc(s.releases, func(r *trace.Event) bool {
		return r.Mode == trace.Now && s.held.Visited[r.Instr] && afterError(r.Instr)
	})
	return onError && slices.ContainsFunc(s.smooth.Ends, func(end trace.End) bool {
		return end.Again && end.At == s.acquire.Instr || end.Return != nil && !end.Stopped && len(end.Return.Results) == 0
	})
}

// keptAfterWork reports whether the function returns with the lock, and with success,
// where something that it does under the lock has not failed, and releases it at once
// where that has failed only.
func (s *section) keptAfterWork() bool {
	if !slices.ContainsFunc(s.releases, func(r *trace.Event) bool { return r.Mode == trace.Now }) || slices.ContainsFunc(s.releases, deferred) {
		return false
	}
	return slices.ContainsFunc(s.open.Ends, func(end trace.End) bool {
		if end.Return == nil || end.Stopped || succeeds(end) == client.No || succeeds(end) != client.Yes && !s.fills(end.Return) {
			return false
		}
		ok := noError(end.Return)
		return ok != nil && s.held.Visited[ok.Block().Instrs[len(ok.Block().Instrs)-1]] && !slices.ContainsFunc(s.releases, func(r *trace.Event) bool {
			return noErrorSide(ok).Dominates(r.Instr.Block())
		})
	})
}

// fills reports whether a return comes after a write of the key: what was claimed has its value then.
func (s *section) fills(ret *ssa.Return) bool {
	return slices.ContainsFunc(s.acquire.Fn.Events, func(w *trace.Event) bool {
		return w.Op == client.Write && w.Mode == trace.Now && sameLock(w, s.acquire) && ssax.Dominates(w.Instr, ret)
	})
}

// noError returns the last branch on whether an error is nil that an instruction
// follows on the side on which it is; nil if there is none.
func noError(in ssa.Instruction) *ssa.If {
	for d := in.Block().Idom(); d != nil; d = d.Idom() {
		branch, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		if side := noErrorSide(branch); side != nil && len(side.Preds) == 1 && side.Dominates(in.Block()) {
			return branch
		}
	}
	return nil
}

// noErrorSide returns where a branch goes if an error is nil; nil if it asks for
// something else.
func noErrorSide(branch *ssa.If) *ssa.BasicBlock {
	cmp := errorTest(branch.Block())
	if cmp == nil {
		return nil
	}
	if k, ok := cmp.Y.(*ssa.Const); !ok || k.Value != nil {
		return nil
	}
	equal, _ := sides(branch.Block(), cmp)
	return equal
}

// errorTest returns the comparison of an error by which the branch at the end of a block is decided; nil if there is no branch, or it asks for
// something else.
func errorTest(b *ssa.BasicBlock) *ssa.BinOp {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return nil
	}
	cmp, ok := branch.Cond.(*ssa.BinOp)
	if !ok || !ssax.IsError(cmp.X.Type()) {
		return nil
	}
	return cmp
}

// sides returns where the branch at the end of a block goes if what it compares is equal, and if it is not.
func sides(b *ssa.BasicBlock, cmp *ssa.BinOp) (equal, other *ssa.BasicBlock) {
	if cmp.Op == token.EQL {
		return b.Succs[0], b.Succs[1]
	}
	return b.Succs[1], b.Succs[0]
}

// afterError reports whether an instruction is reached only if an error is not nil.
func afterError(in ssa.Instruction) bool {
	for d := in.Block().Idom(); d != nil; d = d.Idom() {
		cmp := errorTest(d)
		if cmp == nil {
			continue
		}
		if _, s := sides(d, cmp); len(s.Preds) == 1 && s.Dominates(in.Block()) {
			return true
		}
	}
	return false
}

func showEnd(end trace.End) string { return fmt.Sprint(end.Return.Pos(), end.Results) }

// succeeds says whether the results at the end of a path are those of success.
func succeeds(end trace.End) client.Truth {
	result := client.Unknown
	for i, v := range end.Return.Results {
		t := end.Results[i]
		switch {
		case ssax.IsError(v.Type()):
			return t.Not()
		case isBool(v.Type()):
			result = t
		}
	}
	return result
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}
