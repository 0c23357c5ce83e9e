package unlockunheld

import "sync"

// Silent: a goroutine of the function has locked it in between, and ends with it held.
type queue struct {
	mu    sync.Mutex
	items []int
}

func newQueue() *queue { return new(queue) }

func (q *queue) add(i int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, i)
}

func handedBack() {
	q := newQueue()
	q.add(1)
	locked := make(chan struct{})
	go func() {
		q.mu.Lock()
		close(locked)
	}()
	<-locked
	q.mu.Unlock()
}

// Not if that unlocks it again.
func notHandedBack() {
	q := newQueue()
	q.add(1)
	done := make(chan struct{})
	go func() {
		q.mu.Lock()
		close(done)
		q.mu.Unlock()
	}()
	<-done
	q.mu.Unlock() // want `q\.mu is unlocked, but was unlocked before, at goroutines\.go:\d+ by \(\*queue\)\.add`
}

// A lock that a deferred call unlocks is not handed to the goroutine that is started meanwhile.
type snapshots struct {
	mu   sync.Mutex
	last []byte
}

func (s *snapshots) Take(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = b
	go s.write(b)
	return nil
}

func (s *snapshots) write(b []byte) {
	defer s.mu.Unlock() // want `s.mu is unlocked, but nothing has locked it: no caller can hold it`
	_ = append([]byte(nil), b...)
}

// Silent: this one is handed over.
type handedSnapshots struct {
	mu   sync.Mutex
	last []byte
}

func (s *handedSnapshots) Take(b []byte) error {
	s.mu.Lock()
	s.last = b
	go s.write(b)
	return nil
}

func (s *handedSnapshots) write(b []byte) {
	defer s.mu.Unlock()
	_ = append([]byte(nil), b...)
}
