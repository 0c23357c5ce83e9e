package path

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// StaticCell returns the memory cell that an address belongs to, as [Table.Cell] names it, without
// knowing the state of a function; "" for one that only the address itself denotes.
func StaticCell(addr ssa.Value) string {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		name, owner, _ := StructField(a.X.Type(), a.Field)
		return owner + "." + name
	case *ssa.Global:
		return GlobalName(a)
	case *ssa.IndexAddr:
		return ElementCell(a.X)
	}
	return ""
}

// ReadFrom names the memory that a value was read from, as StaticCell does; "" if that is a local variable, or if it was not read.
func ReadFrom(v ssa.Value) string {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		return StaticCell(load.X)
	}
	return ""
}

// FieldOf names the field of an object of type typ, a struct or a pointer to one, that a cell stands for; nil if it has
// no such field.
func (t *Table) FieldOf(object *Node, typ types.Type, cell string) *Node {
	if p, ok := types.Unalias(typ).(*types.Pointer); ok {
		typ = p.Elem()
	}
	st, ok := typ.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for i := range st.NumFields() {
		if name, owner, embedded := StructField(typ, i); owner+"."+name == cell {
			return t.Field(object, name, owner, embedded)
		}
	}
	return nil
}

// ElementCell returns the memory cell of the elements of a container: a slice, a map, a pointer to an array.
func ElementCell(container ssa.Value) string {
	cell := ""
	switch c := container.(type) {
	case *ssa.UnOp:
		if c.Op == token.MUL {
			if cell = StaticCell(c.X); cell == "" {
				cell = "*"
			}
		}
	case *ssa.Parameter:
		cell = "*"
	default:
		cell = StaticCell(container)
	}
	return cell + Elements
}

// These end the name of the cell of what is in a container.
const (
	Elements = "[]"
	Keys     = "{}" // of a map
)

// GlobalName names a package-level variable as [Global] does.
func GlobalName(g *ssa.Global) string {
	if g.Pkg != nil && g.Pkg.Pkg != nil {
		return g.Pkg.Pkg.Path() + "." + g.Name()
	}
	if g.Object() != nil && g.Object().Pkg() != nil {
		return g.Object().Pkg().Path() + "." + g.Name()
	}
	return g.Name()
}

const cellOf = "cell of"

// CellOf names the variable in which a closure captured n.
func CellOf(t *Table, n *Node) *Node { return t.Op(cellOf, n, nil) }

const some = "some"

// Some returns the name of an object that was made by v, an instruction of another function, and that
// has to do with the object self, which may be nil. It is another object for each of these.
func Some(t *Table, v ssa.Value, self *Node) *Node {
	return t.intern(&Node{Kind: Op, Name: some, X: t.Const(nil), Y: self, Val: v}, nil)
}

// IsSome reports whether the node is a name that [Some] returns.
func (n *Node) IsSome() bool { return n.Kind == Op && n.Name == some }

// HeldIn returns what is in a variable that [CellOf] names, nil if addr is no such name.
func HeldIn(addr *Node) *Node {
	if addr.Kind == Op && addr.Name == cellOf {
		return addr.X
	}
	return nil
}
