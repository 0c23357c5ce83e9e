// Package unlockunheld has unlocks of unlocked locks through callees: which are reported if no flag says otherwise.
package unlockunheld

import "sync"

// A lock that is made of another one is unlocked by its Unlock.
type mutex struct{ m sync.Mutex }

func (m *mutex) Lock()   { m.m.Lock() }
func (m *mutex) Unlock() { m.m.Unlock() }

type store struct {
	mu    mutex
	items map[string]int
}

func (s *store) put(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock() // want `s\.mu\.m is unlocked by this deferred call .*, but was unlocked before`
	if key == "" {
		s.mu.Unlock()
		return false
	}
	s.items[key]++
	return true
}

// A callee has locked what it unlocks.
type limiter struct {
	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	mu     sync.Mutex
	tokens int
}

func (l *limiter) bucket(key string) *bucket {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buckets[key]
}

func (l *limiter) take(key string) bool {
	b := l.bucket(key)
	b.mu.Lock()
	if b.tokens == 0 {
		l.mu.Unlock() // want `l\.mu is unlocked, but was unlocked before, at unlockunheld\.go:\d+ by \(\*limiter\)\.bucket`
		return false
	}
	b.tokens--
	b.mu.Unlock()
	return true
}

// Any other callee does more than meets the eye.
func (s *store) closed() {
	s.items = nil
	s.mu.Unlock()
}

func (s *store) shut() {
	s.mu.Lock()
	s.closed()
	s.mu.Unlock()
}
