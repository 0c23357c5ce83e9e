package lockorder

import "sync"

// One lock under two names: the struct that embeds it, and the struct itself.
type common struct {
	mu     sync.Mutex
	parent *common
	name   string
}

type test struct {
	common
	n int
}

func (c *common) flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parent.mu.Lock()
	c.parent.mu.Unlock()
}

func (t *test) Run(c *common) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.name = t.destination(c)
}

func (t *test) destination(c *common) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.name
}

func (c *common) Report(t *test) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t.mu.Lock()
	t.mu.Unlock()
	t.flush()
}
