// Package handoverhand locks the next one before it unlocks the one at hand, which a deferred literal unlocks at the end.
package handoverhand

import "sync"

type segment struct {
	mu   sync.Mutex
	recs []string
	next *segment
}

// Fine.
func (s *segment) add(rec string, full int) {
	s.mu.Lock()
	defer func() { s.mu.Unlock() }()
	for len(s.recs) >= full {
		next := s.next
		if next == nil {
			next = &segment{}
			s.next = next
		}
		next.mu.Lock()
		s.mu.Unlock()
		s = next
	}
	s.recs = append(s.recs, rec)
}

func (s *segment) forget(rec string, full int) {
	s.mu.Lock()
	defer func() { s.mu.Unlock() }()
	for range full {
		next := s.next
		if next == nil {
			next = &segment{}
			s.next = next
		}
		next.mu.Lock() // want `next.mu is locked here and never unlocked`
		next.recs = append(next.recs, rec)
	}
}
