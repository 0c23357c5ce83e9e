// Package runsgiven has its functions run by another package, which does so at once.
package runsgiven

import (
	"sync"

	"doublelock/runsgiven/retry"
)

type client struct {
	mu    sync.RWMutex
	token string
	seen  map[string]int
}

func (c *client) refresh() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = "new"
	return nil
}

func (c *client) get(k string) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.seen[k]
}

func (c *client) call() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return retry.Do(3, c.refresh) // want `c\.mu is locked again`
}

func (c *client) callUnlocked() error {
	c.mu.Lock()
	c.token = ""
	c.mu.Unlock()
	return retry.Do(3, c.refresh)
}

func (c *client) sum() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return retry.Keys(c.seen, func(k string) int { return c.get(k) }) // want `c\.mu is read-locked again`
}

func (c *client) later() {
	c.mu.Lock()
	defer c.mu.Unlock()
	retry.Later(func() { _ = c.refresh() })
}
