package summary

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// forgottenUnlocks returns the returns on the way to which a function does nothing with the function that it has got for unlocking a lock, as
// other paths do:
//
//	unlock := keys.Lock(name)
//	if err := work(); err != nil {
//		return err
//	}
//	unlock()
//
// Locks for which callers have a name are judged as all others are. This is about those that only the literal knows: a new one for each key.
func (p *pairing) forgottenUnlocks() (leaks []flow.Leak) {
	for _, maker := range p.funcs {
		result, h, ok := p.unlocker(maker)
		if !ok {
			continue
		}
		for _, c := range p.info[maker].callers {
			call, ok := c.(*ssa.Call)
			if !ok {
				continue
			}
			unlock := ssax.Result(call, result)
			if unlock == nil {
				continue
			}
			w := newMustUse(call, unlock)
			if w == nil {
				continue
			}
			if exit, branch, taken := w.exit(); exit.IsValid() {
				step := &flow.Step{Pos: call.Pos(), Func: flow.FuncName(call.Parent()), What: "calls " + flow.FuncName(maker)}
				leaks = append(leaks, flow.Leak{
					Fn: call.Parent(), Lock: h.Lock, Mode: model.Write, Site: call, First: append([]*flow.Step{step}, h.First...),
					Exit: exit, Branch: branch, Taken: taken, Unlock: true,
				})
			}
		}
	}
	return leaks
}

// unlocker tells which result of a function is a literal that unlocks what the function has locked: all its returns give that literal or nil,
// nobody else gets it or unlocks such locks for others, and callers have no name for the lock.
func (p *pairing) unlocker(fn *ssa.Function) (result int, h flow.Handed, ok bool) {
	r := p.results[fn]
	if r == nil || fn.Signature.Results().Len() == 0 {
		return 0, h, false
	}
	for _, h := range r.Handed {
		if h.To == nil || h.To.Parent() != fn || h.Lock.InEntry() || len(h.First) == 0 || !returnedOnly(h.To) || !p.alwaysReleases(h) {
			continue
		}
		if result := resultIs(fn, h.To); result >= 0 {
			return result, h, true
		}
	}
	return 0, h, false
}

// alwaysReleases reports whether the literal that gets a lock unlocks it whenever it returns, and no other function does for others.
func (p *pairing) alwaysReleases(h flow.Handed) bool {
	lit := p.results[h.To]
	class := h.Lock.Class()
	if lit == nil || class == "" || len(lit.Summary.Outcomes) == 0 {
		return false
	}
	for _, o := range lit.Summary.Outcomes {
		if !slices.ContainsFunc(o.Nets, func(n flow.Net) bool { return n.Delta < 0 && n.Lock.Class() == class }) {
			return false
		}
	}
	return !slices.ContainsFunc(p.givers[lockName(h.To, h.Lock, model.Write)], func(g party) bool { return g.fn != h.To })
}

// resultIs returns the place of the result that is a literal whenever it is not nil, -1 if none is.
func resultIs(fn, lit *ssa.Function) int {
	refs := *lit.Referrers()
	if len(refs) != 1 {
		return -1
	}
	mc, ok := refs[0].(*ssa.MakeClosure)
	if !ok {
		return -1
	}
	return pointsto.ResultOf(fn, mc)
}

// mustUse looks for ways from a call to a return on which one of its results is not used.
type mustUse struct {
	call   *ssa.Call
	uses   map[ssa.Instruction]bool
	values map[ssa.Value]bool // the result and its copies
	seen   map[*ssa.BasicBlock]bool
}

// newMustUse returns nil if nothing uses the result, or if a variable keeps it that others set, too.
func newMustUse(call *ssa.Call, result ssa.Value) *mustUse {
	w := &mustUse{call: call, uses: make(map[ssa.Instruction]bool), values: make(map[ssa.Value]bool), seen: make(map[*ssa.BasicBlock]bool)}
	if !w.collect(result) || len(w.uses) == 0 {
		return nil
	}
	return w
}

// collect notes what uses a value; it reports whether that is known.
func (w *mustUse) collect(v ssa.Value) bool {
	if w.values[v] {
		return true
	}
	w.values[v] = true
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef:
		case *ssa.Phi:
			return false // on other paths the variable is something else
		case *ssa.ChangeType:
			if !w.collect(r) {
				return false
			}
		case *ssa.BinOp: // whether it is nil
		case *ssa.Store:
			alloc, ok := r.Addr.(*ssa.Alloc)
			if !ok {
				w.uses[r] = true
				continue
			}
			if ssax.OnlyStore(alloc) != v {
				return false
			}
			for _, use := range *alloc.Referrers() {
				switch use := use.(type) {
				case *ssa.UnOp:
					if !w.collect(use) {
						return false
					}
				case *ssa.Store, *ssa.DebugRef:
				default:
					w.uses[use] = true
				}
			}
		default:
			w.uses[r] = true
		}
	}
	return true
}

// exit returns a return that is reached without a use, and the condition that leads there.
func (w *mustUse) exit() (exit, branch token.Pos, taken bool) {
	b := w.call.Block()
	return w.from(b, slices.Index(b.Instrs, ssa.Instruction(w.call))+1, token.NoPos, false)
}

func (w *mustUse) from(b *ssa.BasicBlock, i int, branch token.Pos, taken bool) (token.Pos, token.Pos, bool) {
	for _, instr := range b.Instrs[i:] {
		if w.uses[instr] || instr == ssa.Instruction(w.call) {
			return token.NoPos, token.NoPos, false
		}
		switch instr := instr.(type) {
		case *ssa.Return:
			return instr.Pos(), branch, taken
		case *ssa.If:
			for k, next := range b.Succs {
				if w.seen[next] || w.failed(instr.Cond, k == 0) {
					continue
				}
				w.seen[next] = true
				if exit, at, val := w.from(next, 0, instr.Cond.Pos(), k == 0); exit.IsValid() {
					return exit, at, val
				}
			}
			return token.NoPos, token.NoPos, false
		}
	}
	for _, next := range b.Succs {
		if !w.seen[next] {
			w.seen[next] = true
			return w.from(next, 0, branch, taken)
		}
	}
	return token.NoPos, token.NoPos, false
}

// failed reports whether a condition that has a value says that the call has failed: it has given nil, an error, or false.
func (w *mustUse) failed(cond ssa.Value, value bool) bool {
	if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
		return w.failed(not.X, !value)
	}
	other := func(v ssa.Value) bool {
		if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
			// A variable that others set, too: an error that a deferred literal looks at.
			if variable, ok := load.X.(*ssa.Alloc); ok {
				if st := ssax.LastStore(variable, load); st != nil {
					v = st.Val
				}
			}
		}
		e, ok := ssax.Origin(v).(*ssa.Extract)
		return ok && e.Tuple == ssa.Value(w.call)
	}
	if other(cond) {
		return !value
	}
	cmp, ok := cond.(*ssa.BinOp)
	if !ok || cmp.Op != token.EQL && cmp.Op != token.NEQ || !ssax.IsNil(cmp.Y) {
		return false
	}
	isNil := (cmp.Op == token.EQL) == value
	switch {
	case w.values[cmp.X]:
		return isNil
	case other(cmp.X):
		return !isNil
	}
	return false
}
