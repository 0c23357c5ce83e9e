package blockinglock

import (
	"context"
	"sync"
	"time"
)

// A WaitGroup waits for all its members, so one that may be at the lock is enough.

type meter struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	stop chan struct{}
	tick *time.Ticker
	n    int
}

func newMeter() *meter {
	m := &meter{stop: make(chan struct{}), tick: time.NewTicker(time.Second)}
	m.wg.Add(1)
	go m.run()
	return m
}

func (m *meter) run() {
	defer m.wg.Done()
	for {
		select {
		case <-m.tick.C:
			m.read()
		case <-m.stop:
			return
		}
	}
}

func (m *meter) read() {
	m.mu.Lock()
	m.n++
	m.mu.Unlock()
}

func (m *meter) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	close(m.stop)
	m.wg.Wait() // want `m\.wg is waited for with m\.mu held`
}

type alarm struct {
	mu     sync.Mutex
	wg     sync.WaitGroup
	cancel func()
	rung   bool
}

func (a *alarm) Set() {
	a.mu.Lock()
	defer a.mu.Unlock()
	var ctx context.Context
	ctx, a.cancel = context.WithCancel(context.Background())
	a.wg.Go(func() {
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
			a.mu.Lock()
			a.rung = true
			a.mu.Unlock()
		}
	})
}

func (a *alarm) Off() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cancel()
	a.wg.Wait() // want `a\.wg is waited for with a\.mu held`
}

// Silent: the goroutine needs the lock only before it says that it is ready, which is waited for
// first.
type starter struct {
	mu    sync.Mutex
	wg    sync.WaitGroup
	ready chan struct{}
}

func (s *starter) Run() {
	s.ready = make(chan struct{})
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		s.mu.Lock()
		s.mu.Unlock()
		close(s.ready)
	}()
	<-s.ready
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wg.Wait()
}
