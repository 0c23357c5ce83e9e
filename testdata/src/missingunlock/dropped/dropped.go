// Package dropped forgets what would release a lock.
package dropped

import (
	"sync"

	"missingunlock/dropped/gate"
)

func forgotten(g *gate.Gate) {
	g.Enter() // want `mu is locked by this call .* and never unlocked`
	println("in")
}

func ignored(g *gate.Gate) {
	_ = g.Enter() // want `mu is locked by this call .* and never unlocked`
}

func deferred(g *gate.Gate) {
	defer g.Enter()()
	g.Count()
}

func handed(g *gate.Gate) func() {
	return g.Enter()
}

type store struct {
	mu sync.Mutex
	n  int
}

type section struct{ s *store }

func (s *store) begin() *section {
	s.mu.Lock()
	return &section{s}
}

func (t *section) end() { t.s.mu.Unlock() }

func (s *store) add() {
	t := s.begin()
	defer t.end()
	s.n++
}

func (s *store) reset() {
	s.begin() // want `s\.mu is locked by this call .* and never unlocked`
	s.n = 0
}

type keeper struct{ t *section }

func (k *keeper) hold(s *store) { k.t = s.begin() }
func (k *keeper) free()         { k.t.end() }
