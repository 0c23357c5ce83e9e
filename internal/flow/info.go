package flow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// funcInfo is what the walk knows about its function beforehand.
type funcInfo struct {
	instrs   int
	order    []int  // block index → reverse post-order number
	inLoop   []bool // block lies on a cycle
	polls    map[*ssa.If]*ssax.Poll
	header   []bool // block is the head of a natural loop
	live     []set  // values that may be asked for at or after the block's start
	captured map[*ssa.Alloc]bool
	keptAddr map[*ssa.Alloc]bool // see addressKept
	failing  map[ssa.Value]bool  // see neverFails
	shared   map[*ssa.Alloc]bool // captured, and written by the closure
	loaded   map[string]bool     // cells that the function reads
	tests    map[any]int         // how many branches, calls and returns ask for a value or cell
	carry    map[ssa.Value][]ssa.Instruction

	calculations map[*ssa.BinOp]int            // see calculated
	willing      map[ssa.Instruction]*ssa.If   // see atWill
	branches     map[*ssa.BasicBlock][]*ssa.If // see branchesTo
	looks        map[ssa.Value]looked          // see looksAt

	aliases map[int]*path.Node // see walker.captured

	run *ssax.Order

	followed []pointerUse // see pointers; nil as long as nobody has asked

	counters map[*ssa.BasicBlock][]ssax.Counter // of the loop with a header; see passes
}

func newFuncInfo(fn *ssa.Function, env Env) *funcInfo {
	n := len(fn.Blocks)
	fi := &funcInfo{
		order: make([]int, n), inLoop: make([]bool, n), header: make([]bool, n),
		live:     make([]set, n),
		captured: make(map[*ssa.Alloc]bool), keptAddr: make(map[*ssa.Alloc]bool), failing: make(map[ssa.Value]bool), shared: make(map[*ssa.Alloc]bool),
		loaded: make(map[string]bool), tests: make(map[any]int), carry: make(map[ssa.Value][]ssa.Instruction),
		calculations: make(map[*ssa.BinOp]int), willing: make(map[ssa.Instruction]*ssa.If),
		branches: make(map[*ssa.BasicBlock][]*ssa.If), looks: make(map[ssa.Value]looked),
		run: ssax.NewOrder(fn),
	}
	fi.number(fn)
	fi.loops(fn)
	fi.scan(fn)
	fi.calls(fn, env)
	fi.liveness(fn)
	for _, p := range ssax.Polls(fn) {
		if fi.polls == nil {
			fi.polls = make(map[*ssa.If]*ssax.Poll)
		}
		fi.polls[p.Test] = &p
	}
	return fi
}

func (fi *funcInfo) number(fn *ssa.Function) {
	next := len(fn.Blocks)
	seen := make([]bool, len(fn.Blocks))
	type frame struct {
		b *ssa.BasicBlock
		i int
	}
	for _, root := range []*ssa.BasicBlock{fn.Blocks[0], fn.Recover} {
		if root == nil || seen[root.Index] {
			continue
		}
		seen[root.Index] = true
		stack := []frame{{root, 0}}
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.i < len(f.b.Succs) {
				to := f.b.Succs[f.i]
				f.i++
				if !seen[to.Index] {
					seen[to.Index] = true
					stack = append(stack, frame{to, 0})
				}
				continue
			}
			next--
			fi.order[f.b.Index] = next
			stack = stack[:len(stack)-1]
		}
	}
}

// loops finds the strongly connected components of the flow graph (Tarjan).
func (fi *funcInfo) loops(fn *ssa.Function) {
	n := len(fn.Blocks)
	index, low, on := make([]int, n), make([]int, n), make([]bool, n)
	var stack []*ssa.BasicBlock
	next := 0
	type frame struct {
		b *ssa.BasicBlock
		i int
	}
	for _, root := range fn.Blocks {
		if index[root.Index] != 0 {
			continue
		}
		work := []frame{{root, 0}}
		for len(work) > 0 {
			f := &work[len(work)-1]
			b := f.b
			if f.i == 0 && index[b.Index] == 0 {
				next++
				index[b.Index], low[b.Index] = next, next
				stack, on[b.Index] = append(stack, b), true
			}
			if f.i < len(b.Succs) {
				to := b.Succs[f.i]
				f.i++
				if to.Dominates(b) {
					fi.header[to.Index] = true
				}
				if to == b {
					fi.inLoop[b.Index] = true
				}
				if index[to.Index] == 0 {
					work = append(work, frame{to, 0})
				} else if on[to.Index] {
					low[b.Index] = min(low[b.Index], index[to.Index])
				}
				continue
			}
			if low[b.Index] == index[b.Index] {
				size := 0
				for i := len(stack) - 1; ; i-- {
					size++
					if stack[i] == b {
						break
					}
				}
				for _, x := range stack[len(stack)-size:] {
					on[x.Index] = false
					if size > 1 {
						fi.inLoop[x.Index] = true
					}
				}
				stack = stack[:len(stack)-size]
			}
			work = work[:len(work)-1]
			if len(work) > 0 {
				p := work[len(work)-1].b
				low[p.Index] = min(low[p.Index], low[b.Index])
			}
		}
	}
}

// atoms calls f for what the value of v hangs on: cells for loads from fields
// and globals, values otherwise.
func atoms(v ssa.Value, depth int, f func(any)) {
	if depth > 8 {
		return
	}
	switch u := v.(type) {
	case *ssa.Const, *ssa.Function, *ssa.Builtin, nil:
		return
	case *ssa.UnOp:
		if u.Op == token.MUL {
			if c := path.StaticCell(u.X); c != "" {
				f(c)
			} else {
				f(u.X)
			}
			return
		}
	case *ssa.Alloc:
		f(v)
		return
	}
	if lazy(v) {
		var buf [4]*ssa.Value
		for _, op := range v.(ssa.Instruction).Operands(buf[:0]) {
			if *op != nil {
				atoms(*op, depth+1, f)
			}
		}
		return
	}
	f(v)
}

func (fi *funcInfo) scan(fn *ssa.Function) {
	test := func(v ssa.Value) { atoms(v, 0, func(a any) { fi.tests[a]++ }) }
	for _, b := range fn.Blocks {
		fi.instrs += len(b.Instrs)
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.If:
				test(instr.Cond)
			case *ssa.Return:
				for _, r := range instr.Results {
					test(r)
				}
			case *ssa.UnOp:
				if instr.Op == token.MUL {
					if c := path.StaticCell(instr.X); c != "" {
						fi.loaded[c] = true
					}
				}
			case *ssa.Lookup:
				if isMap(instr.X) {
					fi.loaded[path.ElementCell(instr.X)] = true
				}
			case *ssa.MakeClosure:
				fi.capture(instr)
			case ssa.CallInstruction:
				if a, ok := ssax.AtomicOf(instr.Common()); ok && a.Op == "Load" && a.IsNumber() {
					if c := path.StaticCell(a.Addr); c != "" {
						fi.loaded[c] = true
					}
				}
				for _, a := range instr.Common().Args {
					if isBool(a.Type()) {
						test(a)
					}
				}
			case *ssa.Phi:
				// A phi carries its edges' values on to the next turn if it begins a loop. On which paths a pointer goes on by the
				// name of the phi, the state knows.
				begins := slices.ContainsFunc(b.Preds, b.Dominates) && !tracked(instr.Type())
				for _, e := range instr.Edges {
					if begins {
						fi.carry[e] = append(fi.carry[e], instr)
					}
					if isBool(e.Type()) {
						test(e)
					}
				}
			case *ssa.Store:
				if variable, ok := instr.Addr.(*ssa.Alloc); !ok || variable.Block() != instr.Block() {
					fi.carry[instr.Val] = append(fi.carry[instr.Val], instr) // else it is a variable of the turn itself, which closures share
				}
			case *ssa.MapUpdate:
				fi.carry[instr.Value] = append(fi.carry[instr.Value], instr)
				fi.carry[instr.Key] = append(fi.carry[instr.Key], instr)
			case *ssa.MakeInterface:
				fi.carry[instr.X] = append(fi.carry[instr.X], instr)
			case *ssa.Send:
				fi.carry[instr.X] = append(fi.carry[instr.X], instr)
			case *ssa.Select:
				for _, c := range instr.States {
					fi.carry[c.Send] = append(fi.carry[c.Send], instr)
				}
			}
		}
	}
}

// capture notes the local variables that a closure shares with the function.
func (fi *funcInfo) capture(mc *ssa.MakeClosure) {
	closure := mc.Fn.(*ssa.Function)
	for i, b := range mc.Bindings {
		alloc, ok := b.(*ssa.Alloc)
		if !ok || i >= len(closure.FreeVars) {
			continue
		}
		fi.captured[alloc] = true
		fi.tests[alloc] += 2
		if writesVar(closure.FreeVars[i], 0) {
			fi.shared[alloc] = true
		}
	}
}

// writesVar reports whether a function or its closures may store to the captured
// variable fv at any time. The body of a range-over-func loop stores only while the
// loop runs, and the call that runs it says so.
func writesVar(fv *ssa.FreeVar, depth int) bool {
	for _, ref := range *fv.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr == fv && !IsLoopBody(fv.Parent()) {
				return true
			}
		case *ssa.MakeClosure:
			inner := ref.Fn.(*ssa.Function)
			for i, b := range ref.Bindings {
				if b == fv && depth < 4 && i < len(inner.FreeVars) && writesVar(inner.FreeVars[i], depth+1) {
					return true
				}
			}
		}
	}
	return false
}

// private reports whether an object made by the function is known to nobody else
// after the function has returned, but for whom it returns it to: it is not captured,
// sent or stored anywhere, and no goroutine is started with it.
func (fi *funcInfo) private(v ssa.Value) bool {
	refs := v.Referrers()
	if refs == nil {
		return false
	}
	for _, r := range *refs {
		switch r := r.(type) {
		case *ssa.Store:
			if r.Val == v {
				return false
			}
		case *ssa.MakeClosure, *ssa.Go, *ssa.Send, *ssa.MapUpdate, *ssa.Phi:
			return false
		case *ssa.ChangeType:
			if !fi.private(r) {
				return false
			}
		}
	}
	return true
}

// once reports whether nothing after the branch that decided it asks for the
// condition n again: it matters to callers only.
func (fi *funcInfo) once(n *path.Node) bool {
	if n.HasValue() {
		return false
	}
	count := 0
	asked(n, func(cell string) {
		if cell == "" {
			count = 2 // parameters are few; their tests are worth keeping
		}
		count = max(count, fi.tests[cell])
	})
	return count < 2
}

// asked calls f with the fields and package variables that a condition asks for, and with "" for a parameter.
func asked(n *path.Node, f func(cell string)) {
	switch n.Kind {
	case path.Deref:
		switch n.X.Kind {
		case path.Field:
			f(n.X.Owner + "." + n.X.Name)
			return
		case path.Global:
			f(n.X.Name)
			return
		}
	case path.Param, path.FreeVar:
		f("")
		return
	}
	if n.X != nil {
		asked(n.X, f)
	}
	if n.Y != nil {
		asked(n.Y, f)
	}
}

// calls counts what callees ask for, and what they look up for this function to ask.
func (fi *funcInfo) calls(fn *ssa.Function, env Env) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok || call.Common().StaticCallee() == nil {
				continue
			}
			sum, _ := env.Static(call.Common().StaticCallee())
			if sum == nil {
				continue
			}
			cells := make(map[string]int)
			guards := func(ls []Literal) {
				for _, l := range ls {
					asked(l.Cond, func(cell string) { cells[cell] = 1 })
				}
			}
			for i := range sum.Events {
				guards(sum.Events[i].Guard)
			}
			for _, o := range sum.Outcomes {
				guards(o.Guard)
				if v := call.Value(); v != nil && len(o.Results) == 1 && o.Results[0] != nil && fi.tests[v] > 0 {
					asked(o.Results[0], func(cell string) { cells[cell] = fi.tests[v] })
				}
			}
			for cell, n := range cells {
				fi.tests[cell] += n
			}
		}
	}
}

// tracked reports whether the walk follows variables of the type through
// loops: those that lead to locks or decide branches.
func tracked(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsBoolean != 0
	case *types.Pointer, *types.Interface, *types.Signature, *types.Map, *types.Chan:
		return true
	}
	return false
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}
