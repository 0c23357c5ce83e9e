package condvar

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A Batch is a Signal that follows a change which may let several goroutines go on: it wakes one of them.
type Batch struct {
	Signal ssa.CallInstruction
	Change ssa.Instruction
	Wait   ssa.CallInstruction
}

// Batches returns such Signals. Each goroutine that waits takes one element, and tells nobody of the others.
func (p *Package) Batches(v *Var) (found []Batch) {
	if v.Open || v.Woken {
		return nil
	}
	d := p.flow
	takers := slices.DeleteFunc(d.wants(v), func(w want) bool { return w.kind != larger && !w.fromZero() || !d.takesOne(v, w) })
	for _, signal := range v.Signals {
		if turnOf(signal.Block()).head != nil || v.broadcastsIn(signal.Parent()) {
			continue
		}
		for _, w := range takers {
			if change := d.addsSeveral(signal, w); change != nil {
				found = append(found, Batch{signal, change, w.wait})
				break
			}
		}
	}
	return found
}

// takesOne reports whether several goroutines may wait for what is wanted, each of which takes one element and
// signals nobody, or has all that follows signal nobody.
func (d *dataflow) takesOne(v *Var, w want) bool {
	fn := w.wait.Parent()
	if v.signalsIn(fn) || !d.several(fn) {
		return false
	}
	ones, others := 0, 0
	eachInstr(fn, func(instr ssa.Instruction) {
		if st, ok := instr.(*ssa.Store); ok && d.effect(instr, w) == against {
			if d.isOneLess(st.Val, w.variable) {
				ones++
			} else {
				others++
			}
		}
	})
	if ones == 0 || others > 0 {
		return false
	}
	// A caller, or a callee, may pass the signal on.
	wk := d.wakersOf(v)
	passes := wk.may[fn]
	for _, c := range d.calls[fn] {
		passes = passes || v.signalsIn(c.Parent())
	}
	return !passes
}

// isOneLess reports whether a value is the old one of a variable without one element, or one less.
func (d *dataflow) isOneLess(v ssa.Value, variable any) bool {
	switch v := v.(type) {
	case *ssa.BinOp:
		return v.Op == token.SUB && d.isLoad(v.X, variable) && isInt(v.Y, 1)
	case *ssa.Slice:
		if !d.isLoad(v.X, variable) {
			return false
		}
		if v.Low != nil {
			return isInt(v.Low, 1) && v.High == nil
		}
		high, ok := v.High.(*ssa.BinOp)
		return ok && high.Op == token.SUB && isLength(high.X) && isInt(high.Y, 1)
	}
	return false
}

func isInt(v ssa.Value, n int64) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Int && constant.Compare(c.Value, token.EQL, constant.MakeInt64(n))
}

// addsSeveral finds a change before a signal, in its function, that adds several elements, or adds one in a loop
// that the signal is not part of.
func (d *dataflow) addsSeveral(signal ssa.CallInstruction, w want) (change ssa.Instruction) {
	fn := signal.Parent()
	eachInstr(fn, func(instr ssa.Instruction) {
		st, ok := instr.(*ssa.Store)
		if !ok || change != nil {
			return
		}
		if x := d.variable(st.Addr); x == nil || d.root(x) != w.variable {
			return
		}
		var t turn
		if !t.reach(st.Block())[signal.Block()] {
			return
		}
		if d.addsMany(st.Val, w.variable) || d.step(st.Val, w.variable) > 0 && inLoopOf(st.Block(), signal.Block()) {
			change = st
		}
	})
	return change
}

// addsMany reports whether a value is the old one of a variable and several more.
func (d *dataflow) addsMany(v ssa.Value, variable any) bool {
	switch v := v.(type) {
	case *ssa.BinOp:
		if v.Op != token.ADD || !d.isLoad(v.X, variable) {
			return false
		}
		if k, ok := v.Y.(*ssa.Const); ok {
			return k.Value != nil && constant.Compare(k.Value, token.GTR, constant.MakeInt64(1))
		}
		_, isParam := v.Y.(*ssa.Parameter)
		return isParam || isLength(v.Y)
	case *ssa.Call:
		b, ok := v.Call.Value.(*ssa.Builtin)
		if !ok || b.Name() != "append" || len(v.Call.Args) != 2 || !d.isLoad(v.Call.Args[0], variable) {
			return false
		}
		if s, ok := v.Call.Args[1].(*ssa.Slice); ok {
			if p, ok := s.X.Type().Underlying().(*types.Pointer); ok {
				a, ok := p.Elem().Underlying().(*types.Array)
				return ok && a.Len() > 1
			}
		}
		if basic, ok := v.Call.Args[1].Type().Underlying().(*types.Basic); ok && basic.Info()&types.IsString != 0 {
			return false
		}
		return !isBytes(v.Call.Args[1].Type())
	}
	return false
}

// isBytes reports whether a slice is one of bytes, which are a stream more often than elements.
func isBytes(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte
}
