package blockinglock

import "sync"

// Who waits has counted itself under the lock, and then needs it no more: the sends are as many as those who receive.
type round struct {
	mu      sync.Mutex
	waiting int
	of      int
	sum     int
	wake    chan struct{}
}

func newRound(of int) *round { return &round{of: of, wake: make(chan struct{})} }

func (r *round) put(n int) {
	r.mu.Lock()
	r.sum += n
	r.waiting++
	last := r.waiting == r.of
	r.mu.Unlock()
	if !last {
		<-r.wake
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting--
	r.end()
}

func (r *round) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of--
	if r.of > 0 && r.waiting == r.of {
		r.end()
	}
}

func (r *round) end() {
	for range r.waiting {
		r.wake <- struct{}{}
	}
	r.waiting = 0
}

// Here it is counted before it has the lock.
type early struct {
	mu   sync.Mutex
	n    int
	sum  int
	wake chan struct{}
}

func newEarly() *early { return &early{wake: make(chan struct{})} }

func (e *early) put(n int) {
	e.n++
	e.mu.Lock()
	e.sum += n
	e.mu.Unlock()
	<-e.wake
}

func (e *early) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for range e.n {
		e.wake <- struct{}{} // want `send to e.wake with e.mu held \(since waiters.go:\d+\): its receiver \(waiters.go:\d+\) must lock e.mu first \(waiters.go:\d+\): deadlock`
	}
	e.n = 0
}
