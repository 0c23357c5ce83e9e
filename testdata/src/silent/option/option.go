// Package option uses a tree whose locks are off.
package option

import "silent/option/tree"

type index struct{ t *tree.Tree }

func newIndex() *index { return &index{tree.New(false)} }

func (x *index) pairs() (n int) {
	x.t.Each(func(i int) bool {
		if x.t.Has(-i) {
			n++
		}
		return true
	})
	return n
}
