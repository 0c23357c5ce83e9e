package silent

import "sync"

// Shape 1: a circuit may be its own peer: the field is compared with the receiver itself.
type loopback struct {
	mu   sync.Mutex
	peer *loopback
	sent int
}

func (c *loopback) send(f func() bool) {
	if c.peer != nil && c.peer != c {
		c.peer.mu.Lock()
	}
	f()
	if c.peer != nil && c.peer != c {
		c.peer.mu.Unlock()
	}
}

func (c *loopback) own(f func() bool) {
	if c.peer != c {
		c.mu.Lock()
	}
	f()
	if c.peer != c {
		c.mu.Unlock()
	}
}
