package ssax

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// ReceivedFrom returns the channel that a value was received from, by itself, with a second result or in a select statement; nil if it was not.
func ReceivedFrom(v ssa.Value) ssa.Value {
	index := 0
	if e, ok := v.(*ssa.Extract); ok {
		v, index = e.Tuple, e.Index
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.ARROW && index == 0 {
			return v.X
		}
	case *ssa.Select:
		i := 2 // after the number of the case, and whether the channel is open
		for _, st := range v.States {
			if st.Dir != types.RecvOnly {
				continue
			}
			if i == index {
				return st.Chan
			}
			i++
		}
	}
	return nil
}
