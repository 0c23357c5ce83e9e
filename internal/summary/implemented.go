package summary

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
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
	if m.Pkg() == nil || m.Pkg() == a.pkg.Pkg || a.implementedIn == nil {
		return "", nil
	}
	sum, ok := a.elsewhereOf[m]
	if !ok {
		if sum = a.implementedIn(m, a.table); sum != nil && a.implements(call.Value.Type()) {
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
	if a.filled == nil {
		a.filled = make(map[*types.TypeName]bool)
		for _, fn := range a.funcs {
			if ssax.InTest(fn) {
				continue
			}
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if mi, ok := instr.(*ssa.MakeInterface); ok {
						if into, ok := types.Unalias(mi.Type()).(*types.Named); ok {
							a.filled[into.Obj()] = true
						}
					}
				}
			}
		}
	}
	named, ok := types.Unalias(iface).(*types.Named)
	return !ok || a.filled[named.Obj()]
}
