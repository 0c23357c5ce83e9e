// Package porter registers functions with a bell.
package porter

import (
	"crossorder/bell"
	"sync"
)

// A Porter is called by the bell. Start is the call that lets the bell know it, so that nobody calls it before Start has come to its end.
type Porter struct {
	mu   sync.Mutex
	keys map[int]bool
	bell *bell.Bell
}

func (p *Porter) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bell.Add(p.open)
}

func (p *Porter) open(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys[n] = true
}

// A Guard also asks the bell later.
type Guard struct {
	mu   sync.Mutex
	keys map[int]bool
	bell *bell.Bell
}

func (g *Guard) Start() {
	g.bell.Add(g.open)
}

func (g *Guard) open(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.keys[n] = true
}

func (g *Guard) Ask() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.bell.Len() + len(g.keys) // want `Guard\.Ask locks Guard\.mu, then bell\.Bell\.mu, and bell\.Bell\.Ring .* in the opposite order: can deadlock`
}
