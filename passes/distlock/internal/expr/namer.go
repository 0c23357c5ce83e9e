package expr

import (
	"fmt"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A Namer names the values of one package.
type Namer struct {
	names   map[ssa.Value]*Expr
	numbers map[ssa.Value]int
	makers  map[*ssa.Function]*ssa.MakeClosure // nil if a literal is made in several places
}

// NewNamer returns a Namer for the functions of a package, literals included.
func NewNamer(fns []*ssa.Function) *Namer {
	n := &Namer{names: map[ssa.Value]*Expr{}, numbers: map[ssa.Value]int{}, makers: map[*ssa.Function]*ssa.MakeClosure{}}
	for _, fn := range fns {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				mc, ok := in.(*ssa.MakeClosure)
				if !ok {
					continue
				}
				lit := mc.Fn.(*ssa.Function)
				if _, again := n.makers[lit]; again {
					n.makers[lit] = nil
				} else {
					n.makers[lit] = mc
				}
			}
		}
	}
	return n
}

// Maker returns the instruction that makes the closure of a literal, or nil.
func (n *Namer) Maker(lit *ssa.Function) *ssa.MakeClosure { return n.makers[lit] }

// Of returns the name of a value. Values of a literal are named as the functions
// around it see them.
func (n *Namer) Of(v ssa.Value) *Expr {
	if e, ok := n.names[v]; ok {
		return e
	}
	n.names[v] = n.opaque(v) // what a value that depends on itself gets to see
	e := n.name(v)
	n.names[v] = e
	return e
}

func (n *Namer) opaque(v ssa.Value) *Expr {
	if _, ok := n.numbers[v]; !ok {
		n.numbers[v] = len(n.numbers) + 1
	}
	return &Expr{Kind: Opaque, Value: v, id: "#" + strconv.Itoa(n.numbers[v])}
}

func (n *Namer) name(v ssa.Value) *Expr {
	switch v := v.(type) {
	case *ssa.Const:
		return NewConst(v.Value)
	case *ssa.Parameter:
		fn := v.Parent()
		for i, p := range fn.Params {
			if p == v {
				return &Expr{Kind: Param, Fn: fn, Index: i, Name: v.Name(), id: fmt.Sprintf("$%s:%d", fn.RelString(nil), i)}
			}
		}
	case *ssa.FreeVar:
		if mc := n.makers[v.Parent()]; mc != nil {
			for i, fv := range v.Parent().FreeVars {
				if fv == v {
					return n.Of(mc.Bindings[i])
				}
			}
		}
	case *ssa.Global:
		return NewGlobal(v.Pkg.Pkg.Path() + "." + v.Name())
	case *ssa.MakeInterface:
		return n.Of(v.X)
	case *ssa.ChangeType:
		return n.Of(v.X)
	case *ssa.ChangeInterface:
		return n.Of(v.X)
	case *ssa.TypeAssert:
		if !v.CommaOk {
			return n.Of(v.X)
		}
	case *ssa.Convert:
		return n.Of(v.X)
	case *ssa.FieldAddr:
		return n.field(v.X, v.Field)
	case *ssa.Field:
		return n.field(v.X, v.Field)
	case *ssa.IndexAddr:
		return New(Elem, "", n.Of(v.X), n.Of(v.Index))
	case *ssa.Index:
		return New(Elem, "", n.Of(v.X), n.Of(v.Index))
	case *ssa.Lookup:
		if !v.CommaOk {
			return New(Elem, "", n.Of(v.X), n.Of(v.Index))
		}
	case *ssa.BinOp:
		return New(Call, v.Op.String(), n.Of(v.X), n.Of(v.Y))
	case *ssa.UnOp:
		if v.Op.String() != "*" {
			return New(Call, v.Op.String(), n.Of(v.X))
		}
		// A field, a global: named like its address. A variable that is assigned
		// once: named like what it is assigned.
		if x := n.Loaded(v); x != nil {
			return n.Of(x)
		}
		return n.Of(v.X)
	case *ssa.Slice:
		if v.Low == nil && v.High == nil {
			if elems := Elements(v); elems != nil {
				args := make([]*Expr, len(elems))
				for i, e := range elems {
					args[i] = n.Of(e)
				}
				return New(Call, "[]", args...)
			}
		}
	case *ssa.Call:
		if name, ok := pure(v.Common()); ok {
			var args []*Expr
			for _, arg := range WithReceiver(v.Common()) {
				args = append(args, n.Of(arg))
			}
			return New(Call, name, args...)
		}
	}
	return n.opaque(v)
}

func (n *Namer) field(x ssa.Value, i int) *Expr {
	t := x.Type()
	e := New(Field, fieldName(t, i), n.Of(x))
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok && named.Obj().Pkg() != nil {
		e.OwnerPkg = named.Obj().Pkg().Path()
		e.OwnerType = named
		e.Owner = e.OwnerPkg + "." + named.Obj().Name()
	}
	return e
}

// cell follows a captured variable to the variable.
func (n *Namer) cell(addr ssa.Value) ssa.Value {
	for {
		fv, ok := addr.(*ssa.FreeVar)
		if !ok {
			return addr
		}
		mc := n.makers[fv.Parent()]
		if mc == nil {
			return addr
		}
		for i, f := range fv.Parent().FreeVars {
			if f == fv {
				addr = mc.Bindings[i]
			}
		}
	}
}

// Cell returns the variable that an address stands for, seen through closures.
func (n *Namer) Cell(addr ssa.Value) ssa.Value { return n.cell(addr) }

// Loaded returns the value that a local variable has where it is loaded, seen through closures; nil if that is
// not known.
func (n *Namer) Loaded(load *ssa.UnOp) ssa.Value {
	alloc, ok := n.cell(load.X).(*ssa.Alloc)
	if !ok {
		return nil
	}
	return n.stored(alloc, load)
}

// stored returns the value that a variable has where it is loaded, in its function or
// in a literal: the one that it is assigned last, if all assignments are of its
// function, and one on every way from the others to the load, or to the literal.
func (n *Namer) stored(alloc *ssa.Alloc, load ssa.Instruction) ssa.Value {
	stores, ok := assignments(alloc)
	if !ok {
		return nil
	}
	for load.Parent() != alloc.Parent() {
		mc := n.makers[load.Parent()]
		if mc == nil {
			return nil
		}
		load = mc
	}
	if len(stores) == 1 {
		return stores[0].Val
	}
	for _, last := range stores {
		if ssax.Dominates(last, load) && !ssax.InLoop(last.Block()) && !slices.ContainsFunc(stores, func(s *ssa.Store) bool {
			return s != last && !ssax.Dominates(s, last)
		}) {
			return last.Val
		}
	}
	return nil
}

// assignments returns the assignments to a variable; not ok if literals assign it, too,
// or its address goes somewhere.
func assignments(alloc *ssa.Alloc) (stores []*ssa.Store, ok bool) {
	var collect func(addr ssa.Value) bool
	collect = func(addr ssa.Value) bool {
		for _, r := range *addr.Referrers() {
			switch r := r.(type) {
			case *ssa.Store:
				if r.Addr != addr {
					return false // its address goes somewhere
				}
				stores = append(stores, r)
			case *ssa.UnOp, *ssa.DebugRef:
			case *ssa.MakeClosure:
				lit := r.Fn.(*ssa.Function)
				for i, b := range r.Bindings {
					if b == addr && !collect(lit.FreeVars[i]) {
						return false
					}
				}
			default:
				return false
			}
		}
		return true
	}
	ok = collect(alloc)
	for _, s := range stores {
		if s.Parent() != alloc.Parent() && len(stores) > 1 {
			return nil, false
		}
	}
	return stores, ok
}

// Elements returns what a slice literal, or the variadic arguments of a call,
// are made of; nil if it is something else.
func Elements(v ssa.Value) []ssa.Value {
	slice, ok := v.(*ssa.Slice)
	if !ok {
		return nil
	}
	alloc, ok := slice.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	ptr, ok := alloc.Type().Underlying().(*types.Pointer)
	if !ok {
		return nil
	}
	array, ok := ptr.Elem().Underlying().(*types.Array)
	if !ok || array.Len() > 64 {
		return nil
	}
	elems := make([]ssa.Value, array.Len())
	for _, r := range *alloc.Referrers() {
		at, ok := r.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		index, ok := at.Index.(*ssa.Const)
		if !ok {
			return nil
		}
		for _, r := range *at.Referrers() {
			if store, ok := r.(*ssa.Store); ok && store.Addr == at {
				elems[index.Int64()] = store.Val
			}
		}
	}
	for _, e := range elems {
		if e == nil {
			return nil
		}
	}
	return elems
}

func fieldName(t types.Type, i int) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if s, ok := t.Underlying().(*types.Struct); ok {
		return s.Field(i).Name()
	}
	return fmt.Sprint(i)
}

// WithReceiver returns the arguments of a call with the receiver before them, also of a
// method of an interface.
func WithReceiver(c *ssa.CallCommon) []ssa.Value {
	if c.IsInvoke() {
		return append([]ssa.Value{c.Value}, c.Args...)
	}
	return c.Args
}

// pureFuncs are packages, and functions of packages, whose results depend on
// nothing but their arguments, and what the environment of the process is.
var pureFuncs = lazyregexp.New(`^(strings|strconv|path|path/filepath)\.|^fmt\.Sprint(f|ln)?$|^os\.(TempDir|Getenv|ExpandEnv)$|^\(\*net/http\.Request\)\.Context$`)

// computing are packages that functions with the same result may use.
var computing = lazyregexp.New(`^\(?\*?(crypto/(md5|sha1|sha256|sha512)|encoding/|hash/|math/bits|unicode|slices|sort|time\.Duration|os\.User(Cache|Config|Home)Dir$)`)

// keyMaker is the name of a function that makes a key out of its arguments, and
// impure one of a function whose results differ from call to call.
var (
	keyMaker = lazyregexp.New(`(?i)key|name|path|prefix|lock|string$|^id$|getid$`)
	impure   = lazyregexp.New(`(?i)rand|uuid|uniq|new|gen|next|now|token|nonce|unlock|acquire`)
)

// pure returns the name of a called function that gives the same result for the
// same arguments. For functions without a body here it goes by their names: a
// string from a function called LockKey is taken for one.
func pure(c *ssa.CallCommon) (string, bool) {
	if c.IsInvoke() {
		return c.Method.FullName(), isString(c.Signature()) && keyMaker.MatchString(c.Method.Name()) && !impure.MatchString(c.Method.Name())
	}
	fn := c.StaticCallee()
	if fn == nil {
		return "", false
	}
	if fn.Signature.Results().Len() != 1 {
		return "", false
	}
	name := fn.RelString(nil)
	if pureFuncs.MatchString(name) {
		return name, true
	}
	if !isString(fn.Signature) || impure.MatchString(fn.Name()) {
		return name, false
	}
	if len(fn.Blocks) > 0 {
		return name, deterministic(fn, 2)
	}
	return name, keyMaker.MatchString(fn.Name())
}

func isString(sig *types.Signature) bool {
	if sig.Results().Len() != 1 {
		return false
	}
	b, ok := sig.Results().At(0).Type().Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// deterministic reports whether all that a function does is to compute.
func deterministic(fn *ssa.Function, depth int) bool {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.Go, *ssa.Select, *ssa.Send, *ssa.Defer:
				return false
			case *ssa.Call:
				if _, ok := in.Call.Value.(*ssa.Builtin); ok {
					continue
				}
				callee := in.Call.StaticCallee()
				if callee == nil {
					if name, ok := pure(in.Common()); !ok || name == "" {
						return false
					}
					continue
				}
				name := callee.RelString(nil)
				switch {
				case pureFuncs.MatchString(name) || computing.MatchString(name):
				case depth > 0 && len(callee.Blocks) > 0 && !impure.MatchString(callee.Name()) && deterministic(callee, depth-1):
				case len(callee.Blocks) == 0 && keyMaker.MatchString(callee.Name()) && !impure.MatchString(callee.Name()):
				default:
					return false
				}
			}
		}
	}
	return true
}
