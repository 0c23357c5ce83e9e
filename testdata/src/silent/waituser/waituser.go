package waituser

import "silent/waitlib"

var mu waitlib.RWMutex

type Conn struct {
	acked chan struct{}
	err   error
}

func (c *Conn) waitAck() { waitlib.Wait(&mu, c.acked) }

// Fine: a function of another package gives the lock back for a while, and that package knows who holds it.
func (c *Conn) Send() error {
	mu.Lock()
	defer mu.Unlock()
	c.waitAck()
	return c.err
}

func (c *Conn) Flush() {
	mu.Lock()
	waitlib.Wait(&mu, c.acked)
	mu.Unlock()
}
