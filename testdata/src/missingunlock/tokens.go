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

// Fine: the one that has set the flag is the one that can set it back.
type rebuilder struct {
	mu   sync.RWMutex
	busy atomic.Uint32
	work int
}

func (r *rebuilder) exclusive(write bool, f func()) {
	if r.busy.CompareAndSwap(0, 1) {
		if write {
			r.mu.Lock()
		} else {
			r.mu.RLock()
		}
		f()
		if r.busy.CompareAndSwap(1, 0) {
			if write {
				r.mu.Unlock()
			} else {
				r.mu.RUnlock()
			}
		}
		return
	}
	f()
}

// Another flag says nothing.
type rewriter struct {
	mu         sync.Mutex
	busy, done atomic.Uint32
	work       int
}

func (r *rewriter) exclusive() {
	if r.busy.CompareAndSwap(0, 1) {
		r.mu.Lock()
		r.work++
		if r.done.CompareAndSwap(1, 0) {
			r.mu.Unlock()
		}
	}
} // want `end of function with r\.mu still locked`
