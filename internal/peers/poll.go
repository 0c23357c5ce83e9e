package peers

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// polls adds the loops that poll a field, and all that changes such a field, as operations. A field that code out of sight may change, or whose address
// goes anywhere, has none.
func (g *Graph) polls() {
	polled := make(map[string]*Class)
	how := make(map[string][]ssax.Poll)
	for _, fn := range g.queue {
		for _, p := range ssax.Polls(fn) {
			cell := path.StaticCell(p.Field)
			if polled[cell] == nil {
				polled[cell] = new(Class)
			}
			how[cell] = append(how[cell], p)
			g.addPolled(g.funcs[fn], &Op{Kind: Poll, Instr: p.Load, Chan: p.Field, Waits: true, poll: &p, class: polled[cell]})
			if st, ok := ssax.Pointee(p.Field.X.Type()).Underlying().(*types.Struct); !ok || g.vis.Field(p.Field.X.Type(), st.Field(p.Field.Field)) {
				polled[cell].outside = sends
			}
		}
	}
	if len(polled) == 0 {
		return
	}
	for _, fn := range g.queue {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if fa, ok := instr.(*ssa.FieldAddr); ok {
					if c := polled[path.StaticCell(fa)]; c != nil && !keepsToItself(fa) {
						c.outside = sends
					}
				}
				for cell, polls := range how {
					if fa, _ := polls[0].Ends(instr); fa != nil && path.StaticCell(fa) == cell && !ssax.New(fa) {
						g.addPolled(g.funcs[fn], &Op{Kind: Change, Instr: instr, Chan: fa, class: polled[cell]})
					}
				}
			}
		}
	}
}

// addPolled adds an operation on a polled field.
func (g *Graph) addPolled(f *function, op *Op) {
	op.Fn = f.fn
	f.ops = append(f.ops, op)
	op.class.Ops = append(op.class.Ops, op)
}

// keepsToItself reports whether the address of a field is used for nothing but to read the field and to change it, and what is read, if that is a map or a
// slice, for nothing but to look at it.
func keepsToItself(fa *ssa.FieldAddr) bool {
	for _, r := range *fa.Referrers() {
		switch r := r.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp:
			switch r.Type().Underlying().(type) {
			case *types.Map, *types.Slice:
				for _, use := range *r.Referrers() {
					switch use := use.(type) {
					case *ssa.DebugRef, *ssa.Lookup, *ssa.Range, *ssa.IndexAddr, *ssa.MapUpdate, *ssa.Slice, *ssa.BinOp:
					case ssa.CallInstruction:
						if _, ok := use.Common().Value.(*ssa.Builtin); !ok {
							return false
						}
					default:
						return false
					}
				}
			}
		case *ssa.Store:
			if r.Addr != fa {
				return false
			}
		case ssa.CallInstruction:
			if !ssax.IsAtomic(r.Common()) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// stuckPoll: whoever could give the field another value needs the lock.
func (a *asker) stuckPoll(op *Op) *Verdict {
	if op.class.outside != 0 {
		return a.may(op, why.OutOfSight, nil)
	}
	v := &Verdict{}
	for _, p := range a.besidesTests(op.class.of(Change)) {
		if _, ends := op.poll.Ends(p.Instr); !ends {
			continue
		}
		b := a.bound(p)
		if b == nil {
			return a.may(op, why.ActsWithoutLock, p)
		}
		v.Peers = append(v.Peers, b)
	}
	if len(v.Peers) == 0 {
		return nil
	}
	return v
}
