package groups

import (
	"go/token"
	"testing"
)

// narrow leaves the smallest range that has all numbers for which the relation holds.
func TestNarrow(t *testing.T) {
	for op := range opposite {
		for c := int64(-3); c <= 3; c++ {
			if c == 0 {
				continue
			}
			for k := int64(-7); k <= 7; k++ {
				r := &relation{linear{k: k, c: c, sym: "n"}, op}
				in := span{-4, 5}
				want, may := span{most, least}, false
				for x := in.lo; x <= in.hi; x++ {
					if holds(k+c*x, op) {
						want, may = span{min(want.lo, x), max(want.hi, x)}, true
					}
				}
				got, ok := r.narrow(in)
				if ok != may || ok && got != want {
					t.Errorf("%d·n%+d %s 0 leaves %v, %t of %v, want %v, %t", c, k, op, got, ok, in, want, may)
				}
			}
		}
	}
}

// A condition and its negation are never both possible, nor both impossible, of one number.
func TestNegate(t *testing.T) {
	for op := range opposite {
		v := compare(op, ofLinear(linear{c: 1, sym: "n"}), number(3))
		for x := int64(0); x < 6; x++ {
			st := newState()
			st.spans["n"] = span{x, x}
			known, is := st.decide(v)
			nknown, nis := st.decide(negate(v))
			if !known || !nknown || is == nis || is != holds(x-3, op) {
				t.Errorf("%d %s 3 is %t (known %t), its negation %t (known %t)", x, op, is, known, nis, nknown)
			}
		}
	}
}

func TestArithmetic(t *testing.T) {
	n := ofLinear(linear{c: 1, sym: "n"})
	for _, test := range []struct {
		op   token.Token
		x, y value
		want string
	}{
		{token.ADD, number(2), number(3), "5"},
		{token.SUB, n, n, "0"},
		{token.MUL, number(2), n, "2·n+0"},
		{token.REM, number(7), number(4), "3"},
		{token.ADD, n, ofLinear(linear{c: 1, sym: "m"}), ""},
		{token.QUO, n, number(2), ""},
		{token.MUL, number(most - 1), number(most - 1), ""},
	} {
		got, ok := arithmetic(test.op, test.x, test.y)
		if got.key != test.want || ok != (test.want != "") {
			t.Errorf("%s %s %s is %q, %t, want %q", test.x.key, test.op, test.y.key, got.key, ok, test.want)
		}
	}
}
