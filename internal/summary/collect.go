package summary

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// funcInfo is what a look at a function's instructions, without walking its
// paths, shows.
type funcInfo struct {
	fn        *ssa.Function
	callees   []*ssa.Function // functions of the package that it may run
	callers   []ssa.CallInstruction
	cellCalls []cellCall        // of what it finds in cells
	typeCalls []*types.TypeName // of functions of a named type, wherever they come from
	given     []string          // the methods of its parameters that it calls
	callsSelf bool
	locks     bool // has lock operations, or calls that have some elsewhere
	once      bool // calls Do of a sync.Once
	spawned   int  // goroutines started with it: 2 for several
	valued    bool // used as a value
	blocks    bool // has operations that wait for other goroutines
	relevant  bool
	asserts   bool // some paths of it never return
	recovers  bool // a deferred function of it recovers from panics
	recover   bool // it calls recover itself
	replaces  bool // it stores a pointer where its callers find one

	// What it may store to; see flow.Writes.
	writes   bitset
	deletes  []string // cells of maps that it may delete from
	captured []int
	unknown  bool
	escapes  bool // a literal that is not only called or deferred where it stands
}

// A cellCall is a call of a function that is read from a cell, or of a method of an interface value
// there.
type cellCall struct{ cell, method string }

// callsOf notes that fi calls v, or its method, where v is read from a cell.
func (fi *funcInfo) callsOf(v ssa.Value, method string) {
	if cell := pointsto.Cell(v); cell != "" {
		fi.cellCalls = append(fi.cellCalls, cellCall{cell, method})
	}
}

// collect looks at all functions once.
func (a *analysis) collect() {
	for _, fn := range a.funcs {
		a.info[fn] = &funcInfo{fn: fn}
	}
	for _, fn := range a.funcs {
		a.scan(a.info[fn])
	}
	if init := a.pkg.Func("init"); init != nil {
		for _, b := range init.Blocks {
			for _, instr := range b.Instrs {
				if st, ok := instr.(*ssa.Store); ok {
					a.scanCond(st)
					if g, ok := st.Addr.(*ssa.Global); ok {
						a.initial[g] = st.Val
					}
					if g, ok := st.Addr.(*ssa.Global); ok && !token.IsExported(g.Name()) { // of others, a user may set it
						a.contents.Scan(instr)
					}
				}
				a.slots.scan(instr, instr.Operands(nil))
			}
		}
	}
	a.givenMethods()
	a.contents.Resolve(a.table, a.funcs, func(fn *ssa.Function) []ssa.CallInstruction {
		if fi := a.info[fn]; fi != nil {
			return fi.callers
		}
		return nil
	})
	if a.slow {
		for _, fi := range a.info {
			fi.locks = fi.locks || fi.blocks
		}
	}
	for _, fn := range a.funcs {
		fi := a.info[fn]
		for _, t := range fi.typeCalls {
			if a.usersCall(fn) {
				fi.callees = append(fi.callees, a.ofType[t]...)
			}
		}
		fi.locks = fi.locks || len(a.slots.uses) > 0 && a.hasSlots(fi.fn) || len(a.busy.uses) > 0 && a.hasFlags(fi.fn)
		for _, c := range fi.cellCalls {
			fi.locks = fi.locks || a.Lends(c.cell)
			for _, fn := range a.targets(c.cell, c.method) {
				if m := boundMethod(fn); m != nil {
					a.scanTarget(fi, m)
				} else if a.info[fn] != nil {
					fi.callees = append(fi.callees, fn)
				} else if obj, ok := fn.Object().(*types.Func); ok && obj.Pkg() != a.pkg.Pkg {
					fi.locks = fi.locks || a.concerns(obj)
				}
			}
		}
	}
}

// givenMethods marks as having to do with locks the functions that call a method of what they are
// given, where the package has a method of that name which has: callers know what they give.
func (a *analysis) givenMethods() {
	locking := make(map[string]bool)
	for _, fi := range a.info {
		if fi.locks && fi.fn.Signature.Recv() != nil {
			locking[fi.fn.Name()] = true
		}
	}
	for _, fi := range a.info {
		fi.locks = fi.locks || slices.ContainsFunc(fi.given, func(name string) bool { return locking[name] })
	}
}

func (a *analysis) scan(fi *funcInfo) {
	fi.blocks = len(ssax.Polls(fi.fn)) > 0
	if obj, ok := fi.fn.Object().(*types.Func); ok && a.contracts.set.Of(obj) != nil {
		a.scanContract(fi, obj)
	}
	var operands []*ssa.Value
	for _, b := range fi.fn.Blocks {
		for _, instr := range b.Instrs {
			operands = instr.Operands(operands[:0])
			a.scanLiterals(fi, instr, operands)
			a.contents.Scan(instr)
			a.slots.scan(instr, operands)
			a.busy.scan(instr)
			switch instr := instr.(type) {
			case ssa.CallInstruction:
				a.scanCall(fi, instr)
			case *ssa.Convert:
				if b, ok := instr.Type().(*types.Basic); ok && b.Kind() == types.UnsafePointer {
					if class := lockAt(instr.X); class != "" {
						a.unsafe[class] = fi.fn
					}
				}
			case *ssa.Store:
				a.scanStore(fi, instr)
			case *ssa.MakeClosure:
				lit := instr.Fn.(*ssa.Function)
				if bound := boundMethod(lit); bound != nil {
					a.scanTarget(fi, bound)
					if m := a.pkg.Prog.FuncValue(bound.Origin()); m != nil && a.info[m] != nil {
						a.info[m].valued = true
					}
					continue
				}
				if li := a.info[lit]; li != nil {
					fi.callees = append(fi.callees, lit)
					li.escapes = li.escapes || !flow.CalledInPlace(instr)
				}
			case *ssa.ChangeType:
				a.scanNamed(instr)
			case *ssa.Panic:
				fi.asserts = true
			case *ssa.UnOp:
				fi.blocks = fi.blocks || instr.Op == token.ARROW
			case *ssa.Send:
				fi.blocks = true
			case *ssa.Select:
				fi.blocks = fi.blocks || instr.Blocking
			case *ssa.MakeInterface:
				a.scanFormat(fi, instr.X.Type())
			}
		}
	}
}

// lockAt returns the class of the lock that an address is, or with which the struct at it begins; "" if there is none.
func lockAt(addr ssa.Value) string {
	if model.PointsToLock(addr.Type()) {
		return path.StaticCell(addr)
	}
	st, ok := deref(addr.Type()).Underlying().(*types.Struct)
	if !ok || st.NumFields() == 0 || !model.PointsToLock(st.Field(0).Type()) {
		return ""
	}
	name, owner, _ := path.StructField(addr.Type(), 0)
	return owner + "." + name
}

// scanLiterals notes the literals without captured variables that an instruction
// uses as values: there is no MakeClosure for those.
func (a *analysis) scanLiterals(fi *funcInfo, instr ssa.Instruction, operands []*ssa.Value) {
	for i, op := range operands {
		lit, ok := (*op).(*ssa.Function)
		if !ok || a.info[lit] == nil {
			continue
		}
		if c, ok := instr.(ssa.CallInstruction); !ok || i > 0 || c.Common().IsInvoke() {
			a.info[lit].valued = true
		}
		if lit.Parent() != fi.fn {
			continue
		}
		if _, isMake := instr.(*ssa.MakeClosure); isMake {
			continue
		}
		c, isCall := instr.(ssa.CallInstruction)
		_, isGo := instr.(*ssa.Go)
		if !isCall || isGo || i > 0 || c.Common().Value != lit {
			a.info[lit].escapes = true
			fi.callees = append(fi.callees, lit)
		}
	}
}

// boundMethod returns the method behind a method value's wrapper.
func boundMethod(fn *ssa.Function) *types.Func {
	if fn.Synthetic != "" && (strings.HasSuffix(fn.Name(), "$bound") || strings.HasSuffix(fn.Name(), "$thunk")) {
		m, _ := fn.Object().(*types.Func)
		return m
	}
	return nil
}

// scanTarget notes that fi may run the method or function obj.
func (a *analysis) scanTarget(fi *funcInfo, obj *types.Func) {
	if op := model.OpOf(obj); op.Kind != model.None {
		fi.locks = true
		return
	}
	fi.once = fi.once || model.OnceDo(obj)
	if model.PoolGet(obj) {
		fi.cellCalls = append(fi.cellCalls, cellCall{"sync.Pool.New", ""})
	}
	if model.Waits(obj) {
		fi.blocks = true
		fi.locks = fi.locks || a.slow
		return
	}
	if a.slow && model.SlowOf(obj, nil) != nil {
		fi.locks = true
	}
	if obj.Pkg() != a.pkg.Pkg {
		fi.locks = fi.locks || a.concerns(obj)
		return
	}
	if fn := a.pkg.Prog.FuncValue(obj.Origin()); fn != nil && a.info[fn] != nil {
		fi.callees = append(fi.callees, fn)
	} else {
		a.scanContract(fi, obj) // without a body
	}
}

func (a *analysis) scanCall(fi *funcInfo, instr ssa.CallInstruction) {
	c := instr.Common()
	a.scanAtomic(fi, c)
	for _, arg := range c.Args {
		if fn, ok := arg.(*ssa.Function); ok && a.info[fn] != nil {
			fi.callees = append(fi.callees, fn)
		}
		// A function out of a field that the callee may call.
		if _, ok := arg.Type().Underlying().(*types.Signature); ok {
			fi.callsOf(arg, "")
		}
	}
	if c.IsInvoke() {
		if op := model.OpOf(c.Method); op.Kind != model.None || a.slow && model.SlowOf(c.Method, c.Value.Type()) != nil {
			fi.locks = true
		}
		fi.unknown = true
		a.scanContract(fi, calledThrough(c)...)
		if _, sum := a.Implementation(c); sum != nil {
			fi.locks = true
			for _, arg := range c.Args {
				a.scanKept(fi, arg, sum)
			}
		}
		a.invoked[c.Method.Name()] = true
		if _, ok := c.Value.(*ssa.Parameter); ok {
			fi.given = append(fi.given, c.Method.Name())
		}
		fi.callsOf(c.Value, c.Method.Name())
		fi.asserts = fi.asserts || model.NoReturn(c.Method)
		switch fn := a.method(c); {
		case fn == nil:
		case a.info[fn] != nil:
			a.addCall(fi, instr, fn)
		default:
			a.scanForeign(fi, instr, fn, append([]ssa.Value{c.Value}, c.Args...))
		}
		return
	}
	switch v := c.Value.(type) {
	case *ssa.Builtin:
		fi.recover = fi.recover || v.Name() == "recover"
		if v.Name() == "delete" || v.Name() == "clear" {
			cell := path.ElementCell(c.Args[0])
			fi.writes.add(a.cells.id(cell))
			fi.deletes = appendNew(fi.deletes, cell)
		}
		return
	case *ssa.MakeClosure:
		fn := v.Fn.(*ssa.Function)
		if a.info[fn] != nil {
			a.addCall(fi, instr, fn)
			return
		}
	case *ssa.Function:
		fn := v
		if o := fn.Origin(); o != nil {
			fn = o
		}
		if a.info[fn] != nil {
			a.addCall(fi, instr, fn)
			return
		}
		if obj, ok := fn.Object().(*types.Func); ok {
			if obj.Pkg() != a.pkg.Pkg {
				a.scanForeign(fi, instr, fn, c.Args)
			} else {
				a.scanTarget(fi, obj)
			}
			return
		}
	case *ssa.Parameter, *ssa.FreeVar:
		fi.locks = true // callers want to know under which locks
	case *ssa.UnOp:
		a.scanContract(fi, calledThrough(c)...)
		if _, ok := v.X.(*ssa.FreeVar); ok {
			fi.locks = true
		}
		fi.callsOf(v, "")
	case *ssa.Extract, *ssa.Lookup, *ssa.TypeAssert, *ssa.ChangeType, *ssa.Call:
		fi.locks = fi.locks || a.returnedTo(c)
		a.scanContract(fi, calledThrough(c)...)
		fi.callsOf(v, "")
	default:
		a.scanContract(fi, calledThrough(c)...)
	}
	if t := a.funcType(c.Value.Type()); t != nil {
		fi.typeCalls = append(fi.typeCalls, t)
	}
	fi.unknown = true
}

// returnedTo reports whether a call is one of a function that another package has returned, of which something is known.
func (a *analysis) returnedTo(c *ssa.CallCommon) bool {
	made := ssax.MadeFunc(c)
	return made != nil && made.Call.StaticCallee() != nil && a.Returned(made.Call.StaticCallee()) != nil
}

// scanForeign notes what a call of another package's function with args needs.
func (a *analysis) scanForeign(fi *funcInfo, instr ssa.CallInstruction, fn *ssa.Function, args []ssa.Value) {
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return
	}
	for _, arg := range args {
		a.scanKept(fi, arg, a.foreignSummary(obj))
	}
	fi.scanCallbacks(obj, args)
	a.scanPuts(fi, instr, fn, args)
	a.scanTarget(fi, obj)
}

// scanCallbacks notes the methods that a library function calls of what it is given.
func (fi *funcInfo) scanCallbacks(fn *types.Func, args []ssa.Value) {
	for _, cb := range model.Callbacks(fn) {
		i := cb.Arg
		if fn.Signature().Recv() != nil {
			i++
		}
		if cb.Run == model.Methods || cb.Run == model.First {
			for _, name := range cb.Methods {
				fi.callsOf(args[i], name)
			}
		}
	}
}

// scanKept notes that fi has to do with what the methods of a value do which a function of another
// package keeps.
func (a *analysis) scanKept(fi *funcInfo, val ssa.Value, sum *flow.Summary) {
	mi, ok := val.(*ssa.MakeInterface)
	if !ok || sum == nil {
		return
	}
	for _, e := range sum.Events {
		if (e.Kind == flow.Later || e.Kind == flow.Serves) && e.Method != "" {
			if fn := a.methodOf(mi.X.Type(), e.Method); fn != nil && a.info[fn] != nil {
				fi.callees = append(fi.callees, fn)
			}
		}
	}
}

// runsOnce reports whether fn is the function main of a program that nobody calls.
func (a *analysis) runsOnce(fn *ssa.Function) bool {
	return fn.Name() == "main" && a.pkg.Pkg.Name() == "main" && fn.Signature.Recv() == nil && fn.Parent() == nil && len(a.info[fn].callers) == 0
}

// scanFormat orders the methods of a type that libraries call before the functions
// that may print or sort it.
func (a *analysis) scanFormat(fi *funcInfo, t types.Type) {
	named, ok := deref(t).(*types.Named)
	if !ok || named.Obj().Pkg() != a.pkg.Pkg {
		return
	}
	a.boxed[named.Obj()] = true
	for _, name := range model.CalledMethods {
		obj, index, _ := types.LookupFieldOrMethod(t, false, a.pkg.Pkg, name)
		if m, ok := obj.(*types.Func); ok && len(index) == 1 && m.Pkg() == a.pkg.Pkg && !types.IsInterface(t) {
			if fn := a.pkg.Prog.FuncValue(m.Origin()); fn != nil && a.info[fn] != nil && fn != fi.fn {
				fi.callees = append(fi.callees, fn)
			}
		}
	}
}

func deref(t types.Type) types.Type {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	return t
}

func (a *analysis) scanStore(fi *funcInfo, st *ssa.Store) {
	switch addr := st.Addr.(type) {
	case *ssa.FreeVar:
		for i, fv := range fi.fn.FreeVars {
			if fv == addr {
				fi.captured = append(fi.captured, i)
			}
		}
		return
	case *ssa.Alloc:
		return
	}
	if fa, ok := st.Addr.(*ssa.FieldAddr); ok {
		if kept := a.Kept(fa); kept != nil {
			fi.locks = true
			a.scanKept(fi, st.Val, kept)
		}
	}
	a.scanCond(st)
	cell := path.StaticCell(st.Addr)
	if cell == "" {
		return
	}
	if g, ok := st.Addr.(*ssa.Global); ok && !ssax.InTest(fi.fn) {
		a.assigned[g] = true
	}
	a.scanChan(cell, st.Val)
	if ssax.New(st.Addr) {
		return // a constructor
	}
	fi.writes.add(a.cells.id(cell))
	_, isPointer := st.Val.Type().Underlying().(*types.Pointer)
	fi.replaces = fi.replaces || isPointer
	if _, ok := st.Addr.(*ssa.Global); ok && (fi.fn.Name() == "init" || strings.HasPrefix(fi.fn.Name(), "init#")) {
		return
	}
	a.unstable[cell] = true
}
