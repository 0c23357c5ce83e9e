package guard

import (
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
		}
	}
	return after && !slices.ContainsFunc(accesses, func(b *Access) bool {
		return b.Write && !b.Content && !p.filled(b, accesses) && !(b.Fn == a.Fn && ssax.Dominates(b.instr, a.instr))
	})
}

// filled reports whether a write is behind a test of the variable itself for nil, or another zero value.
func (p *pkg) filled(w *Access, accesses []*Access) bool {
	for _, b := range accesses {
		load, ok := b.instr.(*ssa.UnOp)
		if !ok || b.Fn != w.Fn || b.cell != w.cell {
			continue
		}
		for _, r := range *load.Referrers() {
			cond, ok := r.(*ssa.BinOp)
			if !ok || !isZero(cond.X) && !isZero(cond.Y) {
				continue
			}
			for _, u := range *cond.Referrers() {
				if br, ok := u.(*ssa.If); ok && len(br.Block().Succs) == 2 && slices.ContainsFunc(br.Block().Succs, func(s *ssa.BasicBlock) bool {
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
