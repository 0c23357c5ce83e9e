package unlockunheld

import "sync"

// A type with Lock and Unlock methods of its own.
type counted struct {
	mu sync.Mutex
	n  int
}

func (c *counted) Lock() {
	c.mu.Lock()
	c.n++
}

func (c *counted) Unlock() { c.mu.Unlock() }

type crane struct {
	lock counted
	load int
}

func (c *crane) lift(n int) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.load += n
}

func (c *crane) lower(n int) {
	c.lock.Lock()
	c.load -= n
	c.lock.Unlock()
	if c.load == 0 {
		c.lock.Unlock() // want `unlocked at locker\.go:\d+ by \(\*counted\)\.Unlock, but it is not held any more`
	}
}

func guardedWell[L sync.Locker](l L, f func() bool) {
	l.Lock()
	if f() {
		l.Unlock()
		return
	}
	l.Unlock()
}
