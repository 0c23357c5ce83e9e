// Package book has a store whose Update locks, and hands its callback a transaction.
package book

import "sync"

type Tx interface{ Set(key, val string) error }

type tx struct{ m map[string]string }

func (t *tx) Set(key, val string) error {
	t.m[key] = val
	return nil
}

type Store struct {
	mu sync.Mutex
	m  map[string]string
}

func (s *Store) Update(f func(Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(&tx{s.m})
}

// Edit hands f what look finds.
func (s *Store) Edit(f func(Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(s.look())
}

func (s *Store) look() Tx {
	if len(s.m) == 0 {
		return nil
	}
	return &tx{s.m}
}
