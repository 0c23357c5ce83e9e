package flow

import (
	"go/constant"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
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
				c, ok := instr.Results[0].(*ssa.Const)
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
func wins(at, since ssa.Instruction) bool {
	for b := at.Block().Idom(); b != nil; b = b.Idom() {
		if branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && ssax.Side(b, at.Block()) >= 0 && isAtomic(branch.Cond, 0) {
			return true
		}
		if since != nil && b == since.Block() {
			break
		}
	}
	return false
}

// handedByToken reports whether the function releases what it has acquired at a place only if it wins an atomic operation.
func (w *walker) handedByToken(site ssa.Instruction) bool {
	released := w.res.Releases[site]
	return len(released) > 0 && site.Block() != nil && !slices.ContainsFunc(released, func(r ssa.Instruction) bool {
		return r.Block() == nil || r.Parent() != w.fn || !wins(r, site)
	})
}

// isAtomic reports whether a condition depends on the result of an operation that changes memory atomically.
func isAtomic(v ssa.Value, depth int) bool {
	if depth > 4 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Call:
		if v.Call.StaticCallee() == nil {
			return false
		}
		fn := funcObject(v.Call.StaticCallee())
		return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "sync/atomic" && !strings.HasPrefix(fn.Name(), "Load")
	case *ssa.BinOp:
		return isAtomic(v.X, depth+1) || isAtomic(v.Y, depth+1)
	case *ssa.UnOp:
		return isAtomic(v.X, depth+1)
	}
	return false
}
