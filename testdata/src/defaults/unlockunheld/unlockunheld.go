// Package unlockunheld has unlocks of unlocked locks through callees: which are reported if no flag says otherwise.
package unlockunheld

import (
	"sync"

	"defaults/unlockunheld/guarded"
)

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

// A callee that always unlocks does so here.
func (s *store) closed() {
	s.items = nil
	s.mu.Unlock()
}

func (s *store) shut() {
	s.mu.Lock()
	s.closed()
	s.mu.Unlock() // want `s\.mu\.m is unlocked .*, but was unlocked before, at unlockunheld\.go:69`
}

// One that unlocks on some paths may do so where its caller has the lock.
func (s *store) drop(key string, locked bool) {
	delete(s.items, key)
	if len(s.items) == 0 && locked {
		s.mu.Unlock()
	}
}

func (s *store) forget(key string) {
	s.mu.Lock()
	s.mu.Unlock()
	s.drop(key, len(key) > 3)
}

// A callee that unlocks the lock while it calls others, and locks it again, has to be called with it.
type session struct {
	mu     sync.Mutex
	id     string
	notify func(string)
}

func (s *session) setID(id string) bool {
	if id == s.id {
		return true
	}
	if id == "" {
		s.mu.Unlock()
		s.notify(s.id)
		s.mu.Lock()
		return false
	}
	s.id = id
	return true
}

func (s *session) rename(id string) bool {
	s.mu.Lock()
	known := s.id != ""
	s.mu.Unlock()
	return known && s.setID(id) // want `s\.mu is unlocked at unlockunheld\.go:\d+ by \(\*session\)\.setID, but was unlocked before`
}

// Where it asks whether it may unlock, it is not.
func (s *session) flush(locked bool) {
	if locked {
		s.mu.Unlock()
	}
	s.notify(s.id)
	if locked {
		s.mu.Lock()
	}
}

func (s *session) flushed(locked bool) {
	s.mu.Lock()
	s.id = ""
	s.mu.Unlock()
	s.flush(locked)
}

func (s *session) renameLocked(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.setID(id)
}

// The functions may be those of another package.
func count(s *guarded.Set, key string) int {
	s.Lock()
	defer s.Unlock() // want `s\.mu is unlocked by this deferred call .*, but was unlocked before`
	if key == "" {
		s.Unlock()
		return 0
	}
	return s.Items[key]
}

// What another package unlocks depends on what it knows.
func commit(s *guarded.Set, key string) {
	tx := s.Begin()
	defer tx.Rollback()
	s.Items[key]++
	tx.Commit()
}
