// Package core holds what guardedby infers.
package core

import "sync"

type Cache struct {
	mu    sync.Mutex
	items map[string]string
	list  []string
	hits  int
	max   int // never written after the constructor
}

func New(max int) *Cache {
	c := &Cache{max: max}
	c.items = make(map[string]string)
	return c
}

func (c *Cache) Put(k, v string) {
	c.mu.Lock()
	c.items[k] = v
	c.hits++
	c.mu.Unlock()
	if len(c.items) > c.max { // want `c.items is read without c.mu, which \(\*Cache\).Drop holds when it writes it at core.go:38: a data race; \d of \d accesses hold it`
		println("full")
	}
}

func (c *Cache) Get(k string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.items[k]
}

func (c *Cache) Drop(k string) {
	c.mu.Lock()
	delete(c.items, k)
	c.mu.Unlock()
}

func (c *Cache) Reset() {
	c.mu.Lock()
	c.hits = 0
	c.list = nil
	c.mu.Unlock()
}

func (c *Cache) Add(s string) {
	c.mu.Lock()
	n := len(c.items)
	c.list = append(c.list, s)
	c.mu.Unlock()
	println(n, c.hits)          // want `c.hits is read without c.mu, which \(\*Cache\).Put holds when it writes it at core.go:23`
	c.list = append(c.list, "") // want `c.list is written without c.mu`
}

func (c *Cache) Hits() int {
	return c.hits // want `c.hits is read without c.mu, which \(\*Cache\).Put holds when it writes it`
}

// All returns the list itself, whose elements others write.
func (c *Cache) Swap2(i int, s string) {
	c.mu.Lock()
	c.list[i] = s
	c.mu.Unlock()
}

func (c *Cache) First() string {
	c.mu.Lock()
	l := c.list
	c.mu.Unlock()
	return l[0] // want `c.list is read after c.mu has been released`
}

var (
	tableMu sync.RWMutex
	table   = make(map[string]int)
)

func Set(k string, v int) {
	tableMu.Lock()
	table[k] = v
	tableMu.Unlock()
}

func Set2(k string, v int) {
	tableMu.Lock()
	defer tableMu.Unlock()
	table[k] = v
}

func Bump(k string) {
	tableMu.RLock()
	table[k]++ // want `table is written while tableMu is locked for reading only since core.go:94: others may read it at the same time`
	tableMu.RUnlock()
}

// One part of a struct is written.
type Nested struct {
	mu   sync.Mutex
	opts struct{ name, url string }
}

func (n *Nested) SetURL(s string) {
	n.mu.Lock()
	n.opts.url = s
	n.mu.Unlock()
}

func (n *Nested) URL() string {
	return n.opts.url // want `n.opts is read without n.mu, which \(\*Nested\).SetURL holds when it writes it`
}

// A goroutine does not have the lock of the function that started it.
func (c *Cache) Later(k string) {
	c.mu.Lock()
	c.items[k] = ""
	c.mu.Unlock()
	go func() {
		delete(c.items, k) // want `c.items is written without c.mu`
		c.mu.Lock()
		c.items[k] = "" // with the lock
		c.mu.Unlock()
	}()
}
