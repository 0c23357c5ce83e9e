package distlock

import (
	"go/types"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// soleMethods returns the methods of the package's interfaces by which callers elsewhere
// reach those of one type: the only one of the package that implements the interface,
// beside tests' and what stands in for another. Other packages may have more, but a
// package that declares both means its own.
func (c *checker) soleMethods() map[*types.Func]*types.Func {
	if c.sole != nil {
		return c.sole
	}
	c.sole = make(map[*types.Func]*types.Func)
	scope := c.pass.Pkg.Scope()
	var interfaces, others []*types.TypeName
	for _, name := range scope.Names() {
		obj, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || obj.IsAlias() || model.InTest(c.pass.Fset, obj.Pos()) {
			continue
		}
		named, ok := obj.Type().(*types.Named)
		switch {
		case !ok || named.TypeParams().Len() > 0:
		case types.IsInterface(named):
			if obj.Exported() {
				interfaces = append(interfaces, obj)
			}
		case !words.Has(name, standInWords) && named.NumMethods() > 0:
			others = append(others, obj)
		}
	}
	for _, i := range interfaces {
		iface := i.Type().Underlying().(*types.Interface)
		if iface.NumMethods() == 0 {
			continue
		}
		var only *types.Named
		for _, o := range others {
			if !types.Implements(types.NewPointer(o.Type()), iface) {
				continue
			}
			if only != nil {
				only = nil
				break
			}
			only = o.Type().(*types.Named)
		}
		if only == nil {
			continue
		}
		for m := range iface.Methods() {
			impl, _, _ := types.LookupFieldOrMethod(types.NewPointer(only), false, c.pass.Pkg, m.Name())
			if fn, ok := impl.(*types.Func); ok && m.Pkg() == c.pass.Pkg && fn.Pkg() == c.pass.Pkg {
				c.sole[m] = fn
			}
		}
	}
	return c.sole
}

// standInWords are words of types that stand in for another.
var standInWords = words.Of(`mock mocks mocked fake stub noop nop dummy test memory inmemory`)
