// Package store is used through interfaces that others declare.
package store

import "sync"

type Store struct {
	mu    sync.RWMutex
	items map[string]int
}

func (s *Store) Get(name string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.items[name]
}

func (s *Store) Put(name string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[name] = n
}

func (s *Store) Each(f func(string)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for name := range s.items {
		f(name)
	}
}
