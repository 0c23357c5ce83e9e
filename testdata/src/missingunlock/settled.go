package missingunlock

import "sync"

type settled struct {
	mu, other sync.Mutex
	n         int
}

// A captured variable that nobody changes is the same after waiting for a lock.
func (s *settled) capturedFlag(locked bool) {
	f := func() {
		if locked {
			s.mu.Lock()
			if locked {
				s.mu.Unlock()
			}
		}
	}
	f()
}

// One that changes may not be.
func (s *settled) changing(locked bool) {
	f := func() {
		if locked {
			s.mu.Lock()
			s.n++
			if locked {
				s.mu.Unlock()
			}
		}
	} // want `end of function with s.mu still locked since settled.go:27; other paths unlock it`
	go func() { locked = false }()
	f()
}
