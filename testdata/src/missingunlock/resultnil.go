package missingunlock

import "sync"

// A deferred closure unlocks what the named result points to, but the return sets
// the result first: the closure follows a nil pointer.
type cabin struct {
	mu     sync.Mutex
	guests int
	locked bool
}

type resort struct{ cabins map[string]*cabin }

func (r *resort) book(name string, guests int) (c *cabin, err error) {
	c = r.cabins[name]
	c.mu.Lock()
	defer func() {
		c.mu.Unlock()
	}()
	if c.locked {
		return nil, errClosed // want `return with c\.mu still locked`
	}
	c.guests = guests
	return c, nil
}

// Fine: the closure unlocks through a variable of its own.
func (r *resort) leave(name string) (c *cabin, err error) {
	c = r.cabins[name]
	mu := &c.mu
	mu.Lock()
	defer func() { mu.Unlock() }()
	if c.locked {
		return nil, errClosed
	}
	c.guests = 0
	return c, nil
}

// Fine: the receiver of the deferred call is taken at the defer.
func (r *resort) lock(name string) (c *cabin, err error) {
	c = r.cabins[name]
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.guests > 0 {
		return nil, errClosed
	}
	c.locked = true
	return c, nil
}
