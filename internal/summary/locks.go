package summary

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/path"
)

// lockIn names a lock of fn as pairs do. Its class is "" if it has none.
func lockIn(fn *ssa.Function, lock *path.Node, mode model.Mode) order.Lock {
	return order.Lock{Class: lock.ClassIn(fn), Declared: lock.Declared(), Within: lock.Within(), Mode: mode}
}

// passedLocks makes locks of those that fn has passed. The result is shared, as what it is made of is: it is not to be changed.
func (a *analysis) passedLocks(fn *ssa.Function, passed []flow.Passed) []order.Lock {
	if len(passed) == 0 {
		return nil
	}
	k := passedKey{fn, &passed[0], len(passed)}
	locks, ok := a.passedBy[k]
	if ok {
		return locks
	}
	for _, l := range passed {
		if lock := lockIn(fn, l.Lock, l.Mode); lock.Class != "" && !a.anyContainer(fn, l.Lock) {
			locks = append(locks, lock)
		}
	}
	a.passedBy[k] = locks
	return locks
}

// A passedKey is locks that a function has passed, by where their list lies.
type passedKey struct {
	fn    *ssa.Function
	first *flow.Passed
	n     int
}

// generic reports whether a lock belongs to a generic type: one declaration stands for
// containers of all sorts, which have nothing to do with each other.
func (a *analysis) generic(lock *path.Node) bool {
	declared := lock.Declared()
	if g, ok := a.generics[declared]; ok || declared == "" {
		return g
	}
	g := false
	if tn, ok := a.declaration(declared).(*types.TypeName); ok {
		named, ok := tn.Type().(*types.Named)
		g = ok && named.TypeParams() != nil
	}
	a.generics[declared] = g
	return g
}

// anyContainer reports whether a lock belongs to a generic type, and fn is no function of one: it uses a container, of which there are others that
// have nothing to do with this one. The generic functions themselves are about the containers of one object, and a container that a struct has by
// value is that struct's.
func (a *analysis) anyContainer(fn *ssa.Function, lock *path.Node) bool {
	return fn.TypeParams().Len() == 0 && lock.ClassIn(fn) == lock.Declared() && a.generic(lock)
}

// declaration returns the type or package-level variable that the declaration of a lock
// (see [path.Node.Declared]) begins with, nil if it cannot be found.
func (a *analysis) declaration(declared string) types.Object {
	// The last element of a package's path may have dots of its own: yaml.v3.Node.
	for at := strings.LastIndexByte(declared, '/') + 1; ; at++ {
		dot := strings.IndexByte(declared[at:], '.')
		if dot < 0 {
			return nil
		}
		at += dot
		if p := a.packageOf(declared[:at]); p != nil {
			name, _, _ := strings.Cut(declared[at+1:], ".")
			return p.Scope().Lookup(name)
		}
	}
}
