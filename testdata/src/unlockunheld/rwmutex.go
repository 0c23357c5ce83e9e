package unlockunheld

import "sync"

type cfg struct {
	mu sync.RWMutex
	m  map[string]string
}

// mode
func (c *cfg) Get(k string) string {
	c.mu.RLock()
	defer c.mu.Unlock() // want `c\.mu is unlocked by this deferred call, but held for reading since rwmutex\.go:\d+: use RUnlock`
	return c.m[k]
}

func (c *cfg) Set(k, v string) {
	c.mu.Lock()
	c.m[k] = v
	c.mu.RUnlock() // want `c\.mu is read-unlocked, but held for writing since rwmutex\.go:\d+: use Unlock`
}

// mode, on one path.
func (c *cfg) Keys(n int) (keys []string) {
	c.mu.RLock()
	for k := range c.m {
		keys = append(keys, k)
		if len(keys) == n {
			c.mu.Unlock() // want `c\.mu is unlocked, but held for reading since rwmutex\.go:\d+: use RUnlock`
			return keys
		}
	}
	c.mu.RUnlock()
	return keys
}

// Fine.
func (c *cfg) Put(k, v string) {
	c.mu.RLock()
	_, ok := c.m[k]
	c.mu.RUnlock()
	if !ok {
		c.mu.Lock()
		c.m[k] = v
		c.mu.Unlock()
	}
}

// Silent shape 1: the mode depends on a condition.
func (c *cfg) do(write bool, f func()) {
	if write {
		c.mu.Lock()
	} else {
		c.mu.RLock()
	}
	f()
	if write {
		c.mu.Unlock()
	} else {
		c.mu.RUnlock()
	}
}

// twice, in read mode.
func (c *cfg) Len() int {
	c.mu.RLock()
	n := len(c.m)
	c.mu.RUnlock()
	if n == 0 {
		c.mu.RUnlock() // want `c\.mu is unlocked, but was unlocked before, at rwmutex\.go:\d+`
	}
	return n
}

// Silent shape 10: the read half by another name.
func (c *cfg) has(k string) bool {
	l := c.mu.RLocker()
	l.Lock()
	_, ok := c.m[k]
	c.mu.RUnlock()
	return ok
}

func (c *cfg) hasBad(k string) bool {
	l := c.mu.RLocker()
	l.Lock()
	_, ok := c.m[k]
	c.mu.Unlock() // want `c\.mu is unlocked, but held for reading since rwmutex\.go:\d+: use RUnlock`
	return ok
}
