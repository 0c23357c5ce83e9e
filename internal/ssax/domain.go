package ssax

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Domains knows of the types that have no values but their constants, as far as a package shows.
type Domains struct {
	funcs []*ssa.Function
	known map[*types.Named][]constant.Value
}

// NewDomains returns the Domains of a package with these functions.
func NewDomains(funcs []*ssa.Function) *Domains {
	return &Domains{funcs: funcs, known: make(map[*types.Named][]constant.Value)}
}

// Of returns all values that a variable of the type can have: the constants of a type of numbers or strings, this package's or another one's, if nothing in
// the package converts another value to it, or calculates one, and others cannot give one to a function of the package, nor a decoder to a field. It is
// nil where that is not known.
func (d *Domains) Of(t types.Type) []constant.Value {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Parent() != named.Obj().Pkg().Scope() {
		return nil
	}
	if values, ok := d.known[named]; ok {
		return values
	}
	d.known[named] = d.domain(named)
	return d.known[named]
}

func (d *Domains) domain(named *types.Named) (values []constant.Value) {
	basic, ok := named.Underlying().(*types.Basic)
	if !ok || basic.Info()&(types.IsInteger|types.IsString) == 0 {
		return nil
	}
	scope := named.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		switch obj := scope.Lookup(name).(type) {
		case *types.Const:
			if types.Identical(obj.Type(), named) && !has(values, obj.Val()) {
				values = append(values, obj.Val())
			}
		case *types.TypeName:
			if settable(obj.Type(), named) {
				return nil
			}
		}
	}
	zero := constant.MakeInt64(0)
	if basic.Info()&types.IsString != 0 {
		zero = constant.MakeString("")
	}
	if len(values) < 2 || !has(values, zero) {
		return nil // a variable that is not set
	}
	var operands []*ssa.Value
	for _, fn := range d.funcs {
		if named.Obj().Exported() && takes(fn, named) {
			return nil
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				operands = instr.Operands(operands[:0])
				if widens(instr, operands, named, values) {
					return nil
				}
			}
		}
	}
	return values
}

// widens reports whether an instruction yields or uses a value of the type that may be another than these.
func widens(instr ssa.Instruction, operands []*ssa.Value, named *types.Named, values []constant.Value) bool {
	for _, op := range operands {
		if c, ok := (*op).(*ssa.Const); ok && c.Value != nil && types.Identical(c.Type(), named) && !has(values, c.Value) {
			return true
		}
	}
	switch in := instr.(type) {
	case *ssa.Convert:
		return types.Identical(in.Type(), named) && !loaded(in.X)
	case *ssa.ChangeType:
		return types.Identical(in.Type(), named) && !loaded(in.X)
	case *ssa.MultiConvert, *ssa.BinOp:
		return types.Identical(in.(ssa.Value).Type(), named)
	case *ssa.UnOp:
		return in.Op != token.MUL && in.Op != token.ARROW && types.Identical(in.Type(), named)
	case *ssa.MakeInterface:
		p, ok := in.X.Type().Underlying().(*types.Pointer)
		return ok && types.Identical(p.Elem(), named)
	}
	return false
}

// takes reports whether others can call a function with a value of the type, which may be any.
func takes(fn *ssa.Function, named *types.Named) bool {
	if fn.Object() == nil || !fn.Object().Exported() {
		return false
	}
	for p := range fn.Signature.Params().Variables() {
		if types.Identical(p.Type(), named) {
			return true
		}
	}
	return false
}

// loaded reports whether a number was loaded by a function of sync/atomic from a variable of another type: what was stored there
// has been converted from that type.
func loaded(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	a, _ := AtomicOf(call.Common())
	_, converted := a.Addr.(*ssa.Convert)
	if !converted {
		_, converted = a.Addr.(*ssa.ChangeType)
	}
	return converted
}

// settable reports whether a struct has an exported field of the type with a tag: a decoder, as that of package json, puts there what it reads.
func settable(t types.Type, named *types.Named) bool {
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range st.NumFields() {
		if f := st.Field(i); f.Exported() && st.Tag(i) != "" && types.Identical(f.Type(), named) {
			return true
		}
	}
	return false
}

func has(values []constant.Value, v constant.Value) bool {
	for _, x := range values {
		if x.Kind() == v.Kind() && constant.Compare(x, token.EQL, v) {
			return true
		}
	}
	return false
}
