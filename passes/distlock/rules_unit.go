package distlock

import (
	"go/token"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// timesUnit reports whether a time.Duration is multiplied by a unit that has one already: ttl*time.Second, where the package passes 5*time.Second for ttl.
func (c *checker) timesUnit(v ssa.Value) bool {
	product, ok := client.Strip(v).(*ssa.BinOp)
	if !ok || product.Op != token.MUL || !client.IsDuration(product.Type()) {
		return false
	}
	for _, op := range [][2]ssa.Value{{product.X, product.Y}, {product.Y, product.X}} {
		if isUnit(op[1]) && c.hasUnit(op[0], 0) {
			return true
		}
	}
	return false
}

// isUnit reports whether a value is a constant Duration of a millisecond at least.
func isUnit(v ssa.Value) bool {
	d, ok := constantDuration(v)
	return ok && d >= time.Millisecond
}

// hasUnit reports whether a Duration is one of a millisecond at least wherever the package shows what it is, and it shows it somewhere: what somebody
// takes for a number of seconds is less.
func (c *checker) hasUnit(v ssa.Value, depth int) bool {
	if depth > limits.MaxCalls || !client.IsDuration(v.Type()) {
		return false
	}
	switch x := client.Strip(v).(type) {
	case *ssa.Const:
		return isUnit(x)
	case *ssa.BinOp:
		return x.Op == token.MUL && (isUnit(x.X) || isUnit(x.Y))
	case *ssa.Parameter:
		return c.passedUnits(x, depth)
	}
	if e := c.pkg.Of(v); e.Kind == expr.Field {
		return c.allHaveUnits(c.storedIn(e), depth)
	}
	return false
}

// passedUnits is hasUnit for what the package passes for a parameter.
func (c *checker) passedUnits(p *ssa.Parameter, depth int) bool {
	var args []ssa.Value
	for i, param := range p.Parent().Params {
		if param != p {
			continue
		}
		for _, call := range c.callers()[p.Parent()] {
			args = append(args, call.Common().Args[i])
		}
	}
	return c.allHaveUnits(args, depth)
}

func (c *checker) allHaveUnits(vals []ssa.Value, depth int) bool {
	for _, v := range vals {
		if !c.hasUnit(v, depth+1) {
			return false
		}
	}
	return len(vals) > 0
}
