// Package store has an object with a lock that other packages keep.
package store

import "sync"

type Store struct {
	mu sync.Mutex
	n  int
}

func New() *Store { return &Store{} }

func (s *Store) Lock()   { s.mu.Lock() }
func (s *Store) Unlock() { s.mu.Unlock() }

func (s *Store) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

func (s *Store) With(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}
