package guard

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// settled reports whether a read without the guard comes after a section of the same function that leaves
// nothing to be changed: all who write the variable do so only if it has no value yet, or only this function
// does, before it reads.
//
//	c.mu.Lock()
//	if c.list == nil {
//		c.list = load()
//	}
//	c.mu.Unlock()
//	return c.list
func (p *pkg) settled(a *Access, accesses []*Access, want string) bool {
	if a.Write || a.Content {
		return false
	}
	after := false // a section has been passed
	for _, b := range accesses {
		_, held := b.held[want]
		if held && b.Fn == a.Fn && b.cell == a.cell && ssax.Dominates(b.instr, a.instr) {
			after = true
			if len(tests(b)) > 0 && setOnce(accesses) {
				return true
			}
		}
	}
	left := func(b *Access) bool {
		return b.Write && !b.Content && !p.filled(b, accesses) && !(b.Fn == a.Fn && ssax.Dominates(b.instr, a.instr)) && !p.calledBefore(b.Fn, a) && !p.precedes(b, a.Fn)
	}
	return (after || p.handed(a, accesses, want) || p.closedBefore(a, accesses, want)) && !slices.ContainsFunc(accesses, left) ||
		p.callsWriter(a, accesses, want) && !slices.ContainsFunc(accesses, left)
}

// calledBefore reports whether the function of a always calls fn before it comes to a, or one that alone calls it.
func (p *pkg) calledBefore(fn *ssa.Function, a *Access) bool {
	for range 4 {
		calls := p.callers(fn)
		if fn == a.Fn {
			return false
		}
		if slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool {
			_, plain := c.(*ssa.Call)
			return plain && c.Parent() == a.Fn && ssax.Dominates(c, a.instr)
		}) {
			return true
		}
		if len(calls) != 1 || p.in.Root(fn).Is {
			return false
		}
		fn = calls[0].Parent()
	}
	return false
}

// callsWriter reports whether a function that has been called before a writes the variable under the guard:
// a handshake, say, which settles it for good.
func (p *pkg) callsWriter(a *Access, accesses []*Access, want string) bool {
	return slices.ContainsFunc(accesses, func(b *Access) bool {
		_, held := b.held[want]
		return held && b.Write && p.calledBefore(b.Fn, a)
	})
}

// setOnce reports whether one function alone writes the variable once others know it, and never nil: who has
// seen a value has seen the last one.
func setOnce(accesses []*Access) bool {
	var writer *ssa.Function
	for _, b := range accesses {
		if !b.Write || b.Content {
			continue
		}
		store, ok := b.instr.(*ssa.Store)
		if !ok || isZero(store.Val) || writer != nil && writer != b.Fn {
			return false
		}
		switch store.Val.Type().Underlying().(type) {
		case *types.Pointer, *types.Interface, *types.Signature, *types.Chan, *types.Map:
		default:
			return false // nobody tells from a number that it is the last
		}
		writer = b.Fn
	}
	return writer != nil
}

// tests returns the comparisons of what an access reads with nil, or another zero value.
func tests(a *Access) (conds []*ssa.BinOp) {
	load, ok := a.instr.(*ssa.UnOp)
	if !ok {
		return nil
	}
	for _, r := range *load.Referrers() {
		if cond, ok := r.(*ssa.BinOp); ok && (isZero(cond.X) || isZero(cond.Y)) {
			conds = append(conds, cond)
		}
	}
	return conds
}

// filled reports whether a write is behind a test of the variable itself for nil, or another zero value.
func (p *pkg) filled(w *Access, accesses []*Access) bool {
	for _, b := range accesses {
		if b.Fn != w.Fn || b.cell != w.cell {
			continue
		}
		for _, cond := range tests(b) {
			for _, u := range *cond.Referrers() {
				if br, ok := u.(*ssa.If); ok && slices.ContainsFunc(br.Block().Succs, func(s *ssa.BasicBlock) bool {
					return len(s.Preds) == 1 && s.Dominates(w.instr.Block())
				}) {
					return true
				}
			}
		}
	}
	return false
}

func isZero(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && (c.Value == nil || c.Value.ExactString() == "0" || c.Value.ExactString() == `""` || c.Value.ExactString() == "false")
}

// handed reports whether all that call the function of a have written the variable under the guard before they do.
func (p *pkg) handed(a *Access, accesses []*Access, want string) bool {
	calls := p.callers(a.Fn)
	return len(calls) > 0 && !p.in.Root(a.Fn).Is && !slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool {
		return !slices.ContainsFunc(accesses, func(b *Access) bool {
			_, held := b.held[want]
			return held && b.Write && b.Fn == c.Parent() && ssax.Dominates(b.instr, c)
		})
	})
}

// precedes reports whether the function of a write calls fn once it has written, and does not write again.
func (p *pkg) precedes(b *Access, fn *ssa.Function) bool {
	return slices.ContainsFunc(p.callers(fn), func(c ssa.CallInstruction) bool {
		if c.Parent() != b.Fn {
			return false
		}
		order := ssax.NewOrder(b.Fn)
		return order.Leads(b.instr, c, nil) && !order.Leads(c, b.instr, nil)
	})
}
