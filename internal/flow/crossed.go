package flow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/pointsto"
	"github.com/lockvet/lockvet/internal/ssax"
)

// Classes are not objects: that some goroutine locks a connection while it holds its database
// says nothing of one that holds a connection of one database and locks another one. Where a
// function shows that the two locks of a pair belong to two objects of one type, source and
// target, the pair is no half of a deadlock with a pair whose locks belong to one object.

// crossings marks the held locks that belong to other objects than the lock that is waited for.
// A lock of which a callee has told the class only belongs to what the callee got.
func (w *walker) crossings(s *state, locks []HeldLock, want *path.Node, args []*path.Node) []HeldLock {
	to := args
	if want != nil {
		to = []*path.Node{want}
	}
	for i := range locks {
		for _, h := range s.locks.Held() {
			if h.By.site == locks[i].site && w.pointName(h.Lock) == locks[i].Lock {
				locks[i].Crossed = (want == nil || h.Lock.Class() != want.Class()) && (w.crossed(h.Lock, to) || w.unlockedOf(s, h.Lock, want))
				locks[i].Joint = want != nil && h.Lock.Kind == path.Field && want.Kind == path.Field && h.Lock.X == want.X
				locks[i].Link = w.linkOf(h.Lock, want)
				locks[i].ByKeys = w.foundByKeys(h.Lock, want)
			}
		}
	}
	return locks
}

// linkOf says by which field of one of two objects of a class the other one is found, or where the two are: see [HeldLock.Link]. It is "" if
// their locks are of two classes, or nothing shows how they are related.
func (w *walker) linkOf(lock, want *path.Node) string {
	if want == nil {
		return ""
	}
	from, to := path.Concrete(lock).Struct(), path.Concrete(want).Struct()
	if lock.Class() != want.Class() {
		if from == to && lock.Declared() != "" && lock.Declared() == want.Declared() {
			return field + lock.Class() + between + field + want.Class() // two fields have them by value
		}
		return ""
	}
	if cell, self := pointsto.Place(w.t, to); cell != "" && self == from {
		return cell
	}
	if cell, self := pointsto.Place(w.t, from); cell != "" && self == to {
		return "^" + cell
	}
	if x, y := Siblings(w.t, w.fn, lock, want, nil); x != "" {
		return x + between + y
	}
	return ""
}

// unlockedOf reports whether the function has unlocked, of the object whose lock it waits for, the lock
// that it holds: the one that it holds is another object's.
func (w *walker) unlockedOf(s *state, lock, want *path.Node) bool {
	if want == nil || lock.Kind != path.Field {
		return false
	}
	object := path.Concrete(want).Struct()
	for i := range s.locks.Others() {
		k := &s.locks.Others()[i]
		if same := k.Lock; k.Phase != lockset.Failed && same.Kind == path.Field && same.X == object && same.Name == lock.Name && same.Owner == lock.Owner {
			return same != lock && k.Phase.IsOurs() && !slices.ContainsFunc(s.locks.Held(), func(h known) bool { return h.Lock == same })
		}
	}
	return false
}

// crossed reports whether a lock and others are found through two objects of one type, and
// through none that they have in common.
func (w *walker) crossed(lock *path.Node, others []*path.Node) bool {
	from := w.origins(lock)
	var to []ssa.Value
	for _, n := range others {
		if n != nil {
			to = append(to, w.origins(n)...)
		}
	}
	if slices.ContainsFunc(from, func(v ssa.Value) bool { return slices.Contains(to, v) }) {
		return false
	}
	for _, x := range from {
		for _, y := range to {
			if isObject(x.Type()) && types.Identical(x.Type(), y.Type()) {
				return true
			}
		}
	}
	return false
}

// isObject reports whether t is a pointer to a struct with a name.
func isObject(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	_, named := types.Unalias(p.Elem()).(*types.Named)
	_, isStruct := p.Elem().Underlying().(*types.Struct)
	return named && isStruct
}

// origins returns the objects that a lock was found through: the one that its name begins with,
// and those that this one was got from by a call.
func (w *walker) origins(lock *path.Node) (objects []ssa.Value) {
	var add func(v ssa.Value, depth int)
	add = func(v ssa.Value, depth int) {
		v = ssax.Origin(v)
		if depth > 4 || slices.Contains(objects, v) {
			return
		}
		objects = append(objects, v)
		switch v := v.(type) {
		case *ssa.Extract:
			add(v.Tuple, depth+1)
		case *ssa.Call:
			for _, arg := range v.Call.Args {
				if isObject(arg.Type()) {
					add(arg, depth+1)
				}
			}
			if v.Call.IsInvoke() {
				add(v.Call.Value, depth+1)
			}
		case *ssa.Alloc: // a variable that holds the object, if a literal has captured it
			if val := ssax.OnlyStore(v); val != nil {
				add(val, depth+1)
			}
		case *ssa.UnOp:
			add(ssax.Base(v.X), depth+1)
		case *ssa.FieldAddr, *ssa.IndexAddr:
			add(ssax.Base(v), depth+1)
		}
	}
	switch root := path.Concrete(lock).Root(); root.Kind {
	case path.Param:
		if root.Index < len(w.fn.Params) {
			add(w.fn.Params[root.Index], 0)
		}
	case path.Value:
		add(root.Val, 0)
	case path.FreeVar:
		// The variable holds the object.
		if root.Index < len(w.fn.FreeVars) {
			objects = append(objects, w.fn.FreeVars[root.Index])
		}
	}
	return objects
}
