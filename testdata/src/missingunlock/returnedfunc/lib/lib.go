// Package lib returns functions that unlock its locks.
package lib

import "sync"

type Store struct {
	mu sync.Mutex
	n  int
}

func (s *Store) Hold() func() {
	s.mu.Lock()
	return func() { s.mu.Unlock() }
}
