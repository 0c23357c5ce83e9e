package groups

import (
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// A value is what is known of an SSA value on one path.
type value struct {
	key    string // values with the same key are equal; "" if nothing is known
	num    *linear
	size   *linear // of a slice, its length
	fn     *ssa.Function
	binds  []value
	tuple  []value
	nonNil bool
	from   string    // of a struct: the address that it is a copy of
	rel    *relation // of a truth value: what it says of a number
}

// linear is the number k + c·sym.
type linear struct {
	k, c int64
	sym  string
}

// A relation is linear OP 0.
type relation struct {
	of linear
	op token.Token
}

// A span is a range of numbers; the limits themselves belong to it.
type span struct{ lo, hi int64 }

const (
	least = math.MinInt32
	most  = math.MaxInt32
)

func number(k int64) value { return ofLinear(linear{k: k}) }

func ofLinear(l linear) value {
	if l.c == 0 {
		l.sym = ""
	}
	key := strconv.FormatInt(l.k, 10)
	if l.c != 0 {
		key = strconv.FormatInt(l.c, 10) + "·" + l.sym + "+" + key
		if l.c == 1 && l.k == 0 {
			key = l.sym
		}
	}
	return value{key: key, num: &l}
}

var (
	yes  = value{key: "true"}
	no   = value{key: "false"}
	null = value{key: "nil"}
)

func truth(b bool) value {
	if b {
		return yes
	}
	return no
}

func ofConst(c *ssa.Const) value {
	switch {
	case c.Value == nil:
		if _, isStruct := c.Type().Underlying().(*types.Struct); isStruct {
			return value{key: "zero"}
		}
		v := null
		if _, isSlice := c.Type().Underlying().(*types.Slice); isSlice {
			v.size = &linear{}
		}
		return v
	case c.Value.Kind() == constant.Bool:
		return truth(constant.BoolVal(c.Value))
	case c.Value.Kind() == constant.Int:
		if k, exact := constant.Int64Val(c.Value); exact && least < k && k < most {
			return number(k)
		}
	}
	return value{key: c.Value.ExactString(), nonNil: true}
}

// zeroOf returns the zero value of a type.
func zeroOf(t types.Type) value {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return no
		case u.Info()&types.IsInteger != 0:
			return number(0)
		case u.Info()&types.IsString != 0:
			return value{key: `""`}
		}
		return value{}
	case *types.Slice:
		v := null
		v.size = &linear{}
		return v
	case *types.Struct, *types.Array:
		return value{key: "zero"}
	}
	return null
}

// isInt reports whether a type is one of integers.
func isInt(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// plus returns a + f·b, if that can be written.
func plus(a, b linear, f int64) (linear, bool) {
	if a.c != 0 && b.c != 0 && a.sym != b.sym {
		return linear{}, false
	}
	sum := linear{a.k + f*b.k, a.c + f*b.c, a.sym}
	if sum.sym == "" {
		sum.sym = b.sym
	}
	if sum.c == 0 {
		sum.sym = ""
	}
	return sum, least < sum.k && sum.k < most && least < sum.c && sum.c < most
}

// arithmetic returns what an operation on integers yields.
func arithmetic(op token.Token, x, y value) (value, bool) {
	if x.num == nil || y.num == nil {
		return value{}, false
	}
	a, b := *x.num, *y.num
	switch op {
	case token.ADD, token.SUB:
		f := int64(1)
		if op == token.SUB {
			f = -1
		}
		if l, ok := plus(a, b, f); ok {
			return ofLinear(l), true
		}
	case token.MUL:
		if a.c != 0 {
			a, b = b, a
		}
		if a.c == 0 {
			if l, ok := plus(linear{}, b, a.k); ok {
				return ofLinear(l), true
			}
		}
	case token.QUO, token.REM:
		if a.c == 0 && b.c == 0 && b.k != 0 {
			if op == token.QUO {
				return number(a.k / b.k), true
			}
			return number(a.k % b.k), true
		}
	}
	return value{}, false
}

var opposite = map[token.Token]token.Token{
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR,
}

func isComparison(op token.Token) bool { return opposite[op] != 0 }

// holds decides k OP 0.
func holds(k int64, op token.Token) bool {
	switch op {
	case token.EQL:
		return k == 0
	case token.NEQ:
		return k != 0
	case token.LSS:
		return k < 0
	case token.LEQ:
		return k <= 0
	case token.GTR:
		return k > 0
	}
	return k >= 0
}

// compare returns the truth value of x OP y.
func compare(op token.Token, x, y value) value {
	if x.num != nil && y.num != nil {
		if d, ok := plus(*x.num, *y.num, -1); ok {
			if d.c == 0 {
				return truth(holds(d.k, op))
			}
			return value{key: ofLinear(d).key + op.String(), rel: &relation{d, op}}
		}
	}
	if op == token.EQL || op == token.NEQ {
		if known, equal := same(x, y); known {
			return truth(equal == (op == token.EQL))
		}
	}
	if x.key == "" || y.key == "" {
		return value{}
	}
	// One of two opposites is written as the negation of the other.
	not := ""
	if op == token.NEQ || op == token.GEQ || op == token.LEQ {
		op, not = opposite[op], "!"
	}
	if op == token.GTR {
		op, x, y = token.LSS, y, x
	}
	if op == token.EQL && x.key > y.key {
		x, y = y, x
	}
	return value{key: not + x.key + op.String() + y.key}
}

func same(x, y value) (known, equal bool) {
	switch {
	case x.key == "":
	case x.key == y.key:
		return true, true
	case x.key == "nil" && y.nonNil, y.key == "nil" && x.nonNil:
		return true, false
	case x.key == "true" && y.key == "false", x.key == "false" && y.key == "true":
		return true, false
	case len(x.key) > 0 && len(y.key) > 0 && x.key[0] == '"' && y.key[0] == '"':
		return true, false
	}
	return false, false
}

// negate returns the opposite of a truth value.
func negate(v value) value {
	switch {
	case v.rel != nil:
		op := opposite[v.rel.op]
		return value{key: ofLinear(v.rel.of).key + op.String(), rel: &relation{v.rel.of, op}}
	case v.key == "true":
		return no
	case v.key == "false":
		return yes
	case v.key == "":
		return v
	case v.key[0] == '!':
		return value{key: v.key[1:]}
	}
	return value{key: "!" + v.key}
}

// narrow returns the part of a span in which the relation holds; ok is false if there is none. It
// is the span itself where the part is none that a span can be.
func (r *relation) narrow(s span) (span, bool) {
	c, k, op := r.of.c, r.of.k, r.op
	if c < 0 {
		c, k = -c, -k
		switch op {
		case token.LSS:
			op = token.GTR
		case token.LEQ:
			op = token.GEQ
		case token.GTR:
			op = token.LSS
		case token.GEQ:
			op = token.LEQ
		}
	}
	// c·sym + k OP 0, c > 0: sym OP -k/c
	floor := func(a, b int64) int64 {
		q := a / b
		if a%b != 0 && (a < 0) != (b < 0) {
			q--
		}
		return q
	}
	at := floor(-k, c)
	exact := at*c == -k
	switch op {
	case token.EQL:
		if !exact {
			return s, false
		}
		s.lo, s.hi = max(s.lo, at), min(s.hi, at)
	case token.NEQ:
		if exact && s.lo == at {
			s.lo++
		}
		if exact && s.hi == at {
			s.hi--
		}
	case token.LEQ:
		s.hi = min(s.hi, at)
	case token.LSS:
		if exact {
			at--
		}
		s.hi = min(s.hi, at)
	case token.GEQ, token.GTR:
		if op == token.GTR || !exact {
			at++
		}
		s.lo = max(s.lo, at)
	}
	return s, s.lo <= s.hi
}

// in returns the range of l if its symbol is in s.
func (l linear) in(s span) span {
	at := func(x int64) int64 { return max(least, min(most, l.k+l.c*x)) }
	if l.c == 0 {
		return span{l.k, l.k}
	}
	if l.c < 0 {
		return span{at(s.hi), at(s.lo)}
	}
	lo, hi := at(s.lo), at(s.hi)
	if s.lo == least {
		lo = least
	}
	if s.hi == most {
		hi = most
	}
	return span{lo, hi}
}

const opAdd = token.ADD
