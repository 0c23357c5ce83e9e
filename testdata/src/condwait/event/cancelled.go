package event

import (
	"context"
	"sync"
)

// Stop ends the context that is tested, and signals without the lock.
type monitor struct {
	ctx     context.Context
	cancel  func()
	stopped chan struct{}

	mu    sync.Mutex
	cond  *sync.Cond
	hosts map[string]int
}

func newMonitor() *monitor {
	ctx, cancel := context.WithCancel(context.Background())
	m := &monitor{ctx: ctx, cancel: cancel, stopped: make(chan struct{}), hosts: make(map[string]int)}
	m.cond = sync.NewCond(&m.mu)
	go m.run()
	return m
}

func (m *monitor) Stop() {
	m.cancel()
	m.cond.Signal() // want `Signal may fall between the test and the Wait at cancelled.go:\d+ and be missed: lock m.cond.L for the change at cancelled.go:28`
	<-m.stopped
}

func (m *monitor) Add(host string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hosts[host]++
	m.cond.Signal()
}

func (m *monitor) wait() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.hosts) == 0 && m.ctx.Err() == nil {
		m.cond.Wait()
	}
}

func (m *monitor) run() {
	defer close(m.stopped)
	for m.ctx.Err() == nil {
		m.wait()
	}
}

// StopLocked has the lock for both.
func (m *monitor) StopLocked() {
	m.mu.Lock()
	m.cancel()
	m.cond.Signal()
	m.mu.Unlock()
	<-m.stopped
}

// Another context is ended.
type other struct {
	ctx, work  context.Context
	cancelWork func()

	mu    sync.Mutex
	cond  *sync.Cond
	hosts map[string]int
}

func newOther(ctx context.Context) *other {
	work, cancel := context.WithCancel(context.Background())
	o := &other{ctx: ctx, work: work, cancelWork: cancel, hosts: make(map[string]int)}
	o.cond = sync.NewCond(&o.mu)
	return o
}

func (o *other) Stop() {
	o.cancelWork()
	o.cond.Broadcast()
}

func (o *other) wait() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.hosts) == 0 && o.ctx.Err() == nil {
		o.cond.Wait()
	}
}
