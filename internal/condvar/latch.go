package condvar

import (
	"go/constant"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// A Latch is a Signal that tells of something which is so for good, and which several goroutines wait for:
// all of them have to see it, and the Signal wakes one.
type Latch struct {
	Signal ssa.CallInstruction
	Set    *ssa.Store // of the flag
	Wait   ssa.CallInstruction
	// Started: the package starts several goroutines that wait there; otherwise others may.
	Started bool
}

// Latches returns such Signals.
func (p *Package) Latches(v *Var) (found []Latch) {
	if v.Open || len(v.Broadcasts) > 0 {
		return nil
	}
	d := p.flow
	started := func(fn *ssa.Function) bool { return d.starts(fn, func(*ssa.Function) bool { return false }, 0) }
	passesOn := make(map[*ssa.Function]bool)
	for _, signal := range v.Signals {
		passesOn[signal.Parent()] = true
	}
	for _, signal := range v.Signals {
		if turnOf(signal.Block()).head != nil {
			continue // perhaps one for each
		}
		for _, set := range d.flagsSet(signal.Parent()) {
			flag := d.root(d.variable(set.Addr))
			if !d.isLatch(flag) {
				continue
			}
			i := slices.IndexFunc(v.Waits, func(w ssa.CallInstruction) bool {
				fn := w.Parent()
				exported := token.IsExported(fn.Name()) && fn.Parent() == nil
				return !passesOn[fn] && (exported || started(fn)) && d.conditionOf(w).vars[flag]
			})
			if i >= 0 {
				found = append(found, Latch{signal, set, v.Waits[i], started(v.Waits[i].Parent())})
				break
			}
		}
	}
	return found
}

// flagsSet returns the stores of boolean constants to variables that others know.
func (d *dataflow) flagsSet(fn *ssa.Function) (sets []*ssa.Store) {
	eachInstr(fn, func(instr ssa.Instruction) {
		st, ok := instr.(*ssa.Store)
		if !ok || d.isNew(st.Addr) || d.variable(st.Addr) == nil {
			return
		}
		if c, ok := st.Val.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Bool {
			sets = append(sets, st)
		}
	})
	return sets
}

// isLatch reports whether all that is ever stored to a variable, but in constructors, is true.
func (d *dataflow) isLatch(flag any) bool {
	latch := true
	for fn := range d.known {
		eachInstr(fn, func(instr ssa.Instruction) {
			st, ok := instr.(*ssa.Store)
			if !ok || d.isNew(st.Addr) {
				return
			}
			if v := d.variable(st.Addr); v == nil || d.root(v) != flag {
				return
			}
			latch = latch && ssax.IsTrue(st.Val)
		})
	}
	return latch
}
