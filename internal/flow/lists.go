package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
)

// listed names the elements of a list, of which a callee's name means any one, if the list is a composite literal, also one that a function returns, or the
// arguments of a variadic function.
func (w *walker) listed(s *state, n *path.Node, c Callee, instr ssa.CallInstruction) (elements []*path.Node) {
	if n.Kind == path.Deref {
		n = n.X
	}
	if n.Kind != path.Elem {
		return nil
	}
	list := w.translate(s, n.X, c, instr)
	if list == nil {
		return nil
	}
	if list.Kind != path.Value || list.Index != 0 {
		return nil
	}
	if made, ok := list.Val.(*ssa.Call); ok {
		return w.returnedList(made)
	}
	array, ok := list.Val.(*ssa.Alloc)
	if !ok {
		return nil
	}
	vals, _ := ssax.ArrayElements(array)
	for _, v := range vals {
		if v != nil {
			elements = append(elements, w.node(s, v))
		}
	}
	return elements
}

// returnedList names the interface values in the list that a call of a function of the package returns, if its one return has a composite literal. Of
// each no more is known than its type.
func (w *walker) returnedList(made *ssa.Call) (elements []*path.Node) {
	fn := made.Call.StaticCallee()
	if fn == nil || fn.Signature.Results().Len() != 1 {
		return nil
	}
	returns := 0
	for _, results := range ssax.Returns(fn) {
		returns++
		vals, _ := ssax.Elements(results[0])
		for _, v := range vals {
			if mi, ok := v.(*ssa.MakeInterface); ok {
				elements = append(elements, w.t.Iface(w.t.Op("any", w.t.Const(nil), nil), mi.X.Type()))
			}
		}
	}
	if returns != 1 {
		return nil
	}
	return elements
}
