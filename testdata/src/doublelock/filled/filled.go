// Package filled gives its objects to what another package makes.
package filled

import (
	"sync"

	"doublelock/filled/lib"
)

type allocator struct {
	mu    sync.Mutex
	pools map[string]*lib.Pool
	first *lib.Pool
	freed int
}

func newAllocator() *allocator {
	a := &allocator{pools: map[string]*lib.Pool{}}
	a.first = lib.NewPool(a, a.small)
	return a
}

func (a *allocator) add(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pools[id] = lib.NewPool(a, a.small)
}

func (a *allocator) Released(n int) {
	a.mu.Lock()
	a.freed += n
	a.mu.Unlock()
}

func (a *allocator) small(n int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return n < a.freed
}

func (a *allocator) release(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	p := a.pools[id]
	p.Take()
	p.Release() // want `a\.mu is locked again at filled\.go:\d+ by \(\*allocator\)\.Released, which deadlocks`
	delete(a.pools, id)
}

func (a *allocator) releaseUnlocked(id string) {
	a.mu.Lock()
	p := a.pools[id]
	delete(a.pools, id)
	a.mu.Unlock()
	p.Release()
}

func (a *allocator) check(n int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.first.Check(n) // want `a\.mu is locked again at filled\.go:\d+ by \(\*allocator\)\.small, which deadlocks`
}

// The pool of another one.
type tenant struct {
	mu   sync.Mutex
	pool *lib.Pool
}

func newTenant(a *allocator) *tenant { return &tenant{pool: a.first} }

func (t *tenant) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pool.Release()
}
