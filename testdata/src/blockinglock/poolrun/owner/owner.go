package owner

import (
	"sync"

	"blockinglock/poolrun/pool"
)

type Compactor struct {
	mu      sync.Mutex
	pool    *pool.Pool
	stopped bool
	done    []string
}

func New() *Compactor { return &Compactor{pool: pool.New(3)} }

func (c *Compactor) Compact(block string) bool {
	return c.pool.Do(func() { c.report(block) })
}

func (c *Compactor) report(block string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done = append(c.done, block)
}

func (c *Compactor) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	c.pool.Close() // want `wait of \(\*Pool\)\.Close with c\.mu held \(since owner\.go:\d+\): its goroutine \(owner\.go:\d+\) must lock c\.mu first \(owner\.go:\d+\): deadlock`
}

// The jobs of a Counter need another lock than the one that is held.
type Counter struct {
	mu, results sync.Mutex
	pool        *pool.Pool
	stopped     bool
	done        int
}

func NewCounter() *Counter { return &Counter{pool: pool.New(3)} }

func (c *Counter) Count(block string) bool {
	return c.pool.Do(func() {
		c.results.Lock()
		defer c.results.Unlock()
		c.done++
	})
}

func (c *Counter) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	c.pool.Close()
}
