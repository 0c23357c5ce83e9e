package summary

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// passed returns the lock operations of first use only that lie behind a lock that is held: once h is
// held, no goroutine can be there any more.
func (a *analysis) passed(h flow.HeldLock) (ops []token.Pos) {
	at := h.Steps[len(h.Steps)-1].Pos
	declared := h.Lock.Declared()
	if !at.IsValid() || declared == "" {
		return nil
	}
	if known, ok := a.past[at]; ok {
		return known
	}
	for _, fn := range a.around(at) {
		site, res := ssax.CallAt(fn, at), a.results[fn]
		if site == nil || res == nil {
			continue
		}
		for _, p := range res.Summary.Points {
			last := p.Steps[len(p.Steps)-1].Pos
			if p.Kind == flow.Acquires && p.Lock.Declared() == declared && p.Site != site && ssax.Dominates(p.Site, site) &&
				!slices.Contains(ops, last) && a.latched(&p, last) {
				ops = append(ops, last)
			}
		}
	}
	a.past[at] = ops
	return ops
}

// comesAfter reports whether the way to a point leads through the operation of a finding, at which the goroutine waits for ever, or past the call that
// leads there.
func (a *analysis) comesAfter(f *flow.Finding, p *flow.Point) bool {
	way := p.Steps[max(0, slices.IndexFunc(p.Steps, func(s *flow.Step) bool { return s.Pos == f.Pos })):]
	for i := range min(len(f.Again), len(way)) {
		x, y := f.Again[i].Pos, way[i].Pos
		if x == y {
			continue
		}
		return a.before(x, y)
	}
	return false
}

// behindOnces leaves out the findings to which a goroutine does not come, as it waits for ever for a Once on the way: the function of the Once
// calls its Do, which is a finding of its own.
func (j *judgement) behindOnces(findings []flow.Finding) []flow.Finding {
	onces := slices.DeleteFunc(slices.Clone(findings), func(f flow.Finding) bool { return f.Kind != flow.OnceAgain })
	if len(onces) == 0 {
		return findings
	}
	return slices.DeleteFunc(findings, func(f flow.Finding) bool {
		if !hangs(f.Kind) || len(f.Again) == 0 {
			return false
		}
		behind := slices.ContainsFunc(onces, func(once flow.Finding) bool { return j.inOnce(once, f) })
		return behind && !j.drop(f, why.Consequence, nil)
	})
}

// inOnce reports whether a finding is one of the function that a Once runs, and the way to it leads through Do of the Once, or past a call that
// leads there.
func (a *analysis) inOnce(once, f flow.Finding) bool {
	do := once.Again[len(once.Again)-1].Pos
	if !slices.ContainsFunc(once.Again, func(s *flow.Step) bool { return s.Pos == do && s.What == "calls "+flow.FuncName(f.Fn) }) {
		return false
	}
	return slices.ContainsFunc(f.Again, func(s *flow.Step) bool {
		return s.Pos == do || slices.ContainsFunc(once.Again, func(o *flow.Step) bool { return a.before(o.Pos, s.Pos) })
	})
}

// before reports whether two calls stand in one function, which always makes the first one before the second.
func (a *analysis) before(first, second token.Pos) bool {
	return first != second && slices.ContainsFunc(a.around(second), func(fn *ssa.Function) bool {
		x, y := ssax.CallAt(fn, first), ssax.CallAt(fn, second)
		return x != nil && y != nil && ssax.Dominates(x, y)
	})
}

// around returns the functions in whose source text a place is.
func (a *analysis) around(pos token.Pos) (funcs []*ssa.Function) {
	for _, fn := range a.funcs {
		if fn.Syntax() != nil && fn.Syntax().Pos() <= pos && pos <= fn.Syntax().End() {
			funcs = append(funcs, fn)
		}
	}
	return funcs
}

// latched reports whether the lock operation of p at pos is come to only while a flag is
// not set, which is tested with another lock held, and which is set by what that
// function runs.
func (a *analysis) latched(p *flow.Point, pos token.Pos) bool {
	if known, ok := a.latches[pos]; ok {
		return known
	}
	a.latches[pos] = a.isLatched(p, pos)
	return a.latches[pos]
}

func (a *analysis) isLatched(p *flow.Point, pos token.Pos) bool {
	for _, fn := range a.around(pos) {
		op := ssax.CallAt(fn, pos)
		if op == nil {
			continue
		}
		for _, h := range p.Held {
			first := ssax.CallAt(fn, h.Steps[len(h.Steps)-1].Pos)
			if first == nil || !ssax.Dominates(first, op) {
				continue
			}
			for b := op.Block().Idom(); b != nil && (b == first.Block() || first.Block().Dominates(b)); b = b.Idom() {
				branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
				if !ok || b == first.Block() && !ssax.Dominates(first, branch) {
					continue
				}
				if flag, unset := flagOf(branch); flag != nil && unset.Dominates(op.Block()) && len(unset.Preds) == 1 && a.sets(fn, flag) {
					return true
				}
			}
		}
	}
	return false
}

// flagOf returns the boolean field that a branch tests, and where it goes if that is not
// set.
func flagOf(branch *ssa.If) (flag *types.Var, unset *ssa.BasicBlock) {
	cond, set, unset := branch.Cond, branch.Block().Succs[0], branch.Block().Succs[1]
	for {
		not, ok := cond.(*ssa.UnOp)
		if !ok || not.Op != token.NOT {
			break
		}
		cond, set, unset = not.X, unset, set
	}
	switch c := cond.(type) {
	case *ssa.UnOp:
		return fieldAt(c.X), unset
	case *ssa.Call:
		if fn := c.Call.StaticCallee(); fn != nil && fn.RelString(nil) == "(*sync/atomic.Bool).Load" {
			return fieldAt(c.Call.Args[0]), unset
		}
	}
	return nil, nil
}

// fieldAt returns the field that an address is of, nil if it is of none.
func fieldAt(addr ssa.Value) *types.Var {
	if f, ok := addr.(*ssa.FieldAddr); ok {
		if st, ok := f.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct); ok {
			return st.Field(f.Field).Origin()
		}
	}
	return nil
}

// sets reports whether fn, or what it runs, sets the flag to true.
func (a *analysis) sets(fn *ssa.Function, flag *types.Var) bool {
	isTrue := func(v ssa.Value) bool {
		c, ok := v.(*ssa.Const)
		return ok && c.Value != nil && c.Value.String() == "true"
	}
	seen := make(map[*ssa.Function]bool)
	work := []*ssa.Function{fn}
	for len(work) > 0 {
		f := work[len(work)-1]
		work = work[:len(work)-1]
		fi := a.info[f]
		if fi == nil || seen[f] {
			continue
		}
		seen[f] = true
		work = append(work, fi.callees...)
		for _, b := range f.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Store:
					if fieldAt(instr.Addr) == flag && isTrue(instr.Val) {
						return true
					}
				case *ssa.Call:
					if c := instr.Call.StaticCallee(); c != nil && c.RelString(nil) == "(*sync/atomic.Bool).Store" &&
						fieldAt(instr.Call.Args[0]) == flag && isTrue(instr.Call.Args[1]) {
						return true
					}
				}
			}
		}
	}
	return false
}
