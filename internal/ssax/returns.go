package ssax

import (
	"iter"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Returns yields the return instructions of a function, and their results: see [Results]. The one at which a function ends that has recovered
// from a panic is among them only if a deferred function is seen to recover.
func Returns(fn *ssa.Function) iter.Seq2[*ssa.Return, []ssa.Value] {
	return func(yield func(*ssa.Return, []ssa.Value) bool) {
		for _, b := range fn.Blocks {
			ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
			if ok && (b != fn.Recover || recovers(fn)) && !yield(ret, Results(ret)) {
				return
			}
		}
	}
}

// recovers reports whether a deferred function of fn recovers from panics.
func recovers(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if d, ok := instr.(*ssa.Defer); ok && callsRecover(d.Common()) {
				return true
			}
		}
	}
	return false
}

func callsRecover(c *ssa.CallCommon) bool {
	callee := c.StaticCallee()
	return callee != nil && slices.ContainsFunc(callee.Blocks, func(b *ssa.BasicBlock) bool {
		return slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool {
			call, ok := instr.(*ssa.Call)
			if !ok {
				return false
			}
			builtin, ok := call.Call.Value.(*ssa.Builtin)
			return ok && builtin.Name() == "recover"
		})
	})
}

// Results returns the results of a return. A function with deferred calls puts them into variables, runs the calls, and reads the variables; the
// results are what was put there, unless a literal, which may be deferred, captures the variable.
func Results(ret *ssa.Return) []ssa.Value {
	vals := ret.Results
	for i, v := range vals {
		load, ok := v.(*ssa.UnOp)
		if !ok || load.Block() != ret.Block() {
			continue
		}
		variable, ok := load.X.(*ssa.Alloc)
		if !ok || !onlyStored(variable) {
			continue
		}
		if st := LastStore(variable, load); st != nil {
			if &vals[0] == &ret.Results[0] {
				vals = slices.Clone(vals)
			}
			vals[i] = st.Val
		}
	}
	return vals
}

// onlyStored reports whether nothing is done with a variable but to store to it and to read it.
func onlyStored(v *ssa.Alloc) bool {
	return !slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.Store:
			return r.Addr != v
		case *ssa.UnOp, *ssa.DebugRef:
			return false
		}
		return true
	})
}

// LastStore returns the last store to a variable before an instruction in its block, nil if there is none.
func LastStore(v *ssa.Alloc, before ssa.Instruction) *ssa.Store {
	instrs := before.Block().Instrs
	for _, instr := range slices.Backward(instrs[:slices.Index(instrs, before)]) {
		if st, ok := instr.(*ssa.Store); ok && st.Addr == v {
			return st
		}
	}
	return nil
}

// MadeFunc returns the call which has returned the function that c calls, as its first result; nil if there is none.
func MadeFunc(c *ssa.CallCommon) *ssa.Call {
	v := Origin(c.Value)
	if ct, ok := v.(*ssa.ChangeType); ok {
		v = Origin(ct.X)
	}
	if e, ok := v.(*ssa.Extract); ok && e.Index == 0 {
		v = e.Tuple
	}
	made, _ := v.(*ssa.Call)
	return made
}

// OnlyCalled reports whether the function that a call returns, as its first result, is nothing but called, or deferred, by the one that makes the call.
func OnlyCalled(made ssa.CallInstruction) bool {
	result := Result(made, 0)
	return result != nil && !slices.ContainsFunc(*result.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.Call, *ssa.Defer:
			c := r.(ssa.CallInstruction).Common()
			return c.Value != result || slices.Contains(c.Args, result)
		case *ssa.BinOp, *ssa.DebugRef:
			return false
		}
		return true
	})
}
