package condwait

import (
	"context"
	"sync"
	"sync/atomic"
)

type service struct {
	mu    sync.Mutex
	cond  *sync.Cond
	ready bool
	done  atomic.Bool
	count int
}

func newService() *service {
	s := &service{}
	s.cond = sync.NewCond(&s.mu)
	return s
}

func (s *service) AwaitReady() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.ready {
		s.cond.Wait()
	}
}

func (s *service) AwaitDone() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.done.Load() {
		s.cond.Wait()
	}
}

func (s *service) SetReady() {
	s.ready = true
	s.cond.Broadcast() // want `Broadcast may come before the Wait at lost\.go:\d+, which then waits for ever: lock s\.cond\.L to change what it tests \(at lost\.go:\d+\)`
}

func (s *service) SetDone() {
	s.done.Store(true)
	s.cond.Broadcast() // want `Broadcast may come before the Wait`
}

// Fine: the change is made under the lock; the signal need not be.
func (s *service) Right() {
	s.mu.Lock()
	s.ready = true
	s.mu.Unlock()
	s.cond.Broadcast()
}

func (s *service) RightAtomic() {
	s.done.Store(true)
	s.mu.Lock()
	s.cond.Broadcast()
	s.mu.Unlock()
}

// Fine: the caller holds the lock.
func (s *service) readyLocked() {
	s.ready = true
	s.cond.Broadcast()
}

func (s *service) Start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readyLocked()
}

// This caller does not.
func (s *service) wrongReady() {
	s.ready = true
	s.cond.Broadcast() // want `Broadcast may come before`
}

func (s *service) Restart() {
	go s.wrongReady()
}

// Fine: nobody tests that.
func (s *service) Count() {
	s.count++
	s.cond.Broadcast()
}

// Fine: nobody else knows the object.
func freshService() *service {
	s := newService()
	t := &service{cond: s.cond}
	t.ready = true
	t.cond.Broadcast()
	return t
}

// Fine: that is not what anybody tests.
func (s *service) other(t *service) {
	t.ready = true
	s.cond.Broadcast()
}

func (s *service) Others(t *service) {
	s.other(t)
}

// A context that ends while the Wait is about to begin.
func (s *service) AwaitContext(ctx context.Context) error {
	finished := make(chan struct{})
	defer close(finished)
	go func() {
		select {
		case <-finished:
		case <-ctx.Done():
			s.cond.Broadcast() // want `Broadcast may come before the Wait`
		}
	}()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.ready {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.cond.Wait()
	}
	return nil
}

func (s *service) AwaitContextRight(ctx context.Context) error {
	finished := make(chan struct{})
	defer close(finished)
	go func() {
		select {
		case <-finished:
			s.cond.Broadcast()
		case <-ctx.Done():
			s.mu.Lock()
			defer s.mu.Unlock()
			s.cond.Broadcast()
		}
	}()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.ready {
		s.cond.Wait()
		select {
		case <-ctx.Done():
			return ctx.Err()
		default:
		}
	}
	return nil
}

func (s *service) AwaitAfterFunc(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		s.cond.Broadcast() // want `Broadcast may come before the Wait`
	})
	defer stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.ready && ctx.Err() == nil {
		s.cond.Wait()
	}
	return ctx.Err()
}

func lostLocal(work func()) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	done := false
	go func() {
		work()
		done = true
		cond.Signal() // want `Signal may come before the Wait`
	}()
	mu.Lock()
	for !done {
		cond.Wait()
	}
	mu.Unlock()
}
