// Package tree has trees with and without locks.
package tree

import "sync"

type Tree struct {
	mu    sync.RWMutex
	locks bool
	items map[int]bool
}

func New(locks bool) *Tree { return &Tree{locks: locks, items: make(map[int]bool)} }

func (t *Tree) rlock() {
	if t.locks {
		t.mu.RLock()
	}
}

func (t *Tree) runlock() {
	if t.locks {
		t.mu.RUnlock()
	}
}

func (t *Tree) Has(i int) bool {
	t.rlock()
	defer t.runlock()
	return t.items[i]
}

func (t *Tree) Each(f func(int) bool) {
	t.rlock()
	defer t.runlock()
	for i := range t.items {
		if !f(i) {
			return
		}
	}
}

func (t *Tree) Add(i int) {
	if t.locks {
		t.mu.Lock()
		defer t.mu.Unlock()
	}
	t.items[i] = true
}
