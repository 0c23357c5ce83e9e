package blockinglock

import "sync"

// A channel holds the next number. Who takes it puts another one there: there is room for it.
type numbers struct {
	mu   sync.Mutex
	next chan int
	n    int
}

func newNumbers() *numbers {
	s := &numbers{next: make(chan int, 1)}
	s.refill()
	return s
}

func (s *numbers) refill() {
	s.n++
	s.next <- s.n
}

func (s *numbers) Take() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := <-s.next
	s.refill()
	return n
}

func (s *numbers) Drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.next:
	default:
	}
}

// Here the number is put there first.
type tickets struct {
	mu   sync.Mutex
	next chan int
	n    int
}

func newTickets() *tickets {
	s := &tickets{next: make(chan int, 1)}
	s.refill()
	return s
}

func (s *tickets) refill() {
	s.n++
	s.next <- s.n // want `send to s\.next with s\.mu held .*: deadlock once full`
}

func (s *tickets) Take() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refill()
	return <-s.next
}

func (s *tickets) Drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.next:
	default:
	}
}
