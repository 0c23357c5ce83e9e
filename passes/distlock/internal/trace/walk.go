package trace

import (
	"cmp"
	"encoding/binary"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
)

func timeDuration(n int64) time.Duration { return time.Duration(n) }

// neverReturns are names of functions that end the goroutine or the process,
// which for those of loggers cannot be seen from their bodies.
var neverReturns = lazyregexp.New(`^(Must)?(Fatal|Panic)([a-z]{1,2}|Context|Ctx)?$`)

// An End is the end of a path.
type End struct {
	Return  *ssa.Return // nil if it is a panic, or Stop stopped the walk elsewhere
	Results []client.Truth
	Stopped bool // by visit
	Again   bool // where the acquisition is tried again
	At      ssa.Instruction
	flag    func(*ssa.Alloc) client.Truth
}

// Flag returns what a variable is at the end of a path.
func (e End) Flag(v *ssa.Alloc) client.Truth {
	if e.flag == nil {
		return client.Unknown
	}
	return e.flag(v)
}

// A Walk is what a walk found. If it was given up, Ends is empty.
type Walk struct {
	Ends    []End
	GaveUp  bool
	Visited map[ssa.Instruction]bool
}

// Walk follows the paths that lead on from an acquisition that ended in a
// certain way. visit, if not nil, sees each instruction and returns true to stop
// there. A path also ends where the lock is tried to be acquired again.
func (f *Func) Walk(e *Event, o client.Outcome, visit func(ssa.Instruction) bool) Walk {
	return f.walk(e, o, visit, false)
}

// Smooth is Walk on the paths on which no error turns up.
func (f *Func) Smooth(e *Event, o client.Outcome, visit func(ssa.Instruction) bool) Walk {
	return f.walk(e, o, visit, true)
}

func (f *Func) walk(e *Event, o client.Outcome, visit func(ssa.Instruction) bool, smooth bool) Walk {
	w := &walker{f: f, start: e.Instr, outcome: o, visit: visit, smooth: smooth, counts: e.Counts && e.Depth == 0, refusal: e.refusal(), replies: f.Replies(e), seen: map[string]bool{}, ids: map[any]int{}}
	w.result.Visited = make(map[ssa.Instruction]bool)
	w.repeated = f.repeatedConditions()
	w.again = f.attempts(e)
	b := e.Instr.Block()
	w.walk(b, slices.Index(b.Instrs, e.Instr)+1, w.before(b))
	if w.result.GaveUp {
		w.result.Ends = nil
	}
	return w.result
}

// refusal returns the number that says, as the result of a call, that an event has done nothing.
func (e *Event) refusal() int64 {
	if e.Depth > 0 {
		return 0
	}
	return e.Refusal
}

// attempts returns the instructions of a function that acquire the lock of an event:
// what follows another one of them does so by its outcome.
func (f *Func) attempts(e *Event) map[ssa.Instruction]bool {
	again := map[ssa.Instruction]bool{e.Instr: true}
	for _, x := range f.Events {
		if x.Op == client.Acquire && x.Mode == Now && !x.Queued && x.Backend == e.Backend && x.Key.ID() == e.Key.ID() {
			again[x.Instr] = true
		}
	}
	return again
}

// An env is what is known on a path: of variables, of what blocks began with,
// and of conditions that were decided. Keys are numbered by the walker, and in order.
type env []fact

type fact struct {
	id    int
	truth client.Truth
}

type walker struct {
	f        *Func
	start    ssa.Instruction
	again    map[ssa.Instruction]bool // where the same lock is acquired, the start included
	outcome  client.Outcome
	visit    func(ssa.Instruction) bool
	smooth   bool  // errors are nil
	counts   bool  // the reply is how many have asked
	refusal  int64 // the reply that says no
	replies  map[ssa.Value]bool
	repeated map[string]bool
	seen     map[string]bool
	ids      map[any]int
	result   Walk
}

func (w *walker) id(key any) int {
	n, ok := w.ids[key]
	if !ok {
		n = len(w.ids)
		w.ids[key] = n
	}
	return n
}

func (e env) find(id int) (int, bool) {
	return slices.BinarySearchFunc(e, id, func(f fact, id int) int { return cmp.Compare(f.id, id) })
}

func (e env) get(id int) client.Truth {
	if i, ok := e.find(id); ok {
		return e[i].truth
	}
	return client.Unknown
}

func (e env) with(id int, t client.Truth) env {
	i, ok := e.find(id)
	switch {
	case ok && e[i].truth == t, !ok && t == client.Unknown:
		return e
	case t == client.Unknown:
		return slices.Delete(slices.Clone(e), i, i+1)
	case ok:
		c := slices.Clone(e)
		c[i].truth = t
		return c
	}
	return slices.Insert(slices.Clip(e), i, fact{id, t})
}

// key tells environments apart, and the blocks that they are in.
func (e env) key(block int) string {
	b := binary.AppendUvarint(make([]byte, 0, 8+4*len(e)), uint64(block))
	for _, f := range e {
		b = append(binary.AppendUvarint(b, uint64(f.id)), byte(f.truth))
	}
	return string(b)
}

func (w *walker) walk(b *ssa.BasicBlock, from int, known env) {
	for i := from; i < len(b.Instrs); i++ {
		in := b.Instrs[i]
		if w.again[in] {
			w.result.Ends = append(w.result.Ends, End{Again: true, At: in})
			return
		}
		w.result.Visited[in] = true
		if w.visit != nil && w.visit(in) {
			end := End{Stopped: true, At: in}
			if ret, ok := in.(*ssa.Return); ok {
				end.Return = ret
				for _, v := range ret.Results {
					end.Results = append(end.Results, w.eval(v, known))
				}
			}
			w.result.Ends = append(w.result.Ends, end)
			return
		}
		switch in := in.(type) {
		case *ssa.Store:
			if alloc, ok := in.Addr.(*ssa.Alloc); ok {
				known = known.with(w.id(alloc), w.eval(in.Val, known))
			}
		case *ssa.Return:
			end := End{Return: in, At: in, flag: func(v *ssa.Alloc) client.Truth { return w.flag(v, known) }}
			for _, v := range in.Results {
				end.Results = append(end.Results, w.eval(v, known))
			}
			w.result.Ends = append(w.result.Ends, end)
			return
		case *ssa.Panic:
			return
		case *ssa.Call:
			if fn := client.Callee(in.Common()); fn != nil && neverReturns.MatchString(fn.Name()) {
				return
			}
		case *ssa.If:
			cond := w.eval(in.Cond, known)
			if cond != client.No {
				w.enter(b, b.Succs[0], w.decide(in.Cond, known, cond, client.Yes))
			}
			if cond != client.Yes {
				w.enter(b, b.Succs[1], w.decide(in.Cond, known, cond, client.No))
			}
			return
		}
	}
	for _, s := range b.Succs {
		w.enter(b, s, known)
	}
}

// flag returns what a variable is on a path: what the path has assigned, or else what
// it was assigned before the path began.
func (w *walker) flag(v *ssa.Alloc, known env) client.Truth {
	if _, ok := known.find(w.id(v)); ok {
		return known.get(w.id(v))
	}
	value, before := client.No, 0 // as a variable begins
	for _, r := range *v.Referrers() {
		store, ok := r.(*ssa.Store)
		if !ok || store.Addr != v {
			continue
		}
		k, ok := store.Val.(*ssa.Const)
		if !ok || k.Value == nil || k.Value.Kind() != constant.Bool {
			return client.Unknown
		}
		if ssax.Dominates(w.start, store) {
			continue
		}
		if before++; before > 1 || !ssax.Dominates(store, w.start) {
			return client.Unknown
		}
		value = client.TruthOf(constant.BoolVal(k.Value))
	}
	return value
}

// before returns what the branches on every way to a block have decided.
func (w *walker) before(b *ssa.BasicBlock) env {
	known := env{}
	for d := b.Idom(); d != nil; d = d.Idom() {
		branch, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok || w.eval(branch.Cond, known) != client.Unknown {
			continue
		}
		for i, s := range d.Succs {
			if len(s.Preds) == 1 && s.Dominates(b) {
				known = w.decide(branch.Cond, known, client.Unknown, client.TruthOf(i == 0))
			}
		}
	}
	return known
}

// decide notes what a branch says about its condition, if there is another
// branch on the same one.
func (w *walker) decide(cond ssa.Value, known env, before, now client.Truth) env {
	if before != client.Unknown {
		return known
	}
	if un, ok := cond.(*ssa.UnOp); ok && un.Op == token.NOT {
		return w.decide(un.X, known, before, now.Not())
	}
	if id := w.f.Pkg.Of(cond).ID(); w.repeated[id] {
		known = known.with(w.id(id), now)
	}
	// x == y says what y is, if x is known.
	if cmp, ok := cond.(*ssa.BinOp); ok && (cmp.Op == token.EQL || cmp.Op == token.NEQ) && isBool(cmp.X.Type()) {
		equal := now
		if cmp.Op == token.NEQ {
			equal = now.Not()
		}
		for _, pair := range [][2]ssa.Value{{cmp.X, cmp.Y}, {cmp.Y, cmp.X}} {
			t := w.eval(pair[0], known)
			if _, ok := pair[1].(*ssa.Phi); !ok || t == client.Unknown || w.eval(pair[1], known) != client.Unknown {
				continue
			}
			if equal == client.No {
				t = t.Not()
			}
			known = known.with(w.id(pair[1]), t)
		}
	}
	// err != nil says something of err, which may be returned.
	if cmp, ok := cond.(*ssa.BinOp); ok && (cmp.Op == token.EQL || cmp.Op == token.NEQ) {
		if k, ok := cmp.Y.(*ssa.Const); ok && k.Value == nil && ssax.IsError(cmp.X.Type()) && len(*referrers(cmp.X)) > 1 {
			if cmp.Op == token.EQL {
				now = now.Not()
			}
			if phi, ok := cmp.X.(*ssa.Phi); ok {
				return known.with(w.id(phi), now)
			}
			return known.with(w.id(w.f.Pkg.Of(cmp.X).ID()), now)
		}
	}
	return known
}

func referrers(v ssa.Value) *[]ssa.Instruction {
	if r := v.Referrers(); r != nil {
		return r
	}
	return new([]ssa.Instruction)
}

func (w *walker) enter(from, to *ssa.BasicBlock, known env) {
	if w.result.GaveUp {
		return
	}
	edge := slices.Index(to.Preds, from)
	after := known
	for _, in := range to.Instrs {
		phi, ok := in.(*ssa.Phi)
		if !ok {
			break
		}
		if basic, ok := phi.Type().Underlying().(*types.Basic); ok && basic.Info()&types.IsBoolean == 0 {
			continue
		}
		after = after.with(w.id(phi), w.eval(phi.Edges[edge], known))
	}
	key := after.key(to.Index)
	if w.seen[key] {
		return
	}
	if w.seen[key] = true; len(w.seen) > limits.MaxDistStates {
		w.result.GaveUp = true
		return
	}
	w.walk(to, 0, after)
}
