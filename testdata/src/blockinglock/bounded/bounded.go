// Package bounded has buffers that are never full, as a flag bounds what is sent.
package bounded

import (
	"sync"
	"sync/atomic"
)

// Fine: the flag is reset for who receives.
type Consumer struct {
	mu        sync.Mutex
	resetting atomic.Uint32
	reset     chan bool
	serial    int
}

func NewConsumer() *Consumer {
	c := &Consumer{reset: make(chan bool, 1)}
	go c.run()
	return c
}

func (c *Consumer) run() {
	for range c.reset {
		c.mu.Lock()
		c.again()
		c.mu.Unlock()
	}
}

func (c *Consumer) again() {
	c.serial++
	c.resetting.Store(0)
}

func (c *Consumer) Failed(serial int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if serial == c.serial && c.resetting.Load() == 0 {
		c.resetting.Store(1)
		c.reset <- true
	}
}

// Fine: one of the two sends, once.
type Feed struct {
	mu     sync.Mutex
	closed atomic.Uint32
	left   chan int
	n      int
}

func NewFeed() *Feed {
	f := &Feed{left: make(chan int, 1)}
	go f.run()
	return f
}

func (f *Feed) run() {
	for n := range f.left {
		f.mu.Lock()
		f.n = n
		f.mu.Unlock()
	}
}

func (f *Feed) Stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed.CompareAndSwap(0, 1) {
		f.left <- f.n
	}
}

func (f *Feed) Drain() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed.CompareAndSwap(0, 1) {
		return
	}
	f.left <- 0
}

// The flag is not what bounds it: it is reset as soon as the message is sent.
type Bell struct {
	mu    sync.Mutex
	busy  atomic.Uint32
	rings chan bool
	n     int
}

func NewBell() *Bell {
	b := &Bell{rings: make(chan bool, 1)}
	go b.run()
	return b
}

func (b *Bell) run() {
	for range b.rings {
		b.mu.Lock()
		b.n++
		b.mu.Unlock()
	}
}

func (b *Bell) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.busy.Load() == 0 {
		b.busy.Store(1)
		b.rings <- true // want `send to b\.rings with b\.mu held`
		b.busy.Store(0)
	}
}
