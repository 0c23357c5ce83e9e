package peers

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Kind is what an operation does to a channel or another synchroniser.
type Kind uint8

// The kinds of operations.
const (
	Send Kind = iota
	Receive
	Range // a receive by a range statement
	Close
	Add // WaitGroup.Add
	Done
	Go       // WaitGroup.Go, errgroup.Group.Go
	Wait     // WaitGroup.Wait, errgroup.Group.Wait
	CondWait // Cond.Wait
	Signal   // Cond.Signal, Cond.Broadcast
	Once     // Once.Do
	Shutdown // http.Server.Shutdown
	Serve    // what a handler of a server does
	Join     // a call of another package that waits for a goroutine
	Served   // a call after which such a goroutine calls a function of this package
	Poll     // a loop until a field has another value
	Change   // gives a field that is polled another value
	Other    // something that cannot be told
)

// An Op is an operation on a channel or another synchroniser.
type Op struct {
	Kind  Kind
	Instr ssa.Instruction // a *ssa.Defer or *ssa.Go if it is deferred or run by go
	Case  int             // of a select statement
	Chan  ssa.Value       // the channel, or the address of the synchroniser
	Fn    *ssa.Function
	// Waits: it goes on only when another goroutine does something. A case of a
	// select statement with a default does not wait.
	Waits bool
	class *Class
	joins []flow.Join // Join: what is waited for
	poll  *ssax.Poll  // Poll
}

// A Make is where channels are made.
type Make struct {
	Instr *ssa.MakeChan
	Cap   int64 // -1 if it is not constant
}

// A Class is what may be one channel or synchroniser.
type Class struct {
	Ops   []*Op
	Makes []*Make
	// outside is what code outside of the package may do with it as well.
	outside reach
	condL   []condL
}

func (g *Graph) addOp(f *function, op *Op) {
	op.Fn = f.fn
	g.ops = append(g.ops, op)
	f.ops = append(f.ops, op)
}

// sort puts operations and makes into classes.
func (g *Graph) sort() {
	for _, op := range g.ops {
		op.class = g.classOf(g.value(op.Chan))
		op.class.Ops = append(op.class.Ops, op)
	}
	for _, m := range g.makes {
		c := g.classOf(g.value(m.Instr))
		c.Makes = append(c.Makes, m)
	}
	for _, l := range g.condL {
		c := g.classOf(g.value(l.cond))
		c.condL = append(c.condL, l)
	}
}

func (g *Graph) classOf(n *node) *Class {
	n = n.rep()
	if n.class == nil {
		n.class = &Class{outside: n.outside}
	}
	return n.class
}

// Ops returns the operations that an instruction is: several for a select
// statement.
func (g *Graph) Ops(instr ssa.Instruction) (ops []*Op) {
	for _, op := range g.funcs[instr.Parent()].ops {
		if op.Instr == instr {
			ops = append(ops, op)
		}
	}
	return ops
}

// Name returns what op acts on, as its function names it.
func (g *Graph) Name(op *Op) *path.Node { return g.name(op.Chan) }

// Escapes reports whether code outside of the package may act on it as well.
func (c *Class) Escapes() bool { return c.outside != 0 }

// of returns the operations of some kinds in the class.
func (c *Class) of(kinds ...Kind) (ops []*Op) {
	for _, op := range c.Ops {
		for _, k := range kinds {
			if op.Kind == k {
				ops = append(ops, op)
			}
		}
	}
	return ops
}

// Class returns what op acts on, and all that may act on the same.
func (op *Op) Class() *Class { return op.class }
