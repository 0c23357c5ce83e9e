// Package peers tells who else may act on a channel, a WaitGroup or a Cond, and
// whether somebody who has to can be kept from it by a lock.
//
// It looks at one package, without regard to the order of instructions. [New] puts
// values that may be one object into one [Class] (after Steensgaard, Points-to
// analysis in almost linear time, POPL 1996), follows function values on the way, and
// so finds the callers of every function. Whatever leaves the package's sight marks
// its class as escaping: then nobody may say that there is no other peer.
package peers

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A Graph is what one package shows of its channels, synchronisers and calls.
type Graph struct {
	// Apart reports whether two fields (see [path.Node.Within]) never hold one object; nil if nobody knows.
	Apart func(x, y string) bool
	// Slots reports whether a channel is a semaphore, and whether it is a send that takes a slot: see [flow.Env]. It is nil if nobody knows.
	Slots func(ch ssa.Value) (sending, ok bool)

	pkg   *ssa.Package
	table *path.Table
	vis   *ssax.Visibility
	// foreign returns what is known of a function of another package, nil if nothing is.
	foreign func(types.Object) *flow.Summary
	// contents is what the package puts into the fields of its structs.
	contents *pointsto.Contents

	funcs   map[*ssa.Function]*function
	queue   []*ssa.Function // all functions, in the order in which they were seen
	scanned int             // how many of them have been scanned
	links   []link          // calls of function values and what they may run
	linked  map[link]bool
	open    []*ssa.Function // functions that code outside of the package may call
	opaque  []*edge         // calls that may run code outside of the package

	invokes   []*edge // calls of methods of the package's interfaces
	concretes []types.Type
	seen      map[types.Type]bool
	// What has been asked before of an interface type and another one.
	implements, given map[pair]bool
	types             typeutil.Map // each type to the first that is identical

	fields  map[any]*node
	globals map[*ssa.Global]*node
	values  map[ssa.Value]*node
	tuples  map[tuple]*node
	results map[result]*node

	ops   []*Op
	makes []*Make
	condL []condL

	serves []flow.Serve // see Foreign

	adders  map[*Class]map[*ssa.Function]bool // see adding
	started struct {                          // the last answer of startsOf: questions come function by function
		fn *ssa.Function
		by map[ssa.Instruction]bool
	}
}

// function is what is known of a function with a body.
type function struct {
	fn   *ssa.Function
	in   []*edge // its calls
	out  map[ssa.Instruction][]*edge
	open bool // code that nobody sees may call it
	*ssax.Order
	acqs  map[string][]acq
	busy  map[string]bool
	locks []lockOp
	ops   []*Op
}

// A lockOp is a call that waits for a lock: an operation on it, or a call of a function of another package.
type lockOp struct {
	instr ssa.CallInstruction
	lock  ssa.Value // nil for a call
	mode  model.Mode
	node  *path.Node   // of a call: the lock, in terms of the function that calls
	steps []*flow.Step // of a call: from it to the Lock
}

// condL says that fn makes lock the L of cond.
type condL struct {
	cond ssa.Value
	fn   *ssa.Function
	lock ssa.Value
}

// An edge is a call from one function of the package to another.
type edge struct {
	caller *ssa.Function
	instr  ssa.CallInstruction
	callee *ssa.Function
	kind   edgeKind
	value  ssa.Value   // the function called
	args   []ssa.Value // by parameter of callee; nil where unknown
	result ssa.Value   // gets the results, nil if nothing does
}

type edgeKind uint8

const (
	calls  edgeKind = iota // runs in the caller's goroutine, at the call or the caller's end
	spawns                 // runs in another goroutine
)

type link struct {
	e  *edge
	fn *ssa.Function
}

type tuple struct {
	v ssa.Value
	i int
}

type result struct {
	fn *ssa.Function
	i  int
}

// New looks at a package. funcs are its functions with bodies; foreign returns what is known of a function of
// another package, nil if nothing is; contents is what they put into fields.
func New(pkg *ssa.Package, funcs []*ssa.Function, table *path.Table, foreign func(types.Object) *flow.Summary, contents *pointsto.Contents) *Graph {
	g := &Graph{
		pkg: pkg, table: table, foreign: foreign, contents: contents, vis: ssax.NewVisibility(pkg),
		funcs: make(map[*ssa.Function]*function), linked: make(map[link]bool),
		seen: make(map[types.Type]bool),

		implements: make(map[pair]bool), given: make(map[pair]bool),
		fields: make(map[any]*node), globals: make(map[*ssa.Global]*node), values: make(map[ssa.Value]*node),
		tuples: make(map[tuple]*node), results: make(map[result]*node),
	}
	g.declared()
	for _, fn := range funcs {
		g.see(fn)
	}
	g.see(pkg.Func("init"))
	g.solve()
	for _, fn := range g.queue {
		if g.vis.Callable(fn) {
			g.open = append(g.open, fn)
		}
	}
	g.solve()
	g.sort()
	g.polls()
	return g
}

// see makes a function one of the package's, to be scanned. It reports whether the
// function has a body.
func (g *Graph) see(fn *ssa.Function) bool {
	if fn == nil || len(fn.Blocks) == 0 {
		return false
	}
	if g.funcs[fn] == nil {
		g.funcs[fn] = &function{fn: fn, out: make(map[ssa.Instruction][]*edge), Order: ssax.NewOrder(fn)}
		g.queue = append(g.queue, fn)
		for _, lit := range fn.AnonFuncs {
			g.see(lit)
		}
	}
	return true
}

// solve scans functions and connects calls until nothing new turns up.
func (g *Graph) solve() {
	for {
		for ; g.scanned < len(g.queue); g.scanned++ {
			g.scan(g.funcs[g.queue[g.scanned]])
		}
		switch {
		case len(g.links) > 0:
			l := g.links[len(g.links)-1]
			g.links = g.links[:len(g.links)-1]
			g.connect(l.e, l.fn)
		case len(g.open) > 0:
			fn := g.open[len(g.open)-1]
			g.open = g.open[:len(g.open)-1]
			g.openFunc(fn)
		case len(g.opaque) > 0:
			e := g.opaque[len(g.opaque)-1]
			g.opaque = g.opaque[:len(g.opaque)-1]
			g.loseCall(e)
		default:
			return
		}
	}
}

// connect makes fn one of the functions that the call e runs.
func (g *Graph) connect(e *edge, fn *ssa.Function) {
	if g.linked[link{e, fn}] {
		return
	}
	g.linked[link{e, fn}] = true
	if c := e.instr.Common(); !c.IsInvoke() && e.value == c.Value && !ssax.Fits(c.Signature(), fn.Signature) {
		return
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if !g.see(fn) {
		g.loseCall(e)
		return
	}
	c := *e
	c.callee = fn
	g.addEdge(&c)
}

// addEdge adds a call with a known callee: arguments flow to parameters, results back.
func (g *Graph) addEdge(e *edge) {
	f := g.funcs[e.callee]
	f.in = append(f.in, e)
	caller := g.funcs[e.caller]
	caller.out[e.instr] = append(caller.out[e.instr], e)
	for i, p := range e.callee.Params {
		if i < len(e.args) && e.args[i] != nil {
			g.flow(p, e.args[i])
		} else if hasNode(p.Type()) {
			g.escape(g.value(p))
		}
	}
	if e.result == nil {
		return
	}
	n := e.callee.Signature.Results().Len()
	for i := range n {
		if r := g.resultOf(e.callee, i); r != nil {
			if n == 1 {
				if hasNode(e.result.Type()) {
					g.unify(r, g.value(e.result))
				}
			} else {
				g.unify(r, g.tupleOf(e.result, i))
			}
		}
	}
}

// openFunc notes that code outside of the package may call fn.
func (g *Graph) openFunc(fn *ssa.Function) {
	if fn == nil {
		return
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if !g.see(fn) || g.funcs[fn].open {
		return
	}
	g.funcs[fn].open = true
	for _, p := range fn.Params {
		if hasNode(p.Type()) {
			g.escape(g.value(p))
		}
	}
	for i := range fn.Signature.Results().Len() {
		g.handOut(g.resultOf(fn, i), fn.Signature.Results().At(i).Type())
	}
}

// loseCall notes that a call may run code outside of the package.
func (g *Graph) loseCall(e *edge) {
	for _, a := range e.args {
		if a != nil && hasNode(a.Type()) {
			g.handOut(g.value(a), a.Type())
		}
	}
	g.loseResult(e.result)
}

func (g *Graph) loseResult(v ssa.Value) {
	if v == nil {
		return
	}
	if t, ok := v.Type().(*types.Tuple); ok {
		for i := range t.Len() {
			if hasNode(t.At(i).Type()) {
				g.escape(g.tupleOf(v, i))
			}
		}
	} else if hasNode(v.Type()) {
		g.escape(g.value(v))
	}
}

// resultOf returns the node of result i of fn, nil if it has none.
func (g *Graph) resultOf(fn *ssa.Function, i int) *node {
	if !hasNode(fn.Signature.Results().At(i).Type()) {
		return nil
	}
	k := result{fn, i}
	if g.results[k] == nil {
		g.results[k] = new(node)
	}
	return g.results[k]
}

func (g *Graph) tupleOf(v ssa.Value, i int) *node {
	k := tuple{v, i}
	if g.tuples[k] == nil {
		g.tuples[k] = new(node)
	}
	return g.tuples[k]
}
