// Package undone calls what another package returns, which takes a lock back.
package undone

import "unlockunheld/undone/base"

func clean(e *base.Events, gone func(int) bool) {
	e.RWLock().RLock()
	defer e.RWLock().RUnlock()
	for id := range e.All {
		if gone(id) {
			del(e, id)
		}
	}
}

func del(e *base.Events, id int) {
	done := e.Upgrade()
	defer done()
	delete(e.All, id)
}

func add(e *base.Events, all map[int]any) {
	e.RWLock().RLock()
	defer e.RWLock().RUnlock()
	for id, v := range all {
		done := e.Upgrade()
		e.All[id] = v
		done()
	}
}

func twice(e *base.Events) {
	e.Release()
	e.Release() // want `e.mu is unlocked at .* by \(\*Events\).Release, but was unlocked before`
}

var _, _, _ = clean, add, twice
