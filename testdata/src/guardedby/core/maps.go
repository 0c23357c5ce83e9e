package core

import "sync"

// finder has a map that its goroutine reads without the lock that all others take.
type finder struct {
	mu     sync.Mutex
	relays map[string]int
}

func (f *finder) Start() { go f.background() }

func (f *finder) background() {
	for range 3 {
		f.update()
	}
}

func (f *finder) update() (sum int) {
	for _, n := range f.relays { // want `f.relays is read without f.mu`
		sum += n
	}
	return sum
}

func (f *finder) Add(s string) {
	f.mu.Lock()
	f.relays[s] = 1
	f.mu.Unlock()
}

func (f *finder) Drop(s string) {
	f.mu.Lock()
	delete(f.relays, s)
	f.mu.Unlock()
}

func (f *finder) Has(s string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.relays[s] > 0
}

// Functions that say that the lock is held are accesses with it.
type subscription struct {
	mu     sync.Mutex
	status int
}

func (s *subscription) Status() int { return s.status } // want `s.status is read without s.mu`

// change sets the status. Lock should be held entering.
func (s *subscription) change(status int) { s.status = status }

func (s *subscription) resetLocked() { s.status = 0 }

func change(s *subscription) {
	if s != nil {
		s.change(2)
	}
}

func (s *subscription) Drop() {
	s.mu.Lock()
	s.change(4)
	s.mu.Unlock()
}

func Change(s *subscription, locked bool) {
	if !locked {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	change(s)
}

func (s *subscription) Close() {
	s.change(3)
	s.resetLocked()
}

// The first comment is about one field.
type serving struct {
	mu sync.Mutex
	// Set once at the beginning.
	name  string
	conns map[string]int
}

func (s *serving) add(k string) {
	s.mu.Lock()
	s.conns[k]++
	s.mu.Unlock()
	delete(s.conns, k) // want `s.conns is written without s.mu`
}

func (s *serving) Remove(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, k)
}
