// Package bell calls functions that it was given.
package bell

import "sync"

// A Bell has those that it calls.
type Bell struct {
	mu    sync.RWMutex
	heard []func(int)
}

// Add adds one.
func (b *Bell) Add(f func(int)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.heard = append(b.heard, f)
}

// Len counts them.
func (b *Bell) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.heard)
}

// Ring calls all.
func (b *Bell) Ring(n int) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, f := range b.heard {
		f(n)
	}
}
