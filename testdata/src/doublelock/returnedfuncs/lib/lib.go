// Package lib returns functions that use its locks.
package lib

import (
	"errors"
	"iter"
	"sync"
)

type Ring struct {
	mu   sync.RWMutex
	byID map[string]int
}

// All holds the lock while the body of the loop runs.
func (r *Ring) All() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		r.mu.RLock()
		defer r.mu.RUnlock()
		for id, n := range r.byID {
			if !yield(id, n) {
				return
			}
		}
	}
}

// Copied does not.
func (r *Ring) Copied() iter.Seq[string] {
	return func(yield func(string) bool) {
		r.mu.RLock()
		var ids []string
		for id := range r.byID {
			ids = append(ids, id)
		}
		r.mu.RUnlock()
		for _, id := range ids {
			if !yield(id) {
				return
			}
		}
	}
}

func (r *Ring) Forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byID, id)
}

type Store struct {
	mu sync.Mutex
	n  int
}

func (s *Store) Hold() func() {
	s.mu.Lock()
	return func() { s.mu.Unlock() }
}

func (s *Store) Use() func() {
	s.mu.Lock()
	return s.mu.Unlock
}

func (s *Store) Try(ok bool) (func(), error) {
	s.mu.Lock()
	if !ok {
		s.mu.Unlock()
		return nil, errors.New("no")
	}
	return func() {
		s.n++
		s.mu.Unlock()
	}, nil
}

func (s *Store) Del() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n--
}
