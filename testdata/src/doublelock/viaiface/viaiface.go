// Package viaiface calls another package's type through an interface of its own, and names no lock.
package viaiface

import "doublelock/viaiface/store"

type items interface {
	Get(name string) int
	Put(name string, n int)
	Each(func(string))
}

type view struct{ items, others items }

func newView(i, o items) *view { return &view{items: i, others: o} }

func NewView(s, o *store.Store) *view { return newView(s, o) }

func (v *view) Clear() {
	v.items.Each(func(name string) { // want `v\.items\.mu is locked for writing at store\.go:\d+ by \(\*Store\)\.Put, which deadlocks`
		v.items.Put(name, 0)
	})
}

// Another store, for all that is known.
func (v *view) Copy() {
	v.items.Each(func(name string) { v.others.Put(name, v.items.Get("")) }) // want `read-locked again`
}

func (v *view) Move() {
	v.items.Each(func(name string) { v.others.Put(name, 1) })
}
