// Package baton: Signals that end at the goroutine which they wake.
package baton

import (
	"errors"
	"sync"
)

// A goroutine that finds the end leaves, and what it has been woken for is there for others, who sleep.
type Turns struct {
	mu     sync.Mutex
	free   *sync.Cond
	busy   bool
	closed bool
}

func NewTurns() *Turns {
	t := &Turns{}
	t.free = sync.NewCond(&t.mu)
	return t
}

func (t *Turns) begin() bool {
	for t.busy {
		t.free.Wait()
	}
	if t.closed {
		return false
	}
	t.busy = true
	return true
}

func (t *Turns) Do(f func()) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.begin() {
		return false
	}
	t.mu.Unlock()
	f()
	t.mu.Lock()
	t.busy = false
	t.free.Signal() // want `Signal wakes one goroutine at baton\.go:\d+, which may leave at baton\.go:\d+ and wake none of the others: use Broadcast`
	return true
}

func (t *Turns) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.begin() {
		t.closed = true
		t.busy = false
		t.free.Broadcast()
	}
}

// In one function.
var errClosed = errors.New("closed")

type Slots struct {
	mu     sync.Mutex
	cond   *sync.Cond
	used   int
	max    int
	closed bool
}

func NewSlots(max int) *Slots {
	s := &Slots{max: max}
	s.cond = sync.NewCond(&s.mu)
	return s
}

func (s *Slots) Acquire() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.used >= s.max {
		s.cond.Wait()
	}
	if s.closed {
		return errClosed
	}
	s.used++
	return nil
}

func (s *Slots) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used--
	s.cond.Signal() // want `Signal wakes one goroutine at baton\.go:\d+, which may leave at baton\.go:\d+ and wake none of the others: use Broadcast`
}

func (s *Slots) ReleaseRight() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used--
	s.cond.Broadcast()
}

func (s *Slots) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.cond.Broadcast()
}

// Fine: who leaves wakes the next.
type Passing struct {
	mu     sync.Mutex
	cond   *sync.Cond
	busy   bool
	closed bool
}

func NewPassing() *Passing {
	p := &Passing{}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *Passing) Acquire() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.busy {
		p.cond.Wait()
	}
	if p.closed {
		p.cond.Signal()
		return false
	}
	p.busy = true
	return true
}

func (p *Passing) Release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy = false
	p.cond.Signal()
}

func (p *Passing) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.cond.Broadcast()
}

// Fine: the caller does.
type Caller struct {
	mu     sync.Mutex
	cond   *sync.Cond
	busy   bool
	closed bool
}

func NewCaller() *Caller {
	c := &Caller{}
	c.cond = sync.NewCond(&c.mu)
	return c
}

func (c *Caller) begin() bool {
	for c.busy {
		c.cond.Wait()
	}
	if c.closed {
		return false
	}
	c.busy = true
	return true
}

func (c *Caller) Acquire() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.begin() {
		c.cond.Signal()
		return false
	}
	return true
}

func (c *Caller) Release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = false
	c.cond.Signal()
}

func (c *Caller) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.cond.Broadcast()
}

// Fine: nobody waits once it is closed, as the loop tests that and all are woken.
type Tested struct {
	mu     sync.Mutex
	cond   *sync.Cond
	items  []int
	closed bool
}

func NewTested() *Tested {
	t := &Tested{}
	t.cond = sync.NewCond(&t.mu)
	return t
}

func (t *Tested) Get() (int, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.items) == 0 && !t.closed {
		t.cond.Wait()
	}
	if t.closed {
		return 0, false
	}
	x := t.items[0]
	t.items = t.items[1:]
	return x, true
}

func (t *Tested) Put(x int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.items = append(t.items, x)
	t.cond.Signal()
}

func (t *Tested) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	t.cond.Broadcast()
}

// Fine: nothing is taken by anybody, so the one that leaves has lost nothing that others need, and each is woken by Broadcast.
type Gate struct {
	mu     sync.Mutex
	cond   *sync.Cond
	shut   bool
	closed bool
}

func NewGate() *Gate {
	g := &Gate{}
	g.cond = sync.NewCond(&g.mu)
	return g
}

func (g *Gate) Pass() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.shut {
		g.cond.Wait()
	}
	if g.closed {
		return false
	}
	return true
}

func (g *Gate) Open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = false
	g.cond.Broadcast()
}

func (g *Gate) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}
