package blockinglock

import (
	"context"
	"sync"
	"time"
)

type selects struct {
	mu   sync.Mutex
	a, b chan int
	n    int
}

func startSelects(ctx context.Context) {
	s := &selects{a: make(chan int), b: make(chan int)}
	go s.loop()
	go s.both()
	go s.timer()
	go s.cancelled(ctx)
	go s.tries()
}

func (s *selects) loop() {
	for {
		select {
		case <-s.a:
		case <-s.b:
		}
		s.mu.Lock()
		s.n++
		s.mu.Unlock()
	}
}

// Both cases need the loop.
func (s *selects) both() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select { // want `select with s\.mu held \(since select\.go:\d+\): its receivers \(select\.go:\d+, select\.go:\d+\) must lock s\.mu first \(select\.go:\d+\): deadlock`
	case s.a <- 1:
	case s.b <- 2:
	}
}

// Time ends this one.
func (s *selects) timer() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.a <- 1:
	case <-time.After(time.Second):
	}
}

func (s *selects) cancelled(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.a <- 1:
	case <-ctx.Done():
	}
}

func (s *selects) tries() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.a <- 1:
	default:
	}
}
