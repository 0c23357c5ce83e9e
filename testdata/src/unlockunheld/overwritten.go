package unlockunheld

import "sync"

// A struct is overwritten while its lock is held: the new one is not locked, and the unlock crashes.

type stats struct {
	mu   sync.Mutex
	hits int
	seen map[string]bool
}

func (s *stats) Reset() int {
	s.mu.Lock()
	defer s.mu.Unlock() // want `s.mu is unlocked by this deferred call, but was overwritten while it was locked, at overwritten.go:\d+: a crash`
	n := s.hits
	*s = stats{seen: make(map[string]bool)}
	return n
}

func (s *stats) Clear() {
	s.mu.Lock()
	*s = stats{}
	s.mu.Unlock() // want `s.mu is unlocked, but was overwritten while it was locked, at overwritten.go:\d+: a crash`
}

// Silent: what is overwritten has no lock.
type gauge struct {
	mu   sync.Mutex
	vals struct{ hits, misses int }
}

func (g *gauge) reset() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.vals = struct{ hits, misses int }{}
}

// Silent: the lock is elsewhere.
type shared struct {
	mu *sync.Mutex
	n  int
}

func (s *shared) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	*s = shared{mu: s.mu}
}

// Silent: it is overwritten before it is locked, and unlocked before it is overwritten.
func (s *stats) fresh() {
	*s = stats{}
	s.mu.Lock()
	s.hits++
	s.mu.Unlock()
	*s = stats{}
}
