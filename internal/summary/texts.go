package summary

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
)

// text returns the string that a package-level variable always holds, by the variable's name, nil if that is not known: the package gives it
// a constant where it declares it, never stores to it, and does not take its address.
func (a *analysis) text(variable string) constant.Value {
	if a.texts == nil {
		a.texts = a.settledTexts()
	}
	return a.texts[variable]
}

func (a *analysis) settledTexts() map[string]constant.Value {
	texts := make(map[string]constant.Value)
	isText := func(v ssa.Value) *ssa.Global {
		g, ok := v.(*ssa.Global)
		if !ok || g.Pkg != a.pkg {
			return nil
		}
		basic, ok := g.Type().Underlying().(*types.Pointer).Elem().(*types.Basic)
		if !ok || basic.Kind() != types.String {
			return nil
		}
		return g
	}
	init := a.pkg.Func("init")
	unknown := make(map[string]bool)
	var operands []*ssa.Value
	scan := func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				operands = instr.Operands(operands[:0])
				for _, o := range operands {
					g := isText(*o)
					if g == nil {
						continue
					}
					name := path.GlobalName(g)
					switch instr := instr.(type) {
					case *ssa.UnOp, *ssa.DebugRef:
					case *ssa.Store:
						c, ok := instr.Val.(*ssa.Const)
						if fn != init || !ok || o != &instr.Addr || texts[name] != nil {
							unknown[name] = true
						} else {
							texts[name] = c.Value
						}
					default:
						unknown[name] = true
					}
				}
			}
		}
	}
	if init != nil {
		scan(init)
	}
	for _, fn := range a.funcs {
		if fn != init {
			scan(fn)
		}
	}
	for name := range unknown {
		delete(texts, name)
	}
	return texts
}
