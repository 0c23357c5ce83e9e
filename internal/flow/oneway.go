package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// oneWay reports whether an object that a call hands to another one, which keeps it, does not lead to that: the function has made both, and does nothing
// else with both of them. A chain of decorators is made like this, from its inner end to the outer one.
//
//	inner := NewCache(store)
//	outer := NewCounter(inner)
func (w *walker) oneWay(s *state, e *Event, c Callee, instr ssa.CallInstruction, fn *path.Node) bool {
	if e.Lock == nil {
		return false
	}
	keeper := w.translate(s, e.Lock, c, instr)
	if keeper == nil {
		return false
	}
	object := path.Concrete(fn)
	if object.Kind == path.Func && len(object.Args) > 0 {
		object = path.Concrete(object.Args[0]) // a method value
	}
	x, y := w.madeHere(object), w.madeHere(path.Concrete(keeper))
	if call := instr.Value(); y == nil && call != nil && path.Concrete(keeper).Val == call && c.makes() {
		y = call
	}
	return x != nil && y != nil && x != y && !w.meet(x, y, instr)
}

// makes reports whether the first result of a function is always an object that it has made.
func (c *Callee) makes() bool {
	return len(c.Summary.Outcomes) > 0 && !slices.ContainsFunc(c.Summary.Outcomes, func(o Outcome) bool { return len(o.Results) == 0 || o.Results[0] == nil || !IsNew(o.Results[0]) })
}

// madeHere returns the instruction of this function that makes an object; nil if the object comes from elsewhere.
func (w *walker) madeHere(object *path.Node) ssa.Value {
	if object.Kind != path.Value || object.Index != 0 {
		return nil
	}
	if v := object.Val; v != nil && (w.isNew(v) || constructed(v)) {
		return v
	}
	return nil
}

// constructed reports whether a value is what a call returns of a function that makes it anew each time, even if others get to know it there.
func constructed(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok || call.Call.StaticCallee() == nil || call.Call.Signature().Results().Len() != 1 {
		return false
	}
	returns := 0
	for _, results := range ssax.Returns(call.Call.StaticCallee()) {
		made := results[0]
		if mi, ok := made.(*ssa.MakeInterface); ok {
			made = mi.X
		}
		if _, ok := ssax.Origin(made).(*ssa.Alloc); !ok {
			return false
		}
		returns++
	}
	return returns > 0
}

// meet reports whether one instruction of the function, but for one of them, has to do with two objects: it puts one into the other, passes both to one
// function, or one to a function that makes the other one.
func (w *walker) meet(x, y ssa.Value, but ssa.CallInstruction) bool {
	xs, ys := mentions(x), mentions(y)
	return slices.ContainsFunc(xs, func(instr ssa.Instruction) bool {
		return instr != ssa.Instruction(but) && instr != unwrapped(but) && slices.Contains(ys, instr)
	})
}

// unwrapped is the store that a call stands for, or the call itself.
func unwrapped(c ssa.CallInstruction) ssa.Instruction {
	switch c := c.(type) {
	case storeCall:
		return c.Store
	case nonResult:
		return c.CallInstruction
	}
	return c
}

// mentions returns the instructions that use an object, or make it, by itself, as an interface value, or as what one of its fields is set to.
func mentions(v ssa.Value) (instrs []ssa.Instruction) {
	if made, ok := v.(ssa.Instruction); ok {
		instrs = append(instrs, made)
	}
	var add func(v ssa.Value)
	add = func(v ssa.Value) {
		for _, v := range ssax.Copies(v) {
			for _, r := range *v.Referrers() {
				switch r := r.(type) {
				case *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType:
					add(r.(ssa.Value))
				case *ssa.FieldAddr:
					instrs = append(instrs, *r.Referrers()...)
				}
				instrs = append(instrs, r)
			}
		}
	}
	add(v)
	return instrs
}
