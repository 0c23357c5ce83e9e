package blockinglock

import "sync"

// Wait gives back the Cond's own lock only.
type store struct {
	mu    sync.Mutex // guards items
	outer sync.Mutex
	ready *sync.Cond
	items []int
}

func newStore() *store {
	s := &store{}
	s.ready = sync.NewCond(&s.mu)
	return s
}

func (s *store) take() int {
	s.outer.Lock()
	defer s.outer.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.items) == 0 {
		s.ready.Wait() // want `s\.ready\.Wait with s\.outer held \(since cond\.go:\d+\): its signal \(cond\.go:\d+\) must lock s\.outer first \(cond\.go:\d+\): deadlock`
	}
	x := s.items[0]
	s.items = s.items[1:]
	return x
}
func (s *store) put(x int) {
	s.outer.Lock()
	defer s.outer.Unlock()
	s.mu.Lock()
	s.items = append(s.items, x)
	s.ready.Signal()
	s.mu.Unlock()
}
