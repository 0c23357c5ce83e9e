package summary

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// handedLeaks returns the returns of goroutines that do not release a lock which they have been handed, as other paths do.
func (p *pairing) handedLeaks() (leaks []flow.Leak) {
	for _, starter := range p.funcs {
		r := p.results[starter]
		if r == nil {
			continue
		}
		for _, h := range r.Handed {
			got := p.results[h.To]
			if h.To == nil || got == nil || !p.onlyStartedWith(h, starter) {
				continue
			}
			for _, k := range got.Kept {
				if lockName(h.To, k.Lock, model.Write) == lockName(starter, h.Lock, model.Write) {
					leaks = append(leaks, flow.Leak{Fn: h.To, Lock: k.Lock, Mode: k.Mode, Site: h.Site, First: h.First, Exit: k.Exit})
				}
			}
		}
	}
	return leaks
}

// onlyStartedWith reports whether one go statement, in the function that has handed over the lock, is all that runs the function that it was handed
// to, and nothing unlocks the lock in the function after that.
func (p *pairing) onlyStartedWith(h flow.Handed, starter *ssa.Function) bool {
	start := p.startOf(h.To)
	if start == nil || start.Parent() != starter || h.Site == nil {
		return false
	}
	order := ssax.NewOrder(starter)
	name := lockName(starter, h.Lock, model.Write)
	for _, unlocks := range p.results[starter].Releases {
		if slices.ContainsFunc(unlocks, func(u ssa.Instruction) bool { return u != ssa.Instruction(start) && order.Leads(start, u, nil) }) {
			return false
		}
	}
	return !slices.ContainsFunc(p.results[starter].Strays, func(s *path.Node) bool { return lockName(starter, s, model.Write) == name })
}

// startOf returns the go statement that alone runs a function, nil if others do, too.
func (p *pairing) startOf(fn *ssa.Function) *ssa.Go {
	if fn.Parent() == nil && p.vis.Callable(fn) {
		return nil
	}
	return p.onlyStart(fn)
}
