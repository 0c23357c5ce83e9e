package distlock

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// quietLease: the channel of KeepAlive is closed when the lease of a lock has ended, and nobody does anything about it.
func quietLease(c *checker) {
	for _, pkg := range []string{"etcd/client/v3", "etcd/clientv3"} {
		c.calls(pkg, "KeepAlive", func(f *trace.Func, call *ssa.Call) {
			if !takesKey(f) {
				return
			}
			if ch := ssax.Result(call, 0); ch == nil || ch.Referrers() == nil || len(*ch.Referrers()) == 0 {
				c.reportf(call, "the work goes on when the lease ends, and the lock with it: nobody reads the channel of KeepAlive, which is closed then")
			} else if reads, all := readsOf(ch); all && len(reads) > 0 && !c.heeds(reads) {
				c.reportf(call, "the work goes on when the lease ends, and the lock with it: who reads the channel of KeepAlive does nothing about its end")
			}
		})
	}
}

// takesKey reports whether a function itself takes a lock that is a key of etcd with a lease.
func takesKey(f *trace.Func) bool {
	for _, e := range f.Events {
		if e.Op == client.Acquire && e.Backend == client.EtcdKey && e.Depth == 0 {
			return true
		}
	}
	return false
}

// A read is where a value is received from a channel.
type read struct {
	at    ssa.Instruction
	value ssa.Value // nil if nobody looks at it
	ok    ssa.Value // nil if nobody looks at it
}

// readsOf returns where values are received from a channel, by the function that has it and the literals in it; all is false if it
// goes elsewhere.
func readsOf(ch ssa.Value) (reads []read, all bool) {
	all = true
	seen := make(map[ssa.Value]bool)
	var follow func(v ssa.Value)
	follow = func(v ssa.Value) {
		if seen[v] {
			return
		}
		seen[v] = true
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.DebugRef, *ssa.BinOp:
			case *ssa.ChangeType, *ssa.Phi:
				follow(r.(ssa.Value))
			case *ssa.Store:
				local, ok := r.Addr.(*ssa.Alloc)
				if !ok || r.Val != v {
					all = all && r.Addr == v
					continue
				}
				follow(local)
			case *ssa.UnOp:
				if r.Op == token.MUL {
					follow(r)
				} else {
					reads = append(reads, readAt(r))
				}
			case *ssa.Select:
				for i, s := range r.States {
					if s.Chan == v {
						reads = append(reads, read{r, ssax.Received(r, i), ssax.Component(r, 1)})
					}
				}
			case *ssa.MakeClosure:
				for i, b := range r.Bindings {
					if b == v {
						follow(r.Fn.(*ssa.Function).FreeVars[i])
					}
				}
			case ssa.CallInstruction:
				fn := r.Common().StaticCallee()
				if fn == nil || len(fn.Blocks) == 0 {
					all = false
					continue
				}
				for i, arg := range r.Common().Args {
					if arg == v {
						follow(fn.Params[i])
					}
				}
			default:
				all = false
			}
		}
	}
	follow(ch)
	return reads, all
}

// readAt is the read that a receive expression is.
func readAt(recv *ssa.UnOp) read {
	if !recv.CommaOk {
		return read{at: recv, value: recv}
	}
	return read{recv, ssax.Component(recv, 0), ssax.Component(recv, 1)}
}

// heeds reports whether anything is done where a read shows that the channel is closed, but to print, to wait, to read on and to end a goroutine.
func (c *checker) heeds(reads []read) bool {
	for _, r := range reads {
		aside := c.aside(r.at.Parent())
		for _, b := range closedAt(r) {
			if actsFrom(b, r.at.Block(), aside) {
				return true
			}
		}
	}
	return false
}

// closedAt returns the blocks that run only if a read shows that the channel is closed: its second value is false, or the first one is nil.
func closedAt(r read) (blocks []*ssa.BasicBlock) {
	side := func(cond ssa.Value, i int) {
		for _, use := range *cond.Referrers() {
			switch use := use.(type) {
			case *ssa.If:
				blocks = append(blocks, use.Block().Succs[i])
			case *ssa.UnOp: // the only one of a bool is !
				for _, r := range *use.Referrers() {
					if branch, ok := r.(*ssa.If); ok {
						blocks = append(blocks, branch.Block().Succs[1-i])
					}
				}
			}
		}
	}
	if r.ok != nil {
		side(r.ok, 1)
	}
	if r.value != nil {
		for branch, i := range ssax.NilTests(r.value, true) {
			blocks = append(blocks, branch.Block().Succs[i])
		}
	}
	return blocks
}

// actsFrom reports whether a path from a block on, up to the next read in another one, does what others may take notice of. That is also to return,
// but in a goroutine.
func actsFrom(b, again *ssa.BasicBlock, goroutine bool) bool {
	seen := map[*ssa.BasicBlock]bool{again: true}
	var acts func(b *ssa.BasicBlock) bool
	acts = func(b *ssa.BasicBlock) bool {
		if seen[b] {
			return false
		}
		seen[b] = true
		for _, in := range b.Instrs {
			if _, ok := in.(*ssa.Return); ok && !goroutine || trace.ActsLate(in) {
				return true
			}
		}
		for _, s := range b.Succs {
			if acts(s) {
				return true
			}
		}
		return false
	}
	return acts(b)
}
