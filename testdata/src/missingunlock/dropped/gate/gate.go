// Package gate has locks that are released by what the functions return which acquire them.
package gate

import "sync"

type Gate struct {
	mu sync.Mutex
	n  int
}

func (g *Gate) Enter() (leave func()) {
	g.mu.Lock()
	return g.mu.Unlock
}

// Count returns a function that has nothing to do with the lock.
func (g *Gate) Count() func() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := g.n
	return func() int { return n }
}
