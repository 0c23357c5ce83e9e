package peers

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/why"
)

// Foreign adds to the graph the calls of other packages that wait for goroutines there, and those after which such
// goroutines call functions of this package.
func (g *Graph) Foreign(joins []flow.Join, serves []flow.Serve) {
	ops := make(map[ssa.Instruction]*Op)
	for _, j := range joins {
		f := g.funcs[j.Site.Parent()]
		if f == nil {
			continue
		}
		op := ops[j.Site]
		if op == nil {
			op = &Op{Kind: Join, Instr: j.Site, Waits: true, class: new(Class)}
			ops[j.Site] = op
			g.addOp(f, op)
		}
		op.joins = append(op.joins, j)
	}
	g.serves = serves
}

// Callee returns what a call that waits for a goroutine calls.
func (op *Op) Callee() string { return op.joins[0].Name }

// stuckJoin: the goroutine that a call waits for may have come to a function of this package that needs the lock.
func (a *asker) stuckJoin(op *Op) *Verdict {
	lock, holder := a.halves(a.asked, op)
	if lock == nil || holder == nil {
		return a.may(op, why.ObjectsUnknown, nil)
	}
	in := a.table.Cell(holder)
	if n := path.Concrete(holder); n.Kind == path.Deref {
		in = a.table.Cell(n.X) // a pointer to it
	}
	home := holder.Within()
	lock, holder = a.fromRoot(lock, holder)
	for _, j := range op.joins {
		for _, s := range a.serves {
			if s.Cell != j.Cell {
				continue
			}
			for _, l := range s.Locks {
				theirs, server := a.fromRoot(l.Lock, s.Holder)
				if theirs == lock && (server != nil && server == holder || server == nil && (s.Home == in || s.Home == home)) && (a.mode != model.Read || l.Mode != model.Read) {
					return &Verdict{Peers: []*Bound{{Op: &Op{Kind: Served, Instr: s.Site, Fn: s.Target}, Steps: l.Steps}}}
				}
			}
		}
	}
	return a.may(op, why.ObjectsUnknown, nil)
}

// fromRoot names a lock, and a struct beside it, as a function does whose first parameter both are found from.
func (g *Graph) fromRoot(lock, object *path.Node) (l, o *path.Node) {
	root := path.Concrete(lock).Root()
	if root.Kind != path.Param {
		return lock, object
	}
	rewrite := func(n *path.Node) *path.Node {
		if n == nil {
			return nil
		}
		return g.table.Rewrite(path.Concrete(n), func(n *path.Node) *path.Node {
			if n == root {
				return g.table.Param(0)
			}
			return nil
		})
	}
	return rewrite(lock), rewrite(object)
}
