// Package doublelock shows what is offered as a fix, and what is not.
package doublelock

import "sync"

type gauge struct {
	mu sync.RWMutex
	v  int
}

func (g *gauge) set(v int) {
	g.mu.Lock()
	defer g.mu.Lock() // want `deferred Lock of g\.mu`
	g.v = v
}

func (g *gauge) get() int {
	g.mu.RLock()
	defer g.mu.RLock() // want `deferred RLock of g\.mu`
	return g.v
}

// No fix: who knows what is meant.
func (g *gauge) add(n int) {
	g.mu.Lock()
	g.v += n
	g.mu.Lock() // want `g\.mu is locked again`
	g.v += n
	g.mu.Unlock()
}
