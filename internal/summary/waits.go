package summary

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
)

// unheld adds the demands for a private lock in functions that are entered only from outside the
// package: no caller can hold the lock.
func (j *judgement) unheld(out *Package) {
	seen := make(map[token.Pos]bool)
	out.Findings = slices.DeleteFunc(out.Findings, func(f flow.Finding) bool {
		if !flow.IsUnheld(f.Kind) {
			return false
		}
		again := seen[f.Pos] // as another goroutine
		seen[f.Pos] = true
		return again
	})
	for _, fn := range j.funcs {
		if j.results[fn] == nil || !j.entry(fn) {
			continue
		}
		for _, e := range j.results[fn].Summary.Events {
			kind, ok := flow.Unheld(e.Kind)
			if !ok || !j.demandStands(fn, kind, e) {
				continue
			}
			pos := e.Steps[0].Pos
			if last := e.Place(); last.IsValid() {
				pos = last
			}
			if !seen[pos] {
				seen[pos] = true
				out.Findings = append(out.Findings, flow.Finding{Kind: kind, Fn: fn, Pos: pos, Lock: e.Lock, Mode: e.Mode, Again: e.Steps})
			}
		}
	}
}

// stateOnly reports whether a guard is about what the Wait waits for: none of it is
// something that a caller could use to say that it holds the lock.
func stateOnly(guard []flow.Literal) bool {
	for _, l := range guard {
		isNil := l.Cond.Kind == path.Op && l.Cond.Name == "==" && l.Cond.Y.IsNil()
		if !isNil && !l.Cond.Loads() {
			return false
		}
	}
	return true
}

// hidden reports whether only this package can lock the lock, and none of its functions
// returns with it locked.
func (j *judgement) hidden(lock *path.Node) bool {
	if j.returned[lock.Class()] {
		return false
	}
	if flow.Unresolved(lock) {
		if !j.isOwn(lock) {
			return false
		}
		lock, _ = j.condAlias(lock.X)
	}
	for n := lock; ; n = n.X {
		switch n.Kind {
		case path.Field:
			if !n.Embed && !public(n) {
				return true
			}
		case path.Global:
			return !public(n)
		default:
			return false
		}
	}
}

// isOwn reports whether a lock known only as the L of some Cond is always a new one that
// nobody else knows.
func (j *judgement) isOwn(lock *path.Node) bool {
	_, alias := j.condAlias(lock.X)
	return alias.kind == own
}

// entry reports whether fn is called from outside the package only.
func (j *judgement) entry(fn *ssa.Function) bool {
	return len(j.info[fn].callers) == 0 && j.entered(fn, nil)
}

// entered reports whether fn is only called from outside the package, or by functions
// that are.
func (j *judgement) entered(fn *ssa.Function, path []*ssa.Function) bool {
	fi := j.info[fn]
	if fn.Parent() != nil || fi.spawned > 0 || fi.valued || j.invoked[fn.Name()] || len(path) > 4 {
		return false
	}
	for _, c := range fi.callers {
		r := j.results[c.Parent()]
		if r != nil && len(r.CallsHolding[c]) > 0 || !j.entered(c.Parent(), append(path, fn)) {
			return false
		}
	}
	isMain := fn.Signature.Recv() == nil && fn.Name() == "main" && j.pkg.Pkg.Name() == "main"
	return len(fi.callers) > 0 || isMain || token.IsExported(fn.Name())
}
