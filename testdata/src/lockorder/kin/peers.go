package kin

import "sync"

// Each of two ends leads to the other one.
type end struct {
	mu    sync.Mutex
	peer  *end
	queue []int
}

func link(a, b *end) { a.peer, b.peer = b, a }

func (e *end) Send(v int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.peer.receive(v) // want `\(\*end\)\.Send locks end\.mu, then the peer's end\.mu, and another call in the opposite order: can deadlock`
}

func (e *end) receive(v int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.queue = append(e.queue, v)
}

// A chain does not lead back.
type stage struct {
	mu    sync.Mutex
	next  *stage
	queue []int
}

func chain(a, b *stage) { a.next = b }

func (s *stage) Send(v int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next != nil {
		s.next.Send(v)
	}
	s.queue = append(s.queue, v)
}
