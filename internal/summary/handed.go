package summary

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// One goroutine may lock, and another one unlock, if a message tells the second that the first has: a pipeline whose first stage locks a buffer that its
// last one unlocks.

// A message is a value that is sent on a channel.
type message struct{ on, val ssa.Value }

// messages returns what an instruction may send.
func messages(instr ssa.Instruction) (sent []message) {
	switch instr := instr.(type) {
	case *ssa.Send:
		return []message{{instr.Chan, instr.X}}
	case *ssa.Select:
		for _, s := range instr.States {
			if s.Send != nil {
				sent = append(sent, message{s.Chan, s.Send})
			}
		}
	}
	return sent
}

// receivedBy returns fn, or a function that calls it, if that receives a message which tells that a lock is held; nil if none does.
func (p *pairing) receivedBy(fn *ssa.Function, lock string) *ssa.Function {
	if len(p.tells(lock)) == 0 {
		return nil
	}
	seen := map[*ssa.Function]bool{fn: true}
	for work := []*ssa.Function{fn}; len(work) > 0; work = work[1:] {
		if p.receivesWith(work[0], lock).IsValid() {
			return work[0]
		}
		for _, c := range p.info[work[0]].callers {
			if !seen[c.Parent()] {
				seen[c.Parent()] = true
				work = append(work, c.Parent())
			}
		}
	}
	return nil
}

// handedOver returns a function that releases the lock of a finding for another one, which has returned or may return with it, as a message tells
// that it is held; nil if there is none.
func (p *pairing) handedOver(f flow.Finding) *ssa.Function {
	name := lockName(f.Fn, f.Lock, model.Write)
	if len(f.First) < 2 && !slices.ContainsFunc(p.takers[name], func(t party) bool { return t.fn == f.Fn }) {
		return nil
	}
	return p.handedBy(name)
}

// turn returns the function of another goroutine that releases the lock which a loop takes in each of its turns: the two alternate. It is nil if
// there is none.
func (p *pairing) turn(f flow.Finding) *ssa.Function {
	if len(f.First) != 1 || len(f.Again) != 1 || f.First[0].Pos != f.Again[0].Pos {
		return nil
	}
	for _, g := range p.givers[lockName(f.Fn, f.Lock, model.Write)] {
		if g.fn != f.Fn && p.info[g.fn].spawned > 0 {
			return g.fn
		}
	}
	return nil
}

// handedBy returns a function that releases a lock for one which has returned with it, as a message tells; nil if there is none.
func (p *pairing) handedBy(name string) *ssa.Function {
	if len(p.takers[name]) == 0 {
		return nil
	}
	for _, g := range p.givers[name] {
		if p.receivedBy(g.fn, name) != nil {
			return g.fn
		}
	}
	return nil
}

// receivesWith returns where fn receives a message that tells that a lock is held, which may be handed over with it; it is not valid if it does not.
func (p *pairing) receivesWith(fn *ssa.Function, lock string) token.Pos {
	tells := p.tells(lock)
	for _, r := range p.received[fn] {
		if tells[r.cell] {
			return r.pos
		}
	}
	return token.NoPos
}

// tells returns the memory cells with channels whose messages tell that a lock is held: they are sent with the lock held, or by who has received such
// a message.
func (p *pairing) tells(lock string) map[string]bool {
	cells, ok := p.telling[lock]
	if ok {
		return cells
	}
	cells = make(map[string]bool)
	var work []string
	for cell, locks := range p.sent {
		if slices.Contains(locks, lock) {
			work = append(work, cell)
		}
	}
	for ; len(work) > 0; work = work[1:] {
		if cell := work[0]; !cells[cell] {
			cells[cell] = true
			work = append(work, p.passed[cell]...)
		}
	}
	p.telling[lock] = cells
	return cells
}

// noteMessages files the channels from which a function receives, and for each those on which it sends.
func (p *pairing) noteMessages(fn *ssa.Function) {
	var to []string
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, m := range messages(instr) {
				if cell := path.ReadFrom(m.on); cell != "" {
					to = appendNew(to, cell)
				}
			}
			p.received[fn] = append(p.received[fn], receptions(instr)...)
		}
	}
	for _, r := range p.received[fn] {
		p.passed[r.cell] = appendNew(p.passed[r.cell], to...)
	}
}

// A reception is a place where a function receives from a channel in a memory cell.
type reception struct {
	cell string
	pos  token.Pos
}

// receptions returns where an instruction may receive.
func receptions(instr ssa.Instruction) (got []reception) {
	add := func(ch ssa.Value, pos token.Pos) {
		if cell := path.ReadFrom(ch); cell != "" {
			got = append(got, reception{cell, pos})
		}
	}
	switch instr := instr.(type) {
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			add(instr.X, instr.Pos())
		}
	case *ssa.Select:
		for _, st := range instr.States {
			if st.Dir == types.RecvOnly {
				add(st.Chan, st.Pos)
			}
		}
	}
	return got
}

// forgetHanded leaves out of what importers get the locks that functions return with and hand over by a message: another goroutine releases them,
// at any time.
func (p *pairing) forgetHanded() {
	for name, takers := range p.takers {
		if p.handedBy(name) == nil {
			continue
		}
		for _, t := range takers {
			p.forget(t.fn, name)
		}
	}
}
