package flow

import (
	"go/constant"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Before Go 1.18, a mutex had no TryLock. Programs wrote one, by a count that is changed atomically with each operation: it shows that
// nobody has the lock, so that the Lock after it does not wait.
//
//	func (m *Mutex) TryLock() bool {
//		if !atomic.CompareAndSwapInt32(&m.users, 0, 1) {
//			return false
//		}
//		m.mu.Lock()
//		return true
//	}

// tries reports whether an acquisition is that of such a function: it returns whether it has got the lock, and an atomic operation decides.
func (w *walker) tries(lock ssa.Instruction) bool {
	at := lock.Block()
	results := w.fn.Signature.Results()
	if at == nil || lock.Parent() != w.fn || results.Len() != 1 || !isBool(results.At(0).Type()) {
		return false
	}
	if !wins(lock, nil) {
		return false
	}
	for _, b := range w.fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case ssa.CallInstruction:
				if fn := instr.Common().StaticCallee(); fn != nil && model.OpOf(funcObject(fn)).Kind == model.Unlock {
					return false
				}
			case *ssa.Return:
				c, ok := ssax.Results(instr)[0].(*ssa.Const)
				if !ok || constant.BoolVal(c.Value) != at.Dominates(b) {
					return false
				}
			}
		}
	}
	return true
}

// Who of several goroutines, or of a goroutine and a function that may run in it, wins an atomic operation unlocks for all of them:
//
//	c.mu.Lock()
//	c.run(func() { c.drain(&token) }) // may win, and unlock
//	if token.CompareAndSwap(0, 1) {
//		c.mu.Unlock()
//	}

// wins reports whether an atomic operation decides that the function comes to an instruction, after since if that is not nil.
func wins(at, since ssa.Instruction) bool { return won(at, since) != nil }

// won returns that operation, nil if there is none.
func won(at, since ssa.Instruction) *ssa.Call {
	for b := at.Block().Idom(); b != nil; b = b.Idom() {
		if branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && ssax.Side(b, at.Block()) >= 0 {
			if op := atomicIn(branch.Cond, 0); op != nil {
				return op
			}
		}
		if since != nil && b == since.Block() {
			break
		}
	}
	return nil
}

// takesBack reports whether the function, which releases a lock only if it wins an atomic operation, comes to the acquisition only if it swaps a
// flag, and wins by swapping the flag back: nobody else has set it, so that it always wins.
//
//	if h.busy.CompareAndSwap(0, 1) {
//		h.mu.Lock()
//		...
//		if h.busy.CompareAndSwap(1, 0) {
//			h.mu.Unlock()
//		}
//	}
func (w *walker) takesBack(site ssa.Instruction) bool {
	if site.Parent() != w.fn {
		return false
	}
	set := won(site, nil)
	return set != nil && !slices.ContainsFunc(w.res.Releases[site], func(r ssa.Instruction) bool {
		back := won(r, site)
		return back == set || !swapsBack(set, back)
	})
}

// swapsBack reports whether one CompareAndSwap undoes another.
func swapsBack(set, back *ssa.Call) bool {
	x, y := set.Call.Args, back.Call.Args
	if len(x) != 3 || len(y) != 3 || !strings.HasPrefix(set.Call.StaticCallee().Name(), "CompareAndSwap") || !sameConst(x[1], y[2]) || !sameConst(x[2], y[1]) {
		return false
	}
	a, ok := x[0].(*ssa.FieldAddr)
	b, ok2 := y[0].(*ssa.FieldAddr)
	return x[0] == y[0] || ok && ok2 && a.Field == b.Field && ssax.SameObject(a.X, b.X)
}

func sameConst(x, y ssa.Value) bool {
	a, ok := x.(*ssa.Const)
	b, ok2 := y.(*ssa.Const)
	return ok && ok2 && a.Value != nil && b.Value != nil && constant.Compare(a.Value, token.EQL, b.Value)
}

// handedByToken reports whether the function releases what it has acquired at a place only if it wins an atomic operation.
func (w *walker) handedByToken(site ssa.Instruction) bool {
	released := w.res.Releases[site]
	return len(released) > 0 && site.Block() != nil && !slices.ContainsFunc(released, func(r ssa.Instruction) bool {
		return r.Block() == nil || r.Parent() != w.fn || !wins(r, site)
	})
}

// number executes an operation on an atomic number as the load or the store of a variable that it is. What others do to it meanwhile is
// another matter, as it is for variables that are not atomic: see disturb. It returns false if the call is no such operation.
func (w *walker) number(s *state, instr ssa.CallInstruction, args []*path.Node) bool {
	a, ok := ssax.AtomicOf(instr.Common())
	if !ok || !a.IsNumber() {
		return false
	}
	v, isCall := instr.(*ssa.Call)
	switch {
	case a.Op == "Store":
		w.storeInstr(s, args[0], args[len(args)-1], a.Val.Type())
	case a.Op != "Load":
		w.store(s, args[0], nil)
	case isCall:
		if n := w.load(s, args[0], v); n != nil {
			s.bind(v, n)
		}
	}
	return true
}

// atomicIn returns the operation that changes memory atomically on whose result a condition depends, nil if there is none.
func atomicIn(v ssa.Value, depth int) *ssa.Call {
	if depth > 4 {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Call:
		if a, ok := ssax.AtomicOf(v.Common()); ok && a.Op != "Load" {
			return v
		}
	case *ssa.BinOp:
		if op := atomicIn(v.X, depth+1); op != nil {
			return op
		}
		return atomicIn(v.Y, depth+1)
	case *ssa.UnOp:
		return atomicIn(v.X, depth+1)
	}
	return nil
}
