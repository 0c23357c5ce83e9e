package guard

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// phased reports whether a comes after a section that has looked at another field of the object, or set it, and
// all who write the variable of a do so together with that: what has been seen there says that they are done.
//
//	p.mu.Lock()
//	p.done = true // whoever adds a writer asks for done first
//	p.mu.Unlock()
//	for _, w := range p.writers {
//
// Three shapes are known: the writers do it only if the flag is not set, and a comes after a section that sets it;
// they do it only if it is not set, and set it, and a comes after one that tests it; one function alone writes
// the variable, never as nil, and the flag with it, and a comes after one that tests the flag.
func (p *pkg) phased(a *Access, accesses []*Access, want string) bool {
	if a.Write || !a.Var.IsField() {
		return false
	}
	var writes []*Access
	for _, b := range accesses {
		if b.Write && b.cell.v == a.cell.v && !(a.cell.content && !b.cell.content && p.filled(b, accesses)) {
			writes = append(writes, b)
		}
	}
	if len(writes) == 0 {
		return false
	}
	once := !a.Content && setOnce(accesses)
	for v, flags := range p.byCell {
		if v == a.Var || p.within[v] != p.within[a.Var] {
			continue
		}
		sets, tests := p.saw(a, flags, want)
		if !sets && !tests {
			continue
		}
		if !slices.ContainsFunc(writes, func(w *Access) bool {
			behind, with := p.with(w, flags)
			return !(sets && behind || tests && !a.Content && with && (behind && !cleared(w.instr) || once))
		}) {
			return true
		}
	}
	return false
}

// saw reports whether a section of the guard that is over when a happens has set a flag, and whether it has
// tested it.
func (p *pkg) saw(a *Access, flags []*Access, want string) (sets, tests bool) {
	for _, f := range flags {
		_, held := f.held[want]
		if f.Fn != a.Fn || f.Base != a.Base || f.Base == nil || f.Content || !held || !ssax.Dominates(f.instr, a.instr) {
			continue
		}
		sets = sets || f.Write && constant(f.instr)
		tests = tests || !f.Write && len(branches(f.instr)) > 0
	}
	return sets, tests
}

// with reports whether a write happens only behind a test of the flag, and whether its function sets the flag, too.
func (p *pkg) with(w *Access, flags []*Access) (behind, sets bool) {
	for _, f := range flags {
		if f.Fn != w.Fn || f.Base != w.Base || f.Content {
			continue
		}
		sets = sets || f.Write || p.setAtomically(f)
		behind = behind || !f.Write && slices.ContainsFunc(branches(f.instr), func(br *ssa.If) bool {
			return slices.ContainsFunc(br.Block().Succs, func(s *ssa.BasicBlock) bool {
				return len(s.Preds) == 1 && s.Dominates(w.instr.Block())
			})
		})
	}
	return behind, sets
}

// constant reports whether an instruction stores a constant: a flag, or a state with a name.
func constant(instr ssa.Instruction) bool {
	store, ok := instr.(*ssa.Store)
	if !ok {
		return false
	}
	_, ok = store.Val.(*ssa.Const)
	return ok
}

// cleared reports whether an instruction stores nil, or another zero value.
func cleared(instr ssa.Instruction) bool {
	store, ok := instr.(*ssa.Store)
	return ok && isZero(store.Val)
}

// branches returns the branches on what a value that is loaded says: on itself, or on a comparison or a mask of it.
func branches(instr ssa.Instruction) (ifs []*ssa.If) {
	load, ok := instr.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	work := []ssa.Value{load}
	for len(work) > 0 && len(ifs) < 20 {
		v := work[0]
		work = work[1:]
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.If:
				ifs = append(ifs, r)
			case *ssa.BinOp:
				work = append(work, r)
			case *ssa.UnOp:
				if r.Op == token.NOT {
					work = append(work, r)
				}
			}
		}
	}
	return ifs
}

// setAtomically reports whether the function of a load writes what it reads through package atomic, too.
func (p *pkg) setAtomically(load *Access) bool {
	for _, b := range load.Fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if op, ok := ssax.AtomicOf(call.Common()); ok && op.Op != "Load" {
				if t, ok := p.reader.place(op.Addr); ok && t.v == load.Var {
					return true
				}
			}
		}
	}
	return false
}
