package blockinglock

import (
	"context"
	"sync"
)

// The group counts listeners, under the lock. It is at zero when disable, which has counted them all down, waits.
type stage struct {
	sync.RWMutex
	sync.WaitGroup
	listeners []chan int
}

type Theatre struct{ stage stage }

func (t *Theatre) Add(l chan int) { t.stage.add(l) }

func (t *Theatre) Remove(l chan int) {
	t.stage.remove(l)
	t.stage.disable()
}

func (s *stage) add(l chan int) {
	s.Lock()
	defer s.Unlock()
	s.WaitGroup.Add(1)
	s.listeners = append(s.listeners, l)
	go s.play()
}

func (s *stage) remove(l chan int) {
	s.Lock()
	defer s.Unlock()
	for _, o := range s.listeners {
		if o == l {
			s.WaitGroup.Add(-1)
		}
	}
}

func (s *stage) drop() {
	for range s.listeners {
		s.WaitGroup.Add(-1)
	}
	s.listeners = nil
}

func (s *stage) disable() {
	s.Lock()
	defer s.Unlock()
	s.drop()
	s.Wait()
}

func (s *stage) count() int {
	s.RLock()
	defer s.RUnlock()
	return len(s.listeners)
}

func (s *stage) play() {
	if s.count() == 0 {
		s.disable()
	}
}

// The buffer counts messages on their way: release takes out what acquire has put in, and never waits.
type inflight struct {
	mu   sync.Mutex
	sema chan struct{}
	n    int
	err  error
}

func newInflight(n int, acks <-chan int) *inflight {
	f := &inflight{sema: make(chan struct{}, n)}
	go func() {
		for a := range acks {
			f.ack(a)
		}
	}()
	return f
}

func (f *inflight) acquire(ctx context.Context) error {
	if err := f.failed(); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case f.sema <- struct{}{}:
		return nil
	}
}

func (f *inflight) release() {
	<-f.sema
}

func (f *inflight) failed() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

func (f *inflight) ack(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n -= n
	f.release()
}
