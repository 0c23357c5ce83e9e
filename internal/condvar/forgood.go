package condvar

import (
	"go/constant"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// forGood reports whether what is tested before a call that waits is so for good when the Wait ends: the one variable that the tests are about
// is only ever set to true, or counted up, and each signal comes after that. Nothing but a signal ends a Wait:
// https://pkg.go.dev/sync#Cond.Wait
func (c *checker) forGood(call ssa.CallInstruction) bool {
	var conds []ssa.Value
	for _, f := range turnOf(call.Block()).forks(call.Block()) {
		conds = append(conds, f.branch.Cond)
	}
	r := c.readsOf(conds...)
	if c.v.Open || r.opaque || len(r.vars) != 1 {
		return false
	}
	var raises []ssa.Instruction
	falls := false
	for fn := range c.known {
		eachInstr(fn, func(instr ssa.Instruction) {
			addr, up := c.write(instr)
			if addr == nil {
				return
			}
			x := c.variable(addr)
			switch {
			case x == nil || !r.vars[c.root(x)] || c.isNew(addr):
			case up:
				raises = append(raises, instr)
			default:
				falls = true
			}
		})
	}
	return !falls && !slices.ContainsFunc(slices.Concat(c.v.Signals, c.v.Broadcasts), func(s ssa.CallInstruction) bool {
		return !slices.ContainsFunc(raises, func(set ssa.Instruction) bool { return ssax.Dominates(set, s) })
	})
}

// write returns the address of what an instruction writes, nil if it writes nothing; up tells that a flag is set or a number is counted up.
func (d *dataflow) write(instr ssa.Instruction) (addr ssa.Value, up bool) {
	switch instr := instr.(type) {
	case *ssa.Store:
		return instr.Addr, positive(instr.Val)
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
