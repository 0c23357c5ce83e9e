package groups

import (
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
)

// target returns the function that a call runs, as far as it is known.
func (w *walker) target(st *state, c *ssa.CallCommon) value {
	if c.IsInvoke() {
		x := w.value(st, c.Value)
		return value{key: w.short(x.key + "." + c.Method.Name())}
	}
	if _, ok := c.Value.(*ssa.Builtin); ok {
		return value{}
	}
	return w.value(st, c.Value)
}

func (w *walker) args(st *state, c *ssa.CallCommon) []value {
	var vals []value
	if c.IsInvoke() {
		vals = append(vals, w.value(st, c.Value))
	}
	for _, a := range c.Args {
		vals = append(vals, w.value(st, a))
	}
	return vals
}

// emit notes that something happens to a WaitGroup here.
func (w *walker) emit(st *state, e event) {
	for _, f := range st.frames {
		instr := e.instr
		if instr.Parent() != f.fn {
			if instr = f.at; instr == nil {
				continue
			}
		}
		if loop := w.shape(f.fn).scc[instr.Block().Index]; loop != 0 {
			e.in = append(e.in, place{f.id, f.fn, loop})
		}
	}
	st.event(e)
}

// enters returns the function that a call runs, if it is to be executed.
func (w *walker) enters(target value, args []value, isDeferred bool) *ssa.Function {
	fn := target.fn
	if fn == nil || len(fn.Blocks) == 0 {
		return nil
	}
	if (w.roots[fn] || !w.touching(fn)) && !w.concerns(args) && !(isDeferred && ssax.Recovers(fn)) {
		return nil
	}
	if o := fn.Origin(); o != nil && len(o.Blocks) > 0 {
		return o
	}
	return fn
}

func isOp(c *ssa.CallCommon) bool {
	_, is := op(c)
	return is
}

// call executes a call that runs no function to be entered. It sets the state's end if the goroutine ends there.
func (w *walker) call(st *state, instr ssa.CallInstruction, target value, args []value, isDeferred bool) []value {
	c := instr.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		return []value{w.builtin(st, instr, b.Name(), args, isDeferred)}
	}
	if op, ok := op(c); ok {
		w.op(st, instr, op, args)
		return nil
	}
	if fn := target.fn; fn != nil && fn.Object() != nil && fn.Object().Pkg() != nil && fn.Object().Pkg().Path() == "runtime" && fn.Name() == "Goexit" {
		st.ends = exiting
		st.way = append(st.way, instr)
		return nil
	}
	w.opaque(st, instr, target, args)
	return w.results(st, instr, target, args)
}

// concerns reports whether one of the arguments is a WaitGroup, or a function that uses one.
func (w *walker) concerns(args []value) bool {
	for _, a := range args {
		if a.fn != nil && w.touching(a.fn) {
			return true
		}
		if c := w.classes[a.key]; c != nil && isGroup(deref(c.Type())) {
			return true
		}
		if b := w.allocs[a.key]; b != nil && isGroup(deref(b.Type())) {
			return true
		}
	}
	return false
}

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// results returns what a call yields that is not executed: the same for equal arguments, the first time.
func (w *walker) results(st *state, instr ssa.CallInstruction, target value, args []value) []value {
	v := instr.Value()
	if v == nil {
		return nil
	}
	at := visit{st.top().id, instr}
	n := st.visits[at]
	st.visits[at]++
	key := target.key
	for _, a := range args {
		if a.key == "" {
			key = ""
		}
		if key != "" {
			key += "," + a.key
		}
	}
	if key == "" {
		key = w.name(v) + "/" + strconv.Itoa(at.frame)
	}
	key = w.short(nth("call "+key, n))
	t, ok := v.Type().(*types.Tuple)
	if !ok {
		return []value{w.fresh(key, v.Type())}
	}
	var vals []value
	for i := range t.Len() {
		vals = append(vals, w.fresh(key+"#"+strconv.Itoa(i), t.At(i).Type()))
	}
	return vals
}

// opaque notes what code that is not executed may do with what it gets.
func (w *walker) opaque(st *state, instr ssa.CallInstruction, target value, args []value) {
	w.leak(st, target, instr)
	for _, a := range opaqueArgs(instr, args) {
		w.leak(st, a, instr)
	}
	var left []string
	for _, key := range st.nums {
		switch v, _ := st.mem.at(key); {
		case v.num == nil && v.size == nil:
		case w.base(key) == nil || st.isLeaked(key):
			v.num, v.size, v.key = nil, nil, ""
			st.mem.set(key, v)
		default:
			left = append(left, key)
		}
	}
	st.nums = left
}

// leak notes that code out of sight may have a value, and what can be reached from it.
func (w *walker) leak(st *state, v value, instr ssa.Instruction) {
	if v.fn != nil {
		if len(v.binds) > 0 && w.touching(v.fn) || v.fn.Synthetic != "" {
			for _, b := range v.binds {
				w.lose(st, b, instr)
			}
		}
		for _, b := range v.binds {
			w.leak(st, b, instr)
		}
		return
	}
	if v.from != "" && !st.leaked["*"+v.from] {
		st.leaked["*"+v.from] = true
		for _, held := range st.mem.under(v.from) {
			w.leak(st, held, instr)
		}
		return
	}
	if v.key == "" || !v.nonNil || v.from != "" || st.leaked[v.key] {
		return
	}
	st.leaked[v.key] = true
	if b := w.allocs[v.key]; b != nil && isGroup(deref(b.Type())) {
		w.emit(st, event{kind: unknown, group: v.key, instr: instr})
	} else if c := w.classes[v.key]; c != nil && isGroup(deref(c.Type())) {
		w.emit(st, event{kind: unknown, group: v.key, instr: instr})
	}
	for _, held := range st.mem.under(v.key) {
		w.leak(st, held, instr)
	}
}

// lose notes that the WaitGroups that can be reached from a value may be counted down by code that is not executed.
func (w *walker) lose(st *state, v value, instr ssa.Instruction) {
	if v.key == "" {
		w.emit(st, event{kind: unknown, instr: instr})
		return
	}
	w.emit(st, event{kind: unknown, group: v.key, instr: instr})
	for _, held := range st.mem.under(v.key) {
		if held.key != "" && held.key != v.key && (held.nonNil || strings.HasPrefix(held.key, "p") || strings.HasPrefix(held.key, "*")) {
			w.emit(st, event{kind: unknown, group: held.key, instr: instr})
		}
	}
}

// op executes an operation on a WaitGroup.
func (w *walker) op(st *state, instr ssa.CallInstruction, k kind, args []value) {
	g := args[0].key
	if g == "" {
		w.emit(st, event{kind: unknown, instr: instr})
		return
	}
	e := event{kind: k, n: linear{k: 1}, group: g, instr: instr}
	switch k {
	case add:
		n := args[1].num
		if n == nil {
			w.emit(st, event{kind: unknown, group: g, instr: instr})
			return
		}
		e.n = *n
		if n.c == 0 && n.k < 0 || n.c < 0 && st.span(n.sym).lo >= 0 {
			e.kind, e.n = done, linear{-n.k, -n.c, n.sym}
		}
	case spawn:
		e.kind = add
		w.emit(st, e)
		w.start(st, instr, args[1], nil, 1)
		return
	}
	w.emit(st, e)
}

// start executes a goroutine on the side. With WaitGroup.Go it is counted down at its end.
func (w *walker) start(st *state, instr ssa.CallInstruction, target value, args []value, counted int) {
	c := instr.Common()
	e := event{kind: spawn, instr: instr}
	if counted == 0 {
		if op, ok := op(c); ok {
			sub := st.clone()
			sub.events = nil
			w.op(sub, instr, op, args)
			t := sub.trace(instr.Pos())
			e.alts = []*trace{t}
			w.emit(st, e)
			return
		}
	}
	fn := target.fn
	if fn != nil {
		st.ran[fn] = true
	}
	if fn == nil || len(fn.Blocks) == 0 || counted == 0 && !w.touching(fn) && !w.concerns(args) {
		if fn == nil || len(fn.Blocks) == 0 {
			w.opaque(st, instr, target, args)
		} else {
			w.forget(st, fn, target.binds)
			for _, a := range args {
				w.leak(st, a, instr)
			}
			for i, b := range target.binds {
				if len(*fn.FreeVars[i].Referrers()) > 0 {
					w.leak(st, b, instr)
				}
			}
		}
		if counted == 0 {
			return
		}
	}
	if fn == nil || len(fn.Blocks) == 0 {
		w.emit(st, event{kind: unknown, group: counter(c, w, st), instr: instr})
		return
	}
	if t := w.again(st, instr, fn); t != nil && counted == 0 {
		e.alts = []*trace{t}
		w.forget(st, fn, target.binds)
		w.emit(st, e)
		return
	}
	sub := st.clone()
	sub.frames, sub.events, sub.way, sub.weak, sub.ends = nil, nil, nil, false, running
	sub.loops, sub.ended = make(map[place]string), make(map[place]bool)
	for _, b := range target.binds {
		if a := w.allocs[b.key]; a != nil && ssax.OnlyStore(a) == nil && !hasGroup(deref(a.Type())) {
			sub.set(b.key, w.fresh("later "+b.key, deref(a.Type())))
		}
	}
	paths, partial := w.explore(sub, fn, args, target.binds)
	if counted > 0 {
		for _, t := range paths {
			t.events = append(t.events, event{kind: done, n: linear{k: 1}, group: counter(c, w, st), instr: instr})
		}
	}
	e.alts = distinct(paths)
	if partial || len(paths) == 0 || len(e.alts) > limits.MaxGroupAlts {
		e.alts = nil // anything may happen
	}
	w.forget(st, fn, target.binds)
	w.emit(st, e)
}

// again returns what a goroutine does that runs the function which starts it: it counts down what has been added for it right before, as
// a goroutine of this function is about to be found to do. If not all of its paths do so, that is said of the path. It is nil for other
// goroutines, and for those for which nothing has been added.
func (w *walker) again(st *state, instr ssa.CallInstruction, fn *ssa.Function) *trace {
	if !slices.Contains(w.stack, fn) || len(st.events) == 0 {
		return nil
	}
	last := &st.events[len(st.events)-1]
	if last.kind != add || last.n != (linear{k: 1}) || last.instr.Block() != instr.Block() {
		return nil
	}
	t := newState().trace(instr.Pos())
	t.events = []event{{kind: done, n: linear{k: 1}, group: last.group, instr: instr}}
	return t
}

// counter returns the WaitGroup of a call of WaitGroup.Go.
func counter(c *ssa.CallCommon, w *walker, st *state) string {
	if _, ok := op(c); !ok {
		return ""
	}
	return w.value(st, c.Args[0]).key
}

// forget notes that a goroutine may write to variables that its function has captured.
func (w *walker) forget(st *state, fn *ssa.Function, binds []value) {
	for i, b := range binds {
		if i < len(fn.FreeVars) && writes(fn.FreeVars[i], 0) && b.key != "" {
			if a := w.allocs[b.key]; a != nil {
				st.set(b.key, w.fresh("since "+w.name(fn)+" "+b.key, deref(a.Type())))
			}
		}
	}
}

// writes reports whether a literal, or one within it, stores to a captured variable.
func writes(fv *ssa.FreeVar, depth int) bool {
	for _, r := range *fv.Referrers() {
		switch r := r.(type) {
		case *ssa.Store:
			if r.Addr == fv {
				return true
			}
		case *ssa.MakeClosure:
			for i, b := range r.Bindings {
				if b == fv && (depth > 4 || writes(r.Fn.(*ssa.Function).FreeVars[i], depth+1)) {
					return true
				}
			}
		}
	}
	return false
}

// builtin executes a call of a builtin function.
func (w *walker) builtin(st *state, instr ssa.CallInstruction, name string, args []value, isDeferred bool) value {
	switch name {
	case "len":
		if v := w.length(st, args[0]); v.key != "" {
			return v
		}
	case "append":
		v := w.unknownOf(st, instr.Value())
		v.nonNil = true
		if len(args) > 1 {
			if n, ok := arithmetic(opAdd, w.length(st, args[0]), w.length(st, args[1])); ok {
				v.size = n.num
			}
		}
		for _, a := range args {
			if a.key == "" {
				continue
			}
			for _, held := range st.mem.under(a.key) {
				w.leak(st, held, instr) // the elements of both are in a new array
			}
		}
		return v
	case "delete", "clear":
		st.visits[visit{-1, nil}]++
	case "recover":
		if !isDeferred && st.ends == panicking && st.top().deferred && len(st.frames) > 1 {
			st.frames[len(st.frames)-2].recovers = true
			return value{key: "panic", nonNil: true}
		}
		return null
	case "min", "max":
	case "ssa:wrapnilchk":
		return args[0]
	}
	if v := instr.Value(); v != nil {
		return w.unknownOf(st, v)
	}
	return value{}
}
