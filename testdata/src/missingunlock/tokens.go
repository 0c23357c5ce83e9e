package missingunlock

import (
	"sync"
	"sync/atomic"
)

// Whoever takes the token unlocks: the function that locks, or what it has run, at once or later.
type drainer struct {
	mu   sync.Mutex
	run  func(func())
	work int
}

func (d *drainer) schedule() {
	if d.mu.TryLock() {
		var token atomic.Uint32
		d.run(func() { d.drain(&token) })
		if token.CompareAndSwap(0, 1) {
			d.mu.Unlock()
		}
	}
}

func (d *drainer) drain(token *atomic.Uint32) {
	if d.mu.TryLock() {
		d.work++
		d.mu.Unlock()
	} else if token.CompareAndSwap(0, 1) {
		d.work++
		d.mu.Unlock()
	}
}

// Here the token only says who works.
type tokenist struct {
	mu   sync.Mutex
	work int
}

func (d *tokenist) first(token *atomic.Uint32) int {
	d.mu.Lock()
	if !token.CompareAndSwap(0, 1) {
		return 0 // want `return with d\.mu still locked`
	}
	d.work++
	if d.work > 3 {
		d.mu.Unlock()
		return 3
	}
	d.mu.Unlock()
	return d.work
}
