// Package lib forgets to unlock where it fails.
package lib

import (
	"errors"
	"sync"
)

type Switch struct {
	mu   sync.RWMutex
	subs map[string]int
	cur  string
}

func (s *Switch) Set(k string) error {
	s.mu.RLock()
	if _, ok := s.subs[k]; !ok {
		return errors.New("no " + k)
	}
	s.mu.RUnlock()
	s.cur = k
	return nil
}

func (s *Switch) Add(k string) {
	s.mu.Lock()
	s.subs[k] = 1
	s.mu.Unlock()
}
