package condvar

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A Keyed is a Signal on which goroutines wait for different things: each for what a parameter of the
// function that waits says. The Signal wakes any of them.
type Keyed struct {
	Signal ssa.CallInstruction
	Wait   ssa.CallInstruction
	Key    *ssa.Parameter
}

// Keyed returns such Signals.
func (p *Package) Keyed(v *Var) (found []Keyed) {
	if v.Open {
		return nil
	}
	d := p.flow
	// Who wakes in vain may wake another one before it waits again.
	passesOn := make(map[ssa.CallInstruction]bool)
	for _, wait := range v.Waits {
		body := turnOf(wait.Block()).body
		passesOn[wait] = slices.ContainsFunc(slices.Concat(v.Signals, v.Broadcasts), func(s ssa.CallInstruction) bool { return body[s.Block()] })
	}
	for _, signal := range v.Signals {
		fn := signal.Parent()
		if slices.ContainsFunc(v.Broadcasts, func(b ssa.CallInstruction) bool { return b.Parent() == fn }) {
			continue
		}
		changed, _ := d.changes(fn)
		for _, wait := range v.Waits {
			if passesOn[wait] || wait.Parent() == fn {
				continue
			}
			if key := d.keyOf(wait, changed); key != nil {
				found = append(found, Keyed{signal, wait, key})
				break
			}
		}
	}
	return found
}

// keyOf returns the parameter that says which element of what has changed the function of a Wait waits
// for, or which value; nil if there is none, or if all callers pass the same.
func (d *dataflow) keyOf(wait ssa.CallInstruction, changed reads) *ssa.Parameter {
	for _, f := range d.forksOf(wait) {
		if key := d.key(f.branch.Cond, changed, 0); key != nil && key.Parent() == wait.Parent() && d.differs(key, wait) {
			return key
		}
	}
	return nil
}

// forksOf returns the branches that decide, in the loop around a Wait, whether it is reached; none if there is no loop.
func (d *dataflow) forksOf(wait ssa.CallInstruction) []fork {
	fs, ok := d.forks[wait]
	if !ok {
		if t := turnOf(wait.Block()); t.head != nil {
			fs = t.forks(wait.Block())
		}
		d.forks[wait] = fs
	}
	return fs
}

// key finds the parameter in a condition by which an element is looked up, or which a variable is
// compared to.
func (d *dataflow) key(v ssa.Value, changed reads, depth int) *ssa.Parameter {
	if depth > limits.MaxCondCalls {
		return nil
	}
	is := func(container ssa.Value) bool {
		u, ok := container.(*ssa.UnOp)
		if !ok || u.Op != token.MUL {
			return false
		}
		x := d.variable(u.X)
		return x != nil && changed.vars[d.root(x)]
	}
	switch v := v.(type) {
	case *ssa.Extract:
		return d.key(v.Tuple, changed, depth+1)
	case *ssa.Lookup:
		if is(v.X) {
			return param(v.Index, 0)
		}
	case *ssa.UnOp:
		if ia, ok := v.X.(*ssa.IndexAddr); ok && v.Op == token.MUL {
			if is(ia.X) {
				return param(ia.Index, 0)
			}
			return nil
		}
		if v.Op == token.NOT {
			return d.key(v.X, changed, depth+1)
		}
	case *ssa.BinOp:
		for _, side := range [][2]ssa.Value{{v.X, v.Y}, {v.Y, v.X}} {
			if key := d.key(side[0], changed, depth+1); key != nil {
				return key
			}
			if p, ok := side[1].(*ssa.Parameter); ok && (v.Op == token.EQL || v.Op == token.NEQ) && is(side[0]) {
				return p
			}
			if p := bound(side[1]); p != nil && ordered[v.Op] && is(side[0]) && d.several(p.Parent()) {
				return p
			}
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
			return d.key(v.Call.Args[0], changed, depth+1)
		}
		fn := d.callee(&v.Call)
		if fn == nil {
			return nil
		}
		var inner *ssa.Parameter
		eachInstr(fn, func(instr ssa.Instruction) {
			switch in := instr.(type) {
			case *ssa.Lookup, *ssa.UnOp, *ssa.BinOp:
				if p := d.key(in.(ssa.Value), changed, depth+1); p != nil && p.Parent() == fn {
					inner = p
				}
			}
		})
		for i, p := range fn.Params {
			if p == inner && i < len(v.Call.Args) {
				return param(v.Call.Args[i], 0)
			}
		}
	}
	return nil
}

// ordered holds the comparisons of which is the larger one.
var ordered = map[token.Token]bool{token.LSS: true, token.LEQ: true, token.GTR: true, token.GEQ: true}

// bound returns the parameter that a bound is made of: itself, converted, or a little more or less; nil if it is none.
func bound(v ssa.Value) *ssa.Parameter {
	if b, ok := v.(*ssa.BinOp); ok && (b.Op == token.ADD || b.Op == token.SUB) && isConst(b.Y) {
		v = b.X
	}
	if c, ok := v.(*ssa.Convert); ok {
		v = c.X
	}
	p, _ := v.(*ssa.Parameter)
	return p
}

// param returns the parameter, other than a receiver, that a key is made of; nil if it is none.
func param(v ssa.Value, depth int) *ssa.Parameter {
	if depth > limits.MaxCondCalls {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		if fn := v.Parent(); fn.Signature.Recv() == nil || len(fn.Params) == 0 || fn.Params[0] != v {
			return v
		}
	case *ssa.Convert:
		return param(v.X, depth+1)
	case *ssa.ChangeType:
		return param(v.X, depth+1)
	case *ssa.MakeInterface:
		return param(v.X, depth+1)
	case *ssa.Field:
		return param(v.X, depth+1)
	case *ssa.FieldAddr:
		return param(v.X, depth+1)
	case *ssa.UnOp:
		if alloc, ok := v.X.(*ssa.Alloc); ok && v.Op == token.MUL {
			if vals := assigned(alloc); len(vals) == 1 {
				return param(vals[0], depth+1)
			}
			return nil
		}
		return param(v.X, depth+1)
	case *ssa.Alloc:
		if vals := assigned(v); len(vals) == 1 {
			return param(vals[0], depth+1)
		}
	}
	return nil
}

// differs reports whether callers pass different values for a parameter that is tested before a Wait: code out of sight may, or not all calls in
// sight pass one constant, or what is in one field of the object that has the receiver. Calls with a constant that does not come to wait do not
// count, nor those of tests, which make objects of their own.
func (d *dataflow) differs(p *ssa.Parameter, wait ssa.CallInstruction) bool {
	fn := p.Parent()
	if token.IsExported(fn.Name()) || d.valued[fn] {
		return true
	}
	index := slices.Index(fn.Params, p)
	var one any
	for _, c := range d.calls[fn] {
		if ssax.InTest(c.Parent()) && !ssax.InTest(fn) {
			continue
		}
		arg := c.Common().Args[index]
		if k, ok := arg.(*ssa.Const); ok && d.skips(p, k, wait) {
			continue
		}
		passed := d.passedAs(c, arg)
		if passed == nil || one != nil && one != passed {
			return true
		}
		one = passed
	}
	return false
}

// skips reports whether a function does not come to a Wait in a loop if a parameter is a constant.
func (d *dataflow) skips(p *ssa.Parameter, k *ssa.Const, wait ssa.CallInstruction) bool {
	return slices.ContainsFunc(d.forksOf(wait), func(f fork) bool {
		c, ok := f.branch.Cond.(*ssa.BinOp)
		if !ok || c.X != p || c.Op != token.EQL && c.Op != token.NEQ {
			return false
		}
		y, ok := c.Y.(*ssa.Const)
		return ok && (sameConst(k, y) == (c.Op == token.EQL)) != f.leads
	})
}

// passedAs identifies what a call of a method passes, if it is the same at each call on one object: a constant, or the contents of a field of the
// object that has the method's receiver in another one. It is nil for anything else.
func (d *dataflow) passedAs(c ssa.CallInstruction, arg ssa.Value) any {
	if k, ok := arg.(*ssa.Const); ok && k.Value != nil {
		return k.Value.ExactString()
	}
	load, ok := arg.(*ssa.UnOp)
	if !ok || load.Op != token.MUL || c.Common().Signature().Recv() == nil {
		return nil
	}
	field, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	has, isField := owner(c.Common().Args[0])
	if owns, _ := owner(field); !isField || has != owns {
		return nil
	}
	return d.variable(field)
}
