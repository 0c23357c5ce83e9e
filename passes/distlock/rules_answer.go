package distlock

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// answer: a comparison says the same whether or not the lock was got or given back. Two interface values are equal only if they have one type: the
// numbers that Redis and databases answer are int64, and an untyped constant becomes an int.
// https://go.dev/ref/spec#Comparison_operators, https://redis.io/docs/latest/develop/programmability/lua-api/#lua-to-resp2-type-conversion
func answer(c *checker) {
	for _, op := range []client.Op{client.Acquire, client.Release, client.Extend} {
		c.events(op, func(e *trace.Event) {
			if e.Depth > 0 || e.Backend != client.Redis && !e.Backend.SQL() {
				return
			}
			for v := range e.Fn.Replies(e) {
				if !types.IsInterface(v.Type()) || ssax.IsError(v.Type()) || v.Referrers() == nil {
					continue
				}
				for _, r := range *v.Referrers() {
					n := comparedWith(r, v)
					if n == nil || n.Value == nil || types.Identical(n.Type(), types.Typ[types.Int64]) {
						continue
					}
					if n.Value.Kind() == constant.Int || n.Value.Kind() == constant.String && e.Numbers {
						c.report(r, analysis.Diagnostic{
							Message: "the answer never equals the " + n.Type().String() + " " + n.Value.String() + ": it is an int64, and two types are never equal in an interface",
							Related: c.related(e, "the answer comes from here"),
						})
					}
				}
			}
		})
	}
}

// comparedWith returns the constant that an instruction compares an interface value with, nil if there is none.
func comparedWith(instr ssa.Instruction, v ssa.Value) *ssa.Const {
	cmp, ok := instr.(*ssa.BinOp)
	if !ok || cmp.Op != token.EQL && cmp.Op != token.NEQ {
		return nil
	}
	other := cmp.X
	if other == v {
		other = cmp.Y
	}
	boxed, ok := other.(*ssa.MakeInterface)
	if !ok {
		return nil
	}
	n, _ := boxed.X.(*ssa.Const)
	return n
}
