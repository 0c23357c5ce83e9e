// Package blockinglock holds waits under a lock, by feature of the language.
package blockinglock

import "sync"

// The receiver needs the lock between two receives.
type status struct {
	mu sync.Mutex
	ch chan bool
}

func newStatus() *status { return &status{ch: make(chan bool)} }

func (s *status) set() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ch <- true // want `s.ch is sent to with s.mu held since channel.go:15: its receiver \(channel.go:26\) needs s.mu first, at channel.go:31, so neither goes on`
}

func (s *status) run() {
	for {
		s.sync()
	}
}

func (s *status) sync() { <-s.ch; s.forget() }

func (s *status) forget() {
	// The lock is needed before the next receive.

	s.mu.Lock()
	s.mu.Unlock()
}

func startStatus() *status {
	s := newStatus()
	go s.run()
	go s.set()
	return s
}

// The receiver is free of the lock.
type free struct {
	mu sync.Mutex
	ch chan bool
	n  int
}

func (f *free) set() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ch <- true
}

func (f *free) run() {
	for range f.ch {
	}
}

func startFree() {
	f := &free{ch: make(chan bool)}
	go f.run()
	go f.set()
}

// One of two receivers is.
type half struct {
	mu sync.Mutex
	ch chan bool
}

func startHalf() {
	h := &half{ch: make(chan bool)}
	go func() {
		for range h.ch {
			h.mu.Lock()
			h.mu.Unlock()
		}
	}()
	go func() { <-h.ch }()
	h.mu.Lock()
	h.ch <- true
	h.mu.Unlock()
}

// The sender cannot send without the lock, which the receiver holds.
type awaken struct {
	mu sync.Mutex
	ch chan struct{}
}

func (a *awaken) keepalive() {
	a.mu.Lock()
	<-a.ch // want `a.ch is received from with a.mu held since channel.go:93: its sender \(channel.go:101\) needs a.mu first, at channel.go:99, so neither goes on`
	a.mu.Unlock()
}

func (a *awaken) stream() {
	a.mu.Lock()
	select {
	case a.ch <- struct{}{}:
	default:
	}
	a.mu.Unlock()
}

func startAwaken() {
	a := &awaken{ch: make(chan struct{})}
	go a.keepalive()
	go a.stream()
}

// A channel that is closed by who needs the lock before.
type worker struct {
	mu   sync.Mutex
	in   chan int
	done chan struct{}
}

func startWorker() *worker {
	w := &worker{in: make(chan int, 1), done: make(chan struct{})}
	go func() {
		defer close(w.done)
		for range w.in {
			w.work()
		}
	}()
	return w
}

func (w *worker) work() {
	w.mu.Lock()
	w.mu.Unlock()
}

func (w *worker) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.in)
	<-w.done // want `w.done is received from with w.mu held since channel.go:137: its close \(channel.go:123\) needs w.mu first, at channel.go:132, so neither goes on`
}

// The other object's lock is another lock.
func cross(a, b *status) {
	a.mu.Lock()
	b.ch <- true
	a.mu.Unlock()
}
