package missingunlock

import (
	"context"
	"sync"
)

type machine struct {
	mu    sync.Mutex
	state int
	input chan int
}

func (m *machine) step(event string) int {
	m.mu.Lock()
	switch event {
	case "start":
		m.state = 1
		m.mu.Unlock()
		return 1
	case "pause":
		return m.state // want `return with m\.mu still locked`
	case "stop":
		m.state = 0
	}
	m.mu.Unlock()
	return 0
}

// A type switch.
type sink struct {
	mu    sync.Mutex
	bytes int
}

func (s *sink) write(v any) {
	s.mu.Lock()
	switch v := v.(type) {
	case string:
		s.bytes += len(v)
	case []byte:
		s.bytes += len(v)
	case error:
		return // want `return with s\.mu still locked`
	default:
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
}

// A select.
type consumer struct {
	mu   sync.Mutex
	last int
	in   chan int
}

func (c *consumer) next(ctx context.Context) (int, error) {
	c.mu.Lock()
	select {
	case n := <-c.in:
		c.last = n
		c.mu.Unlock()
		return n, nil
	case <-ctx.Done():
		return 0, ctx.Err() // want `return with c\.mu still locked`
	}
}

// Silent shape 9: select with default, every clause unlocks.
func (c *consumer) poll() (n int, ok bool) {
	c.mu.Lock()
	select {
	case n = <-c.in:
		c.last = n
		c.mu.Unlock()
		return n, true
	default:
		c.mu.Unlock()
		return 0, false
	}
}

// Fallthrough.
type valve struct {
	mu   sync.Mutex
	flow int
}

func (v *valve) turn(by int) {
	v.mu.Lock()
	switch {
	case by > 10:
		by = 10
		fallthrough
	case by > 0:
		v.flow += by
		v.mu.Unlock()
	case by < 0:
		v.flow = 0
	default:
		v.mu.Unlock()
	}
} // want `end of function with v\.mu still locked`

// Silent shape 1: the same switch value decides twice.
type dial struct {
	mu sync.Mutex
	n  int
}

func (d *dial) set(mode int) {
	switch mode {
	case 0, 1:
		d.mu.Lock()
	}
	d.n = mode
	switch mode {
	case 0, 1:
		d.mu.Unlock()
	}
}
