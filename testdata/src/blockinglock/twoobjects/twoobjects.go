// Package twoobjects has goroutines that lock an object of the same type as the one that is locked: a parameter beside the receiver.
package twoobjects

import "sync"

type Store struct {
	mu   sync.Mutex
	m    map[uint64]uint64
	size int
}

func (s *Store) WriteAll(id uint64, n int) {
	s.mu.Lock()
	whole := true
	if n > s.size {
		for p := s.size; p < n; p += s.size {
			if _, ok := s.m[id+uint64(p)]; ok {
				whole = false
			}
		}
	}
	if !whole {
		s.mu.Unlock()
		done := make(chan bool, n)
		for p := range n {
			go func() { done <- s.Write(id + uint64(p)) }()
		}
		for range n {
			<-done
		}
		return
	}
	s.m[id] = 1
	s.mu.Unlock()
}

func (s *Store) Write(k uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[k]++
	return s.m[k] > 1
}

// Fine: the goroutines write to dest.
func (s *Store) CopyTo(dest *Store) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.m {
		dest.sendAll(k)
		dest.WriteAll(k, 2)
	}
}

func (s *Store) sendAll(id uint64) {
	done := make(chan bool)
	go func() { done <- s.Write(id) }()
	<-done // want `receive from the channel with s\.mu held .*: its sender must lock s\.mu first`
}

func (s *Store) Double() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.m {
		s.sendAll(k)
	}
}
