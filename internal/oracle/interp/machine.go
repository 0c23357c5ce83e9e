// Package interp executes Go functions that use locks, on every input, and says
// what really happens to the locks.
//
// It knows the part of Go that the oracle's programs are written in, and works on
// syntax trees, so that it shares nothing with the engine that it is to judge:
// no SSA, no summaries. What comes from outside (parameters, fields, results of
// functions that are parameters, whether TryLock gets the lock, what the caller
// holds) is chosen when the program first asks, and all choices are tried.
package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// A Program is a type-checked file whose functions can be run.
type Program struct {
	Info *types.Info
	// Reached are the statements that some execution came to, ReachedAfter those it
	// came to after it had hung or crashed.
	Reached, ReachedAfter map[ast.Stmt]bool
	decls                 map[*types.Func]*ast.FuncDecl
}

// New makes a program of the files of one package. Info must have Types, Defs,
// Uses, Selections and Implicits.
func New(info *types.Info, files ...*ast.File) *Program {
	p := &Program{Info: info, Reached: make(map[ast.Stmt]bool), ReachedAfter: make(map[ast.Stmt]bool), decls: make(map[*types.Func]*ast.FuncDecl)}
	for _, f := range files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				p.decls[info.Defs[d.Name].(*types.Func)] = d
			}
		}
	}
	return p
}

// A Run is one execution of a function.
type Run struct {
	Input  string // the choices that were made
	Events []Event
	Late   []Event // what would have happened if the program had gone on then
	End    Kind    // what hung or crashed the program first, if anything did
	Cut    bool    // it took too long and was stopped
	// Changed: somebody else changed a field meanwhile, or two parameters are the same.
	Changed bool
	Trace   []string // every operation, if asked for
}

// Bounds of exploration.
const (
	maxRuns  = 4000
	maxSteps = 4000
	maxDepth = 40

	stepsAfter = 200 // that are executed after the program has hung or crashed
)

// Explore executes the function on every input, and gives each execution to
// visit. It returns an error if the function has more inputs than it tries, or
// does what the interpreter does not know.
func (p *Program) Explore(fn *ast.FuncDecl, visit func(*Run)) error {
	return p.explore(fn, mode{}, visit)
}

// ExploreFree is like Explore, but comparisons of integers have any result each time: how
// often loops run has nothing to do with numbers.
func (p *Program) ExploreFree(fn *ast.FuncDecl, visit func(*Run)) error {
	return p.explore(fn, mode{free: true}, visit)
}

// Traced is like Explore and records every operation on a lock.
func (p *Program) Traced(fn *ast.FuncDecl, visit func(*Run)) error {
	return p.explore(fn, mode{traced: true}, visit)
}

type mode struct{ traced, free bool }

func (p *Program) explore(fn *ast.FuncDecl, mode mode, visit func(*Run)) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case unsupported:
			err = r
		default:
			panic(r)
		}
	}()
	var picks []pick
	for n := 0; ; n++ {
		if n == maxRuns {
			return fmt.Errorf("%s has more than %d inputs", fn.Name.Name, maxRuns)
		}
		m := &machine{Program: p, picks: picks, run: &Run{}, mode: mode, globals: make(map[types.Object]*cell), truths: make(map[ast.Expr]int)}
		m.main(fn)
		var input []string
		for _, c := range m.picks[:m.next] {
			input = append(input, fmt.Sprintf("%s=%d", c.name, c.value))
		}
		m.run.Input = strings.Join(input, " ")
		visit(m.run)
		// The next input: the last choice that has another value left.
		picks = m.picks[:m.next]
		for len(picks) > 0 && picks[len(picks)-1].value+1 == picks[len(picks)-1].of {
			picks = picks[:len(picks)-1]
		}
		if len(picks) == 0 {
			return nil
		}
		picks[len(picks)-1].value++
	}
}

type pick struct {
	name      string
	value, of int
}

// A machine is one execution.
type machine struct {
	*Program
	picks []pick
	next  int
	run   *Run
	mode
	globals   map[types.Object]*cell
	truths    map[ast.Expr]int // how often comparisons were true, if they are free
	objects   []*cell          // that pointers from outside point to
	frame     *frame
	env       *env
	stack     []token.Pos
	held      []*lock
	seq       int // of the last acquisition
	panicking int // functions that run their deferred calls because of a panic
	steps     int
	epoch     int // ends with each acquisition and call: others may have run
}

// env lists the variables in scope, the innermost first.
type env struct {
	obj   types.Object
	cell  *cell
	outer *env
}

// A frame is one call of a function.
type frame struct {
	defers    []func() []any
	results   []*cell // named or not
	exit      token.Pos
	panicking *goPanic
	recovered bool
	deferrer  *frame // whose deferred call this is
}

// goPanic is a panic of the program.
type goPanic struct{ v any }

// ended is the panic that ends an execution: nothing of the program runs any more.
type ended struct{}

func (m *machine) panicGo(v any) { panic(&goPanic{v}) }

// choose returns a number below of; over all executions, each.
func (m *machine) choose(name string, of int) int {
	if m.next == len(m.picks) {
		m.picks = append(m.picks[:m.next:m.next], pick{name, 0, of})
	}
	m.next++
	return m.picks[m.next-1].value
}

func (m *machine) step() {
	if m.steps++; m.steps > maxSteps {
		m.run.Cut = m.run.End == ""
		panic(ended{})
	}
}

// complete notes that a body has been run to its end.
func (m *machine) complete(b *ast.BlockStmt) {
	if m.run.End == "" {
		m.Reached[b] = true
	} else {
		m.ReachedAfter[b] = true
	}
}

func (m *machine) trace(method string, l *lock, pos token.Pos) {
	if m.traced {
		m.run.Trace = append(m.run.Trace, method+" "+l.name)
	}
}

// main runs the function with inputs from outside.
func (m *machine) main(decl *ast.FuncDecl) {
	defer func() {
		switch r := recover().(type) {
		case nil, ended:
		case *goPanic:
			m.run.End = "panic"
		default:
			panic(r)
		}
	}()
	var args []any
	fields := func(list *ast.FieldList) {
		if list == nil {
			return
		}
		for _, f := range list.List {
			for _, name := range f.Names {
				c := m.cell(m.Info.TypeOf(f.Type), name.Name, true)
				args = append(args, c.v)
				if _, ok := c.v.(unknown); ok {
					args[len(args)-1] = input{c}
				}
			}
		}
	}
	fields(decl.Recv)
	fields(decl.Type.Params)
	m.call(m.declared(decl), args, decl.Pos(), nil)
}

// input is an argument that comes from outside: the parameter becomes that cell.
type input struct{ cell *cell }

func (m *machine) declared(d *ast.FuncDecl) *function {
	return &function{node: d, typ: d.Type, body: d.Body, recv: d.Recv}
}

// call runs a function. pos is not on the stack while the outermost runs.
func (m *machine) call(fn *function, args []any, pos token.Pos, deferrer *frame) []any {
	m.step()
	if fn.body == nil {
		panic(unsupported{"a function without a body"})
	}
	if len(m.stack) > maxDepth {
		m.run.Cut = true
		panic(ended{})
	}
	f := &frame{deferrer: deferrer, exit: fn.body.Rbrace}
	savedFrame, savedEnv, savedDepth, since := m.frame, m.env, len(m.stack), m.seq
	if savedFrame != nil {
		m.stack = append(m.stack, pos)
	}
	m.frame, m.env = f, fn.env
	m.params(fn, args)
	p := m.protect(func() {
		if m.list(fn.body.List) == onward {
			m.complete(fn.body)
		}
	})
	if p != nil {
		m.panicking++
	}
	for len(f.defers) > 0 {
		d := f.defers[len(f.defers)-1]
		f.defers = f.defers[:len(f.defers)-1]
		m.frame = f
		f.panicking = p
		if q := m.protect(func() { d() }); q != nil {
			if p == nil {
				m.panicking++
			}
			p, f.recovered = q, false
		} else if f.recovered {
			p, f.recovered = nil, false
			m.panicking--
			f.exit = token.NoPos
		}
	}
	if p != nil {
		m.panicking--
	} else {
		m.leave(f.exit, since)
	}
	m.epoch++
	m.frame, m.env, m.stack = savedFrame, savedEnv, m.stack[:savedDepth]
	if p != nil {
		panic(p)
	}
	var out []any
	for _, r := range f.results {
		out = append(out, m.load(r))
	}
	return out
}

// params binds a function's receiver, parameters and results.
func (m *machine) params(fn *function, args []any) {
	bind := func(list *ast.FieldList) {
		if list == nil {
			return
		}
		for _, f := range list.List {
			for _, name := range f.Names {
				if in, ok := args[0].(input); ok {
					m.env = &env{m.Info.Defs[name], in.cell, m.env}
				} else {
					c := m.define(name)
					m.store(c, args[0])
				}
				args = args[1:]
			}
			if len(f.Names) == 0 {
				args = args[1:]
			}
		}
	}
	bind(fn.recv)
	bind(fn.typ.Params)
	if fn.typ.Results == nil {
		return
	}
	for _, f := range fn.typ.Results.List {
		for _, name := range f.Names {
			m.frame.results = append(m.frame.results, m.define(name))
		}
		if len(f.Names) == 0 {
			m.frame.results = append(m.frame.results, m.cell(m.Info.TypeOf(f.Type), "result", false))
		}
	}
}

// define makes a new variable with its zero value.
func (m *machine) define(name *ast.Ident) *cell {
	obj := m.Info.Defs[name]
	if obj == nil {
		obj = m.Info.Uses[name]
	}
	c := m.cell(m.Info.TypeOf(name), name.Name, false)
	if name.Name != "_" {
		m.env = &env{obj, c, m.env}
	}
	return c
}

// protect runs f and returns the panic of the program that ended it.
func (m *machine) protect(f func()) (p *goPanic) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *goPanic:
			p = r
		default:
			panic(r)
		}
	}()
	f()
	return nil
}

// variable finds the cell of a variable. Package-level variables come from
// outside: other functions may have stored to them.
func (m *machine) variable(obj types.Object) *cell {
	for e := m.env; e != nil; e = e.outer {
		if e.obj == obj {
			return e.cell
		}
	}
	v, ok := obj.(*types.Var)
	if !ok || v.Parent() != v.Pkg().Scope() {
		panic(unsupported{"variable " + obj.Name()})
	}
	c := m.globals[obj]
	if c == nil {
		c = m.cell(v.Type(), v.Name(), true)
		m.globals[obj] = c
	}
	return c
}
