package condwait

import "sync"

// Readers and writers wait on one Cond.
type bounded struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
	max   int
}

func newBounded(max int) *bounded {
	b := &bounded{max: max}
	b.cond = sync.NewCond(&b.mu)
	return b
}

func (b *bounded) put(n int) {
	b.mu.Lock()
	for len(b.items) >= b.max {
		b.cond.Wait()
	}
	b.items = append(b.items, n)
	b.mu.Unlock()
	b.wake()
}

func (b *bounded) get() int {
	b.mu.Lock()
	for len(b.items) == 0 {
		b.cond.Wait()
	}
	n := b.items[0]
	b.items = b.items[1:]
	b.mu.Unlock()
	b.wake()
	return n
}

func (b *bounded) wake() { b.cond.Signal() }

func (b *bounded) drop() {
	b.mu.Lock()
	b.items = b.items[1:]
	b.mu.Unlock()
	b.cond.Signal() // want `Signal may wake the goroutine that waits at signal\.go:\d+, for which nothing has changed, while the one at signal\.go:\d+ sleeps on: use Broadcast`
}

// Two things to wait for.
type gate struct {
	mu     sync.Mutex
	cond   *sync.Cond
	open   bool
	inside int
}

func newGate() *gate {
	g := &gate{}
	g.cond = sync.NewCond(&g.mu)
	return g
}

func (g *gate) enter() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.open {
		g.cond.Wait()
	}
}

func (g *gate) empty() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.inside > 0 {
		g.cond.Wait()
	}
}

func (g *gate) unlock() {
	g.mu.Lock()
	g.open = true
	g.cond.Signal() // want `Signal may wake`
	g.mu.Unlock()
}

// Fine.
func (g *gate) leave() {
	g.mu.Lock()
	g.inside--
	g.cond.Broadcast()
	g.mu.Unlock()
}

// Fine: all wait for the same.
type sema struct {
	mu     sync.Mutex
	cond   *sync.Cond
	free   int
	closed bool
}

func newSema() *sema {
	s := &sema{}
	s.cond = sync.NewCond(&s.mu)
	return s
}

func (s *sema) acquire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.free == 0 {
		s.cond.Wait()
	}
	s.free--
}

func (s *sema) acquireOrClosed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.free == 0 && !s.closed {
		s.cond.Wait()
	}
	s.free--
}

func (s *sema) release() {
	s.mu.Lock()
	s.free++
	s.mu.Unlock()
	s.cond.Signal()
}

func (s *sema) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cond.Broadcast()
}
