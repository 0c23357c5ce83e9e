package condvar

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ssax"
)

// What a function has done before a change may show that nobody waits for it: it has made the object, it takes back what it has done under the same
// lock, or it has found a value with which the Wait is not come to.

// fresh reports whether a change is made to an object that nobody else knows.
func (a *announcer) fresh(change ssa.Instruction) bool {
	st, ok := change.(*ssa.Store)
	if !ok {
		return false
	}
	root, isField := owner(st.Addr)
	return isField && a.newAt(root, change)
}

// newAt reports whether a value is an object that the function has made, or got from a constructor, and that nobody else knows when an
// instruction is reached.
func (a *announcer) newAt(v ssa.Value, at ssa.Instruction) bool {
	if !isFresh(v) {
		return false
	}
	order := ssax.NewOrder(at.Parent())
	return !slices.ContainsFunc(ssax.Publications(v), func(p ssa.Instruction) bool { return p != at && order.Leads(p, at, nil) })
}

// isFresh reports whether a value is an object that the function has made, or got from a constructor.
func isFresh(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Alloc:
		return len(assigned(v)) == 0 || slices.ContainsFunc(assigned(v), func(val ssa.Value) bool { return val != v && isFresh(val) })
	case *ssa.Extract:
		return isFresh(v.Tuple)
	case *ssa.Call:
		fn := v.Call.StaticCallee()
		return fn != nil && slices.ContainsFunc([]string{"new", "make", "create", "open", "init"}, func(p string) bool { return strings.HasPrefix(strings.ToLower(fn.Name()), p) })
	}
	return false
}

// undoes reports whether a change takes back what the function has done under the same lock: nobody has seen it.
func (a *announcer) undoes(change ssa.Instruction) bool {
	at := change.Block()
	for b := at; b != nil; b = b.Idom() {
		end := len(b.Instrs)
		if b == at {
			end = slices.Index(b.Instrs, change)
		}
		for i := end - 1; i >= 0; i-- {
			if a.effect(b.Instrs[i], a.want) == against {
				return true
			} else if a.releases(b.Instrs[i], 0) {
				return false
			}
		}
		if b != at && a.releasesBetween(b, at) {
			return false
		}
	}
	return false
}

// nobodyWaits reports whether the function has tested the variable, or another one of the same object, under the same lock before it changes
// it, and found a value with which the Wait is not come to: a pool that is closed say.
func (a *announcer) nobodyWaits(change ssa.Instruction) bool {
	at := change.Block()
	for i := slices.Index(at.Instrs, change) - 1; i >= 0; i-- {
		if a.releases(at.Instrs[i], 0) {
			return false
		}
	}
	for b := at.Idom(); b != nil; b = b.Idom() {
		if a.releasesBetween(b, at) {
			return false
		}
		if branch, ok := lastInstr(b).(*ssa.If); ok {
			if side := ssax.Side(b, at); side >= 0 {
				w, tested, ok := a.wantOf(branch.Cond, side == 0, 0)
				if ok && w.kind == unequal && (w.variable == a.want.variable || ofOne(change, tested)) &&
					slices.ContainsFunc(a.wants, func(o want) bool { return o.wait == a.want.wait && o.variable == w.variable && o.metBy(w.value) }) {
					return true
				}
				if q, ok := a.asked(branch.Cond, side == 0); ok && a.waitsIf(q, change) {
					return true
				}
			}
		}
		if slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool { return a.releases(instr, 0) }) {
			return false
		}
	}
	return false
}

// A question is a call of a function of the package that answers yes or no, and its answer on some way.
type question struct {
	call   *ssa.Call
	fn     *ssa.Function
	answer bool
}

// asked returns the question that a condition is, if the condition is holds.
func (d *dataflow) asked(cond ssa.Value, holds bool) (q question, ok bool) {
	for {
		not, isNot := cond.(*ssa.UnOp)
		if !isNot || not.Op != token.NOT {
			break
		}
		cond, holds = not.X, !holds
	}
	call, isCall := cond.(*ssa.Call)
	if !isCall {
		return question{}, false
	}
	fn := d.callee(&call.Call)
	return question{call, fn, holds}, fn != nil && len(call.Call.Args) == 1
}

// waitsIf reports whether who waits has got the other answer to a question about its object, and the change is one of the object that q is about: as
// long as the answer stays so, the change is of no interest to who waits.
func (a *announcer) waitsIf(q question, change ssa.Instruction) bool {
	st, ok := change.(*ssa.Store)
	if !ok {
		return false
	}
	object, _ := owner(st.Addr)
	if about, _ := owner(q.call.Call.Args[0]); about != object {
		return false
	}
	waiting, _ := owner(a.want.wait.Common().Args[0])
	at := a.want.wait.Block()
	b := at.Idom()
	if b == nil || len(at.Preds) != 1 || at.Preds[0] != b {
		return false
	}
	branch, ok := lastInstr(b).(*ssa.If)
	if !ok {
		return false
	}
	other, ok := a.asked(branch.Cond, ssax.Side(b, at) == 0)
	if !ok || other.fn != q.fn || other.answer == q.answer {
		return false
	}
	about, _ := owner(other.call.Call.Args[0])
	return about == waiting
}

// ofOne reports whether a store is to a field of the object that has the field at an address.
func ofOne(change ssa.Instruction, tested ssa.Value) bool {
	st, ok := change.(*ssa.Store)
	if !ok {
		return false
	}
	x, isField := owner(st.Addr)
	y, isFieldToo := owner(tested)
	return isField && isFieldToo && x == y
}

// metBy reports whether a value of the variable is what is wanted.
func (w want) metBy(k *ssa.Const) bool {
	return w.kind == equal && sameConst(k, w.value) || w.kind == unequal && !sameConst(k, w.value)
}

// releasesBetween reports whether a block between one and a later one that it dominates may unlock something.
func (a *announcer) releasesBetween(from, to *ssa.BasicBlock) bool {
	var t turn
	for x := range t.reach(from.Succs...) {
		if x != from && x != to && t.reach(x)[to] && slices.ContainsFunc(x.Instrs, func(i ssa.Instruction) bool { return a.releases(i, 0) }) {
			return true
		}
	}
	return false
}

// releases reports whether an instruction unlocks something, or calls a function of the package that does.
func (d *dataflow) releases(instr ssa.Instruction, depth int) bool {
	c, ok := instr.(*ssa.Call)
	if !ok {
		return false
	}
	if k := opOf(&c.Call); k == model.Unlock || k == model.Wait {
		return true
	}
	fn := d.callee(&c.Call)
	if fn == nil || depth >= limits.MaxCondCalls {
		return false
	}
	found := false
	eachInstr(fn, func(i ssa.Instruction) { found = found || d.releases(i, depth+1) })
	return found
}

// knownBefore reports whether who waits knows of a change without a signal after it: a signal comes just before it under the lock, or the function
// itself has waited until it was so.
func (a *announcer) knownBefore(change ssa.Instruction) bool {
	for s := range a.signals {
		if toldFirst(s, change) {
			return true
		}
	}
	if st, ok := change.(*ssa.Store); !ok || !ssax.IsNil(st.Val) && !ssax.IsTrue(st.Val) {
		return false // it may be more than what has been waited for
	}
	return slices.ContainsFunc(a.v.Waits, func(wait ssa.CallInstruction) bool { return ssax.Dominates(wait, change) }) && tells(slices.Concat(a.v.Signals, a.v.Broadcasts), a.grants())
}

// grants returns the changes that grant what is wanted.
func (a *announcer) grants() (changes []ssa.Instruction) {
	for _, fn := range a.dataflow.funcs {
		if !a.sets(fn) {
			eachInstr(fn, func(instr ssa.Instruction) {
				if a.effect(instr, a.want) == granted {
					changes = append(changes, instr)
				}
			})
		}
	}
	return changes
}
