package summary

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// busy knows the boolean fields of a package that are locks made by hand: whoever finds one set waits on a condition variable until it is
// clear, sets it, and clears it later. See [flow.Env.Busy].
type busy struct {
	uses map[string]*flagUse
}

// flagUse is what is done with a boolean field in the functions of the package.
type flagUse struct {
	sets, clears []*ssa.Store
	bad          bool // it also gets other values, or its address is used
	decided, ok  bool
}

// scan looks at what an instruction does with boolean fields.
func (b *busy) scan(instr ssa.Instruction) {
	addr, ok := instr.(*ssa.FieldAddr)
	if !ok || !isPlainFlag(addr.Type()) {
		return
	}
	cell := path.StaticCell(addr)
	u := b.uses[cell]
	if u == nil {
		u = &flagUse{}
		b.uses[cell] = u
	}
	for _, r := range *addr.Referrers() {
		switch r := r.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			switch c, _ := r.Val.(*ssa.Const); {
			case r.Addr != addr || c == nil:
				u.bad = true
			case ssax.IsTrue(c):
				u.sets = append(u.sets, r)
			case !ssax.New(addr):
				u.clears = append(u.clears, r)
			}
		default:
			u.bad = true
		}
	}
}

func isPlainFlag(t types.Type) bool {
	b, ok := deref(t).Underlying().(*types.Basic)
	return ok && b.Kind() == types.Bool
}

// Busy implements [flow.Env].
func (a *analysis) Busy(st *ssa.Store) (sets, ok bool) {
	addr, isField := st.Addr.(*ssa.FieldAddr)
	if !isField || !isPlainFlag(addr.Type()) {
		return false, false
	}
	cell := path.StaticCell(addr)
	u := a.busy.uses[cell]
	if u == nil {
		return false, false
	}
	if !u.decided {
		u.decided = true
		u.ok = u.isLock() && !a.accessible(cell)
	}
	return ssax.IsTrue(st.Val), u.ok && (ssax.IsTrue(st.Val) || slices.Contains(u.clears, st))
}

// isLock reports whether whoever sets the flag has found it clear, one of them after a wait that nothing else ends, and whoever clears it has
// set it and wakes those who wait. A flag that one side sets and the other one clears after it has waited to find it set tells something: it is
// no lock.
func (u *flagUse) isLock() bool {
	if u.bad || len(u.clears) == 0 {
		return false
	}
	waits := false
	for _, set := range u.sets {
		found, _, only := findsFlag(set, false)
		if !found {
			return false
		}
		waits = waits || only
	}
	return waits && !slices.ContainsFunc(u.clears, func(clear *ssa.Store) bool {
		_, waited, _ := findsFlag(clear, true)
		return waited || !wakes(clear.Parent()) || !slices.ContainsFunc(u.sets, func(set *ssa.Store) bool { return follows(set, clear) })
	})
}

// findsFlag reports whether a store comes after a test of the flag that it changes: all ways to it lead through the test, and it does not come
// where the flag is not as wanted, or only after the function has waited there on a condition variable and tested again. only is true if
// nothing but that test ends the waiting.
func findsFlag(st *ssa.Store, want bool) (found, waited, only bool) {
	cell := path.StaticCell(st.Addr)
	for _, b := range st.Parent().Blocks {
		test, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || !ssax.Dominates(test, st) {
			continue
		}
		cond, is := ssa.Value(test.Cond), true
		if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
			cond, is = not.X, false
		}
		if path.ReadFrom(cond) != cell {
			continue
		}
		other := 0 // the side on which the flag is not as wanted
		if is == want {
			other = 1
		}
		found = found || ssax.Side(b, st.Block()) == 1-other
		if waited, only := waitsFor(b.Succs[other], b, st.Block()); waited {
			return true, true, only
		}
	}
	return found, false, false
}

// waitsFor reports whether a way from one block to another one, which does not lead through avoid, has a Wait of a condition variable, and
// whether all ways from there lead to it.
func waitsFor(from, to, avoid *ssa.BasicBlock) (waits, only bool) {
	seen := map[*ssa.BasicBlock]bool{to: true}
	back := from == to
	only = true
	for work := []*ssa.BasicBlock{from}; len(work) > 0; {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		if b == avoid || len(b.Succs) == 0 {
			only = false
			continue
		}
		back = back || slices.Contains(b.Succs, to)
		waits = waits || executes(b, model.Wait)
		work = append(work, b.Succs...)
	}
	return waits && back, only
}

// wakes reports whether a function wakes those who wait on a condition variable, also where it is deferred.
func wakes(fn *ssa.Function) bool {
	return slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool { return executes(b, model.Signal, model.Broadcast) })
}

// executes reports whether a block calls an operation of one of the kinds.
func executes(b *ssa.BasicBlock, kinds ...model.OpKind) bool {
	return slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool {
		call, ok := instr.(ssa.CallInstruction)
		if !ok {
			return false
		}
		callee := call.Common().StaticCallee()
		if callee == nil {
			return false
		}
		m, ok := callee.Object().(*types.Func)
		return ok && slices.Contains(kinds, model.OpOf(m).Kind)
	})
}

// hasFlags reports whether a function sets or clears a flag that is a lock.
func (a *analysis) hasFlags(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if st, ok := instr.(*ssa.Store); ok {
				if _, ok := a.Busy(st); ok {
					return true
				}
			}
		}
	}
	return false
}

// gives reports whether a method, by its name, gives back what a method of another name takes.
func gives(take, give string) bool {
	take, give = strings.ToLower(take), strings.ToLower(give)
	for t, gs := range givers {
		before, after, ok := strings.Cut(take, t)
		if ok && slices.ContainsFunc(gs, func(g string) bool { return before+g+after == give }) {
			return true
		}
	}
	return false
}
