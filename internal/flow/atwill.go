package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A function may do its work with a lock or without it, as it is asked:
//
//	if !t.part {
//		t.db.mu.Lock()
//		defer t.db.mu.Unlock()
//	}
//	t.db.write()
//
// It does so for callers that hold the lock already. So what is said of the lock counts for those callers only of which it is known
// that they ask for it. A parameter is no such condition: whoever passes one knows what it is for.

// atWill is the operator of the condition that such a function tests.
const atWill = "at will"

func isAtWill(cond *path.Node) bool { return cond.Kind == path.Op && cond.Name == atWill }

// atWill returns the conditions at whose will the function locks at an instruction: one, or none.
func (w *walker) atWill(s *state, site ssa.Instruction) []Literal {
	branch, ok := w.info.willing[site]
	if !ok {
		branch = w.willing(site)
		w.info.willing[site] = branch
	}
	if branch == nil {
		return nil
	}
	key, _ := w.condition(w.spelled(s, branch.Cond))
	if key.Kind == path.Param {
		return nil
	}
	return []Literal{w.will(key)}
}

// will is the literal for a condition, which has no name if callers do not know it.
func (w *walker) will(cond *path.Node) Literal {
	if cond == nil || !cond.InEntry() {
		cond = w.t.Const(nil)
	}
	return Literal{Cond: w.t.Op(atWill, cond, nil), Val: true}
}

// wish returns what such a literal of a callee asks for in the caller's terms, nil if it has none, and whether it is known that this caller
// asks for the lock, or that it does not.
func (w *walker) wish(s *state, l Literal, c Callee, instr ssa.CallInstruction) (cond *path.Node, known bool) {
	n := w.translate(s, l.Cond.X, c, instr)
	if n == nil || l.Cond.X.IsNil() {
		return nil, false
	}
	cond, _ = w.condition(n)
	_, known, stale := w.decide(s, cond)
	return cond, known && !stale
}

// unasked reports whether a callee locks at will, and it is not known that this caller asks for it.
func (w *walker) unasked(s *state, guard []Literal, c Callee, instr ssa.CallInstruction) bool {
	return slices.ContainsFunc(guard, func(l Literal) bool {
		if !isAtWill(l.Cond) {
			return false
		}
		_, known := w.wish(s, l, c, instr)
		return !known
	})
}

// willing returns the branch that decides whether an instruction locks, if the function goes on in the same way with the lock and
// without it; nil if none does.
func (w *walker) willing(site ssa.Instruction) *ssa.If {
	block := site.Block()
	if site.Parent() != w.fn || block == nil {
		return nil
	}
	for b := block.Idom(); b != nil; b = b.Idom() {
		branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		side := ssax.Side(b, block)
		if side < 0 {
			continue
		}
		for _, join := range b.Dominees() {
			if len(join.Preds) > 1 && works(join) && holdsUntil(site, b.Succs[side], join) {
				return branch
			}
		}
		return nil
	}
	return nil
}

// holdsUntil reports whether a way leads from an instruction that locks, in a part of the function that is come to through entry alone, to the
// block in which this part ends, without an unlock.
func holdsUntil(site ssa.Instruction, entry, end *ssa.BasicBlock) bool {
	block := site.Block()
	if unlocks(block.Instrs[ssax.Index(site)+1:]) {
		return false
	}
	seen := map[*ssa.BasicBlock]bool{block: true}
	work := slices.Clone(block.Succs)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		switch {
		case b == end:
			return true
		case seen[b] || !entry.Dominates(b) || unlocks(b.Instrs):
			continue
		}
		seen[b] = true
		work = append(work, b.Succs...)
	}
	return false
}

// unlocks reports whether one of the instructions, not deferred, gives back a lock.
func unlocks(instrs []ssa.Instruction) bool {
	return slices.ContainsFunc(instrs, func(instr ssa.Instruction) bool {
		call, ok := instr.(*ssa.Call)
		return ok && IsUnlock(call.Common())
	})
}

// works reports whether a block, or the one that it leads to, does more than to end the function.
func works(b *ssa.BasicBlock) bool {
	if slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool {
		switch instr.(type) {
		case *ssa.RunDefers, *ssa.Return, *ssa.Jump, *ssa.Phi, *ssa.DebugRef:
			return false
		}
		return true
	}) {
		return true
	}
	return len(b.Succs) == 1 && b.Succs[0] != b && b.Dominates(b.Succs[0]) && works(b.Succs[0])
}
