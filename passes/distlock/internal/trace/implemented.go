package trace

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// implementation returns the method of this package that a method of one of its interfaces stands for: of all types of the
// package that implement the interface, the only one whose method does something in a store. What else implements it keeps
// its locks in memory, or stands in for it in tests. The result is nil if there is none, or more than one.
func (p *Package) implementation(m *types.Func) *ssa.Function {
	if m.Pkg() != p.Pkg {
		return nil
	}
	if fn, known := p.implementations[m]; known {
		return fn
	}
	iface, ok := m.Signature().Recv().Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	var found []*ssa.Function
	for _, t := range p.types() {
		if !types.Implements(types.NewPointer(t), iface) {
			continue
		}
		obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), false, p.Pkg, m.Name())
		method, _ := obj.(*types.Func)
		g := p.methods[method]
		if g == nil {
			continue
		}
		if g.analyze(); g.state != 2 {
			return nil // it is being analysed, and calls the interface
		}
		if len(g.effects) > 0 {
			found = append(found, g.Function)
		}
	}
	var fn *ssa.Function
	if len(found) == 1 {
		fn = found[0]
	}
	p.implementations[m] = fn
	return fn
}

// types returns the types of the package that have methods, but for interfaces and generic types.
func (p *Package) types() []*types.Named {
	if p.named == nil {
		p.named = []*types.Named{}
		scope := p.Pkg.Scope()
		for _, name := range scope.Names() {
			tn, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || tn.IsAlias() {
				continue
			}
			t, ok := tn.Type().(*types.Named)
			if ok && !types.IsInterface(t) && t.TypeParams().Len() == 0 && types.NewMethodSet(types.NewPointer(t)).Len() > 0 {
				p.named = append(p.named, t)
			}
		}
	}
	return p.named
}
