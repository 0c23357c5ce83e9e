package condvar

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// A Baton is a Signal that may end at the goroutine which it wakes: that one leaves what it has waited for to
// the others, and tells none of them.
type Baton struct {
	Signal ssa.CallInstruction
	Wait   ssa.CallInstruction
	Leave  ssa.Instruction // the return
}

// Batons returns such Signals. The goroutine finds, after its loop, a flag set that the loop does not test, and
// returns; so does the function that it was called by.
func (p *Package) Batons(v *Var) (found []Baton) {
	if v.Open || v.Woken || len(v.Signals) == 0 {
		return nil
	}
	d := p.flow
	wants := d.wants(v)
	for _, w := range wants {
		fn := w.wait.Parent()
		if v.signalsIn(fn) || !d.several(fn) {
			continue
		}
		a := &announcer{wakers: d.wakersOf(v), want: w}
		leave := a.leavesIt(wants)
		if leave == nil || !a.callersLeave(leave) {
			continue
		}
		for _, signal := range v.Signals {
			if a.grantsBefore(signal) && !v.broadcastsIn(signal.Parent()) {
				found = append(found, Baton{signal, w.wait, leave})
			}
		}
	}
	return found
}

// grantsBefore reports whether what is wanted is granted before a signal, in its function.
func (a *announcer) grantsBefore(signal ssa.CallInstruction) bool {
	found := false
	eachInstr(signal.Parent(), func(instr ssa.Instruction) {
		var t turn
		found = found || a.effect(instr, a.want) == granted && t.reach(instr.Block())[signal.Block()]
	})
	return found
}

// leavesIt finds a return after the loop around the Wait that is reached if a flag is set, or not set, which the
// loop does not test, before what was waited for has been taken and without a signal.
func (a *announcer) leavesIt(wants []want) ssa.Instruction {
	fn := a.want.wait.Parent()
	loop := turnOf(a.want.wait.Block())
	if loop.head == nil || a.deferred(a.want.wait) != nil {
		return nil
	}
	home := homeOf(a.want.wait.Common().Args[0])
	for _, b := range fn.Blocks {
		branch, ok := lastInstr(b).(*ssa.If)
		if !ok || loop.body[b] || !loop.head.Dominates(b) {
			continue
		}
		flag, at, ok := a.wantOf(branch.Cond, true, 0)
		if !ok || !isBool(at) || !types.Identical(homeOf(at), home) || !a.isLatch(flag.variable) || !a.reachedBare(b) {
			continue
		}
		if slices.ContainsFunc(wants, func(w want) bool { return w.wait == a.want.wait && w.variable == flag.variable }) {
			continue
		}
		for _, s := range b.Succs {
			if ret := a.bareReturn(s); ret != nil {
				return ret
			}
		}
	}
	return nil
}

func isBool(addr ssa.Value) bool {
	p, ok := addr.Type().Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	b, ok := p.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Bool
}

// reachedBare reports whether nothing before the end of a block, since the loop, takes what is wanted or signals.
func (a *announcer) reachedBare(b *ssa.BasicBlock) bool {
	loop := turnOf(a.want.wait.Block())
	for ; b != nil && !loop.body[b]; b = b.Idom() {
		if !a.bare(b) {
			return false
		}
	}
	return true
}

// bareReturn returns the return at the end of a block, if the block does nothing else that matters.
func (a *announcer) bareReturn(b *ssa.BasicBlock) *ssa.Return {
	ret, ok := lastInstr(b).(*ssa.Return)
	if !ok || len(b.Preds) != 1 || !a.bare(b) {
		return nil
	}
	return ret
}

// bare reports whether a block neither changes what is wanted nor may signal.
func (a *announcer) bare(b *ssa.BasicBlock) bool {
	return !slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool {
		return a.effect(instr, a.want) != apart || a.mayWake(instr)
	})
}

// callersLeave reports whether the callers of the function of a return leave as well, without a signal, when they
// get what it returns: a boolean that they test at once. A function that is called by others only is judged itself.
func (a *announcer) callersLeave(leave ssa.Instruction) bool {
	fn := leave.Parent()
	if a.valued[fn] || a.isInvoked(fn) {
		return false
	}
	if len(a.calls[fn]) == 0 {
		return true
	}
	results := ssax.Results(leave.(*ssa.Return))
	if len(results) != 1 {
		return false
	}
	k, ok := results[0].(*ssa.Const)
	if !ok || k.Value == nil || k.Value.Kind() != constant.Bool {
		return false
	}
	for _, c := range a.calls[fn] {
		call, ok := c.(*ssa.Call)
		if ok && a.leavesAfter(call, constant.BoolVal(k.Value)) {
			return true
		}
	}
	return false
}

// leavesAfter reports whether a function returns without a signal after a call that returned result.
func (a *announcer) leavesAfter(call *ssa.Call, result bool) bool {
	if a.deferred(call) != nil {
		return false
	}
	branch, ok := lastInstr(call.Block()).(*ssa.If)
	if !ok {
		return false
	}
	cond := branch.Cond
	if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
		cond, result = not.X, !result
	}
	if cond != ssa.Value(call) {
		return false
	}
	side := branch.Block().Succs[1]
	if result {
		side = branch.Block().Succs[0]
	}
	w := announcement{announcer: a, seen: make(map[*ssa.BasicBlock]bool)}
	w.follow(side, 0)
	return w.exit != nil && w.woken == nil
}
