package lockorder

import (
	"sync"
	"sync/atomic"
)

// Silent: what is done on first use is done by the time the other half comes along,
// because that asked for it itself (crypto/tls does so with its handshake).
type session struct {
	setup sync.Mutex
	ready atomic.Bool
	in    sync.Mutex
	n     int
	err   error
}

func (s *session) Ensure() error {
	s.setup.Lock()
	defer s.setup.Unlock()
	if s.err != nil {
		return s.err
	}
	if s.ready.Load() {
		return nil
	}
	s.in.Lock()
	defer s.in.Unlock()
	s.err = s.negotiate()
	return s.err
}

func (s *session) negotiate() error {
	s.n++
	s.ready.Store(true)
	return nil
}

func (s *session) Read() (int, error) {
	if err := s.Ensure(); err != nil {
		return 0, err
	}
	s.in.Lock()
	defer s.in.Unlock()
	if s.n > 3 {
		return 0, s.again()
	}
	return s.n, nil
}

func (s *session) again() error {
	s.setup.Lock()
	defer s.setup.Unlock()
	s.ready.Store(false)
	s.err = s.negotiate()
	return s.err
}

// A flag that says that all is over is no such thing.
type tunnel struct {
	setup  sync.Mutex
	closed bool
	in     sync.Mutex
	n      int
}

func (t *tunnel) Check() {
	t.setup.Lock()
	defer t.setup.Unlock()
	if t.closed {
		return
	}
	t.in.Lock() // want `tunnel\.Check locks tunnel\.setup, then tunnel\.in, and tunnel\.Read \(latch\.go:\d+\) in the opposite order: can deadlock`
	t.n++
	t.in.Unlock()
}

func (t *tunnel) Read() {
	t.Check()
	t.in.Lock()
	defer t.in.Unlock()
	t.setup.Lock()
	t.n--
	t.setup.Unlock()
}

func (t *tunnel) Close() {
	t.setup.Lock()
	t.closed = true
	t.setup.Unlock()
}

// Nor is it the same if the other half has not been through it.
type channelled struct {
	setup sync.Mutex
	ready bool
	in    sync.Mutex
	n     int
}

func (c *channelled) Ensure() {
	c.setup.Lock()
	defer c.setup.Unlock()
	if !c.ready {
		c.in.Lock() // want `channelled\.Ensure locks channelled\.setup, then channelled\.in, and channelled\.Read in the opposite order: can deadlock`
		c.n++
		c.ready = true
		c.in.Unlock()
	}
}

func (c *channelled) Read() {
	c.in.Lock()
	defer c.in.Unlock()
	c.setup.Lock()
	c.n--
	c.setup.Unlock()
}

// From further up the calls.
func (s *session) ReadAll() (sum int) {
	for {
		n, err := s.Read()
		if err != nil {
			return sum
		}
		sum += n
	}
}
