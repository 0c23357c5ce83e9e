package cache

import "sync"

// An LRU calls what OnEvict has set with its lock held.
type LRU[K comparable, V any] struct {
	mu      sync.Mutex
	items   map[K]V
	onEvict func(K, V)
}

func NewLRU[K comparable, V any]() *LRU[K, V] { return &LRU[K, V]{items: make(map[K]V)} }

func (c *LRU[K, V]) OnEvict(f func(K, V)) { c.onEvict = f }

func (c *LRU[K, V]) Add(k K, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[k] = v
	if len(c.items) > 10 {
		c.onEvict(k, v)
	}
}

func (c *LRU[K, V]) Size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.items)
}
