// Package origin follows handles (pools, sessions, lock objects) back to where
// they come from, so that what is said of a handle in one function is known where
// another function uses it, and is not taken to be said of its neighbours.
package origin

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// A Set is where a handle may come from: calls that make it, fields that the
// package does not assign, parameters of functions that the package does not call.
type Set map[string]Source

// A Source is one origin of a handle.
type Source struct {
	// Made is the call that makes the handle, or nil.
	Made *ssa.Call
	// Value is what the handle is, if the package makes it; or nil.
	Value ssa.Value
	// Type is that of the handle, where it is known.
	Type types.Type
	// Open says that the handle comes from outside of the package.
	Open bool
}

// Meets reports whether two handles may be the same one.
func (s Set) Meets(t Set) bool {
	for id := range s {
		if _, ok := t[id]; ok {
			return true
		}
	}
	return false
}

// Open reports whether a handle may come from outside of the package.
func (s Set) Open() bool {
	for _, source := range s {
		if source.Open {
			return true
		}
	}
	return false
}

// A Finder finds the origins of the handles of one package.
type Finder struct {
	namer  *expr.Namer
	stored map[string][]ssa.Value              // what a field of a type, or a global, is assigned
	calls  map[*ssa.Function][]*ssa.CallCommon // of functions of the package
	cells  map[*ssa.Alloc][]ssa.Value          // what a variable is assigned, if more than once
	own    map[*ssa.Function]bool
}

// New returns a Finder for the functions of a package, literals included.
func New(namer *expr.Namer, fns []*ssa.Function) *Finder {
	f := &Finder{
		namer: namer, stored: map[string][]ssa.Value{}, calls: map[*ssa.Function][]*ssa.CallCommon{},
		cells: map[*ssa.Alloc][]ssa.Value{}, own: map[*ssa.Function]bool{},
	}
	for _, fn := range fns {
		f.own[fn] = true
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				switch in := in.(type) {
				case *ssa.Store:
					f.store(in)
				case ssa.CallInstruction:
					if callee := in.Common().StaticCallee(); callee != nil {
						f.calls[callee] = append(f.calls[callee], in.Common())
					}
				}
			}
		}
	}
	return f
}

func (f *Finder) store(in *ssa.Store) {
	switch addr := f.namer.Cell(in.Addr).(type) {
	case *ssa.FieldAddr:
		if place := Place(f.namer.Of(addr)); place != "" {
			f.stored[place] = append(f.stored[place], in.Val)
		}
	case *ssa.Global:
		place := f.namer.Of(addr).ID()
		f.stored[place] = append(f.stored[place], in.Val)
	case *ssa.Alloc:
		f.cells[addr] = append(f.cells[addr], in.Val)
	}
}

// Place returns what a field of any object of its type is called, or the name of
// a global; "" if the expression is neither.
func Place(e *expr.Expr) string {
	switch {
	case e.Kind == expr.Global:
		return e.ID()
	case e.Kind == expr.Field && e.Owner != "":
		return e.Owner + "." + e.Name
	}
	return ""
}

// Of returns the origins of a handle.
func (f *Finder) Of(v ssa.Value) Set {
	result := make(Set)
	f.follow(f.namer.Of(v), result, map[string]bool{})
	return result
}

// OfExpr is Of for a handle by its name.
func (f *Finder) OfExpr(e *expr.Expr) Set {
	result := make(Set)
	f.follow(e, result, map[string]bool{})
	return result
}

func (f *Finder) follow(e *expr.Expr, result Set, seen map[string]bool) {
	if seen[e.ID()] {
		return
	}
	seen[e.ID()] = true
	all := func(values []ssa.Value) {
		for _, v := range values {
			f.follow(f.namer.Of(v), result, seen)
		}
	}
	switch e.Kind {
	case expr.Param:
		if e.Fn != nil && len(f.calls[e.Fn]) > 0 {
			for _, c := range f.calls[e.Fn] {
				if e.Index < len(c.Args) {
					f.follow(f.namer.Of(c.Args[e.Index]), result, seen)
				}
			}
			return
		}
		result[e.ID()] = Source{Open: true, Type: paramType(e)}
	case expr.Field, expr.Global:
		place := Place(e)
		switch {
		case e.Kind == expr.Field && embedded(e):
			f.follow(e.Args[0], result, seen) // the pool in a pool
		case place == "":
			result[e.ID()] = Source{Open: true}
		case len(f.stored[place]) == 0:
			result[place] = Source{Open: true}
		default:
			all(f.stored[place])
		}
	case expr.Opaque:
		f.value(e, result, seen, all)
	default:
		result[e.ID()] = Source{}
	}
}

func (f *Finder) value(e *expr.Expr, result Set, seen map[string]bool, all func([]ssa.Value)) {
	switch v := e.Value.(type) {
	case *ssa.Phi:
		all(v.Edges)
		return
	case *ssa.UnOp:
		if alloc, ok := f.namer.Cell(v.X).(*ssa.Alloc); ok && len(f.cells[alloc]) > 0 {
			all(f.cells[alloc])
			return
		}
	case *ssa.Alloc:
		// A struct that embeds a handle, or a variable that holds one.
		if len(f.cells[v]) > 0 {
			all(f.cells[v])
			return
		}
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			f.call(call, v.Index, e, result, seen, all)
			return
		}
	case *ssa.Call:
		f.call(v, 0, e, result, seen, all)
		return
	}
	result[e.ID()] = Source{Value: e.Value, Type: e.Value.Type()}
}

// call follows what a call returns: into a function of the package, or to the
// handles that a library makes another handle of.
func (f *Finder) call(call *ssa.Call, i int, e *expr.Expr, result Set, seen map[string]bool, all func([]ssa.Value)) {
	callee := call.Call.StaticCallee()
	if callee != nil && callee.Origin() != nil {
		callee = callee.Origin()
	}
	if callee != nil && f.own[callee] {
		before := len(result)
		for _, results := range ssax.Returns(callee) {
			if i < len(results) && !ssax.IsNil(results[i]) {
				all(results[i : i+1])
			}
		}
		if len(result) > before {
			return
		}
	}
	if client.Wraps(call) {
		for _, arg := range call.Call.Args {
			if handle(arg.Type()) {
				all([]ssa.Value{client.Strip(arg)})
				return
			}
		}
	}
	t := call.Type()
	if results, ok := t.(*types.Tuple); ok && i < results.Len() {
		t = results.At(i).Type()
	}
	result[e.ID()] = Source{Made: call, Value: e.Value, Type: t}
}

func paramType(e *expr.Expr) types.Type {
	if e.Fn == nil || e.Index >= len(e.Fn.Params) {
		return nil
	}
	return e.Fn.Params[e.Index].Type()
}

// embedded reports whether a field is a handle that a handle of a library embeds.
func embedded(e *expr.Expr) bool {
	return e.OwnerPkg != "" && client.Known(e.OwnerPkg)
}

// handle reports whether a type is a handle of a database.
func handle(t types.Type) bool {
	pkg, name := client.Named(t)
	return client.SQL(pkg) && (name == "DB" || name == "Conn" || name == "Pool" || name == "Tx")
}
