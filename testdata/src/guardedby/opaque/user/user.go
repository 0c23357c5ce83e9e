// Package user declares guards that are locks of another package's own make.
package user

import "guardedby/opaque/sync"

type counters struct {
	mu sync.RWMutex
	// +checklocks:mu
	m map[string]int
}

func (c *counters) Get(k string) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.m[k]
}

func (c *counters) Add(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[k]++
}
