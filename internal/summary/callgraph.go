package summary

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

func (a *analysis) addCall(fi *funcInfo, instr ssa.CallInstruction, fn *ssa.Function) {
	callee := a.info[fn]
	callee.callers = append(callee.callers, instr)
	if g, ok := instr.(*ssa.Go); ok {
		callee.spawned++
		if ssax.InLoop(g.Block()) || fn.Parent() == nil && !a.runsOnce(fi.fn) {
			callee.spawned = 2
		}
	}
	if fn == fi.fn {
		fi.callsSelf = true
	}
	if _, ok := instr.(*ssa.Defer); ok && ssax.Recovers(fn) {
		fi.recovers = true
	}
	fi.callees = append(fi.callees, fn)
}

// relevant marks the functions that matter to locks: those with operations, those
// that may run one of them, and what these may run that waits for other goroutines.
// It reports whether there are any.
func (a *analysis) relevant() bool {
	callers := make(map[*ssa.Function][]*ssa.Function)
	var work []*ssa.Function
	a.onceAgain()
	for _, fn := range a.funcs {
		fi := a.info[fn]
		for _, c := range fi.callees {
			callers[c] = append(callers[c], fn)
		}
		if fi.locks {
			work = append(work, fn)
		}
	}
	if len(work) == 0 {
		return false
	}
	up := func(from []*ssa.Function, mark func(*funcInfo) *bool) {
		for len(from) > 0 {
			fn := from[len(from)-1]
			from = from[:len(from)-1]
			if m := mark(a.info[fn]); !*m {
				*m = true
				from = append(from, callers[fn]...)
			}
		}
	}
	up(work, func(fi *funcInfo) *bool { return &fi.relevant })
	var waiting []*ssa.Function
	for _, fn := range a.funcs {
		fi := a.info[fn]
		if fi.relevant {
			work = append(work, fi.callees...)
		}
		if fi.blocks {
			waiting = append(waiting, fn)
			fi.blocks = false
		}
	}
	up(waiting, func(fi *funcInfo) *bool { return &fi.blocks })
	// Down from what has to do with locks, through what waits.
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if fi := a.info[fn]; fi.blocks && !fi.relevant {
			fi.relevant = true
			work = append(work, fi.callees...)
		}
	}
	return true
}

// onceAgain marks as having to do with locks the functions that call Do of a sync.Once
// and may be run by a Do: it waits for the first call to return, as for a lock. If what they call has to do with locks, all functions
// that call Do do: who does so with a lock held may wait for a function that needs the lock.
func (a *analysis) onceAgain() {
	var work []*ssa.Function
	for _, fn := range a.funcs {
		if fi := a.info[fn]; fi.once {
			work = append(work, fi.callees...)
		}
	}
	seen := make(map[*ssa.Function]bool)
	locking := false
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if fi := a.info[fn]; !seen[fn] {
			seen[fn] = true
			locking = locking || fi.locks
			fi.locks = fi.locks || fi.once
			work = append(work, fi.callees...)
		}
	}
	for _, fn := range a.funcs {
		fi := a.info[fn]
		fi.locks = fi.locks || locking && fi.once
	}
}

// components returns the strongly connected components of the call graph,
// callees first.
func (a *analysis) components() [][]*ssa.Function {
	return a.connected(func(fn *ssa.Function) []*ssa.Function { return a.info[fn].callees })
}

// connected returns the strongly connected components of the functions of the package, those that next leads to first
// (Tarjan). Within a component the functions stand in the order in which a depth-first search leaves them, so that what is known of
// one reaches the others in as few rounds as may be.
func (a *analysis) connected(next func(*ssa.Function) []*ssa.Function) (order [][]*ssa.Function) {
	index := make(map[*ssa.Function]int)
	low := make(map[*ssa.Function]int)
	left := make(map[*ssa.Function]int)
	on := make(map[*ssa.Function]bool)
	var stack []*ssa.Function
	type frame struct {
		fn *ssa.Function
		i  int
	}
	for _, root := range a.funcs {
		if index[root] != 0 {
			continue
		}
		work := []frame{{root, 0}}
		for len(work) > 0 {
			f := &work[len(work)-1]
			fn := f.fn
			if index[fn] == 0 {
				index[fn] = len(index) + 1
				low[fn] = index[fn]
				stack, on[fn] = append(stack, fn), true
			}
			if callees := next(fn); f.i < len(callees) {
				to := callees[f.i]
				f.i++
				if index[to] == 0 {
					work = append(work, frame{to, 0})
				} else if on[to] {
					low[fn] = min(low[fn], index[to])
				}
				continue
			}
			left[fn] = len(left) + 1
			if low[fn] == index[fn] {
				i := len(stack) - 1
				for stack[i] != fn {
					i--
				}
				scc := append([]*ssa.Function(nil), stack[i:]...)
				for _, x := range scc {
					on[x] = false
				}
				slices.SortFunc(scc, func(x, y *ssa.Function) int { return left[x] - left[y] })
				stack = stack[:i]
				order = append(order, scc)
			}
			work = work[:len(work)-1]
			if len(work) > 0 {
				p := work[len(work)-1].fn
				low[p] = min(low[p], low[fn])
			}
		}
	}
	return order
}
