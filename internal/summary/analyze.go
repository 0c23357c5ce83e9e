// Package summary computes what every function of a package does to its callers'
// locks, callees first, and decides what is wrong where that takes more than one
// function to see. Summaries cross packages as [Fact]s.
package summary

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/contract"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// A Package is what is known about the locks of one package.
type Package struct {
	Table    *path.Table
	Findings []flow.Finding
	Leaks    []flow.Leak // those that are wrong
	Slow     []flow.SlowSection
	// Summaries holds the summaries of functions that have something to say.
	Summaries    map[*ssa.Function]*flow.Summary
	Stats        Stats
	Pairs        []*order.Pair // of the package's goroutines
	Kin          []*order.Pair // those of two locks of one class, of which one's object leads to the other's
	Blocked      []Blocking    // where they wait for each other
	Exchangeable []Exchangeable
	// Writes reports whether anybody may wait to lock a class for writing.
	Writes func(class string) bool
	// Holding returns the classes of the locks that may be held at a call of a function that is known, "" for a lock that has none; ok is
	// false if there may be others.
	Holding func(call ssa.CallInstruction) (classes []string, ok bool)
	// Declared are the contracts of what has no body in the package: methods of
	// interfaces, variables and types of functions, functions in assembly.
	Declared map[types.Object]*flow.Summary
	// Implemented are the summaries of the only implementations of interface methods, by the latter.
	Implemented map[*types.Func]*flow.Summary
	// Returned are the summaries of the literals that functions return, by the latter.
	Returned map[*types.Func]*flow.Summary
	// Puts tells what functions put into fields of this package, which Filled knows.
	Puts   map[*types.Func]*flow.Summary
	Filled func(cell string) bool
	// Apart reports whether two fields never hold one object.
	Apart func(x, y string) bool
	// Other reports whether what is found in a place (see [path.Node.Within]) is never a given variable.
	Other func(within string, made ssa.Value) bool
	// Strangers reports whether two fields never lead from one object to another one and back.
	Strangers func(x, y string) bool
	// Slots is [flow.Env.Slots].
	Slots func(ch ssa.Value) (sending, ok bool)
	// Foreign returns what a function of another package does, nil if nothing is known of it.
	Foreign func(types.Object) *flow.Summary
	// Joins are the calls that wait for goroutines of other packages, Serves those after which such goroutines call
	// functions of this one.
	Joins  []flow.Join
	Serves []flow.Serve
	// Contents is what the package puts into the fields of its structs.
	Contents *pointsto.Contents
	// Sealed reports whether a field holds nothing but what the package makes for it.
	Sealed func(field string) bool
	// Watched are the walks of the functions that the watch asks for.
	Watched map[*ssa.Function]*flow.Result
	// Callers returns the calls of a function of the package, those that start it as a
	// goroutine included, and Root how else it gets to run.
	Callers func(fn *ssa.Function) []ssa.CallInstruction
	Root    func(fn *ssa.Function) Root
	// Live reports whether a lock class can be part of a deadlock with locks of
	// other packages.
	Live func(class string) bool
}

// Stats counts the work done.
type Stats struct {
	Functions int // in the package, literals included
	Walked    int // analysed path by path
	GaveUp    int // of those, not to the end
	Steps     int // instructions executed

	Surrendered []Surrender // those that gave up in their last walk
}

// A Surrender is a function whose walk gave up.
type Surrender struct {
	Fn    *ssa.Function
	Limit limits.Limit
	Steps int
}

// Imported finds the summary of a function of another package, or of something else
// there that has a contract; nil if it has none. It is in terms of the table.
type Imported func(obj types.Object, t *path.Table) *flow.Summary

// Imports is what is known of other packages. All but Summary may be nil.
type Imports struct {
	Summary Imported
	// Implemented is that of the only implementation of an interface method, by the method.
	Implemented Imported
	// Returned is that of the literal which a function returns, by the function.
	Returned Imported
	// Puts is what a function puts into fields, by the function.
	Puts Imported
}

// analysis is the state of Analyze; it is the flow.Env of the walks.
type analysis struct {
	pkg     *ssa.Package
	table   *path.Table
	imports Imports
	returns map[*types.Func]*flow.Summary // see Returned
	// foreignPuts is what functions of other packages put into fields, filledIn are the fields of this one into which others put something.
	foreignPuts map[*types.Func][]pointsto.Transfer
	filledIn    map[string]bool
	elsewhereOf map[*types.Func]*flow.Summary // see Implementation
	filled      map[*types.TypeName]filled    // by interface; nil before scanFilled
	funcs       []*ssa.Function
	info        map[*ssa.Function]*funcInfo
	cells       cellIndex
	contents    *pointsto.Contents
	domains     *ssax.Domains
	sealed      map[string]map[ssa.Value]bool // by field: see closed
	rings       map[[2]string]bool            // see ringOf; nil before it is asked
	scanned     bool                          // the contents are complete
	assigned    map[*ssa.Global]bool          // the variables that functions which are no tests set
	initial     map[*ssa.Global]ssa.Value     // what package-level variables are initialised with
	asserted    map[assertion]bool            // see NeverHolds
	objects     *objects                      // see NeverNil; nil before it is asked
	stays       *stays                        // see Stays; nil before it is asked
	slots       slots
	busy        busy
	unsafe      map[string]*ssa.Function            // by lock class: who makes an unsafe.Pointer of its address
	ofType      map[*types.TypeName][]*ssa.Function // by named type, the functions of it that users can get
	left        map[string]bool                     // lock classes with which functions return; nil until somebody asks
	lent        map[string]bool                     // lock classes under which functions of other packages are called
	conds       map[string]condAlias
	unstable    map[string]bool
	impls       map[*types.Func]*ssa.Function
	wholes      map[*types.Interface]types.Type // see partOf
	boxed       map[*types.TypeName]bool        // types that are converted to an interface
	uses        *uses                           // see uncallable
	invoked     map[string]bool                 // names of interface methods that are called
	generics    map[string]bool                 // locks by declaration: of a generic type
	lockTypes   map[string]bool                 // see HasLock
	reached     map[*ssa.Function]bitset        // see reaches
	constants   *constants
	isRoot      map[*ssa.Function]bool // see Root
	gates       struct {               // what pair has asked callersLocks last
		fn    *ssa.Function
		locks []order.Lock
	}
	byName   map[string][]int                    // the functions with a name, by their place in funcs
	with     map[*ssa.Function]func(string) bool // see runsWith
	passedBy map[passedKey][]order.Lock          // see passedLocks
	number   map[*ssa.Function]int               // the place
	latches  map[token.Pos]bool                  // see latched
	past     map[token.Pos][]token.Pos           // see passed
	named    []*types.Named
	settled  flow.Settled
	vis      *ssax.Visibility

	watch flow.Watch
	slow  bool // operations that may block for long are of interest
	chans map[string]bool

	sums    map[*ssa.Function]*flow.Summary
	results map[*ssa.Function]*flow.Result
	foreign map[types.Object]*flow.Summary
	watched map[*ssa.Function]*flow.Result // the walks that the watch asks for

	contracts contracts
}

// Analyze analyses a package. funcs are its functions with bodies, literals
// included. slow says whether to follow operations that may block for long, which
// makes many more functions worth a walk. watch, which may be nil, asks for lock sets. set holds the contracts of the package.
// trace, if not nil, records why nothing is reported.
func Analyze(pkg *ssa.Package, funcs []*ssa.Function, imports Imports, set *contract.Set, slow bool, watch flow.Watch, trace *why.Trace) *Package {
	a := &analysis{
		pkg: pkg, table: path.NewTable(), imports: imports, elsewhereOf: make(map[*types.Func]*flow.Summary), returns: make(map[*types.Func]*flow.Summary), foreignPuts: make(map[*types.Func][]pointsto.Transfer), filledIn: make(map[string]bool), assigned: make(map[*ssa.Global]bool), initial: make(map[*ssa.Global]ssa.Value), slow: slow, watch: watch,
		vis:       ssax.NewVisibility(pkg),
		chans:     make(map[string]bool),
		info:      make(map[*ssa.Function]*funcInfo),
		cells:     cellIndex{ids: make(map[string]int)},
		contents:  pointsto.New(),
		lent:      make(map[string]bool),
		ofType:    make(map[*types.TypeName][]*ssa.Function),
		unsafe:    make(map[string]*ssa.Function),
		slots:     slots{make(map[string]*slotUse)},
		busy:      busy{make(map[string]*flagUse)},
		conds:     make(map[string]condAlias),
		unstable:  make(map[string]bool),
		impls:     make(map[*types.Func]*ssa.Function),
		wholes:    make(map[*types.Interface]types.Type),
		invoked:   make(map[string]bool),
		generics:  make(map[string]bool),
		lockTypes: make(map[string]bool),
		isRoot:    make(map[*ssa.Function]bool),
		latches:   make(map[token.Pos]bool),
		passedBy:  make(map[passedKey][]order.Lock),
		past:      make(map[token.Pos][]token.Pos),
		boxed:     make(map[*types.TypeName]bool),
		sums:      make(map[*ssa.Function]*flow.Summary),
		watched:   make(map[*ssa.Function]*flow.Result),
		results:   make(map[*ssa.Function]*flow.Result),
		foreign:   make(map[types.Object]*flow.Summary),

		contracts: contracts{set, make(map[types.Object]*flow.Contract)},
	}
	a.table.Trace = trace
	a.funcs, a.sealed = withBodies(pkg, funcs), make(map[string]map[ssa.Value]bool)
	a.domains = ssax.NewDomains(a.funcs)
	none := func(string) bool { return false }
	out := &Package{Table: a.table, Summaries: a.sums, Writes: none, Live: none, Apart: a.Apart, Other: a.OtherObject, Strangers: a.Strangers, Slots: a.Slots, Sealed: a.Sealed, Foreign: a.foreignSummary, Contents: a.contents}
	out.Holding = func(call ssa.CallInstruction) (classes []string, ok bool) {
		r := a.results[call.Parent()]
		if r == nil {
			return nil, true
		}
		for _, lock := range r.CallsHolding[call] {
			classes = append(classes, lock.ClassIn(call.Parent()))
		}
		return classes, !r.GaveUp && !unlocks(a.sums[call.Parent()])
	}
	out.Stats.Functions = len(a.funcs)
	out.Watched, out.Root = a.watched, a.root
	out.Callers = func(fn *ssa.Function) []ssa.CallInstruction {
		if fi := a.info[fn]; fi != nil {
			return fi.callers
		}
		return nil
	}
	a.collect()
	a.scanned = true
	if !a.relevant() && watch == nil {
		out.Declared = a.unseen()
		a.constructors()
		a.joins(out)
		return out
	}
	order := a.components()
	a.writes(order)
	for _, scc := range order {
		a.walk(scc, &out.Stats)
	}
	for _, fn := range a.funcs {
		if r := a.results[fn]; r != nil && r.GaveUp {
			out.Stats.Surrendered = append(out.Stats.Surrendered, Surrender{fn, r.Limit, r.Steps})
		}
	}
	out.Declared = a.unseen()
	a.keeps(out)
	a.constructors()
	out.Implemented, out.Returned, out.Puts = a.implemented(), a.returned(), a.puts()
	out.Filled = func(cell string) bool { return a.filledIn[cell] }
	a.joins(out)
	a.joined()
	for _, fn := range a.funcs {
		if r := a.results[fn]; r != nil {
			out.Joins, out.Serves = append(out.Joins, r.Joins...), append(out.Serves, r.Serves...)
		}
	}
	a.judge(out)
	a.pairs(out)
	a.streams(out)
	return out
}

// unlocks reports whether a function unlocks a lock of its caller: it is held at the calls before that.
func unlocks(s *flow.Summary) bool {
	return s != nil && slices.ContainsFunc(s.Events, func(e flow.Event) bool { return e.Kind == flow.Release })
}

// walk walks the functions of one component of the call graph, again as long as a
// function has callees whose summaries have changed since. What one of them does has been seen,
// after limits.MaxRounds, by those that many calls away. Where very many call each other, there are
// two rounds only: the second one knows of each function what the first one has found.
func (a *analysis) walk(scc []*ssa.Function, stats *Stats) {
	recursive := len(scc) > 1 || a.info[scc[0]].callsSelf
	changed := make(map[*ssa.Function]int) // the walk, counted from 1, that changed the summary last
	walked := make(map[*ssa.Function]int)
	count, rounds := 0, limits.MaxRounds
	if len(scc) > limits.MaxCircle {
		a.table.Limits.Hit(limits.Circle)
		rounds = 2
	}
	for round := range rounds {
		again := false
		for _, fn := range scc {
			if round == 0 && a.watch != nil && !a.info[fn].relevant && !a.tiny(fn) && a.watches(fn) {
				// Nothing else needs this walk, so its results go nowhere else.
				a.watched[fn] = flow.Walk(fn, a.table, a)
			}
			if !a.info[fn].relevant && !a.tiny(fn) ||
				round > 0 && !slices.ContainsFunc(a.info[fn].callees, func(c *ssa.Function) bool { return changed[c] > 0 && changed[c] >= walked[fn] }) {
				continue
			}
			count++
			walked[fn] = count
			res := flow.Walk(fn, a.table, a)
			stats.Steps += res.Steps
			if round == 0 {
				stats.Walked++
				if res.GaveUp {
					stats.GaveUp++
				}
			}
			a.results[fn] = res
			if a.watch != nil {
				a.watched[fn] = res
			}
			before := a.sums[fn]
			if res.Summary.Trivial() {
				delete(a.sums, fn)
			} else {
				a.sums[fn] = res.Summary
			}
			if recursive && essence(before) != essence(a.sums[fn]) {
				changed[fn] = count
				again = true
			}
		}
		if !again {
			return
		}
	}
	if recursive {
		a.table.Limits.Hit(limits.Rounds)
	}
}

// withBodies adds the literals of package-level variable initialisers, and drops
// functions without a body.
func withBodies(pkg *ssa.Package, funcs []*ssa.Function) (out []*ssa.Function) {
	seen := make(map[*ssa.Function]bool)
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		if !seen[fn] && len(fn.Blocks) > 0 {
			seen[fn] = true
			out = append(out, fn)
		}
		for _, lit := range fn.AnonFuncs {
			add(lit)
		}
	}
	for _, fn := range funcs {
		add(fn)
	}
	if init := pkg.Func("init"); init != nil {
		for _, lit := range init.AnonFuncs {
			add(lit)
		}
	}
	return out
}

// tiny reports whether a function is so small that knowing its result (a getter's
// field, a constructor's fields), what a literal stores in the variables that it
// captured, what an answer says, or the condition on which it returns at all is worth walking it.
func (a *analysis) tiny(fn *ssa.Function) bool {
	results := fn.Signature.Results()
	answers := results.Len() == 1 && types.Identical(results.At(0).Type().Underlying(), types.Typ[types.Bool])
	if !a.asserts(fn) && !answers && !a.replaces(fn) && (len(fn.Blocks) > 3 || results.Len() == 0) && len(a.info[fn].captured) == 0 {
		return false
	}
	n := 0
	for _, b := range fn.Blocks {
		n += len(b.Instrs)
	}
	return n <= limits.MaxTiny
}

// replaces reports whether fn puts an object where callers find another one, as far as its
// callees have been walked.
func (a *analysis) replaces(fn *ssa.Function) bool {
	return a.info[fn].replaces || slices.ContainsFunc(a.info[fn].callees, func(c *ssa.Function) bool {
		s := a.sums[c]
		return s != nil && slices.ContainsFunc(s.Outcomes, func(o flow.Outcome) bool {
			return slices.ContainsFunc(o.Stores, func(c flow.Cell) bool { return c.Val == flow.New(a.table) })
		})
	})
}

// asserts reports whether some paths of fn never return, as far as its callees have
// been walked.
func (a *analysis) asserts(fn *ssa.Function) bool {
	if a.info[fn].asserts {
		return true
	}
	for _, c := range a.info[fn].callees {
		if s := a.sums[c]; s != nil && len(s.Outcomes) == 1 && len(s.Outcomes[0].Guard) > 0 {
			return true
		}
	}
	return false
}

// Static implements [flow.Env].
func (a *analysis) Static(fn *ssa.Function) (*flow.Summary, flow.Writes) {
	if info := a.info[fn]; info != nil {
		return a.sums[fn], a.writesOf(info)
	}
	obj, _ := fn.Object().(*types.Func)
	if obj == nil || obj.Pkg() == a.pkg.Pkg {
		if c := a.Contract(fn); c != nil {
			return c.Summary(), flow.Writes{Unknown: true}
		}
		return nil, flow.Writes{Unknown: true}
	}
	return a.foreignSummary(obj), flow.Writes{}
}

func (a *analysis) foreignSummary(obj types.Object) *flow.Summary {
	if fn, ok := obj.(*types.Func); ok {
		obj = fn.Origin()
	}
	s, ok := a.foreign[obj]
	if !ok {
		if obj.Pkg() != nil && !model.Primitive(obj.Pkg().Path()) {
			s = a.imports.Summary(obj, a.table)
		}
		a.foreign[obj] = s
	}
	return s
}

// concerns reports whether a function of another package has to do with locks.
func (a *analysis) concerns(obj types.Object) bool {
	s := a.foreignSummary(obj)
	return !s.Trivial() && !s.OnlyReturns()
}

// Settled implements [flow.Env].
func (a *analysis) Settled() *flow.Settled { return &a.settled }

// Watch implements [flow.Env].
func (a *analysis) Watch() flow.Watch { return a.watch }

// Slow implements [flow.Env].
func (a *analysis) Slow() bool { return a.slow }

// Buffered implements [flow.Env].
func (a *analysis) Buffered(cell string) bool { return a.chans[cell] }

// Unstable implements [flow.Env].
func (a *analysis) Unstable(cell string) bool { return a.unstable[cell] }
