package summary

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
)

// noted returns a function that releases a lock only if a field says so, where the one that keeps the lock sets that field:
//
//	func (c *Cursor) Next() bool {
//		if !c.locked {
//			c.table.mu.RLock()
//			c.locked = true
//		}
//		...
//	func (c *Cursor) Close() {
//		if c.locked {
//			c.locked = false
//			c.table.mu.RUnlock()
//		}
//	}
func (p *pairing) noted(r *flow.Result, l flow.Leak) (by *ssa.Function) {
	if r.Summary == nil {
		return nil
	}
	set := make(map[string]bool) // the fields that are true whenever the function returns with the lock
	keeps := false
	for _, o := range r.Summary.Outcomes {
		if !slices.ContainsFunc(o.Nets, func(n flow.Net) bool { return n.Lock == l.Lock && n.Mode == l.Mode && n.Delta > 0 }) {
			continue
		}
		here := make(map[string]bool)
		for _, st := range o.Stores {
			if st.Addr.Kind == path.Field && st.Val == p.table.Bool(true) && (!keeps || set[p.table.Cell(st.Addr)]) {
				here[p.table.Cell(st.Addr)] = true
			}
		}
		set, keeps = here, true
	}
	if len(set) == 0 {
		return nil
	}
	name := lockName(r.Fn, l.Lock, l.Mode)
	for _, fn := range p.funcs {
		if s := p.sums[fn]; s != nil && fn != r.Fn && slices.ContainsFunc(s.Outcomes, func(o flow.Outcome) bool { return p.releasesIf(fn, o, name, set) }) {
			return fn
		}
	}
	return nil
}

// releasesIf reports whether an outcome gives a lock back, and depends on one of some fields that is true.
func (p *pairing) releasesIf(fn *ssa.Function, o flow.Outcome, name string, set map[string]bool) bool {
	if !slices.ContainsFunc(o.Nets, func(n flow.Net) bool { return n.Delta < 0 && lockName(fn, n.Lock, n.Mode) == name }) {
		return false
	}
	return slices.ContainsFunc(o.Guard, func(g flow.Literal) bool {
		return g.Val && g.Cond.Kind == path.Deref && g.Cond.X.Kind == path.Field && set[p.table.Cell(g.Cond.X)]
	})
}
