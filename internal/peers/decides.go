package peers

import (
	"go/constant"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// decides reports whether a function writes one of the variables that decide whether a wait is come to. A write with which the wait is
// not come to does not count: where that goroutine waits, it has not been made.
func decides(fn *ssa.Function, wait *Op) bool {
	for _, branch := range deciders(wait.Instr) {
		found := make(map[any]bool)
		addFlags(found, branch.Cond, 0)
		if len(found) == 0 {
			continue
		}
		side := ssax.Side(branch.Block(), wait.Instr.Block())
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if w, _ := writesTo(instr, found); w && (side < 0 || !makes(instr, branch.Cond, side != 0)) {
					return true
				}
			}
		}
	}
	return false
}

// makes reports whether a condition on a variable has a value after an instruction has written to the variable. A counter that is counted
// up or down cannot come to have the other one by that.
func makes(write ssa.Instruction, cond ssa.Value, value bool) bool {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return makes(write, c.X, !value)
		}
		st, ok := write.(*ssa.Store)
		if !ok || c.Op != token.MUL || variable(c.X) == nil || variable(c.X) != variable(st.Addr) {
			return false
		}
		k, ok := st.Val.(*ssa.Const)
		return ok && k.Value != nil && k.Value.Kind() == constant.Bool && constant.BoolVal(k.Value) == value
	case *ssa.BinOp:
		if favours, ok := favoured[c.Op]; ok {
			x, y := counted(write, c.X), counted(write, c.Y)
			return x != y && (x-y == favours) == value
		}
		k, isConst := c.Y.(*ssa.Const)
		load, isLoad := c.X.(*ssa.UnOp)
		st, ok := write.(*ssa.Store)
		if !ok || !isConst || !isLoad || load.Op != token.MUL || variable(load.X) == nil || variable(load.X) != variable(st.Addr) || c.Op != token.EQL && c.Op != token.NEQ {
			return false
		}
		equal, known := equals(st.Val, k)
		return known && (equal == (c.Op == token.EQL)) == value
	case *ssa.Extract: // whether a key is in a map
		lookup, ok := c.Tuple.(*ssa.Lookup)
		if !ok || c.Index != 1 || container(lookup.X) == nil {
			return false
		}
		switch w := write.(type) {
		case *ssa.MapUpdate:
			return value && container(w.Map) == container(lookup.X)
		case *ssa.Call:
			_, isBuiltin := w.Call.Value.(*ssa.Builtin)
			return !value && isBuiltin && container(w.Call.Args[0]) == container(lookup.X)
		}
	}
	return false
}

// favoured holds, by comparison, in which direction its first operand goes to make it true.
var favoured = map[token.Token]int{token.LSS: -1, token.LEQ: -1, token.GTR: 1, token.GEQ: 1}

// counted returns 1 if an instruction counts up the variable that a value is read from, -1 if it counts it down, and 0 if it does neither.
func counted(write ssa.Instruction, v ssa.Value) int {
	load, isLoad := v.(*ssa.UnOp)
	st, ok := write.(*ssa.Store)
	if !ok || !isLoad || load.Op != token.MUL || variable(load.X) == nil || variable(load.X) != variable(st.Addr) {
		return 0
	}
	sum, ok := st.Val.(*ssa.BinOp)
	if !ok {
		return 0
	}
	old, isOld := sum.X.(*ssa.UnOp)
	n, isConst := sum.Y.(*ssa.Const)
	if !isOld || old.Op != token.MUL || variable(old.X) != variable(st.Addr) || !isConst || n.Value == nil || n.Value.Kind() != constant.Int {
		return 0
	}
	switch sum.Op {
	case token.ADD:
		return constant.Sign(n.Value)
	case token.SUB:
		return -constant.Sign(n.Value)
	}
	return 0
}

// equals reports whether a value that is stored is a constant, if that is known: a new object is not nil.
func equals(v ssa.Value, k *ssa.Const) (equal, known bool) {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value == nil || k.Value == nil {
			return v.Value == nil && k.Value == nil, true
		}
		return v.Value.Kind() == k.Value.Kind() && constant.Compare(v.Value, token.EQL, k.Value), true
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeChan, *ssa.MakeClosure, *ssa.MakeInterface, *ssa.Function:
		return false, k.Value == nil
	}
	return false, false
}
