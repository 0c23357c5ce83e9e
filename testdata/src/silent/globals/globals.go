// Package globals has pointers to objects with locks in package-level variables.
package globals

import "sync"

type T struct {
	mu sync.Mutex
	n  int
}

var g struct{ p *T }

func Swap() {
	t := g.p
	g.p = &T{}
	t.mu.Lock()
	t.n++
	t.mu.Unlock()
}

func Use() {
	g.p.mu.Lock()
	defer g.p.mu.Unlock()
	g.p.n++
}
