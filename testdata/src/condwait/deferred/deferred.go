// Package deferred has signals that are deferred, in functions with several returns.
package deferred

import "sync"

// All returns signal.

type slots struct {
	mu     sync.Mutex
	free   *sync.Cond
	used   int
	max    int
	closed bool
}

func newSlots(max int) *slots {
	s := &slots{max: max}
	s.free = sync.NewCond(&s.mu)
	return s
}

func (s *slots) Take() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.used == s.max {
		s.free.Wait()
	}
	s.used++
}

func (s *slots) Give() {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.free.Broadcast()
	if s.closed {
		s.used--
		return
	}
	s.used--
}

// All that change something do.

type seats struct {
	mu     sync.Mutex
	free   *sync.Cond
	used   int
	max    int
	closed bool
}

func newSeats(max int) *seats {
	s := &seats{max: max}
	s.free = sync.NewCond(&s.mu)
	return s
}

func (s *seats) Take() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.used == s.max {
		s.free.Wait()
	}
	s.used++
}

func (s *seats) Give() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	defer s.free.Signal()
	s.used--
}

// Here the first return comes before the signal is deferred.

type rooms struct {
	mu     sync.Mutex
	free   *sync.Cond
	used   int
	max    int
	closed bool
}

func newRooms(max int) *rooms {
	s := &rooms{max: max}
	s.free = sync.NewCond(&s.mu)
	return s
}

func (s *rooms) Take() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.used == s.max {
		s.free.Wait()
	}
	s.used++
}

func (s *rooms) Give() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		s.used-- // want `no Signal follows this change of used before the return at deferred\.go:\d+: the Wait at deferred\.go:\d+ keeps waiting`
		return
	}
	defer s.free.Broadcast()
	s.used--
}
