package silent

import "sync"

// on the peer twice, the three-way switch with the nested if between, the unknown call out.Done under the lock, the break.
type relayed struct {
	mu      sync.Mutex
	peer    *relayed
	pending [][]byte
	credit  int
	closed  bool
}

type frameSink interface {
	Accept(cell []byte) (int, error)
	Done() bool
}

func (c *relayed) relay(self *relayed, in <-chan []byte, out frameSink, logf func(string, ...any)) error {
	for cell := range in {
		c.mu.Lock()

		if c.peer != nil && c.peer != self {
			c.peer.mu.Lock()
		}
		switch {
		case len(cell) == 0:

		case c.credit <= 0:

		default:
			n, err := out.Accept(cell)
			if err != nil {

				c.credit = 0
			} else if n < len(cell) {

			}
		}
		if c.peer != nil && c.peer != self {

			c.peer.mu.Unlock()
		}
		last := out.Done()
		c.mu.Unlock()
		if last {
			break
		}
	}
	return nil
}
