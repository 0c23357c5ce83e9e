package groups

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
)

// A walker executes one function.
type walker struct {
	*world
	steps, states int
	stack         []*ssa.Function // functions that are executed, goroutines included
	partial       bool
}

// A cont is where execution goes on.
type cont struct {
	ret    func(*state, []value)
	unwind func(*state) // after a panic or runtime.Goexit
}

// explore executes a function that is called or started by itself. It returns what it may do, and whether
// that is all.
func (w *walker) explore(st *state, fn *ssa.Function, args, binds []value) (paths []*trace, partial bool) {
	before := w.partial
	w.partial = false
	at := returnPos(fn)
	finish := func(st *state) {
		if len(paths) >= limits.MaxGroupPaths {
			w.partial = true
			return
		}
		paths = append(paths, st.trace(at(st)))
	}
	w.enter(st, fn, args, binds, false, cont{
		ret: func(st *state, _ []value) { finish(st) },
		unwind: func(st *state) {
			if st.ends == exiting {
				finish(st)
			}
		},
	})
	partial, w.partial = w.partial, before
	return paths, partial
}

// returnPos returns the place where a path of fn ended: a return statement, or the closing brace.
func returnPos(fn *ssa.Function) func(*state) token.Pos {
	return func(st *state) token.Pos {
		for _, instr := range slices.Backward(st.way) {
			if r, ok := instr.(*ssa.Return); ok && r.Parent() == fn && r.Pos().IsValid() {
				return r.Pos()
			}
			if c, ok := instr.(*ssa.Call); ok && st.ends == exiting {
				return c.Pos()
			}
		}
		if s := fn.Syntax(); s != nil {
			return s.End() - 1
		}
		return fn.Pos()
	}
}

// enter executes a function in a new frame.
func (w *walker) enter(st *state, fn *ssa.Function, args, binds []value, isDeferred bool, k cont) {
	if len(fn.Blocks) == 0 || len(w.stack) >= limits.MaxGroupDepth || slices.Contains(w.stack, fn) {
		st.event(event{kind: unknown})
		k.ret(st, nil)
		return
	}
	w.ran[fn], st.ran[fn] = true, true
	st.made++
	f := &frame{id: st.made, fn: fn, env: make(map[ssa.Value]value), binds: binds, deferred: isDeferred}
	for i, p := range fn.Params {
		if i < len(args) {
			f.env[p] = args[i]
		} else {
			f.env[p] = w.fresh("p"+w.name(p), p.Type())
		}
	}
	st.frames = append(slices.Clip(st.frames), f)
	w.stack = append(w.stack, fn)
	w.block(st, fn.Blocks[0], nil, k)
	w.stack = w.stack[:len(w.stack)-1]
}

// leave ends the top frame's execution on one path: fn is off the stack while its caller goes on.
func (w *walker) leave(st *state, then func()) {
	st.frames = st.frames[: len(st.frames)-1 : len(st.frames)-1]
	fn := w.stack[len(w.stack)-1]
	w.stack = w.stack[:len(w.stack)-1]
	then()
	w.stack = append(w.stack, fn)
}

// fresh returns a value of which nothing is known but its name.
func (w *walker) fresh(key string, t types.Type) value {
	if isInt(t) {
		return ofLinear(linear{c: 1, sym: key})
	}
	return value{key: key}
}

// block executes a block that is come to from another one.
func (w *walker) block(st *state, b, from *ssa.BasicBlock, k cont) {
	w.run(st, b, w.phis(st, b, from), k)
}

// phis gives the phis of a block their values, and returns how many there are.
func (w *walker) phis(st *state, b, from *ssa.BasicBlock) int {
	f := st.top()
	var phis []value
	n := 0
	for _, instr := range b.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		phis = append(phis, w.value(st, phi.Edges[slices.Index(b.Preds, from)]))
		n++
	}
	for i, v := range phis {
		f.env[b.Instrs[i].(*ssa.Phi)] = v
	}
	return n
}

// run executes the instructions of a block from one of them on.
func (w *walker) run(st *state, b *ssa.BasicBlock, i int, k cont) {
	for ; i < len(b.Instrs); i++ {
		if w.steps++; w.steps > limits.MaxGroupSteps {
			w.partial = true
			return
		}
		next := i + 1
		switch instr := b.Instrs[i].(type) {
		case *ssa.Call:
			target, args := w.target(st, &instr.Call), w.args(st, &instr.Call)
			if fn := w.enters(target, args, false); fn != nil && !isOp(&instr.Call) {
				st.top().at = instr
				w.enter(st, fn, args, target.binds, false, cont{
					ret: func(st *state, results []value) {
						st.top().env[instr] = packed(results)
						st.given(args)
						w.run(st, b, next, k)
					},
					unwind: func(st *state) { w.unwind(st, k) },
				})
				return
			}
			results := w.call(st, instr, target, args, false)
			if st.ends == exiting {
				w.unwind(st, k)
				return
			}
			st.top().env[instr] = packed(results)
		case *ssa.Go:
			w.start(st, instr, w.target(st, &instr.Call), w.args(st, &instr.Call), 0)
		case *ssa.Defer:
			f := st.top()
			f.defers = append(f.defers, deferred{instr, w.target(st, &instr.Call), w.args(st, &instr.Call)})
		case *ssa.RunDefers:
			w.defers(st, cont{ret: func(st *state, _ []value) {
				if st.ends != running { // in a deferred call
					w.leave(st, func() { k.unwind(st) })
					return
				}
				w.run(st, b, next, k)
			}})
			return
		case *ssa.Return:
			results := make([]value, len(instr.Results))
			for j, r := range instr.Results {
				results[j] = w.value(st, r)
				if len(w.stack) == 1 {
					w.leak(st, results[j], instr)
				}
			}
			st.way = append(st.way, instr)
			w.leave(st, func() { k.ret(st, results) })
			return
		case *ssa.Panic:
			if mi, ok := instr.X.(*ssa.MakeInterface); ok {
				if c, ok := mi.X.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String && constant.StringVal(c.Value) == "noreturn" {
					return // the program or the test ends
				}
			}
			st.ends = panicking
			w.unwind(st, k)
			return
		case *ssa.Jump:
			i = w.phis(st, b.Succs[0], b) - 1
			b = b.Succs[0]
		case *ssa.If:
			known, is := st.decide(w.value(st, instr.Cond))
			if !known {
				w.branch(st, instr, k)
				return
			}
			w.stores(st, instr, is)
			i = w.phis(st, b.Succs[at(is)], b) - 1
			b = b.Succs[at(is)]
		case *ssa.Store:
			w.store(st, instr)
		case *ssa.MapUpdate:
			w.leak(st, w.value(st, instr.Value), instr)
			w.leak(st, w.value(st, instr.Key), instr)
			st.visits[visit{-1, nil}]++ // the length of maps may be another one
			if cell := path.ReadFrom(instr.Map); cell != "" {
				st.filled = append(slices.Clip(st.filled), cell)
			}
		case *ssa.Send:
			if !deadQueue(instr.Chan) {
				w.leak(st, w.value(st, instr.X), instr)
				st.given([]value{w.value(st, instr.X)})
			}
		case ssa.Value:
			v := w.eval(st, instr)
			st.top().env[instr] = v
			if s, ok := instr.(*ssa.Select); ok {
				for _, c := range s.States {
					if c.Send != nil {
						w.leak(st, w.value(st, c.Send), instr.(ssa.Instruction))
						st.given([]value{w.value(st, c.Send)})
					}
				}
			}
		}
	}
}

// looksUp returns the cell of the map of which a condition asks whether it has a key, and the answer of the condition if it has. cell is "" if the
// condition asks for something else.
func looksUp(cond ssa.Value) (cell string, there bool) {
	there = true
	if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
		cond, there = not.X, false
	}
	if e, ok := cond.(*ssa.Extract); ok && e.Index == 1 {
		if l, ok := e.Tuple.(*ssa.Lookup); ok {
			return path.ReadFrom(l.X), there
		}
	}
	return "", there
}

// packed returns the results of a call as one value.
func packed(results []value) value {
	switch len(results) {
	case 0:
		return value{}
	case 1:
		return results[0]
	}
	return value{tuple: results}
}

// branch goes on where a condition that is not known leads: both ways.
func (w *walker) branch(st *state, instr *ssa.If, k cont) {
	b := instr.Block()
	cond := w.value(st, instr.Cond)
	shape := w.shape(b.Parent())
	if m := shape.merge(b); m != nil {
		_, loaded := loadOrStore(instr.Cond)
		w.stores(st, instr, !loaded)
		w.skip(st, b, m, k)
		return
	}
	f := st.top()
	v := visit{f.id, instr}
	loop := shape.scc[b.Index]
	if st.turns[v]++; st.turns[v] > limits.MaxGroupTurns+1 || w.states > limits.MaxGroupState || w.work > limits.MaxGroupWork {
		w.partial = w.partial || st.turns[v] <= limits.MaxGroupTurns+1
		return
	}
	for _, is := range []bool{true, false} {
		to := b.Succs[at(is)]
		if loop != 0 && st.turns[v] > limits.MaxGroupTurns && shape.scc[to.Index] == loop {
			continue // enough turns
		}
		w.states++
		w.work++
		c := st
		if is {
			c = st.clone()
		}
		w.stores(c, instr, is)
		if cell, there := looksUp(instr.Cond); cell != "" && there != is && slices.Contains(st.filled, cell) {
			c.weak = true // what the path has put there is found, as a rule
		}
		if loop == 0 && header(b) { // a loop that never turns
			c.loops[place{f.id, f.fn, -b.Index}], c.ended[place{f.id, f.fn, -b.Index}] = "", !is
		}
		if loop != 0 && (shape.scc[b.Succs[0].Index] != loop || shape.scc[b.Succs[1].Index] != loop) {
			p, sym := place{f.id, f.fn, loop}, ""
			if cond.rel != nil {
				sym = cond.rel.of.sym
			}
			if old, seen := c.loops[p]; seen && old != sym {
				sym = ""
			}
			c.loops[p] = sym
			c.ended[p] = shape.scc[to.Index] != loop && header(b)
		}
		if is {
			c.assume(cond)
		} else {
			c.assume(negate(cond))
		}
		c.way = append(c.way, instr, to.Instrs[0])
		w.block(c, to, b, k)
	}
}

func at(is bool) int {
	if is {
		return 0
	}
	return 1
}

// skip goes on where branches meet that do nothing of interest.
func (w *walker) skip(st *state, b *ssa.BasicBlock, m *merge, k cont) {
	f := st.top()
	if m.region[b] {
		for _, instr := range b.Instrs {
			if phi, ok := instr.(*ssa.Phi); ok {
				f.env[phi] = w.unknownOf(st, phi)
			}
		}
	}
	n := 0
	for _, instr := range m.at.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		f.env[phi] = w.unknownOf(st, phi)
		n++
	}
	w.run(st, m.at, n, k)
}

// unknownOf returns a new value for an instruction.
func (w *walker) unknownOf(st *state, v ssa.Value) value {
	instr := v.(ssa.Instruction)
	at := visit{st.top().id, instr}
	n := st.visits[at]
	st.visits[at]++
	return w.fresh(nth(w.name(v), n), v.Type())
}

// name returns a name for an SSA value that no other has.
func (w *walker) name(v ssa.Value) string {
	if w.names[v] == "" {
		w.names[v] = "t" + strconv.Itoa(len(w.names))
	}
	return w.names[v]
}

// defers runs the deferred calls of the top frame.
func (w *walker) defers(st *state, k cont) {
	f := st.top()
	if len(f.defers) == 0 {
		k.ret(st, nil)
		return
	}
	d := f.defers[len(f.defers)-1]
	f.defers = f.defers[: len(f.defers)-1 : len(f.defers)-1]
	if fn := w.enters(d.call, d.args, true); fn != nil && !isOp(&d.instr.Call) {
		f.at = d.instr
		w.enter(st, fn, d.args, d.call.binds, true, cont{
			ret:    func(st *state, _ []value) { w.defers(st, k) },
			unwind: func(st *state) { w.defers(st, k) },
		})
		return
	}
	w.call(st, d.instr, d.call, d.args, true)
	w.defers(st, k)
}

// unwind ends the top frame in a panic or by runtime.Goexit.
func (w *walker) unwind(st *state, k cont) {
	w.defers(st, cont{ret: func(st *state, _ []value) {
		f := st.top()
		if st.ends == panicking && f.recovers {
			st.ends = running
			results := make([]value, f.fn.Signature.Results().Len())
			w.leave(st, func() { k.ret(st, results) })
			return
		}
		w.leave(st, func() { k.unwind(st) })
	}})
}

// deadQueue reports whether a channel is a local variable from which nobody receives.
func deadQueue(ch ssa.Value) bool {
	mc, ok := ch.(*ssa.MakeChan)
	if !ok {
		return false
	}
	return !slices.ContainsFunc(*mc.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.Send:
			return r.Chan != mc || r.X == mc
		case *ssa.Call:
			b, ok := r.Call.Value.(*ssa.Builtin)
			return !ok || b.Name() == "append"
		case *ssa.DebugRef:
			return false
		}
		return true
	})
}

// header reports whether a block has the condition of a for statement.
func header(b *ssa.BasicBlock) bool {
	to := b.Succs[0].Comment
	return strings.HasSuffix(to, ".body") && to != "switch.body" && to != "select.body" && to != "typeswitch.body"
}
