package unlockunheld

import "sync"

// A callee's unlock is like one of the function itself.
type shelf struct {
	mu sync.Mutex
	n  int
}

func (s *shelf) unlock() { s.mu.Unlock() }

func (s *shelf) tried() {
	if !s.mu.TryLock() {
		s.unlock() // want `s\.mu is unlocked at callee\.go:\d+, but the TryLock at callee\.go:\d+ may have failed`
		return
	}
	s.n++
	s.unlock()
}

// Each of those who wait holds the lock.
func (s *shelf) each(waiters []int) {
	for range waiters {
		s.unlock()
	}
}

func (s *shelf) eachAgain(waiters []int) {
	s.unlock()
	for range waiters {
		s.unlock() // want `s\.mu is unlocked at callee\.go:\d+ by \(\*shelf\)\.unlock, but was unlocked before, at callee\.go:\d+`
	}
}
