package peers

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/why"
)

// checkNames are the categories of blockinglock by what waits.
var checkNames = map[Kind]string{Send: "blockinglock/channel", Receive: "blockinglock/channel", Range: "blockinglock/channel", Wait: "blockinglock/waitgroup", CondWait: "blockinglock/cond", Poll: "blockinglock/poll"}

// refuse records, if anybody asks, that a wait may end although the lock is held, and why. It returns the
// verdict on such a wait.
func (g *Graph) refuse(q Question, rule why.Rule, e why.Evidence) *Verdict {
	t := g.table.Trace
	if t == nil {
		return nil
	}
	kind := "blockinglock"
	if g.funcs[q.Op.Parent()] != nil {
		if ops := g.Ops(q.Op); len(ops) > 0 {
			kind = checkNames[ops[0].Kind]
		}
	}
	d := why.Drop{
		Check: kind, Func: flow.FuncName(q.Op.Parent()), Lock: flow.Spell(q.Root, q.Lock.Lock),
		At: []token.Pos{opPos(q.Op)}, Rule: rule, Evidence: e,
	}
	for _, s := range slices.Concat(q.Steps, q.Lock.Steps) {
		if s.Pos.IsValid() {
			d.At = append(d.At, s.Pos)
		}
	}
	t.Drop(d)
	return nil
}

// may is refuse for the wait that is asked about, and for a reason that has to do with the operation
// of a peer, nil if there is none. That another wait may end, which a peer has to get through, is no
// answer by itself.
func (a *asker) may(op *Op, rule why.Rule, peer *Op) *Verdict {
	if a.table.Trace == nil || op != a.first || a.depth > 0 {
		return nil
	}
	var e why.Evidence
	if peer != nil {
		e = why.Here(flow.FuncName(peer.Fn), opPos(peer.Instr))
	} else if rule == why.OutOfSight || rule == why.NotMade || rule == why.Semaphore || rule == why.BufferLeft {
		if text, ok := a.name(op.Chan).Spell(op.Fn); ok {
			e.Text = text
		}
		for _, m := range op.class.Makes {
			e = why.Here(strings.TrimSpace(e.Text+" is made there"), m.Instr.Pos())
		}
	}
	return a.refuse(a.asked, rule, e)
}

// opPos is where an operation stands.
func opPos(instr ssa.Instruction) token.Pos {
	if s, ok := instr.(*ssa.Select); ok && !s.Pos().IsValid() && len(s.States) > 0 {
		return s.States[0].Pos
	}
	return instr.Pos()
}
