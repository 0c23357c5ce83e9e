// Package state returns a function that unlocks its receiver for a while.
package state

import "sync"

type State struct {
	mu       sync.Mutex
	modified bool
	n        int
}

func New() *State { return &State{} }

func (s *State) Lock() { s.mu.Lock() }

func (s *State) Unlock() {
	defer s.mu.Unlock()
	if !s.modified {
		return
	}
	s.n++
}

func (s *State) Unlocker() (unlock func() (relock func())) {
	return func() (relock func()) {
		s.Unlock()
		return s.Lock
	}
}
