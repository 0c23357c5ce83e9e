package summary

import (
	"go/types"
	"iter"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// A package often has an exported interface, one unexported type that implements it, and a function that makes an object of the type and
// returns it as the interface. What the methods of the interface do is then known: importers get the summaries of those of the type.
//
//	type Wrapper interface { Subscribe(Committer) ... }
//	type wrapper struct { mu sync.Mutex; subs []Committer }
//	func Wrap(c Config) Wrapper { return &wrapper{cfg: c} }

// implemented returns the summaries of the methods of such interfaces.
func (a *analysis) implemented() map[*types.Func]*flow.Summary {
	out := make(map[*types.Func]*flow.Summary)
	for _, fn := range a.funcs {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || fn.Signature.Recv() != nil || fn.TypeParams().Len() > 0 || ssax.InTest(fn) {
			continue
		}
		for i := range fn.Signature.Results().Len() {
			if iface := a.ownInterface(fn.Signature.Results().At(i).Type()); iface != nil && a.makesOnly(fn, i) {
				a.addMethods(iface, out)
			}
		}
	}
	return out
}

// ownInterface returns the exported interface of this package that a type is, nil if it is none.
func (a *analysis) ownInterface(t types.Type) *types.Named {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() != a.pkg.Pkg || !named.Obj().Exported() || named.TypeParams().Len() > 0 || !types.IsInterface(named) {
		return nil
	}
	return named
}

// makesOnly reports whether result i of a function is nothing but new objects of one unexported type of the package in an interface value, or nil.
func (a *analysis) makesOnly(fn *ssa.Function, i int) bool {
	found := false
	for _, results := range ssax.Returns(fn) {
		mi, ok := ssax.Origin(results[i]).(*ssa.MakeInterface)
		if ssax.IsNil(results[i]) {
			continue
		}
		if !ok {
			return false
		}
		named, ok := deref(mi.X.Type()).(*types.Named)
		if !ok || named.Obj().Pkg() != a.pkg.Pkg || named.Obj().Exported() {
			return false
		}
		found = true
	}
	return found
}

// addMethods adds the summaries of the only implementations of the methods of an interface.
func (a *analysis) addMethods(iface *types.Named, out map[*types.Func]*flow.Summary) {
	if a.holdsForeign(iface) {
		return
	}
	it := iface.Underlying().(*types.Interface)
	for m := range it.Methods() {
		if m.Pkg() != a.pkg.Pkg || !m.Exported() {
			continue
		}
		if fn := a.onlyImplementation(it, m); fn != nil && !a.sums[fn].Trivial() {
			out[m] = a.sums[fn]
		}
	}
}

// Implementation implements [flow.Env].
func (a *analysis) Implementation(call *ssa.CallCommon) (name string, sum *flow.Summary) {
	m := call.Method.Origin()
	if m.Pkg() == nil || m.Pkg() == a.pkg.Pkg || a.imports.Implemented == nil {
		return "", nil
	}
	sum, ok := a.elsewhereOf[m]
	if !ok {
		if sum = a.imports.Implemented(m, a.table); sum != nil && a.implements(call.Value.Type()) {
			sum = nil
		}
		a.elsewhereOf[m] = sum
	}
	if sum == nil {
		return "", nil
	}
	return objectName(m), sum
}

// implements reports whether the package, its tests aside, puts objects into values of an interface type of another package.
func (a *analysis) implements(iface types.Type) bool {
	a.scanFilled()
	named, ok := types.Unalias(iface).(*types.Named)
	return !ok || a.filled[named.Obj()].here
}

// filled says with what the package fills values of an interface type.
type filled struct {
	foreign bool // objects of types of other packages
	here    bool // objects, in code that is no test
}

func (a *analysis) scanFilled() {
	if a.filled != nil {
		return
	}
	a.filled = make(map[*types.TypeName]filled)
	for _, fn := range append(slices.Clip(a.funcs), a.pkg.Func("init")) {
		if fn == nil {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				mi, ok := instr.(*ssa.MakeInterface)
				if !ok {
					continue
				}
				into, ok := types.Unalias(mi.Type()).(*types.Named)
				if !ok {
					continue
				}
				from, isNamed := deref(mi.X.Type()).(*types.Named)
				f := a.filled[into.Obj()]
				f.foreign = f.foreign || isNamed && from.Obj().Pkg() != a.pkg.Pkg
				f.here = f.here || !ssax.InTest(fn)
				a.filled[into.Obj()] = f
			}
		}
	}
}

// Method implements [flow.Env]: the method of the only type of the package that
// implements an interface of the package.
func (a *analysis) Method(call *ssa.CallCommon, recv *path.Node) *ssa.Function {
	return a.method(call)
}

func (a *analysis) method(call *ssa.CallCommon) *ssa.Function {
	m := call.Method
	if m.Pkg() != a.pkg.Pkg {
		return nil
	}
	fn := a.implementation(call)
	if fn == nil {
		return nil
	}
	from, recv := assertedFrom(call.Value), fn.Signature.Recv().Type()
	if !types.AssignableTo(recv, from) && !types.AssignableTo(types.NewPointer(recv), from) {
		return nil // it cannot be in the value that has been asserted to have the method
	}
	return fn
}

// assertedFrom returns the type that an interface value had before it was asserted to be of the one it has, which is its own if it was not.
func assertedFrom(v ssa.Value) types.Type {
	if e, ok := v.(*ssa.Extract); ok && e.Index == 0 {
		v = e.Tuple
	}
	if ta, ok := v.(*ssa.TypeAssert); ok {
		return ta.X.Type()
	}
	return v.Type()
}

// implementation returns the only implementation of the method that is called.
func (a *analysis) implementation(call *ssa.CallCommon) *ssa.Function {
	m := call.Method
	if fn, ok := a.impls[m]; ok {
		return fn
	}
	var found *ssa.Function
	it, ok := call.Value.Type().Underlying().(*types.Interface)
	if ok && !a.holdsForeign(call.Value.Type()) {
		if found = a.onlyImplementation(it, m); found == nil {
			found = a.partOf(it, m)
		}
	}
	a.impls[m] = found
	return found
}

// holdsForeign reports whether the package puts an object of another package's type into a value of an
// interface type: then that is an implementation, too.
func (a *analysis) holdsForeign(iface types.Type) bool {
	a.scanFilled()
	named, ok := types.Unalias(iface).(*types.Named)
	return ok && a.filled[named.Obj()].foreign
}

// types returns the types of the package, generic ones and interfaces aside.
func (a *analysis) types() []*types.Named {
	if a.named == nil {
		for named := range declaredTypes(a.pkg.Pkg) {
			if named.TypeParams() == nil {
				a.named = append(a.named, named)
			}
		}
	}
	return a.named
}

// declaredTypes yields the types that a package declares outside its functions, interfaces aside, in the order of their names.
func declaredTypes(pkg *types.Package) iter.Seq[*types.Named] {
	return func(yield func(*types.Named) bool) {
		for _, name := range pkg.Scope().Names() {
			tn, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok || tn.IsAlias() {
				continue
			}
			if named, ok := tn.Type().(*types.Named); ok && !types.IsInterface(named) && !yield(named) {
				return
			}
		}
	}
}

func (a *analysis) onlyImplementation(it *types.Interface, m *types.Func) *ssa.Function {
	var found *ssa.Function
	for _, named := range a.types() {
		t := implements(named, it)
		if t == nil {
			continue
		}
		obj, index, _ := types.LookupFieldOrMethod(t, true, m.Pkg(), m.Name())
		fn, ok := obj.(*types.Func)
		if ok && types.IsInterface(fn.Signature().Recv().Type()) {
			continue // it embeds an interface, and so another implementation
		}
		if !ok || len(index) != 1 || found != nil {
			return nil
		}
		if found = a.pkg.Prog.FuncValue(fn); found == nil {
			return nil
		}
	}
	return found
}
