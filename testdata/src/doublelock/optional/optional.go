// Package optional uses a list that may have been told not to lock.
package optional

import "doublelock/optional/tree"

type app struct{ tree *tree.Tree }

// Whether the list locks is not known here.
func (a *app) pairs() (n int) {
	a.tree.Each(func(i int) {
		if a.tree.Has(-i) {
			n++
		}
	})
	return n
}

func (a *app) twice() {
	a.tree.Always(func() { // want `is locked again at .* by \(\*Tree\).Always`
		a.tree.Always(func() {})
	})
}

var _, _ = (*app).pairs, (*app).twice

func negatives() (n int) {
	s := tree.NewSet()
	s.Each(func(i int) {
		if s.Has(-i) {
			n++
		}
	})
	return n
}

var _ = negatives
