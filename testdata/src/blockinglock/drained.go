package blockinglock

import (
	"net"
	"sync"
)

// The goroutine that drains the queue is its only receiver, so that a receive after len > 0 does not wait.
type drained struct {
	mu     sync.Mutex
	conn   net.Conn
	writes chan []byte
	closed bool
}

func (c *drained) drain() {
	for len(c.writes) > 0 {
		println(len(<-c.writes))
	}
}

func newDrained(nc net.Conn, n int) *drained {
	c := &drained{conn: nc, writes: make(chan []byte, n)}
	go func() {
		for b := range c.writes {
			if _, err := nc.Write(b); err != nil {
				break
			}
		}
		c.mu.Lock()
		c.drain()
		c.closed = true
		c.mu.Unlock()
	}()
	return c
}

func (c *drained) write(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed && len(c.writes) < cap(c.writes) {
		c.writes <- b
	}
}

func (c *drained) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	close(c.writes)
}

// Here two goroutines receive: what one sees of the length, the other may have taken.
type halved struct {
	mu     sync.Mutex
	writes chan []byte
	closed bool
}

func newHalved(n int) *halved {
	c := &halved{writes: make(chan []byte, n)}
	for range 2 {
		go func() {
			for b := range c.writes {
				if len(b) == 0 {
					break
				}
			}
			c.mu.Lock()
			for len(c.writes) > 0 {
				println(len(<-c.writes)) // want `receive from c\.writes with c\.mu held`
			}
			c.closed = true
			c.mu.Unlock()
		}()
	}
	return c
}

func (c *halved) write(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.writes <- b
	}
}

// As many as there were when the loop began: all who receive have the lock, too.
type stocked struct {
	mu     sync.RWMutex
	items  chan *int
	closed bool
}

func newStocked(n int) *stocked { return &stocked{items: make(chan *int, n)} }

func (s *stocked) get() *int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	select {
	case x := <-s.items:
		return x
	default:
		return new(int)
	}
}

func (s *stocked) put(x *int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if !s.closed && len(s.items) < cap(s.items) {
		s.items <- x
	}
}

func (s *stocked) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for i := len(s.items); i > 0; i-- {
		println(*<-s.items)
	}
}

// Here another one takes items without the lock, and the loop may wait for what is put under it.
type raided struct {
	mu    sync.Mutex
	items chan *int
}

func newRaided(n int) *raided { return &raided{items: make(chan *int, n)} }

func (s *raided) raid() *int { return <-s.items }

func (s *raided) put(x *int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.items) < cap(s.items) {
		s.items <- x
	}
}

func (s *raided) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.items); i > 0; i-- {
		println(*<-s.items) // want `receive from s\.items with s\.mu held`
	}
}
