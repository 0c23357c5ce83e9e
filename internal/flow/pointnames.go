package flow

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
)

// callersLock names a lock of a callee's point; ok is false if no other goroutine can
// have it, or if nothing is known of it.
func (w *walker) callersLock(s *state, lock *path.Node, c Callee, instr ssa.CallInstruction) (name *path.Node, ok bool) {
	if !w.names.are(s, instr, c) {
		return w.callersName(s, lock, c, instr)
	}
	name, ok = w.names.locks[lock]
	if !ok {
		name, _ = w.callersName(s, lock, c, instr)
		w.names.locks[lock] = name
	}
	return name, name != nil
}

func (w *walker) callersName(s *state, lock *path.Node, c Callee, instr ssa.CallInstruction) (name *path.Node, ok bool) {
	if lock.Kind == path.Class {
		return w.t.Class(lock.Name, lock.Owner, argHome(lock.Outer, c, instr)), true
	}
	n := w.translate(s, lock, c, instr)
	if n == nil {
		class := lock.Class()
		if c.Fn != nil {
			class = lock.ClassIn(c.Fn)
		}
		if class == "" {
			return nil, false
		}
		return w.t.Class(class, lock.Declared(), argHome(lock.Within(), c, instr)), true
	}
	if w.fresh(n, instr) {
		return nil, false
	}
	name = w.pointName(n)
	return name, name != nil
}

// heldByWaiter is callersLock of a lock that a callee holds when it waits for other goroutines: if the callee makes a new object known, it is to
// the goroutines that it waits for. What a timer does with the object is what is waited for, if anything is.
func (w *walker) heldByWaiter(s *state, lock *path.Node, c Callee, instr ssa.CallInstruction) (name *path.Node, ok bool) {
	if name, ok := w.callersLock(s, lock, c, instr); ok || lock.Kind == path.Class {
		return name, ok
	}
	n := w.translate(s, lock, c, instr)
	if n == nil || n.Loads() || n.Root().Kind != path.Value || !w.isNew(n.Root().Val) {
		return nil, false
	}
	object := n.Root().Val
	made, _ := object.(ssa.Instruction)
	timed := func(p ssa.Instruction) bool { return w.precedes(p, instr, made) }
	if !slices.Contains(w.env.Settled().publications(object), ssa.Instruction(instr)) && !slices.ContainsFunc(w.env.Settled().publicationsTimers(object), timed) {
		return nil, false
	}
	name = w.pointName(n)
	return name, name != nil
}

// argHome says in the caller's terms what [path.Node.Within] says in the callee's.
func argHome(within string, c Callee, instr ssa.CallInstruction) string {
	if !strings.HasPrefix(within, "?") {
		return within
	}
	common := instr.Common()
	fn := common.StaticCallee()
	if fn != nil && fn.Origin() != nil {
		fn = fn.Origin()
	}
	if fn == nil || c.Fn == nil || fn.Object() != c.Fn.Object() || fn.Object() == nil {
		return ""
	}
	return path.ArgHome(within, common.Args)
}

// pointName names a lock for callers: in entry terms or by its class, nil if neither
// is known.
func (w *walker) pointName(lock *path.Node) *path.Node {
	lock = path.Concrete(lock)
	if lock.Kind == path.RLocker {
		lock = lock.X
	}
	if lock.InEntry() {
		return lock
	}
	if class := lock.ClassIn(w.fn); class != "" {
		return w.t.Class(class, lock.Declared(), lock.Within())
	}
	return nil
}
