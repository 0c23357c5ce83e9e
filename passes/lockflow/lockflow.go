// Package lockflow runs the lock-flow engine once per package, for every check
// that reads its results, and carries the summaries of functions to the packages
// that import them.
package lockflow

import (
	"flag"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"sync"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/buildssa"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/contract"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/guard"
	"github.com/lockvet/lockvet/internal/lazyssa"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/peers"
	"github.com/lockvet/lockvet/internal/summary"
	"github.com/lockvet/lockvet/internal/why"
)

// Analyzer computes how the functions of a package use locks. It reports nothing.
//
// It does not require buildssa, which would build SSA for every package of the
// import graph, but asks lazyssa for it when a package has to do with locks. Most
// have not.
var Analyzer = &analysis.Analyzer{
	Name:       "lockflow",
	Doc:        "compute how functions use locks, for the checks that report it",
	URL:        "https://pkg.go.dev/github.com/lockvet/lockvet/passes/lockflow",
	Run:        run,
	Requires:   []*analysis.Analyzer{lazyssa.Analyzer},
	Flags:      flags(),
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  []analysis.Fact{new(summary.Fact), new(summary.PairsFact), new(order.Declarations), new(guard.Declarations)},
}

// slow says whether operations that may block for long are followed.
var slow bool

// Traced says of which packages the engine is to record why it reports nothing; nil for none. The
// record is [path.Table.Trace].
var Traced func(pkg string) bool

// accesses says whether the lock sets at accesses to guarded fields are computed.
var accesses bool

// flags are those of the analyzer, for drivers whose command line names it.
func flags() flag.FlagSet {
	var fs flag.FlagSet
	fs.BoolVar(&accesses, "accesses", false, "compute what is held where fields are read and written, as guardedby needs it; off, it costs nothing")
	fs.BoolVar(&slow, "slow", false, "follow operations that may block for long, as slowlock needs it; off, they cost nothing")
	return fs
}

// FollowSlow has operations that may block for long followed, in all packages that this
// process analyses from now on.
func FollowSlow() { slow = true }

// FollowAccesses has the lock sets at accesses to guarded fields computed likewise.
func FollowAccesses() { accesses = true }

// A Result is what lockflow found in one package.
type Result struct {
	// Contracts are those of the package, nil if it has none.
	Contracts *contract.Set
	// Declared are the orders of locks that comments declare, in this package and in those
	// that it imports.
	Declared []*order.Declarations
	Findings []flow.Finding
	Leaks    []flow.Leak
	Slow     []flow.SlowSection // with the flag slow
	Stats    summary.Stats
	// Pairs are the critical pairs of the package, Imported those of packages that
	// it imports, directly or not.
	Pairs, Imported []*order.Pair
	// Kin are those of two locks of one class: see [summary.Package].
	Kin []*order.Pair
	// Exchangeable are functions that lock two of their arguments in either order.
	Exchangeable []summary.Exchangeable
	// Blocked are the points at which a goroutine waits for another one with locks held.
	Blocked []summary.Blocking
	// Exported are those of Pairs that may be part of a deadlock with locks of other
	// packages.
	Exported []*order.Pair
	// Writes reports whether anybody may wait to lock a class for writing.
	Writes func(class string) bool
	// Apart reports whether two fields never hold one object.
	Apart func(x, y string) bool
	// Holding is that of [summary.Package].
	Holding func(call ssa.CallInstruction) (classes []string, ok bool)
	// Guards tells which guards the comments of another package declare.
	Guards guard.Foreign
	// Summary is what the engine found, nil if the package has nothing to do with locks.
	Summary *summary.Package
	// SSA is the package as the engine saw it, nil if it has nothing to do with locks.
	SSA *buildssa.SSA
	// Peers tells who else acts on the channels that are waited for.
	Peers func() *peers.Graph

	// TookSSA and TookWalk are the times that it took to make SSA, and for the engine.
	TookSSA, TookWalk time.Duration

	refused error
	turn    sync.Mutex // of the check that runs
}

// Check returns the Run function of a check that requires [Analyzer]: run, with the result for the package. If there is none, it returns the error
// that says why; drivers show the errors of checks, but not of what they require. The checks of one package run one after the
// other, as the result's nodes and graphs remember what they are asked.
func Check(run func(*analysis.Pass, *Result) error) func(*analysis.Pass) (any, error) {
	return func(pass *analysis.Pass) (any, error) {
		res := pass.ResultOf[Analyzer].(*Result)
		if res.refused != nil {
			return nil, res.refused
		}
		res.turn.Lock()
		defer res.turn.Unlock()
		return nil, run(pass, res)
	}
}

// Build returns the SSA of the package of a check that requires [Analyzer] and ctrlflow. It makes it if the engine
// did not need any.
func (r *Result) Build(pass *analysis.Pass) (*buildssa.SSA, error) {
	if r.SSA != nil {
		return r.SSA, nil
	}
	built, err := buildssa.Analyzer.Run(pass)
	if err != nil {
		return nil, err
	}
	return built.(*buildssa.SSA), nil
}

func run(pass *analysis.Pass) (any, error) {
	if model.Primitive(pass.Pkg.Path()) {
		return new(Result), nil
	}
	var contracts *contract.Set
	if contract.Present(pass.Files) {
		contracts = contract.Read(pass.Files, pass.Pkg, pass.TypesInfo)
	}
	facts := &facts{pass: pass, read: make(map[any]*imported)}
	if contracts.Empty() && !usesLocks(pass, facts) {
		return new(Result), nil
	}
	start := time.Now()
	ssainput, err := lazyssa.Of(pass)
	if err != nil {
		return nil, err
	}
	made := time.Now()
	var watch flow.Watch
	if accesses {
		watch = guard.Watch(ssainput.Pkg, contracts, facts.guards)
	}
	var trace *why.Trace
	if Traced != nil && Traced(pass.Pkg.Path()) {
		trace = why.New()
	}
	p := summary.Analyze(ssainput.Pkg, ssainput.SrcFuncs, summary.Imports{Summary: facts.summary, Implemented: facts.implemented, Returned: facts.returned, Puts: facts.filling}, contracts, slow, watch, trace)
	walked := time.Now()
	pairs, sealed := facts.pairs()
	if facts.refused != nil {
		return &Result{refused: facts.refused}, nil
	}
	declared := declarations(pass, contracts)
	if d := guard.Export(pass.Pkg, contracts, p.Table); d != nil {
		pass.ExportPackageFact(d)
	}
	exported, size := exportPairs(pass, p)
	if !externalTest(pass) {
		exportSummaries(pass, p, size)
	}
	apart := func(x, y string) bool {
		return p.Apart(x, y) || order.SealedApart(x, y, func(field string) bool { return sealed[field] || p.Sealed(field) })
	}
	return &Result{
		Contracts: contracts, Declared: declared,
		Findings: p.Findings, Leaks: p.Leaks, Slow: p.Slow, Stats: p.Stats,
		Pairs: p.Pairs, Kin: p.Kin, Imported: pairs, Writes: p.Writes, Apart: apart, Blocked: p.Blocked,
		Guards: facts.guards, Holding: p.Holding, SSA: ssainput, Summary: p,
		Exchangeable: p.Exchangeable, Exported: exported,
		TookSSA: made.Sub(start), TookWalk: walked.Sub(made),
		Peers: sync.OnceValue(func() *peers.Graph {
			g := peers.New(ssainput.Pkg, ssainput.SrcFuncs, p.Table, p.Foreign, p.Contents)
			g.Apart, g.Slots = apart, p.Slots
			g.Foreign(p.Joins, p.Serves)
			return g
		}),
	}, nil
}

// usesLocks reports whether the package names a lock operation or a function
// that is known to have to do with locks.
func usesLocks(pass *analysis.Pass, facts *facts) bool {
	seen := make(map[types.Object]bool)
	interfaces := declaresInterface(pass.Pkg)
	known := func(obj types.Object) bool {
		return obj.Pkg() != nil && obj.Pkg() != pass.Pkg && facts.tell(obj)
	}
	for _, obj := range pass.TypesInfo.Uses {
		if seen[obj] {
			continue
		}
		seen[obj] = true
		switch obj := obj.(type) {
		case *types.TypeName:
			if interfaces && obj.Pkg() != pass.Pkg && hasMethod(obj, known) {
				return true // it may be in an interface value
			}
		case *types.Func:
			if model.OpOf(obj).Kind != model.None || model.OnceDo(obj) || slow && model.SlowOf(obj, nil) != nil || known(obj.Origin()) {
				return true
			}
		case *types.Var:
			if accesses && obj.Exported() && obj.Pkg() != nil && obj.Pkg() != pass.Pkg && facts.guards(obj.Pkg()).Names(obj.Name()) {
				return true
			}
			// A function value may have a contract, where it is declared or as its type has.
			if _, ok := obj.Type().Underlying().(*types.Signature); ok {
				named, isNamed := types.Unalias(obj.Type()).(*types.Named)
				if (obj.IsField() || obj.Parent() == nil || obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope()) && known(obj.Origin()) || isNamed && known(named.Obj()) {
					return true
				}
			}
			if obj.IsField() && types.IsInterface(obj.Type()) && known(obj.Origin()) {
				return true // what is put there is kept
			}
		}
	}
	return usesSemaphores(pass) || joinsGoroutines(pass) || callsGiven(pass) || slow && usesChannels(pass)
}

// declaresInterface reports whether a package declares an interface type with methods.
func declaresInterface(pkg *types.Package) bool {
	return slices.ContainsFunc(pkg.Scope().Names(), func(name string) bool {
		tn, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok {
			return false
		}
		it, ok := tn.Type().Underlying().(*types.Interface)
		return ok && it.NumMethods() > 0
	})
}

// hasMethod reports whether a type has a method of its own for which ok holds.
func hasMethod(tn *types.TypeName, ok func(types.Object) bool) bool {
	named, isNamed := tn.Type().(*types.Named)
	if !isNamed || tn.IsAlias() {
		return false
	}
	for m := range named.Methods() {
		if ok(m) {
			return true
		}
	}
	return false
}

// joinsGoroutines reports whether the package waits for fields, channels or groups, that it also closes or calls Done of:
// its importers may need to know that a method waits for a goroutine.
func joinsGoroutines(pass *analysis.Pass) bool {
	ends, waits := make(map[types.Object]bool), make(map[types.Object]bool)
	field := func(x ast.Expr, in map[types.Object]bool) {
		if sel, ok := ast.Unparen(x).(*ast.SelectorExpr); ok {
			if v, ok := pass.TypesInfo.Uses[sel.Sel].(*types.Var); ok && v.IsField() {
				in[v] = true
			}
		}
	}
	for _, file := range pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				switch fun := ast.Unparen(n.Fun).(type) {
				case *ast.Ident:
					if len(n.Args) == 1 && fun.Name == "close" {
						field(n.Args[0], ends)
					}
				case *ast.SelectorExpr:
					switch fun.Sel.Name {
					case "Done":
						field(fun.X, ends)
					case "Wait":
						field(fun.X, waits)
					}
				}
			case *ast.UnaryExpr:
				if n.Op == token.ARROW {
					field(n.X, waits)
				}
			}
			return true
		})
	}
	for v := range waits {
		if ends[v] {
			return true
		}
	}
	return false
}

// usesSemaphores reports whether the package sends nothing but signals on a channel that is no local
// variable: the channel may be a semaphore.
func usesSemaphores(pass *analysis.Pass) (found bool) {
	for _, file := range pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			send, ok := n.(*ast.SendStmt)
			if !ok {
				return !found
			}
			c, ok := types.Unalias(pass.TypesInfo.TypeOf(send.Chan)).Underlying().(*types.Chan)
			if !ok {
				return !found
			}
			if st, ok := c.Elem().Underlying().(*types.Struct); !ok || st.NumFields() > 0 {
				return !found
			}
			switch ch := ast.Unparen(send.Chan).(type) {
			case *ast.SelectorExpr:
				found = true
			case *ast.Ident:
				_, named := types.Unalias(pass.TypesInfo.TypeOf(ch)).(*types.Named)
				obj := pass.TypesInfo.Uses[ch]
				found = found || named || obj != nil && obj.Parent() == pass.Pkg.Scope()
			}
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

// usesChannels reports whether the package has statements that may wait for another
// goroutine.
func usesChannels(pass *analysis.Pass) (found bool) {
	for _, file := range pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SendStmt, *ast.SelectStmt:
				found = true
			case *ast.UnaryExpr:
				found = found || n.Op == token.ARROW
			case *ast.RangeStmt:
				_, isChan := types.Unalias(pass.TypesInfo.TypeOf(n.X)).Underlying().(*types.Chan)
				found = found || isChan
			}
			return !found
		})
	}
	return found
}
