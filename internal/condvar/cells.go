package condvar

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A reads is what a value depends on: variables that others may change.
type reads struct {
	vars map[any]bool
	// opaque: on something else, too.
	opaque bool
}

func (r *reads) meets(o reads) bool {
	for v := range r.vars {
		if o.vars[v] {
			return true
		}
	}
	return false
}

func (r *reads) nothing() bool { return len(r.vars) == 0 && !r.opaque }

// readsOf finds what the values depend on.
func (d *dataflow) readsOf(vs ...ssa.Value) reads {
	r := reader{d, reads{vars: make(map[any]bool)}, make(map[any]bool)}
	for _, v := range vs {
		r.value(v, 0)
	}
	return r.reads
}

type reader struct {
	*dataflow
	reads
	seen map[any]bool
}

func (r *reader) value(v ssa.Value, depth int) {
	if v == nil || r.seen[v] {
		return
	}
	r.seen[v] = true
	switch v := v.(type) {
	case *ssa.Const, *ssa.Parameter, *ssa.FreeVar, *ssa.Global, *ssa.Function, *ssa.Builtin, *ssa.Alloc, *ssa.MakeClosure, *ssa.FieldAddr, *ssa.IndexAddr:
	case *ssa.UnOp:
		switch v.Op {
		case token.MUL:
			r.cell(v.X, depth)
		case token.ARROW:
			r.opaque = true
		default:
			r.value(v.X, depth)
		}
	case *ssa.Phi:
		r.opaque = true // found out earlier, or a turn ago
		for _, e := range v.Edges {
			r.value(e, depth)
		}
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Select:
			r.opaque = true
			for _, st := range t.States {
				r.value(st.Chan, depth)
			}
		case *ssa.Next:
			r.opaque = true
		default:
			r.value(t, depth)
		}
	case *ssa.Call:
		r.call(v, depth)
	case ssa.Instruction:
		var buf [4]*ssa.Value
		for _, op := range v.Operands(buf[:0]) {
			r.value(*op, depth)
		}
	}
}

// cell adds the variable at an address, or the one that has the element there.
func (r *reader) cell(addr ssa.Value, depth int) {
	if v := r.variable(addr); v != nil {
		alloc, ok := addr.(*ssa.Alloc)
		if ok && !alloc.Heap {
			for _, val := range assigned(alloc) {
				r.value(val, depth)
			}
			return
		}
		if ok && isPointerParam(ssax.OnlyStore(alloc)) {
			return // the variable of a parameter that a literal uses, too: nobody changes it
		}
		r.vars[r.root(v)] = true
		return
	}
	switch a := addr.(type) {
	case *ssa.IndexAddr:
		r.cellOrValue(a.X, depth)
		r.value(a.Index, depth)
	default:
		r.opaque = true
	}
}

// isPointerParam reports whether a value is a parameter, and a pointer. What an interface value tells depends on the value.
func isPointerParam(v ssa.Value) bool {
	p, ok := v.(*ssa.Parameter)
	if !ok {
		return false
	}
	_, ok = p.Type().Underlying().(*types.Pointer)
	return ok
}

// assigned returns what a local variable is set to.
func assigned(alloc *ssa.Alloc) (vals []ssa.Value) {
	for _, use := range *alloc.Referrers() {
		if st, ok := use.(*ssa.Store); ok && st.Addr == alloc {
			vals = append(vals, st.Val)
		}
	}
	return vals
}

func (r *reader) cellOrValue(v ssa.Value, depth int) {
	if _, ok := v.Type().Underlying().(*types.Pointer); ok && r.variable(v) != nil {
		r.cell(v, depth)
		return
	}
	r.value(v, depth)
}

// call adds what the result of a call depends on: what its arguments point to, and
// what the function reads.
func (r *reader) call(c *ssa.Call, depth int) {
	for _, a := range c.Call.Args {
		r.cellOrValue(a, depth)
	}
	if c.Call.IsInvoke() {
		r.receiver(c.Call.Value, depth)
		r.opaque = true
		return
	}
	if _, ok := c.Call.Value.(*ssa.Builtin); ok {
		return
	}
	fn := r.callee(&c.Call)
	switch {
	case isFunc(c.Call.StaticCallee(), "time", "Now", "Since", "Until"):
		r.vars[clock{}] = true
	case fn == nil:
		r.value(c.Call.Value, depth)
		r.opaque = r.opaque || !ssax.IsAtomic(&c.Call)
	case depth >= limits.MaxCondCalls:
		r.opaque = true
	case !r.seen[fn]:
		r.seen[fn] = true
		r.body(fn, depth+1)
	}
}

// clock stands for the time, which changes by itself.
type clock struct{}

// receiver adds what a method of an interface value depends on: the value itself, if
// it is a parameter (a context, say).
func (r *reader) receiver(v ssa.Value, depth int) {
	if p, ok := v.(*ssa.Parameter); ok {
		r.vars[p] = true
		return
	}
	r.value(v, depth)
}

// body adds all that a function of the package reads.
func (r *reader) body(fn *ssa.Function, depth int) {
	eachInstr(fn, func(instr ssa.Instruction) {
		switch instr := instr.(type) {
		case *ssa.UnOp:
			if instr.Op == token.MUL || instr.Op == token.ARROW {
				r.value(instr, depth)
			}
		case *ssa.Select:
			r.opaque = true
		case *ssa.Call:
			r.value(instr, depth)
		}
	})
}
