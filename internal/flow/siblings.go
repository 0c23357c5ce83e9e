package flow

import (
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// between separates the two places in what [HeldLock.Link] says of siblings. The others begin the name of a field, and of a variable.
const (
	between  = " "
	field    = "."
	variable = "="
)

// Siblings are two objects of one type that are told apart by where they are found: in two fields of one object, or in
// two variables. It returns the places of the objects to which two locks of a function belong, "" if they are not siblings. If the
// function is started as a goroutine by start, and start is not nil, its parameters are the arguments there.
func Siblings(t *path.Table, fn *ssa.Function, lock, want *path.Node, start *ssa.Go) (x, y string) {
	from, to := path.Concrete(lock).Struct(), path.Concrete(want).Struct()
	fromCell, fromSelf := pointsto.Place(t, from)
	toCell, toSelf := pointsto.Place(t, to)
	if fromCell != "" && toCell != "" && fromSelf == toSelf {
		if fromCell == toCell || strings.HasSuffix(fromCell, path.Elements) || strings.HasSuffix(toCell, path.Elements) {
			return "", ""
		}
		return field + fromCell, field + toCell
	}
	i := identifier{fn, start}
	if x, y = i.node(from, 0), i.node(to, 0); x == "" || y == "" || x == y {
		return "", ""
	}
	return variable + x, variable + y
}

// Apart returns the two places that a link (see [HeldLock.Link]) names; ok is false if it is none between siblings.
func Apart(link string) (x, y string, ok bool) { return strings.Cut(link, between) }

// FieldOf returns the field that a place is, "pkg/path.Type.field", or the variable of the package; ok is false if it is none.
func FieldOf(place string) (cell string, ok bool) { return strings.CutPrefix(place, field) }

// VariableOf returns the name of the variable that a place is, "" if it has none; ok is false if the place is no variable of a function.
func VariableOf(place string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(place, variable)
	name, where, _ := strings.Cut(rest, "@")
	if !token.IsIdentifier(name) || strings.ContainsAny(where, ".[*") || unnamed[name] {
		name = ""
	}
	return name, ok
}

// unnamed are the names that ssa gives to memory that is no variable of the source.
var unnamed = map[string]bool{"complit": true, "makeslice": true, "new": true, "slicelit": true, "varargs": true}

// An identifier names variables in the same way in all functions that share them.
type identifier struct {
	fn    *ssa.Function
	start *ssa.Go // nil, or how the function is started
}

func (i identifier) node(n *path.Node, depth int) string {
	if n = path.Concrete(n); depth > limits.MaxCalls {
		return ""
	}
	inside := func(what string) string {
		if in := i.node(n.X, depth+1); in != "" {
			return in + what
		}
		return ""
	}
	switch n.Kind {
	case path.Param:
		if i.start != nil && n.Index < len(i.start.Call.Args) {
			return i.value(i.start.Call.Args[n.Index], depth+1)
		}
	case path.FreeVar:
		if n.Index < len(i.fn.FreeVars) {
			return i.value(i.fn.FreeVars[n.Index], depth+1)
		}
	case path.Value:
		return i.value(n.Val, depth+1)
	case path.Global:
		return n.Name
	case path.Field:
		return inside("." + n.Name)
	case path.Elem:
		if n.Y.Kind == path.Const && n.Y.Const != nil {
			return inside("[" + n.Y.Const.ExactString() + "]")
		}
	case path.Deref:
		if v := i.variable(n.X); v != nil && ssax.OnlyStore(v) != nil {
			return i.value(v, depth+1)
		}
		return inside("*")
	}
	return ""
}

// variable returns the local variable that a name denotes, which may be that of a function around; nil if it denotes none.
func (i identifier) variable(n *path.Node) *ssa.Alloc {
	switch {
	case n.Kind == path.Value:
		return outer(n.Val)
	case n.Kind == path.FreeVar && n.Index < len(i.fn.FreeVars):
		return outer(i.fn.FreeVars[n.Index])
	}
	return nil
}

// outer returns the local variable that an address is, or that a literal has captured; nil if it is none.
func outer(addr ssa.Value) *ssa.Alloc {
	for {
		fv, ok := addr.(*ssa.FreeVar)
		if !ok {
			break
		}
		addr = path.Binding(fv)
	}
	alloc, _ := addr.(*ssa.Alloc)
	return alloc
}

func (i identifier) value(v ssa.Value, depth int) string {
	if depth > limits.MaxCalls {
		return ""
	}
	inside := func(x ssa.Value, what string) string {
		if in := i.value(x, depth+1); in != "" {
			return in + what
		}
		return ""
	}
	switch v := v.(type) {
	case *ssa.Alloc:
		for _, r := range *v.Referrers() {
			if st, ok := r.(*ssa.Store); ok && st.Val == v {
				if local, ok := st.Addr.(*ssa.Alloc); ok && ssax.OnlyStore(local) == v {
					v = local // the variable that has the object, which literals capture
					break
				}
			}
		}
		return fmt.Sprint(v.Comment, "@", v.Pos())
	case *ssa.Parameter:
		return fmt.Sprint(v.Name(), "@", v.Pos())
	case *ssa.Global:
		return path.GlobalName(v)
	case *ssa.FreeVar:
		if b := path.Binding(v); b != nil {
			return i.value(b, depth+1)
		}
	case *ssa.FieldAddr:
		return inside(v.X, fmt.Sprint(".", v.Field))
	case *ssa.IndexAddr:
		if k, ok := v.Index.(*ssa.Const); ok && k.Value != nil {
			return inside(v.X, "["+k.Value.ExactString()+"]")
		}
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return ""
		}
		if alloc := outer(v.X); alloc != nil && ssax.OnlyStore(alloc) != nil {
			return i.value(alloc, depth+1)
		}
		return inside(v.X, "*")
	}
	return ""
}
