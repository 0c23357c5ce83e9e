package flow

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// via puts a call before the steps that follow from it. A call that the source does
// not show (of the iterator in a range statement) is left out. The result is shared: it is not to be changed.
func (w *walker) via(call *Step, steps []*Step) []*Step {
	if len(steps) > 0 && !call.Pos.IsValid() {
		return steps
	}
	k := way{call: call, n: len(steps)}
	if len(steps) > 0 {
		k.first = &steps[0]
	}
	all, ok := w.ways[k]
	if !ok {
		all = append(append(make([]*Step, 0, len(steps)+1), call), steps...)
		w.ways[k] = all
	}
	return all
}

// callStep returns the step of a call: the same one for all calls there of functions with that name.
func (w *walker) callStep(instr ssa.CallInstruction, name string) *Step {
	k := stepKey{instr, name}
	s, ok := w.callSteps[k]
	if !ok {
		s = &Step{Pos: instr.Pos(), Func: w.name, What: "calls " + name}
		w.callSteps[k] = s
	}
	return s
}

// A stepKey is a call and the name of what it calls.
type stepKey struct {
	instr ssa.CallInstruction
	name  string
}

// A way is a call of the function and the steps that follow from it: the same in all states in which it is made.
type way struct {
	call  *Step
	first **Step
	n     int
}

// lockOf turns a callee's name for a lock, and the mode of what it does to it, into the
// caller's. The caller may know the lock that an interface value of the callee is.
func (w *walker) lockOf(s *state, n *path.Node, mode model.Mode, c Callee, instr ssa.CallInstruction) (*path.Node, model.Mode) {
	lock := w.translate(s, n, c, instr)
	if lock == nil {
		return nil, mode
	}
	if lock, _ = w.behind(lock); lock.Kind == path.RLocker {
		return lock.X, model.Read
	}
	return lock, mode
}

// translate turns a callee's name for something into the caller's, nil if the
// caller has none.
func (w *walker) translate(s *state, n *path.Node, c Callee, instr ssa.CallInstruction) *path.Node {
	if n.X == nil && n.Args == nil || !w.names.are(s, instr, c) {
		return w.meaning(s, n, c, instr)
	}
	m, ok := w.names.all[n]
	if !ok {
		m = w.meaning(s, n, c, instr)
		w.names.all[n] = m
	}
	return m
}

func (w *walker) meaning(s *state, n *path.Node, c Callee, instr ssa.CallInstruction) *path.Node {
	if n.TooDeep() {
		return nil
	}
	t := w.t
	switch n.Kind {
	case path.Param:
		if n.Index < len(c.Args) {
			return c.Args[n.Index]
		}
		return nil
	case path.Result:
		return w.result(s, instr, n.Index)
	case path.FreeVar:
		if n.Index < len(c.Captured) {
			return c.Captured[n.Index]
		}
		return nil
	case path.Global, path.Const:
		return n
	case path.Value:
		return nil
	}
	var x, y *path.Node
	if n.X != nil {
		if x = w.translate(s, n.X, c, instr); x == nil || x.TooDeep() {
			return nil
		}
	}
	if n.Y != nil {
		if y = w.translate(s, n.Y, c, instr); y == nil || y.TooDeep() {
			return nil
		}
	}
	switch n.Kind {
	case path.Field:
		return w.canonical(t.Field(x, n.Name, n.Owner, n.Embed))
	case path.Deref:
		return w.load(s, x, nil)
	case path.Elem:
		return t.Elem(x, y)
	case path.RLocker:
		return t.RLocker(x)
	case path.Iface:
		return t.Iface(x, n.Type)
	case path.Op:
		switch n.Name {
		case recoverHere:
			return t.Op(recoverBelow, x, nil)
		case "==":
			return binop(t, token.EQL, x, y)
		case "<":
			return binop(t, token.LSS, x, y)
		case "!":
			return not(t, x)
		case "len", "cap", size:
			return length(t, n.Name, x)
		}
		return t.Op(n.Name, x, y)
	case path.Func:
		captured := make([]*path.Node, len(n.Args))
		for i, a := range n.Args {
			if captured[i] = w.translate(s, a, c, instr); captured[i] == nil {
				return nil
			}
		}
		return t.Func(n.Val.(*ssa.Function), captured)
	}
	return nil
}
