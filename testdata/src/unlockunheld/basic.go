package unlockunheld

import (
	"errors"
	"sync"
)

var errClosed = errors.New("closed")

// twice: the deferred call runs after an explicit one.
type conn struct {
	mu     sync.Mutex
	closed bool
}

func (c *conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock() // want `c\.mu is unlocked by this deferred call, but was unlocked before, at basic\.go:\d+`
	if c.closed {
		c.mu.Unlock()
		return errClosed
	}
	c.closed = true
	return nil
}

// twice: one after the other.
func (c *conn) reset() {
	c.mu.Lock()
	c.closed = false
	c.mu.Unlock()
	c.mu.Unlock() // want `c\.mu is unlocked, but was unlocked before, at basic\.go:\d+`
}

// twice: on one path only.
func (c *conn) shut(force bool) {
	c.mu.Lock()
	if force {
		c.closed = true
		c.mu.Unlock()
	}
	c.mu.Unlock() // want `c\.mu is unlocked, but was unlocked before, at basic\.go:\d+`
}

// Fine: locked in between.
func (c *conn) cycle() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.mu.Lock()
	c.closed = false
	c.mu.Unlock()
}

// Fine: each path unlocks once.
func (c *conn) try(ok bool) bool {
	c.mu.Lock()
	if !ok {
		c.mu.Unlock()
		return false
	}
	c.closed = true
	c.mu.Unlock()
	return true
}

// twice: with several locks, the wrong one.
type bridge struct {
	left, right sync.Mutex
	cars        int
}

func (b *bridge) cross() {
	b.left.Lock()
	b.right.Lock()
	b.cars++
	b.left.Unlock()
	b.left.Unlock() // want `b\.left is unlocked, but was unlocked before, at basic\.go:\d+`
}

// twice: a package-level lock.
var (
	namesMu sync.Mutex
	names   []string
)

func add(name string) bool {
	namesMu.Lock()
	defer namesMu.Unlock() // want `namesMu is unlocked by this deferred call, but was unlocked before, at basic\.go:\d+`
	if name == "" {
		namesMu.Unlock()
		return false
	}
	names = append(names, name)
	return true
}
