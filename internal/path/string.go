package path

import "fmt"

// String writes the node in terms of the function at hand, as the tests of summaries read it:
// arg0.mu, captured1, result0.mu, (arg1==nil).
func (n *Node) String() string {
	switch n.Kind {
	case Param:
		return fmt.Sprintf("arg%d", n.Index)
	case Result:
		return fmt.Sprintf("result%d", n.Index)
	case FreeVar:
		return fmt.Sprintf("captured%d", n.Index)
	case Global, Class, Const:
		return n.Name
	case Value:
		name := n.Val.Name()
		for range n.Index {
			name += "'" // the value of an earlier iteration
		}
		return name
	case Func:
		return n.Val.Name()
	case Field:
		return n.X.String() + "." + n.Name
	case Deref, Iface, RLocker:
		return n.X.String()
	case Elem:
		return n.X.String() + "[" + n.Y.String() + "]"
	case Op:
		if n.Y != nil {
			return "(" + n.X.String() + n.Name + n.Y.String() + ")"
		}
		return n.Name + " " + n.X.String()
	}
	return "?"
}
