package missingunlock

import (
	"errors"
	"sync"
)

var errClosed = errors.New("closed")

// A client forgets the lock on the early return.
type client struct {
	mu     sync.Mutex
	closed bool
	token  string
}

func (c *client) Token() (string, error) {
	c.mu.Lock()
	if c.closed {
		return "", errClosed // want `return with c\.mu still locked since basic\.go:18; other paths unlock it`
	}
	t := c.token
	c.mu.Unlock()
	return t, nil
}

// Every return is looked at, the fall off the end too.
type counters struct {
	mu sync.Mutex
	m  map[string]int
}

func (c *counters) Add(name string, n int) {
	c.mu.Lock()
	if n == 0 {
		c.mu.Unlock()
		return
	}
	if n < 0 {
		delete(c.m, name)
		return // want `return with c\.mu still locked since basic\.go:34`
	}
	c.m[name] += n
} // want `end of function with c\.mu still locked since basic\.go:34`

// A package-level lock.
var registry struct {
	mu    sync.Mutex
	names map[string]func()
}

func register(name string, f func()) error {
	registry.mu.Lock()
	if _, dup := registry.names[name]; dup {
		return errors.New("registered twice: " + name) // want `return with registry\.mu still locked`
	}
	registry.names[name] = f
	registry.mu.Unlock()
	return nil
}

// Deeper than one field.
type server struct {
	stats struct {
		latency struct {
			mu  sync.Mutex
			sum int64
			n   int64
		}
	}
}

func (s *server) meanLatency() int64 {
	l := &s.stats.latency
	s.stats.latency.mu.Lock()
	if l.n == 0 {
		return 0 // want `return with s\.stats\.latency\.mu still locked`
	}
	mean := l.sum / l.n
	s.stats.latency.mu.Unlock()
	return mean
}

// A local lock that a goroutine wants too.
func gather(jobs []func() error) error {
	var mu sync.Mutex
	var first error
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := job(); err != nil {
				mu.Lock()
				if first != nil {
					return // want `return with mu still locked`
				}
				first = err
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	return first
}

// Fine: every path unlocks.
type account struct {
	mu      sync.Mutex
	balance int
}

func (a *account) Withdraw(n int) bool {
	a.mu.Lock()
	if a.balance < n {
		a.mu.Unlock()
		return false
	}
	a.balance -= n
	a.mu.Unlock()
	return true
}

// Two locks, one of them forgotten.
type ledger struct {
	in, out sync.Mutex
	n       int
}

func (l *ledger) settle() int {
	l.in.Lock()
	l.out.Lock()
	if l.n == 0 {
		l.out.Unlock()
		return 0 // want `return with l\.in still locked`
	}
	n := l.n
	l.out.Unlock()
	l.in.Unlock()
	return n
}
