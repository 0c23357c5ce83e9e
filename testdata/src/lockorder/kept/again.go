package kept

import (
	"sync"

	"lockorder/kept/hub"
)

// A crowd registers in each turn of a loop, with its own lock held: what it has registered before may be called meanwhile.
type crowd struct {
	mu sync.Mutex
	h  *hub.Hub
	n  int
}

func (c *crowd) changed(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n = n
}

func (c *crowd) join(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range n {
		c.h.Register(c.changed) // want `\(\*crowd\)\.join locks crowd\.mu, then hub\.Hub\.mu, and hub\.\(\*Hub\)\.Set .*in the opposite order: can deadlock`
	}
}

// A guest does so once: nobody calls what is being registered.
type guest struct {
	mu sync.Mutex
	h  *hub.Hub
	n  int
}

func (g *guest) changed(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n = n
}

func (g *guest) join() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.h.Register(g.changed)
}
