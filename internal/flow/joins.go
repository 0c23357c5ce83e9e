package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A Join is a call that waits until a goroutine of another package has ended.
type Join struct {
	Site ssa.CallInstruction
	// Cell names the field with the channel or group by which the goroutine tells of its end, Holder is the
	// struct that has it, in the function's terms.
	Cell   string
	Holder *path.Node
	Name   string // of the function called
}

// A Serve is a call after which a goroutine of another package calls a function of this one.
type Serve struct {
	Site ssa.CallInstruction
	Cell string
	// Holder is the struct that has the cell, in the function's terms. If it is nil, the struct is what the call returns, and
	// Home names the field that this is put into.
	Holder *path.Node
	Home   string
	Target *ssa.Function
	// Locks are those that Target waits for, in the terms of the function that makes the call.
	Locks []HeldLock
}

// joins executes a call of a function that waits for goroutines of its package.
func (w *walker) joins(s *state, instr ssa.CallInstruction, c Callee, e *Event) {
	holder := w.translate(s, e.Lock, c, instr)
	if holder == nil || holder.Kind != path.Field || w.later != nil {
		return
	}
	j := Join{Site: instr, Cell: w.t.Cell(e.Lock), Holder: holder.X, Name: c.Name}
	if !slices.Contains(w.res.Joins, j) {
		if len(w.res.Joins) >= limits.MaxJoins {
			w.t.Limits.Hit(limits.Joins)
			return
		}
		w.res.Joins = append(w.res.Joins, j)
	}
	w.blocks(s, instr, nil, "calls "+c.Name)
}

// serves executes a call after which a goroutine of the callee's package calls a function that it is given.
func (w *walker) serves(s *state, instr ssa.CallInstruction, c Callee, e *Event) {
	fn := w.translate(s, e.Param, c, instr)
	if fn == nil || w.later != nil {
		return
	}
	if len(w.res.Serves) >= limits.MaxJoins {
		w.t.Limits.Hit(limits.Joins)
		return
	}
	v := Serve{Site: instr, Cell: e.Lock.Name}
	if e.Lock.Kind == path.Field {
		v.Cell = w.t.Cell(e.Lock)
		if n := w.translate(s, e.Lock, c, instr); n != nil && n.Kind == path.Field {
			v.Holder = n.X
		}
	} else if call := instr.Value(); call != nil {
		v.Home = keptIn(call)
	}
	if v.Holder == nil && v.Home == "" {
		return
	}
	var callee Callee
	switch {
	case e.Method != "" && fn.Kind == path.Iface:
		v.Target, callee.Args = w.methodOf(fn.Type, e.Method), []*path.Node{fn.X}
	case e.Method == "" && path.Concrete(fn).Kind == path.Func:
		fn = path.Concrete(fn)
		v.Target = fn.Val.(*ssa.Function)
		callee.Captured = fn.Args
		if m := funcObject(v.Target); m != nil && v.Target.Synthetic != "" && len(fn.Args) == 1 { // a method value
			v.Target, callee.Args, callee.Captured = concreteMethodOf(v.Target.Prog, m), fn.Args, nil
		}
	}
	if v.Target == nil {
		return
	}
	callee.Fn = v.Target
	if callee.Summary, _ = w.env.Static(v.Target); callee.Summary == nil {
		return
	}
	for len(callee.Args) < len(v.Target.Params) {
		callee.Args = append(callee.Args, nil)
	}
	for _, e := range callee.Summary.Events {
		if e.Kind != Acquire {
			continue
		}
		if lock := w.translate(s, e.Lock, callee, nonResult{}); lock != nil && lock.InEntry() {
			v.Locks = append(v.Locks, HeldLock{Lock: lock, Mode: e.Mode, Steps: e.Steps})
		}
	}
	if len(v.Locks) > 0 && !slices.ContainsFunc(w.res.Serves, func(o Serve) bool { return o.Site == v.Site && o.Cell == v.Cell && o.Target == v.Target }) {
		w.res.Serves = append(w.res.Serves, v)
	}
}

// keptIn names the field that the first result of a call is put into, or the one with the map whose element it becomes, "" if into
// none or several.
func keptIn(call *ssa.Call) (home string) {
	object := ssax.Result(call, 0)
	if object == nil {
		return ""
	}
	for _, r := range *object.Referrers() {
		var in ssa.Value
		switch r := r.(type) {
		case *ssa.Store:
			if r.Val == object {
				in = r.Addr
			}
		case *ssa.MapUpdate:
			if load, ok := r.Map.(*ssa.UnOp); ok && r.Value == object {
				in = load.X
			}
		}
		if in == nil {
			continue
		}
		field, ok := in.(*ssa.FieldAddr)
		if !ok || home != "" {
			return ""
		}
		home = path.StaticCell(field)
	}
	return home
}
