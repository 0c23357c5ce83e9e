// Package cache keeps the values that were used last.
package cache

import (
	"container/list"
	"errors"
	"sync"
)

// ErrNotFound is returned for a key that the cache does not hold.
var ErrNotFound = errors.New("cache: not found")

// A Cache holds a limited number of values. It is safe for concurrent use.
type Cache struct {
	mu      sync.Mutex
	limit   int
	entries map[string]*list.Element
	recent  *list.List // of entry, the last used first
}

type entry struct {
	key   string
	value []byte
}

// New returns an empty cache for up to limit values.
func New(limit int) *Cache {
	return &Cache{limit: limit, entries: map[string]*list.Element{}, recent: list.New()}
}

// Get returns the value of key.
func (c *Cache) Get(key string) ([]byte, error) {
	c.mu.Lock()
	el, ok := c.entries[key]
	if !ok {
		return nil, ErrNotFound
	}
	c.recent.MoveToFront(el)
	c.mu.Unlock()
	return el.Value.(entry).value, nil
}

// Put stores a value, in place of the one used longest ago if the cache is full.
func (c *Cache) Put(key string, value []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.entries[key]; ok {
		el.Value = entry{key, value}
		c.recent.MoveToFront(el)
		return
	}
	if c.recent.Len() >= c.limit {
		c.evict()
	}
	c.entries[key] = c.recent.PushFront(entry{key, value})
}

// evict makes room for one value.
func (c *Cache) evict() {
	if oldest := c.recent.Back(); oldest != nil {
		c.Remove(oldest.Value.(entry).key)
	}
}

// Remove forgets key.
func (c *Cache) Remove(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.entries[key]; ok {
		c.recent.Remove(el)
		delete(c.entries, key)
	}
}
