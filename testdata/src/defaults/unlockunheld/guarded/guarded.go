// Package guarded has a set with a lock that others acquire and release.
package guarded

import "sync"

type Set struct {
	mu    sync.Mutex
	Items map[string]int
}

func (s *Set) Lock()   { s.mu.Lock() }
func (s *Set) Unlock() { s.mu.Unlock() }

// Begin returns a transaction, which has the lock until it has come to its end.
func (s *Set) Begin() *Tx {
	s.mu.Lock()
	return &Tx{s: s}
}

type Tx struct {
	s    *Set
	over bool
}

func (t *Tx) Commit() { t.end() }

// Rollback does nothing after a Commit.
func (t *Tx) Rollback() { t.end() }

func (t *Tx) end() {
	if t.over {
		return
	}
	t.over = true
	t.s.mu.Unlock()
}
