// Package base has methods that return what undoes them.
package base

import "sync"

type Events struct {
	mu  *sync.RWMutex
	All map[int]any
}

func New() *Events { return &Events{mu: new(sync.RWMutex), All: map[int]any{}} }

func (e *Events) RWLock() *sync.RWMutex { return e.mu }

// Upgrade is called with the lock read-locked. The function that it returns read-locks it again.
func (e *Events) Upgrade() func() {
	e.mu.RUnlock()
	e.mu.Lock()
	return func() {
		e.mu.Unlock()
		e.mu.RLock()
	}
}

// Release is called with the lock read-locked, and nothing takes it back.
func (e *Events) Release() { e.mu.RUnlock() }
