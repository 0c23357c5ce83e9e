package ssax

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A Counter is an integer that each turn of a loop changes by at least one, always in the same direction: it has no value twice,
// unless the loop begins anew. That it may wrap around is left out.
type Counter struct {
	Phi *ssa.Phi
	Up  bool // it grows
	// Equal are the comparisons of the counter, or of what it becomes in the turn, with a value that the loop does not change, by == or !=.
	Equal []*ssa.BinOp
}

// Counters returns the counters of the loop with a header that are compared so in the loop.
func Counters(header *ssa.BasicBlock) (counters []Counter) {
	for _, instr := range header.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		sign := direction(phi)
		if sign == 0 {
			continue
		}
		c := Counter{Phi: phi, Up: sign > 0}
		values := []ssa.Value{phi}
		for _, ref := range *phi.Referrers() {
			if sum, ok := ref.(*ssa.BinOp); ok && addend(sum, phi) != nil {
				values = append(values, sum)
			}
		}
		for _, v := range values {
			for _, ref := range *v.Referrers() {
				eq, ok := ref.(*ssa.BinOp)
				if !ok || eq.Op != token.EQL && eq.Op != token.NEQ || !header.Dominates(eq.Block()) {
					continue
				}
				other := eq.Y
				if other == v {
					other = eq.X
				}
				if madeBefore(other, header) {
					c.Equal = append(c.Equal, eq)
				}
			}
		}
		if len(c.Equal) > 0 {
			counters = append(counters, c)
		}
	}
	return counters
}

// direction returns 1 if a phi of a loop's header grows by at least one in each turn, -1 if it sinks by that, and 0 if neither is seen.
func direction(phi *ssa.Phi) (sign int) {
	if b, ok := phi.Type().Underlying().(*types.Basic); !ok || b.Info()&types.IsInteger == 0 {
		return 0
	}
	header := phi.Block()
	var next []ssa.Value
	for i, from := range header.Preds {
		if header.Dominates(from) {
			next = append(next, phi.Edges[i])
		}
	}
	return leaps(next, phi, make(map[ssa.Value]bool))
}

// leaps returns the sign of what is added to a phi to get any of some values; 0 if it may be nothing, or is not known.
func leaps(values []ssa.Value, phi *ssa.Phi, seen map[ssa.Value]bool) (sign int) {
	for _, v := range values {
		d := leap(v, phi, seen)
		if d == 0 || sign != 0 && d != sign {
			return 0
		}
		sign = d
	}
	return sign
}

// leap is leaps for one value, which is chosen on several ways if it is another phi.
func leap(v ssa.Value, phi *ssa.Phi, seen map[ssa.Value]bool) (sign int) {
	switch v := v.(type) {
	case *ssa.BinOp:
		if c := addend(v, phi); c != nil {
			return constant.Sign(c)
		}
	case *ssa.Phi:
		if v != phi && !seen[v] {
			seen[v] = true
			return leaps(v.Edges, phi, seen)
		}
	}
	return 0
}

// addend returns the constant that a calculation adds to x, nil if it does something else.
func addend(v *ssa.BinOp, x ssa.Value) constant.Value {
	c, ok := v.Y.(*ssa.Const)
	if !ok || v.X != x || c.Value == nil || c.Value.Kind() != constant.Int {
		return nil
	}
	switch v.Op {
	case token.ADD:
		return c.Value
	case token.SUB:
		return constant.UnaryOp(token.SUB, c.Value, 0)
	}
	return nil
}

// lengthOf returns the slice whose length a value is, nil if it is none. The length of a slice, unlike that of a map, never changes.
func lengthOf(v ssa.Value) ssa.Value {
	call, ok := v.(*ssa.Call)
	if !ok {
		return nil
	}
	if b, ok := call.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" {
		return nil
	}
	if _, ok := call.Call.Args[0].Type().Underlying().(*types.Slice); !ok {
		return nil
	}
	return call.Call.Args[0]
}

// madeBefore reports whether a value is what it is before a loop with a header begins, or computed in the loop from such values: len(list)-1.
func madeBefore(v ssa.Value, header *ssa.BasicBlock) bool {
	if sum, ok := v.(*ssa.BinOp); ok && (sum.Op == token.ADD || sum.Op == token.SUB) {
		return madeBefore(sum.X, header) && madeBefore(sum.Y, header)
	}
	if list := lengthOf(v); list != nil {
		return madeBefore(list, header)
	}
	switch v := v.(type) {
	case *ssa.Const, *ssa.Parameter, *ssa.FreeVar:
		return true
	case ssa.Instruction:
		return v.Block() != header && v.Block().Dominates(header)
	}
	return false
}
