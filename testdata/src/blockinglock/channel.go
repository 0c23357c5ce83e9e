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
	s.ch <- true // want `send to s\.ch with s\.mu held \(since channel\.go:\d+\): its receiver \(channel\.go:\d+\) must lock s\.mu first \(channel\.go:\d+\): deadlock`
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
	<-a.ch // want `receive from a\.ch with a\.mu held \(since channel\.go:\d+\): its sender \(channel\.go:\d+\) must lock a\.mu first \(channel\.go:\d+\): deadlock`
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
	<-w.done // want `receive from w\.done with w\.mu held \(since channel\.go:\d+\): its close \(channel\.go:\d+\) must lock w\.mu first \(channel\.go:\d+\): deadlock`
}

// The other object's lock is another lock.
func cross(a, b *status) {
	a.mu.Lock()
	b.ch <- true
	a.mu.Unlock()
}
