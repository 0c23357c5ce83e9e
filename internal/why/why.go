// Package why records, for lockvet why and lockvet -stats, what the engine believes of each
// operation of a package, and which findings it has dropped, by which rule and on what evidence.
//
// The engine has a [Trace] where the names of a package are made (see path.Table). It is nil
// unless somebody asks, and nothing is recorded then: the places that drop a finding ask whether
// there is one before they put anything together for it.
package why

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
)

// A Trace is what is recorded of one package.
type Trace struct {
	Funcs []*Func // in the order in which they were walked first
	Drops []Drop  // by what looks at several functions, in order

	byFn map[*ssa.Function]*Func
}

// A Func is what the walk of one function has met. Of a function that is walked several times,
// the last walk counts.
type Func struct {
	Fn     *ssa.Function
	Ops    []*Op
	Drops  []Drop
	GaveUp bool
	Limit  limits.Limit // by which the walk gave up
	Steps  int

	ops map[ssa.Instruction]*Op
}

// An Op is an operation: a call, a wait, a return.
type Op struct {
	Pos  token.Pos
	What string // "calls (*T).m", "returns"
	// Unseen: nothing is known of what it runs.
	Unseen bool
	// States are the sets of locks with which the operation is reached, each once.
	States []State
}

// A State is one set of locks, and one path on which an operation is reached with it.
type State struct {
	Key  string // tells states of one operation apart
	Held []Lock // by this function, or by what it has called
	// Released are locks of the callers, which the function has released.
	Released []Lock
	Path     []Branch
}

// A Lock is a lock that is held, or has been released.
type Lock struct {
	Name string // as the function's source would write it
	Read bool
	Way  []Step // how it was acquired or released
	// Doubt says why nothing is reported of it; "" if nothing speaks against that.
	Doubt   string
	DoubtAt token.Pos // since when, if that is known
}

// A Step is one place on the way to an operation, in this package or (then without Pos) in
// another one.
type Step struct {
	Pos  token.Pos
	File string
	Line int
	Func string
	What string
}

// A Branch is a condition on a path, and the value it had.
type Branch struct {
	Pos   token.Pos
	Taken bool
}

// A Drop is a finding that was considered and is not reported.
type Drop struct {
	Check    string // as in "missingunlock/return"
	Func     string // the function that it would be in
	Lock     string
	At       []token.Pos // where it would be reported, and places that have to do with it
	Rule     Rule
	Evidence Evidence
}

// Evidence is what a rule goes by: something that has a name, a place, or both.
type Evidence struct {
	Text string
	Pos  token.Pos
	// File and Line are the place if it is in another package.
	File string
	Line int
}

// New returns an empty trace.
func New() *Trace { return &Trace{byFn: make(map[*ssa.Function]*Func)} }

// Begin begins the record of a walk of fn, in the place of an earlier one.
func (t *Trace) Begin(fn *ssa.Function) *Func {
	f := t.byFn[fn]
	if f == nil {
		f = new(Func)
		t.byFn[fn] = f
		t.Funcs = append(t.Funcs, f)
	}
	*f = Func{Fn: fn, ops: make(map[ssa.Instruction]*Op)}
	return f
}

// Of returns the record of the last walk of fn, nil if it was not walked.
func (t *Trace) Of(fn *ssa.Function) *Func { return t.byFn[fn] }

// Drop records that a finding is not reported. What is the same in all but its evidence is
// recorded once.
func (t *Trace) Drop(d Drop) { t.Drops = add(t.Drops, d) }

// Drop records that a finding of the walk is not reported.
func (f *Func) Drop(d Drop) { f.Drops = add(f.Drops, d) }

func add(drops []Drop, d Drop) []Drop {
	if slices.ContainsFunc(drops, func(o Drop) bool {
		return o.Check == d.Check && o.Func == d.Func && o.Lock == d.Lock && o.Rule == d.Rule && slices.Equal(o.At, d.At)
	}) {
		return drops
	}
	return append(drops, d)
}

// Op returns the record of an instruction, which it makes if there is none. The position is the
// function's for instructions that have none of their own.
func (f *Func) Op(instr ssa.Instruction, pos token.Pos, what string) *Op {
	op := f.ops[instr]
	if op == nil {
		op = &Op{Pos: pos, What: what}
		f.ops[instr] = op
		f.Ops = append(f.Ops, op)
	}
	return op
}

// Known returns the record of an instruction, nil if there is none.
func (f *Func) Known(instr ssa.Instruction) *Op { return f.ops[instr] }

// Add records a state in which the operation is reached, unless one with its key is known.
func (op *Op) Add(s State) {
	if !slices.ContainsFunc(op.States, func(o State) bool { return o.Key == s.Key }) {
		op.States = append(op.States, s)
	}
}

// Here is the evidence of a place in this package.
func Here(text string, pos token.Pos) Evidence { return Evidence{Text: text, Pos: pos} }
