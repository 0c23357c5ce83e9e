package condvar

import (
	"go/constant"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// forGood reports whether what is tested before a call that waits is so for good when the Wait ends: the tests are about
// a variable that is only ever set to true or to nil, or counted up, and each signal comes after that, or just before it under the lock. Nothing but a signal
// ends a Wait: https://pkg.go.dev/sync#Cond.Wait
//
// A signal also tells if whoever gives it makes the test itself, and does not wait: the last one to come to a barrier wakes the others.
func (c *checker) forGood(call ssa.CallInstruction) bool {
	var conds []ssa.Value
	forks := turnOf(call.Block()).forks(call.Block())
	for _, f := range forks {
		conds = append(conds, f.branch.Cond)
	}
	r := c.readsOf(conds...)
	if c.v.Open || r.opaque {
		return false
	}
	signals := slices.Concat(c.v.Signals, c.v.Broadcasts)
	others := slices.DeleteFunc(slices.Clone(signals), func(s ssa.CallInstruction) bool { return beside(forks, call, s) })
	if len(r.vars) != 1 && len(others) == len(signals) {
		return false
	}
	return tells(others, c.raises(r))
}

// beside reports whether a signal stands on the other side of a test that leads to a call which waits.
func beside(forks []fork, call, signal ssa.CallInstruction) bool {
	return signal.Parent() == call.Parent() && slices.ContainsFunc(forks, func(f fork) bool {
		side := f.branch.Block().Succs[0]
		if f.leads {
			side = f.branch.Block().Succs[1]
		}
		return len(side.Preds) == 1 && side.Dominates(signal.Block())
	})
}

// raises returns the changes of those variables of a condition that are only ever set to true or to nil, or counted up.
func (c *checker) raises(r reads) (raises []ssa.Instruction) {
	ups := make(map[any][]ssa.Instruction)
	falls := make(map[any]bool)
	for fn := range c.known {
		eachInstr(fn, func(instr ssa.Instruction) {
			addr, up := c.write(instr)
			if addr == nil {
				return
			}
			x := c.variable(addr)
			if x == nil || !r.vars[c.root(x)] || c.isNew(addr) {
				return
			}
			if x = c.root(x); up {
				ups[x] = append(ups[x], instr)
			} else {
				falls[x] = true
			}
		})
	}
	for x, instrs := range ups {
		if !falls[x] {
			raises = append(raises, instrs...)
		}
	}
	return raises
}

// tells reports whether each of some signals comes after one of some changes, or just before it under the lock.
func tells(signals []ssa.CallInstruction, changes []ssa.Instruction) bool {
	return !slices.ContainsFunc(signals, func(s ssa.CallInstruction) bool {
		return !slices.ContainsFunc(changes, func(set ssa.Instruction) bool { return ssax.Dominates(set, s) || toldFirst(s, set) })
	})
}

// toldFirst reports whether a change follows a signal at once, under the lock that was taken before: who is woken by the signal sees the change.
func toldFirst(signal, change ssa.Instruction) bool {
	b := signal.Block()
	i, j := slices.Index(b.Instrs, signal), slices.Index(b.Instrs, change)
	if b != change.Block() || i > j || !locksBefore(signal) {
		return false
	}
	return !slices.ContainsFunc(b.Instrs[i+1:j], func(instr ssa.Instruction) bool {
		c, ok := instr.(ssa.CallInstruction)
		if !ok {
			return false
		}
		_, isBuiltin := c.Common().Value.(*ssa.Builtin)
		return !isBuiltin
	})
}

// write returns the address of what an instruction writes, nil if it writes nothing; up tells that a flag is set, a number is counted up, or a pointer
// is set to nil.
func (d *dataflow) write(instr ssa.Instruction) (addr ssa.Value, up bool) {
	switch instr := instr.(type) {
	case *ssa.Store:
		return instr.Addr, positive(instr.Val) || ssax.IsNil(instr.Val)
	case *ssa.Call:
		a, ok := ssax.AtomicOf(&instr.Call)
		if ok && a.Op != "Load" {
			args := instr.Call.Args
			return a.Addr, a.Op != "And" && positive(args[len(args)-1])
		}
	}
	return nil, false
}

// positive reports whether a value is true, or a number above zero.
func positive(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil {
		return false
	}
	switch c.Value.Kind() {
	case constant.Bool:
		return constant.BoolVal(c.Value)
	case constant.Int:
		return constant.Sign(c.Value) > 0
	}
	return false
}
