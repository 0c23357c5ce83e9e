package peers

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// An acq is an instruction at which a function, or what it calls, waits for a lock.
type acq struct {
	at    ssa.Instruction
	lock  *path.Node // in the function's terms, nil if it has no name there
	mode  model.Mode
	steps []*flow.Step // from the function to the Lock
}

// acquires returns where fn waits for a lock of the class, in the order of its instructions.
// What other goroutines that it starts do does not count.
func (g *Graph) acquires(fn *ssa.Function, class string) []acq {
	f := g.funcs[fn]
	if f == nil || f.busy[class] {
		return nil
	}
	if got, ok := f.acqs[class]; ok {
		return got
	}
	if f.acqs == nil {
		f.acqs, f.busy = make(map[string][]acq), make(map[string]bool)
	}
	f.busy[class] = true
	var acqs []acq
	for _, l := range f.locks {
		if _, isGo := l.instr.(*ssa.Go); isGo {
			continue
		}
		if l.lock == nil {
			if g.class(fn, l.node, 0) == class {
				acqs = append(acqs, acq{l.instr, l.node, l.mode, l.steps})
			}
			continue
		}
		if n := g.name(l.lock); g.class(fn, n, 0) == class && !f.ownAt(n, l.instr) {
			what := "locks"
			if l.mode == model.Read {
				what = "read-locks"
			}
			acqs = append(acqs, acq{l.instr, n, l.mode, []*flow.Step{step(l.instr, what)}})
		}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			edges := f.out[instr]
			if len(edges) > limits.MaxCallees {
				g.table.Limits.Hit(limits.Callees) // that it runs any one of them says little
				continue
			}
			for _, e := range edges {
				if e.kind == spawns {
					continue
				}
				for _, a := range g.acquires(e.callee, class) {
					lock := g.raise(a.lock, e)
					if f.ownAt(lock, instr) {
						continue
					}
					if len(acqs) >= limits.MaxAcquires {
						g.table.Limits.Hit(limits.Acquires)
						continue
					}
					if len(a.steps) > limits.MaxCalls {
						// The longer the way, the less likely that the lock at its end is the one in question.
						g.table.Limits.Hit(limits.Calls)
						continue
					}
					steps := append([]*flow.Step{step(instr, "calls "+flow.FuncName(e.callee))}, a.steps...)
					acqs = append(acqs, acq{instr, lock, a.mode, steps})
				}
				for _, a := range g.partsLocked(e, class) {
					if !f.ownAt(a.lock, instr) {
						acqs = append(acqs, a)
					}
				}
			}
		}
	}
	f.acqs[class] = acqs
	f.busy[class] = false
	return acqs
}

// partsLocked returns where a callee waits for a lock that its receiver or another argument has by value: for fn, the lock is a part of what has
// that, and of another class.
//
//	func (m *mutex) Lock() { m.m.Lock() } // mutex.m
//	s.mu.Lock()                           // S.mu.m
func (g *Graph) partsLocked(e *edge, class string) (acqs []acq) {
	f := g.funcs[e.callee]
	if f == nil || e.kind == spawns {
		return nil
	}
	for _, l := range f.locks {
		if _, isGo := l.instr.(*ssa.Go); isGo || l.lock == nil {
			continue
		}
		lock := g.name(l.lock)
		if lock.Loads() || lock.Root().Kind != path.Param || lock.ClassIn(e.callee) == class {
			continue
		}
		if up := g.raise(lock, e); up != nil && up.ClassIn(e.caller) == class {
			acqs = append(acqs, acq{e.instr, up, l.mode, []*flow.Step{step(e.instr, "calls "+flow.FuncName(e.callee)), step(l.instr, "locks")}})
		}
	}
	return acqs
}

// ownAt reports whether a lock is a part of an object that the function has made, and that nobody else knows when it comes to an instruction:
// the function does not wait for it.
func (f *function) ownAt(lock *path.Node, at ssa.Instruction) bool {
	if lock == nil || lock.Loads() {
		return false
	}
	object := path.Concrete(lock).Root()
	if !isMade(object) {
		return false
	}
	made, _ := object.Val.(ssa.Instruction)
	return made.Parent() == f.fn && !f.Published(object.Val, at)
}

func step(instr ssa.Instruction, what string) *flow.Step {
	return &flow.Step{Pos: position(instr), Func: flow.FuncName(instr.Parent()), What: what}
}

// position returns where an instruction stands in the source.
func position(instr ssa.Instruction) token.Pos {
	if c, ok := instr.(ssa.CallInstruction); ok {
		return c.Pos()
	}
	if s, ok := instr.(*ssa.Select); ok && !s.Pos().IsValid() {
		for _, st := range s.States {
			return st.Pos
		}
	}
	return instr.Pos()
}

// foreignLocks notes the locks that a function of another package waits for, whatever it is called with.
func (g *Graph) foreignLocks(f *function, instr ssa.CallInstruction, obj *types.Func) {
	if obj == nil || obj.Pkg() == g.pkg.Pkg {
		return
	}
	sum := g.foreign(obj)
	if sum == nil {
		return
	}
	args := instr.Common().Args
	for _, e := range sum.Events {
		if e.Kind != flow.Acquire || len(e.Guard) > 0 || e.Lock.Class() == "" {
			continue
		}
		known := true
		lock := g.table.Rewrite(e.Lock, func(n *path.Node) *path.Node {
			if n.Kind != path.Param {
				return nil
			}
			if n.Index >= len(args) {
				known = false
				return n
			}
			return g.name(args[n.Index])
		})
		if known {
			call := step(instr, "calls "+flow.FuncName(instr.Common().StaticCallee()))
			f.locks = append(f.locks, lockOp{instr: instr, mode: e.Mode, node: lock, steps: append([]*flow.Step{call}, e.Steps...)})
		}
	}
}
