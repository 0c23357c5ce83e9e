package peers

import (
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
)

// contents stands for what a map, slice or channel in a variable has in it: to delete an element of a map changes its contents, and not whether
// the variable is nil.
type contents struct{ of any }

// flags returns the fields and package-level variables, and the contents of such, that decide whether an instruction is come
// to in its function.
func flags(instr ssa.Instruction) map[any]bool {
	found := make(map[any]bool)
	for _, branch := range deciders(instr) {
		addFlags(found, branch.Cond, 0)
	}
	return found
}

// deciders returns the branches on which it depends whether an instruction is come to in its function.
func deciders(instr ssa.Instruction) []*ssa.If {
	return ssax.Deciders(instr.Block(), limits.MaxDeciders, func(*ssa.BasicBlock) bool { return true })
}

// addFlags adds the variables that a condition reads.
func addFlags(found map[any]bool, cond ssa.Value, depth int) {
	if depth > 6 {
		return
	}
	switch v := cond.(type) {
	case *ssa.UnOp:
		if k := variable(v.X); k != nil {
			found[k] = true
		} else {
			addFlags(found, v.X, depth+1)
		}
	case *ssa.BinOp:
		addFlags(found, v.X, depth+1)
		addFlags(found, v.Y, depth+1)
	case *ssa.Phi:
		for _, e := range v.Edges {
			addFlags(found, e, depth+1)
		}
	case *ssa.Call: // a method of an atomic, or len
		for _, arg := range v.Call.Args {
			if k := variable(arg); k != nil {
				found[k] = true
			} else if k := container(arg); k != nil {
				found[contents{k}] = true
			} else {
				addFlags(found, arg, depth+1)
			}
		}
	case *ssa.Lookup:
		if k := container(v.X); k != nil {
			found[contents{k}] = true
		} else {
			addFlags(found, v.X, depth+1)
		}
		addFlags(found, v.Index, depth+1)
	case *ssa.Extract, *ssa.ChangeType, *ssa.Convert:
		for _, x := range v.(ssa.Instruction).Operands(nil) {
			addFlags(found, *x, depth+1)
		}
	}
}

// variable returns the declaration of the field or package-level variable that an
// address is of, nil if it is of neither.
func variable(addr ssa.Value) any {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		t := ssax.Pointee(a.X.Type())
		if st, ok := t.Underlying().(*types.Struct); ok {
			return st.Field(a.Field).Origin()
		}
	case *ssa.Global:
		return a
	}
	return nil
}

// container returns the variable that a map, slice or channel has been read from, nil if there is none.
func container(v ssa.Value) any {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	switch v.Type().Underlying().(type) {
	case *types.Map, *types.Slice, *types.Chan:
		return variable(load.X)
	}
	return nil
}

// writes reports whether a function writes one of the variables.
func writes(fn *ssa.Function, flags map[any]bool) bool {
	if len(flags) == 0 {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if w, _ := writesTo(instr, flags); w {
				return true
			}
		}
	}
	return false
}

// writesTo reports whether an instruction writes one of the variables or contents, and whether it takes something away
// by that: it deletes an element, or stores nil.
func writesTo(instr ssa.Instruction, flags map[any]bool) (writes, removes bool) {
	switch instr := instr.(type) {
	case *ssa.Store:
		c, ok := instr.Val.(*ssa.Const)
		k := variable(instr.Addr)
		return k != nil && (flags[k] || flags[contents{k}]), ok && c.Value == nil && hasNil(instr.Val.Type())
	case *ssa.MapUpdate:
		return flags[contents{container(instr.Map)}], false
	case ssa.CallInstruction:
		_, removes = instr.Common().Value.(*ssa.Builtin)
		return atomicWrite(instr.Common(), flags), removes
	}
	return false, false
}

// once reports whether an operation is guarded by a flag that its function sets, and
// that nobody takes back: it is done once for each object.
func (g *Graph) once(op *Op) bool {
	for _, asked := range []map[any]bool{flags(op.Instr), g.callersAsk(op.Fn)} {
		for flag := range asked {
			if writes(op.Fn, map[any]bool{flag: true}) && g.latched(flag) {
				return true
			}
		}
	}
	return false
}

// callersAsk returns the variables that decide in all callers of a helper whether they call it.
func (g *Graph) callersAsk(fn *ssa.Function) (asked map[any]bool) {
	f := g.funcs[fn]
	if f.open {
		return nil
	}
	for i, e := range f.in {
		if e.kind == spawns {
			return nil
		}
		found := flags(e.instr)
		if i == 0 {
			asked = found
		}
		maps.DeleteFunc(asked, func(flag any, _ bool) bool { return !found[flag] })
	}
	return asked
}

// setsUnder reports whether the call by which the peer needs the lock first is one that decides whether the wait is come
// to: who waits knows that the peer has the lock behind it.
func (g *Graph) setsUnder(fn *ssa.Function, b *Bound, wait *Op) bool {
	if b == nil || b.Wait != nil || len(b.Steps) < 2 {
		return false
	}
	for instr, edges := range g.funcs[fn].out {
		if instr.Pos() == b.Steps[0].Pos && slices.ContainsFunc(edges, func(e *edge) bool { return e.kind != spawns && decides(e.callee, wait) }) {
			return true
		}
	}
	return false
}

// countsItself reports whether an operation is repeated as often as a variable says which the peer counts up under the lock, and whether the peer
// needs the lock no more when it has done so: whoever has been counted is past the lock.
func (a *asker) countsItself(p, wait *Op) bool {
	bounds := boundsOf(wait.Instr)
	if len(bounds) == 0 {
		return false
	}
	acquires := a.acquires(p.Fn, a.class)
	for _, b := range p.Fn.Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok || !bounds[variable(st.Addr)] || !ssax.Dominates(st, p.Instr) || a.wantsBetween(p, st) {
				continue
			}
			sum, ok := st.Val.(*ssa.BinOp)
			if ok && sum.Op == token.ADD && slices.ContainsFunc(acquires, func(q acq) bool { return ssax.Dominates(q.at, st) }) {
				return true
			}
		}
	}
	return false
}

// boundsOf returns the variables that say how often a loop executes an instruction.
func boundsOf(instr ssa.Instruction) map[any]bool {
	if !ssax.InLoop(instr.Block()) {
		return nil
	}
	found := make(map[any]bool)
	for _, branch := range deciders(instr) {
		if cond, ok := branch.Cond.(*ssa.BinOp); ok && cond.Op == token.LSS {
			if load, ok := cond.Y.(*ssa.UnOp); ok && load.Op == token.MUL && variable(load.X) != nil {
				found[variable(load.X)] = true
			}
		}
	}
	return found
}

// wantsBetween reports whether the lock may be needed on a way from an instruction to the operation of the peer in the same function.
func (a *asker) wantsBetween(peer *Op, from ssa.Instruction) bool { return a.wantsOn(peer, from, nil) }

// wantsOn is wantsBetween for ways that do not lead through avoid, which may be nil, before they come to the lock.
func (a *asker) wantsOn(peer *Op, from, avoid ssa.Instruction) bool {
	f := a.funcs[peer.Fn]
	return slices.ContainsFunc(a.acquires(peer.Fn, a.class), func(q acq) bool {
		return a.conflicts(q) && f.Precedes(from, q.at, avoid) && f.Precedes(q.at, peer.Instr, nil)
	})
}

// setBy reports whether the wait takes place only if a variable is set that the peer alone sets, with the
// lock held, and if the peer does not lock it again before it acts. A goroutine that finds the variable set,
// with the lock held, knows then that the peer needs the lock no more. If it resets the variable as well, that is
// said of one operation of the peer only.
func (a *asker) setBy(p, wait *Op) bool {
	acquires := a.acquires(p.Fn, a.class)
	for flag := range setFlags(wait.Instr) {
		only, sets := map[any]bool{flag: true}, 0
		var next ssa.Instruction
		if clearsAt(wait.Instr, only) {
			next = p.Instr
		}
		elsewhere := false
		for fn := range a.funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					writes, _ := writesTo(instr, only)
					if !writes || clears(instr) {
						continue
					}
					sets++
					if fn != p.Fn {
						elsewhere = true
						continue
					}
					locked := slices.ContainsFunc(acquires, func(q acq) bool { return ssax.Dominates(q.at, instr) })
					elsewhere = elsewhere || !locked || a.wantsOn(p, instr, next)
				}
			}
		}
		if sets > 0 && !elsewhere {
			return true
		}
	}
	return false
}

// clearsAt reports whether a variable is reset in the block of an instruction: before it, or next after it, with no call in between that
// could give the lock back.
func clearsAt(at ssa.Instruction, flag map[any]bool) bool {
	instrs := at.Block().Instrs
	i := slices.Index(instrs, at)
	end := i + 1
	for end < len(instrs) {
		if _, ok := instrs[end].(ssa.CallInstruction); ok {
			break
		}
		end++
	}
	return slices.ContainsFunc(instrs[:end], func(instr ssa.Instruction) bool {
		writes, _ := writesTo(instr, flag)
		return writes && clears(instr)
	})
}

// clears reports whether an instruction stores false or nil.
func clears(instr ssa.Instruction) bool {
	st, ok := instr.(*ssa.Store)
	if !ok {
		return false
	}
	c, ok := st.Val.(*ssa.Const)
	return ok && (c.Value == nil || c.Value.Kind() == constant.Bool && !constant.BoolVal(c.Value))
}

// setFlags returns the variables that are set, that is true or not nil, whenever an instruction is come to
// in its function.
func setFlags(instr ssa.Instruction) map[any]bool {
	found := make(map[any]bool)
	block := instr.Block()
	for b := block.Idom(); b != nil; b = b.Idom() {
		branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		if i := ssax.Side(b, block); i >= 0 {
			if v := setVariable(branch.Cond, i == 0); v != nil {
				found[v] = true
			}
		}
	}
	return found
}

// setVariable returns the variable that is set if a condition has a value, nil if there is none.
func setVariable(cond ssa.Value, is bool) any {
	switch v := cond.(type) {
	case *ssa.UnOp:
		switch {
		case v.Op == token.NOT:
			return setVariable(v.X, !is)
		case v.Op == token.MUL && is:
			return variable(v.X)
		}
	case *ssa.BinOp:
		c, ok := v.Y.(*ssa.Const)
		load, isLoad := v.X.(*ssa.UnOp)
		if ok && isLoad && load.Op == token.MUL && c.IsNil() && (v.Op == token.NEQ && is || v.Op == token.EQL && !is) {
			return variable(load.X)
		}
	}
	return nil
}

// removesUnder reports whether all that a function writes to the variables takes something away, with the
// lock held: who finds it there, with the lock held, knows that the function has not had the lock yet.
func (a *asker) removesUnder(fn *ssa.Function, flags map[any]bool) bool {
	acquires := a.acquires(fn, a.class)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			writes, removes := writesTo(instr, flags)
			if !writes {
				continue
			}
			if !removes || !slices.ContainsFunc(acquires, func(q acq) bool { return ssax.Dominates(q.at, instr) }) {
				return false
			}
		}
	}
	return true
}

// latched reports whether all that is stored to a variable is one constant, or, if it has one (see hasNil),
// anything but nil.
func (g *Graph) latched(flag any) bool {
	var value *ssa.Const
	set := false
	same := g.eachWrite(map[any]bool{flag: true}, func(_ *ssa.Function, instr ssa.Instruction) bool {
		val := stored(instr)
		c, ok := val.(*ssa.Const)
		if !ok && val != nil && hasNil(val.Type()) {
			set = true
			return true
		}
		if !ok || c.Value == nil || value != nil && value.Value.ExactString() != c.Value.ExactString() {
			return false
		}
		value = c
		return true
	})
	return same && (value != nil || set)
}

// stored returns the value that an instruction puts into a variable as it is, nil if it changes it in another way.
func stored(instr ssa.Instruction) ssa.Value {
	switch instr := instr.(type) {
	case *ssa.Store:
		return instr.Val
	case ssa.CallInstruction:
		a, _ := ssax.AtomicOf(instr.Common())
		return a.Val
	}
	return nil
}

// hasNil reports whether t is a type of pointers, channels or functions, or an interface.
func hasNil(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Chan, *types.Signature:
		return true
	}
	return false
}

// atomicWrite reports whether a call of package sync/atomic changes one of the
// variables, or a builtin does (delete, clear).
func atomicWrite(c *ssa.CallCommon, flags map[any]bool) bool {
	if len(c.Args) == 0 {
		return false
	}
	if b, ok := c.Value.(*ssa.Builtin); ok {
		return (b.Name() == "delete" || b.Name() == "clear") && flags[contents{container(c.Args[0])}]
	}
	a, ok := ssax.AtomicOf(c)
	return ok && a.Op != "Load" && flags[variable(a.Addr)]
}
