package summary

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/ssax"
)

// root says how a function gets to run other than by calls of the package that hold
// whatever they hold: as a goroutine, or called from outside or through a value.
type root struct {
	is bool
	// alone: in one goroutine, never twice at a time.
	alone bool
	// many: perhaps in several goroutines that share the variables it captured.
	many bool
	// own: in one goroutine for each object that it is a method of.
	own bool
}

// rootOf tells whether fn is a root. If not, its callers are known, and what it does
// is seen in them.
func (a *analysis) rootOf(fn *ssa.Function) root {
	fi := a.info[fn]
	name := fn.Name()
	switch {
	case fi.spawned > 0:
		start := a.onlyStart(fn)
		return root{is: true, alone: fi.spawned == 1 && start != nil && a.runsOnce(start.Parent()), many: fi.spawned > 1, own: start != nil && a.startedOnce(start, fn)}
	case fn.Parent() != nil && isSubtest(fn):
		return root{is: true, alone: true}
	case fn.Parent() != nil:
		return root{is: fi.escapes && !a.runInPlace(fn), many: true}
	case name == "init" || strings.HasPrefix(name, "init#"):
		return root{} // nothing else runs yet
	case name == "main" && a.pkg.Pkg.Name() == "main" && fn.Signature.Recv() == nil:
		return root{is: true, alone: true}
	case isTest(fn):
		return root{is: true, alone: true}
	case fi.valued || len(fi.callers) == 0:
		return root{is: true, many: true}
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return root{is: true, many: true}
	}
	return root{is: a.calledElsewhere(fn, obj), many: true}
}

// onlyStart returns the go statement that alone runs a function, as far as the package shows; nil if there is none.
func (a *analysis) onlyStart(fn *ssa.Function) (start *ssa.Go) {
	if fn.Parent() == nil {
		fi := a.info[fn]
		if fi == nil || len(fi.callers) != 1 || fi.valued {
			return nil
		}
		start, _ = fi.callers[0].(*ssa.Go)
		return start
	}
	var starts []*ssa.Go
	only := ssax.AllUses(fn, func(instr ssa.Instruction, v ssa.Value) bool {
		start, ok := instr.(*ssa.Go)
		starts = append(starts, start)
		return ok && start.Call.Value == v
	})
	if !only || len(starts) != 1 {
		return nil
	}
	return starts[0]
}

// startedOnce reports whether one goroutine at most runs a function for each object, which is the receiver of a method, or that of the method
// in which a literal stands. The go statement that alone starts it stands in the function that makes the object, or in one that is called once
// for it, or behind a test that only the first one to come there passes.
func (a *analysis) startedOnce(g *ssa.Go, fn *ssa.Function) bool {
	object := startedFor(g, fn)
	if object == nil {
		return false
	}
	if made, ok := object.(ssa.Instruction); ok && flow.IsMade(object) {
		return !ssax.NewOrder(g.Parent()).Leads(g, g, made)
	}
	if ssax.InLoop(g.Block()) {
		return false
	}
	if a.runByOnce(g.Parent()) || object == receiver(g.Parent()) && a.startsOnce(g.Parent()) && loopsOverEvents(fn) {
		return true
	}
	for b := g.Block().Idom(); b != nil; b = b.Idom() {
		if branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && firstOnly(branch.Cond) && slices.ContainsFunc(b.Succs, func(s *ssa.BasicBlock) bool {
			return len(s.Preds) == 1 && s.Dominates(g.Block())
		}) {
			return true
		}
	}
	return false
}

// begunBy tells what is over when the goroutine that fn runs in is started, for the receiver of the method which starts it and which is called once
// for each object; nil if that is not known. Between the two, another goroutine may do nothing but start the one of fn.
func (a *analysis) begunBy(fn *ssa.Function) *order.Start {
	for range limits.MaxCalls {
		start := a.onlyStart(fn)
		if start == nil {
			return nil
		}
		by := start.Parent()
		if object := startedFor(start, fn); object == nil || object != receiver(by) || ssax.InLoop(start.Block()) {
			return nil
		}
		if !a.startsOnce(by) {
			fn = by
			continue
		}
		s := &order.Start{Root: a.settled.Name(by)}
		after := ssax.NewOrder(by)
		for _, b := range by.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(*ssa.Call); ok && !after.Leads(start, call, nil) {
					s.Sites = append(s.Sites, call.Pos())
				}
			}
		}
		return s
	}
	return nil
}

// startedFor returns the object for which a go statement runs fn, in terms of the function with the statement; nil if there is none.
func startedFor(g *ssa.Go, fn *ssa.Function) ssa.Value {
	switch {
	case fn.Parent() != nil:
		if p := receiver(fn.Parent()); p != nil && g.Parent() == fn.Parent() {
			return p
		}
	case fn.Signature.Recv() != nil && len(g.Call.Args) > 0:
		return ssax.Origin(g.Call.Args[0])
	}
	return nil
}

// receiver returns the receiver of a method, nil for other functions.
func receiver(fn *ssa.Function) ssa.Value {
	if fn.Signature.Recv() == nil || len(fn.Params) == 0 {
		return nil
	}
	return fn.Params[0]
}

// beginnings are names of methods that set the goroutines of an object going, and run once for each object.
var beginnings = []string{"start", "run", "open", "init", "begin", "launch", "boot", "setup", "loop", "startup"}

// startsOnce reports whether a method is called once for each object: its name says so, and nothing in sight calls it for one object again and again.
func (a *analysis) startsOnce(fn *ssa.Function) bool {
	if !slices.Contains(beginnings, strings.ToLower(fn.Name())) {
		return false
	}
	return !slices.ContainsFunc(a.info[fn].callers, func(c ssa.CallInstruction) bool {
		if !ssax.InLoop(c.Block()) || len(c.Common().Args) == 0 {
			return false
		}
		object, ok := ssax.Origin(c.Common().Args[0]).(ssa.Instruction)
		return !ok || !ssax.InLoop(object.Block())
	})
}

// loopsOverEvents reports whether a function, in a loop, waits for what channels bring: as long as it does that, there is no need for another
// goroutine that runs it.
func loopsOverEvents(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			waits := false
			switch in := instr.(type) {
			case *ssa.Select:
				waits = in.Blocking
			case *ssa.UnOp:
				waits = in.Op == token.ARROW
			}
			if waits && ssax.InLoop(b) {
				return true
			}
		}
	}
	return false
}

// runByOnce reports whether a literal is the argument of a call of Do of a sync.Once.
func (a *analysis) runByOnce(lit *ssa.Function) bool {
	refs := lit.Referrers()
	if lit.Parent() == nil || refs == nil || len(*refs) != 1 {
		return false
	}
	mc, ok := (*refs)[0].(*ssa.MakeClosure)
	return ok && slices.ContainsFunc(*mc.Referrers(), func(r ssa.Instruction) bool {
		c, ok := r.(*ssa.Call)
		if !ok || callee(c) == nil {
			return false
		}
		obj, _ := callee(c).Object().(*types.Func)
		return obj != nil && model.OnceDo(obj)
	})
}

// firstOnly reports whether a condition is the answer of an atomic operation by which the first
// one to come there is told from the others: CompareAndSwap, Swap or Add.
func firstOnly(cond ssa.Value) bool {
	switch v := cond.(type) {
	case *ssa.UnOp:
		return firstOnly(v.X)
	case *ssa.BinOp:
		return firstOnly(v.X) || firstOnly(v.Y)
	case *ssa.Call:
		a, _ := ssax.AtomicOf(v.Common())
		return a.Op == "CompareAndSwap" || a.Op == "Swap" || a.Op == "Add"
	}
	return false
}

// calledElsewhere reports whether a function that the package calls may be called by
// others, too: it is exported, or a method that an interface call may mean. Nobody
// imports a program or a test, whose exported methods are in reach of others only
// through an interface.
func (a *analysis) calledElsewhere(fn *ssa.Function, obj *types.Func) bool {
	recv := fn.Signature.Recv()
	if recv != nil && a.invoked[obj.Name()] {
		return true
	}
	if !obj.Exported() {
		return false
	}
	if a.pkg.Pkg.Name() != "main" && !ssax.InTest(fn) {
		return true
	}
	if recv == nil {
		return false
	}
	named, ok := deref(recv.Type()).(*types.Named)
	return ok && a.boxed[named.Obj()]
}

// isTest reports whether package testing runs fn: tests run one after the other, but
// for those that ask otherwise.
func isTest(fn *ssa.Function) bool {
	return IsTest(fn.Prog.Fset, fn.Name(), fn.Signature, fn.Pos())
}

// isSubtest reports whether package testing runs a literal, and nobody else: subtests of one test run one after the other, but for those
// that ask otherwise. https://pkg.go.dev/testing#T.Run
func isSubtest(lit *ssa.Function) bool {
	if len(lit.Params) != 1 || !ssax.InTest(lit) || callsParallel(lit) {
		return false
	}
	return ssax.AllUses(lit, func(instr ssa.Instruction, v ssa.Value) bool {
		call, ok := instr.(*ssa.Call)
		if !ok || callee(call) == nil || call.Call.Value == v {
			return false
		}
		obj, _ := callee(call).Object().(*types.Func)
		return obj != nil && model.RunsSubtest(obj)
	})
}

// callsParallel reports whether a subtest asks to run beside others. https://pkg.go.dev/testing#T.Parallel
func callsParallel(lit *ssa.Function) bool {
	for _, b := range lit.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && callee(call) != nil {
				if obj, _ := callee(call).Object().(*types.Func); obj != nil && obj.FullName() == "(*testing.T).Parallel" {
					return true
				}
			}
		}
	}
	return false
}

// Uncalled implements [flow.Env].
func (a *analysis) Uncalled(fn *ssa.Function) bool {
	fi := a.info[fn]
	return fn.Parent() == nil && isTest(fn) && len(fi.callers) == 0 && !fi.valued
}

// Root implements [flow.Env].
func (a *analysis) Root(fn *ssa.Function) bool {
	if a.info[fn] == nil {
		return false
	}
	is, ok := a.isRoot[fn]
	if !ok {
		is = a.rootOf(fn).is
		a.isRoot[fn] = is
	}
	return is
}

// IsTest reports whether a function of that name and signature, declared there, is a test,
// benchmark, fuzz test or example, which nobody but package testing calls.
func IsTest(fset *token.FileSet, name string, sig *types.Signature, pos token.Pos) bool {
	for _, kind := range []string{"Test", "Benchmark", "Fuzz", "Example"} {
		if strings.HasPrefix(name, kind) {
			return sig.Recv() == nil && model.InTest(fset, pos)
		}
	}
	return false
}

// runInPlace reports whether a literal is only passed to functions that run it before
// they return: what it does is seen where it is passed.
func (a *analysis) runInPlace(lit *ssa.Function) bool { return ssax.AllUses(lit, a.runs) }

// runs reports whether an instruction calls v, or a function that runs its argument v
// before it returns.
func (a *analysis) runs(instr ssa.Instruction, v ssa.Value) bool {
	call, ok := instr.(ssa.CallInstruction)
	if _, isGo := instr.(*ssa.Go); !ok || isGo || call.Common().IsInvoke() {
		return false
	}
	c := call.Common()
	if c.Value == v {
		return true
	}
	fn := callee(call)
	if fn == nil {
		return false
	}
	obj, _ := fn.Object().(*types.Func)
	for i, arg := range c.Args {
		if arg != v {
			continue
		}
		if model.RunsInPlace(obj, i) {
			return true
		}
		sum, _ := a.Static(fn)
		if sum == nil {
			return false
		}
		for _, e := range sum.Events {
			if e.Kind == flow.Call && e.Param == a.table.Param(i) {
				return true
			}
		}
	}
	return false
}
