package condwait

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
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
	s.cond.Broadcast() // want `Broadcast may fall between the test and the Wait at lost\.go:\d+ and be missed: lock s\.cond\.L for the change at lost\.go:\d+`
}

func (s *service) SetDone() {
	s.done.Store(true)
	s.cond.Broadcast() // want `Broadcast may fall between the test and the Wait at lost\.go:\d+ and be missed: lock s\.cond\.L for the change at lost\.go:\d+`
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
	s.cond.Broadcast() // want `Broadcast may fall between the test and the Wait at lost\.go:\d+ and be missed: lock s\.cond\.L for the change at lost\.go:\d+`
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
			s.cond.Broadcast() // want `Broadcast may fall between the test and the Wait at lost\.go:\d+ and be missed: lock s\.cond\.L for the change at lost\.go:\d+`
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
		s.cond.Broadcast() // want `Broadcast may fall between the test and the Wait at lost\.go:\d+ and be missed: lock s\.cond\.L for the change at lost\.go:\d+`
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
		cond.Signal() // want `Signal may fall between the test and the Wait at lost\.go:\d+ and be missed: lock cond\.L for the change at lost\.go:\d+`
	}()
	mu.Lock()
	for !done {
		cond.Wait()
	}
	mu.Unlock()
}

// The read half.
type feed struct {
	mu   sync.RWMutex
	cond *sync.Cond
	rev  atomic.Int64
}

func newFeed() *feed {
	f := &feed{}
	f.cond = sync.NewCond(f.mu.RLocker())
	return f
}

func (f *feed) Await(rev int64) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for f.rev.Load() < rev {
		f.cond.Wait()
	}
}

func (f *feed) Advance() {
	f.rev.Add(1)
	f.cond.Broadcast() // want `Broadcast may fall between the test and the Wait at lost\.go:\d+ and be missed: lock the RWMutex of f\.cond\.L for the change at lost\.go:\d+`
}

// The time is tested, too.
func (f *feed) AwaitFor(rev int64, timeout time.Duration) bool {
	start := time.Now()
	after := time.After(timeout)
	go func() {
		<-after
		f.cond.Broadcast() // want `Broadcast may fall between the test and the Wait at lost\.go:\d+ and be missed: lock the RWMutex of f\.cond\.L for the change at lost\.go:\d+`
	}()
	time.AfterFunc(timeout, func() {
		f.cond.Broadcast() // want `Broadcast may fall between the test and the Wait at lost\.go:\d+ and be missed: lock the RWMutex of f\.cond\.L for the change at lost\.go:\d+`
	})
	time.AfterFunc(timeout, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.cond.Broadcast()
	})
	f.mu.RLock()
	defer f.mu.RUnlock()
	for f.rev.Load() < rev {
		if time.Since(start) >= timeout {
			return false
		}
		f.cond.Wait()
	}
	return true
}

// A context that callers pass, to who waits and to who wakes.
type Fleet struct {
	sync.Mutex
	cond  sync.Cond
	ships []int
}

func NewFleet() *Fleet {
	f := &Fleet{}
	f.cond.L = &f.Mutex
	return f
}

func (f *Fleet) Wake(ctx context.Context) {
	<-ctx.Done()
	f.cond.Broadcast() // want `Broadcast may fall between the test and the Wait at lost\.go:\d+ and be missed: lock f\.cond\.L for the change at lost\.go:\d+`
}

func (f *Fleet) WakeLocked(ctx context.Context) {
	<-ctx.Done()
	f.Lock()
	defer f.Unlock()
	f.cond.Broadcast()
}

func (f *Fleet) Next(ctx context.Context) int {
	f.Lock()
	defer f.Unlock()
	for len(f.ships) == 0 {
		if ctx.Err() != nil {
			return 0
		}
		f.cond.Wait()
	}
	n := f.ships[0]
	f.ships = f.ships[1:]
	return n
}

func (f *Fleet) Add(n int) {
	f.Lock()
	defer f.Unlock()
	f.ships = append(f.ships, n)
	f.cond.Broadcast()
}
