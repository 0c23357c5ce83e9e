package flow

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Whether a function locks may depend on what it is given:
//
//	func (c *conn) send(p *packet) {
//		if p.header().control {
//			return
//		}
//		c.mu.Lock()
//
// A caller that holds the lock and makes a packet for this call has most likely made one for which send does not lock. If nothing shows what
// the test says of the packet, no double lock is reported: the other explanation is that each such call hangs. A packet that the caller gets
// as a parameter or from outside of the program is not made for the call. A test does not count if its other side fails: it asks whether the call
// is correct.

// dependsOn is the operator of a test on which it depends whether a function locks; amongst is that of a test without a name, of which only
// the arguments are known that it looks at.
const (
	dependsOn = "depends on"
	amongst   = "amongst"
)

func isDependsOn(cond *path.Node) bool { return cond.Kind == path.Op && cond.Name == dependsOn }

func isAmongst(cond *path.Node) bool { return cond.Kind == path.Op && cond.Name == amongst }

// depends returns the tests of what the function is given on which it depends whether it comes to an instruction.
func (w *walker) depends(s *state, site ssa.Instruction) (tests []Literal) {
	for _, branch := range w.branchesTo(site) {
		cond, _ := w.condition(w.spelled(s, branch.Cond))
		if cond.InEntry() && !cond.Loads() && !isCallNode(cond) {
			continue // it is known what such a test says of what is passed
		}
		if !cond.InEntry() || isCallNode(cond) {
			if cond = w.amongst(w.info.looksAt(branch.Cond)); cond == nil {
				continue
			}
		}
		l := Literal{Cond: w.t.Op(dependsOn, cond, nil), Val: true}
		given := func(n *path.Node) bool { return n.Kind == path.Param || n.Kind == path.FreeVar }
		if slices.Contains(tests, l) || !slices.ContainsFunc(rootsOf(cond, nil), given) {
			continue
		}
		tests = append(tests, l)
	}
	return tests
}

// amongst is a test without a name that looks at some of the function's parameters; nil if it looks at none, or at other things, too.
func (w *walker) amongst(params []*ssa.Parameter, all bool) (n *path.Node) {
	if !all {
		return nil
	}
	for _, p := range params {
		n = w.t.Op(amongst, w.t.Param(slices.Index(w.fn.Params, p)), n)
	}
	return n
}

// branchesTo returns the branches on which it depends whether the function comes to an instruction or ends without an error before, the nearest
// ones if there are many.
func (w *walker) branchesTo(site ssa.Instruction) (branches []*ssa.If) {
	block := site.Block()
	if block == nil {
		return nil
	}
	branches, ok := w.info.branches[block]
	if !ok && len(block.Parent().Blocks) <= limits.MaxBranched {
		branches = ssax.Deciders(block, limits.MaxDepends, func(b *ssa.BasicBlock) bool { return !w.fails(b) })
		w.info.branches[block] = branches
	}
	return branches
}

// fails reports whether a function that ends at a block panics there or returns what may be an error, unless that is what another function says
// which it calls instead.
func (w *walker) fails(b *ssa.BasicBlock) bool {
	last, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
	if !ok {
		return true
	}
	results := ssax.Results(last)
	n := len(results)
	if n == 0 || !ssax.IsError(results[n-1].Type()) {
		return false
	}
	switch r := results[n-1].(type) {
	case *ssa.Const:
		return !r.IsNil()
	case *ssa.Call:
		return r.Block() != b || w.nilness(r).Never
	}
	return true
}

// looked is what a value is calculated from: see looksAt.
type looked struct {
	params []*ssa.Parameter
	all    bool
}

// looksAt returns the parameters that a value is calculated from. all is false if it is calculated from anything else, too, constants aside.
func (fi *funcInfo) looksAt(v ssa.Value) (params []*ssa.Parameter, all bool) {
	if l, ok := fi.looks[v]; ok {
		return l.params, l.all
	}
	all = true
	seen := make(map[ssa.Value]bool)
	var look func(v ssa.Value)
	look = func(v ssa.Value) {
		if seen[v] || !all {
			return
		}
		seen[v] = true
		switch v := v.(type) {
		case *ssa.Const, *ssa.Function, *ssa.Builtin:
		case *ssa.Parameter:
			params = append(params, v)
		case *ssa.Alloc:
			for _, r := range *v.Referrers() {
				if st, ok := r.(*ssa.Store); ok && st.Addr == v {
					look(st.Val)
				}
			}
		case *ssa.Global, *ssa.FreeVar, *ssa.Select, *ssa.Next, *ssa.Range:
			all = false
		case ssa.Instruction:
			if u, ok := v.(*ssa.UnOp); ok && u.Op == token.ARROW || len(seen) > limits.MaxLooks {
				all = false
				return
			}
			for _, op := range v.Operands(nil) {
				if *op != nil {
					look(*op)
				}
			}
		default:
			all = false
		}
	}
	look(v)
	fi.looks[v] = looked{params, all}
	return params, all
}

// testOf returns a test of a callee in the caller's terms; nil if the caller has no name for what it looks at, or knows what it says, or something
// else that the callee asks of the same.
func (w *walker) testOf(s *state, test *path.Node, guard []Literal, c Callee, instr ssa.CallInstruction) *path.Node {
	if test.Kind == path.Const {
		return test
	}
	n := w.translate(s, test, c, instr)
	if n == nil {
		return nil
	}
	cond, _ := w.condition(n)
	if w.isKnown(s, cond) {
		return nil
	}
	roots := rootsOf(cond, nil)
	for _, l := range guard {
		if isDependsOn(l.Cond) || isAtWill(l.Cond) {
			continue
		}
		n := w.translate(s, l.Cond, c, instr)
		if n == nil {
			continue
		}
		if other, _ := w.condition(n); w.isKnown(s, other) && shareRoot(rootsOf(l.Cond, nil), rootsOf(test, nil)) {
			return nil
		}
	}
	isMade := func(n *path.Node) bool { return w.isMadeFor(n, instr) }
	if len(roots) > 0 && !slices.ContainsFunc(roots, func(n *path.Node) bool { return !isMade(n) }) {
		return w.t.Const(nil)
	}
	if slices.ContainsFunc(roots, func(n *path.Node) bool { return n.Kind == path.Value && ssax.IsContext(n.Val.Type()) && isMade(n) }) {
		return w.t.Const(nil) // a context that has been given a value, for those who ask, be it of another object
	}
	return cond
}

func (w *walker) isKnown(s *state, cond *path.Node) bool {
	_, known, _ := w.decide(s, cond)
	return known
}

func shareRoot(a, b []*path.Node) bool {
	return slices.ContainsFunc(a, func(n *path.Node) bool { return slices.Contains(b, n) })
}

// madeForCall reports whether a callee locks only if a test says so of what has been made for this very call, or for one in the callee, and nothing
// is known of what it says; or of what this function has looked at as well before it took the lock or made the call, in a way of which nothing is
// known either.
func (w *walker) madeForCall(s *state, guard []Literal, c Callee, instr ssa.CallInstruction, lock ssa.Instruction) bool {
	return slices.ContainsFunc(guard, func(l Literal) bool {
		if !isDependsOn(l.Cond) {
			return false
		}
		test := w.testOf(s, l.Cond.X, guard, c, instr)
		if test == nil || test.Kind == path.Const {
			return test != nil
		}
		roots := rootsOf(test, nil)
		return isAmongst(test) && (w.looksAtAll(s, roots, instr) || w.looksAtAll(s, roots, lock))
	})
}

// looksAtAll reports whether it depends on a test without a name of the same parameters whether this function comes to an instruction. Its
// receiver is no such parameter: whoever asks one thing about an object may ask another.
func (w *walker) looksAtAll(s *state, roots []*path.Node, site ssa.Instruction) bool {
	if len(roots) == 0 || site == nil || site.Parent() != w.fn || slices.ContainsFunc(roots, func(n *path.Node) bool {
		return n.Kind != path.Param || n.Index == 0 && w.fn.Signature.Recv() != nil
	}) {
		return false
	}
	return slices.ContainsFunc(w.depends(s, site), func(l Literal) bool {
		own := rootsOf(l.Cond.X, nil)
		return isAmongst(l.Cond.X) && !slices.ContainsFunc(roots, func(n *path.Node) bool { return !slices.Contains(own, n) })
	})
}

// rootsOf returns what a condition is a test of: parameters, variables and values. A constant is one only if it is passed to a test without
// a name.
func rootsOf(n *path.Node, roots []*path.Node) []*path.Node {
	switch {
	case n == nil || n.Kind == path.Const:
		return roots
	case isAmongst(n):
		if roots = rootsOf(n.Y, roots); n.X.Kind != path.Const {
			return rootsOf(n.X, roots)
		}
		return append(roots, n.X)
	case n.Kind == path.Op:
		return rootsOf(n.Y, rootsOf(n.X, roots))
	}
	if r := path.Concrete(n).Root(); !slices.Contains(roots, r) {
		roots = append(roots, r)
	}
	return roots
}

// isMadeFor reports whether something has been made for a call: a constant, a new object that holds what the function has put there,
// or the result of a function that makes one.
func (w *walker) isMadeFor(n *path.Node, instr ssa.CallInstruction) bool {
	switch {
	case n.Kind == path.Const || n.Kind == path.Func:
		return true
	case n.Kind != path.Value || n.Index > 0:
		return false
	}
	switch v := n.Val.(type) {
	case *ssa.Alloc:
		return filledHere(v, instr)
	case *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeClosure:
		return true
	case *ssa.Parameter:
		return w.gifts[v] != nil && IsNew(w.gifts[v])
	case *ssa.Call:
		fn := v.Call.StaticCallee()
		return w.made[v] || fn != nil && (model.Builds(funcObject(fn)) || constructs(fn))
	}
	return false
}

// constructs reports whether the result of a function is always an object that it has made, which may be in an interface.
func constructs(fn *ssa.Function) bool {
	found := false
	for _, results := range ssax.Returns(fn) {
		if len(results) != 1 {
			return false
		}
		v := results[0]
		if iface, ok := v.(*ssa.MakeInterface); ok {
			v = iface.X
		}
		if _, ok := v.(*ssa.Alloc); !ok {
			return false
		}
		found = true
	}
	return found
}

// filledHere reports whether a new object holds what stores put into it: no call but one is passed its address, which could have it filled
// from elsewhere.
func filledHere(addr ssa.Value, but ssa.CallInstruction) bool {
	return !slices.ContainsFunc(*addr.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.MakeInterface, *ssa.Slice:
			return !filledHere(r.(ssa.Value), but)
		case *ssa.Store, *ssa.UnOp, *ssa.DebugRef:
			return false
		case ssa.CallInstruction:
			return r != but
		}
		return true
	})
}
