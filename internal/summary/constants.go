package summary

import (
	"go/ast"
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// constants has what package-level variables, and the fields of those that are structs, always hold: the package gives them a constant where it
// declares them, never stores to them, and does not take their addresses. It is asked by a variable's name, with a field's name after it.
type constants struct {
	vals    map[string]constant.Value
	filled  map[string]bool // structs of which some field is given a value
	unknown map[string]bool
}

// constant returns what is always at an address, nil if that is not known.
func (a *analysis) constant(addr *path.Node) constant.Value {
	name := ""
	if addr.Kind == path.Field {
		name = "." + addr.Name
		if addr = addr.X; addr.Kind == path.Deref {
			addr = addr.X
		}
	}
	if addr.Kind != path.Global {
		return nil
	}
	if a.constants == nil {
		a.constants = a.scanConstants()
	}
	if a.constants.unknown[addr.Name] {
		return nil
	}
	return a.constants.vals[addr.Name+name]
}

func (a *analysis) scanConstants() *constants {
	c := &constants{vals: make(map[string]constant.Value), filled: make(map[string]bool), unknown: make(map[string]bool)}
	init := a.pkg.Func("init")
	var operands []*ssa.Value
	scan := func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				operands = instr.Operands(operands[:0])
				for _, o := range operands {
					if g, ok := (*o).(*ssa.Global); ok && g.Pkg == a.pkg {
						c.use(g, o, instr, fn == init)
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
	for _, m := range a.pkg.Members {
		if g, ok := m.(*ssa.Global); ok && c.filled[path.GlobalName(g)] {
			c.zeros(g)
		}
	}
	return c
}

// use notes what an instruction, of which a variable is the operand o, does to it.
func (c *constants) use(g *ssa.Global, o *ssa.Value, instr ssa.Instruction, isInit bool) {
	name := path.GlobalName(g)
	if ast.IsExported(g.Name()) && !isBasic(ssax.Pointee(g.Type()), types.String) {
		c.unknown[name] = true // other packages may set it
		return
	}
	switch instr := instr.(type) {
	case *ssa.UnOp, *ssa.DebugRef:
	case *ssa.Store:
		if o != &instr.Addr || !isInit || !c.literal(name, instr.Val) && !c.set(name, instr.Val) {
			c.unknown[name] = true
		}
	case *ssa.FieldAddr:
		c.field(name, instr, isInit)
	default:
		c.unknown[name] = true
	}
}

// field notes what is done to a field of a variable.
func (c *constants) field(name string, addr *ssa.FieldAddr, isInit bool) {
	field, _, _ := path.StructField(addr.X.Type(), addr.Field)
	for _, use := range *addr.Referrers() {
		switch use := use.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
			continue
		case *ssa.Store:
			if use.Addr == addr && isInit {
				c.filled[name] = true
				c.set(name+"."+field, use.Val)
				continue
			}
		}
		c.unknown[name] = true
	}
}

// literal notes that a variable is given a struct literal. It returns false if the value is none.
func (c *constants) literal(name string, v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	lit, ok := load.X.(*ssa.Alloc)
	if !ok {
		return false
	}
	for _, use := range *lit.Referrers() {
		switch use := use.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.FieldAddr:
			c.field(name, use, true)
		default:
			return false
		}
	}
	c.filled[name] = true
	return true
}

// set notes that a variable or a field is given a value where it is declared. It returns false if the value is no constant, or is the second one.
func (c *constants) set(name string, v ssa.Value) bool {
	k, ok := v.(*ssa.Const)
	if _, twice := c.vals[name]; !ok || k.Value == nil || twice {
		c.vals[name] = nil
		return false
	}
	c.vals[name] = k.Value
	return true
}

// zeros notes that the boolean fields of a struct that get no value are false.
func (c *constants) zeros(g *ssa.Global) {
	str, ok := ssax.Pointee(g.Type()).Underlying().(*types.Struct)
	if !ok {
		return
	}
	for f := range str.Fields() {
		name := path.GlobalName(g) + "." + f.Name()
		if _, set := c.vals[name]; !set && isBasic(f.Type(), types.Bool) {
			c.vals[name] = constant.MakeBool(false)
		}
	}
}

func isBasic(t types.Type, kind types.BasicKind) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Kind() == kind
}
