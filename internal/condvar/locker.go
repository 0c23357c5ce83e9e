package condvar

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Holding returns the classes of the locks that may be held at a call, "" for a lock without one; ok is false if there may be others.
type Holding func(call ssa.CallInstruction) (classes []string, ok bool)

// sharing returns what reports whether a lock may be held at a call that is held at a Wait, too. If it is not known which locks those are,
// every lock may be one of them.
func (v *Var) sharing(locks Holding) func(ssa.CallInstruction) bool {
	atWaits := make(map[string]bool)
	all := true
	for _, wait := range v.Waits {
		classes, ok := locks(wait)
		all = all && ok && len(classes) > 0
		for _, c := range classes {
			atWaits[c] = true
		}
	}
	all = all && !atWaits[""]
	return func(call ssa.CallInstruction) bool {
		classes, ok := locks(call)
		return !ok || slices.ContainsFunc(classes, func(c string) bool { return !all || c == "" || atWaits[c] })
	}
}

// locker tells where no locks are held.
type locker struct {
	*dataflow
	holding func(ssa.CallInstruction) bool
	hidden  bool // nobody outside the package can lock the Cond's lock
	decided map[*ssa.Function]bool
}

// bare reports whether a function is always called with no locks held.
func (l locker) bare(fn *ssa.Function) bool {
	if known, ok := l.decided[fn]; ok {
		return known
	}
	l.decided[fn] = true // as for calls of itself
	l.decided[fn] = l.calledBare(fn)
	return l.decided[fn]
}

func (l locker) calledBare(fn *ssa.Function) bool {
	if l.isInvoked(fn) || l.valued[fn] && !l.runElsewhere(fn) {
		return false
	}
	if fn.Parent() == nil {
		if l.reachable(fn) && !l.hidden {
			return false
		}
		if !token.IsExported(fn.Name()) && fn.Name() != "main" && len(l.calls[fn]) == 0 {
			return false // nobody calls it, or nobody knows who
		}
	}
	for _, c := range l.calls[fn] {
		if _, isGo := c.(*ssa.Go); !isGo && (l.holding(c) || !l.bare(c.Parent())) {
			return false
		}
	}
	return true
}

// reachable reports whether other packages can call fn by its name.
func (l locker) reachable(fn *ssa.Function) bool {
	return token.IsExported(fn.Name()) && l.pkg.Pkg.Name() != "main"
}

// runElsewhere reports whether a literal is used as a value only where it is given to
// a library function that runs it in a goroutine of its own.
func (d *dataflow) runElsewhere(lit *ssa.Function) bool {
	parent := lit.Parent()
	if parent == nil {
		return false
	}
	found := false
	eachInstr(parent, func(instr ssa.Instruction) {
		mc, ok := instr.(*ssa.MakeClosure)
		if !ok || mc.Fn != lit {
			return
		}
		found = true
		for _, use := range *mc.Referrers() {
			c, isCall := use.(ssa.CallInstruction)
			if !isCall || !d.givesAway(c, mc, 0) {
				found = false
				return
			}
		}
	})
	return found
}

// hidden reports whether only the package can lock the lock of a condition variable:
// it is always a variable of its own, or a field that others cannot name.
func (d *dataflow) hidden(v *Var) bool {
	return len(v.Makes) > 0 && !slices.ContainsFunc(v.Makes, func(m *ssa.Call) bool {
		x := m.Call.Args[0]
		if isRLocker(x) {
			x = x.(*ssa.Call).Call.Args[0]
		}
		if mi, ok := x.(*ssa.MakeInterface); ok {
			x = mi.X
		}
		for {
			switch lock := x.(type) {
			case *ssa.FieldAddr:
				if f, ok := fieldOf(lock).(*types.Var); ok && !f.Exported() && !f.Embedded() {
					return false
				}
				x = lock.X
				continue
			case *ssa.Alloc:
				return false
			case *ssa.Global:
				return token.IsExported(lock.Name())
			}
			return true
		}
	})
}
