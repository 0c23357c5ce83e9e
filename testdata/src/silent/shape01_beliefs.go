package silent

import "sync"

// Shape 1: the condition is spelt out again at the unlock, after calls that might
// have changed what it looks at. The code believes that they do not.

type circuit struct {
	mu      sync.Mutex
	peer    *circuit
	pending [][]byte
	credit  int
	closed  bool
}

type cellSink interface {
	Accept(cell []byte) (int, error)
	Done() bool
}

func (c *circuit) relay(self *circuit, in <-chan []byte, out cellSink, logf func(string, ...any)) error {
	for cell := range in {
		c.mu.Lock()
		if c.closed {
			c.mu.Unlock()
			return errGone
		}
		if c.peer != nil && c.peer != self {
			c.peer.mu.Lock()
		}
		switch {
		case len(cell) == 0:
			logf("empty cell, %d pending", len(c.pending))
		case c.credit <= 0:
			c.pending = append(c.pending, cell)
		default:
			n, err := out.Accept(cell)
			if err != nil {
				logf("accept: %v", err)
				c.credit = 0
			} else if n < len(cell) {
				c.pending = append(c.pending, cell[n:])
			}
		}
		if c.peer != nil && c.peer != self {
			c.peer.credit++
			c.peer.mu.Unlock()
		}
		c.mu.Unlock()
		if out.Done() {
			break
		}
	}
	return nil
}

// The other way round: nothing to unlock if there is no peer.
func (c *circuit) splice(self *circuit, out cellSink) (n int) {
	for _, cell := range c.pending {
		if c.peer != nil && c.peer != self {
			c.peer.mu.Lock()
			c.peer.pending = append(c.peer.pending, cell)
		}
		if _, err := out.Accept(cell); err != nil {
			n--
		}
		if c.peer == nil || c.peer == self {
			continue
		}
		c.peer.mu.Unlock()
		n++
	}
	return n
}
