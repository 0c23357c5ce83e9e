package missingunlock

import "sync"

// A new object that others have seen before it is locked: in a map, a field, a channel.
type crate struct {
	mu sync.Mutex
	n  int
}

var crates = map[int]*crate{}

func openCrate(id int, bad bool) bool {
	c := &crate{}
	crates[id] = c
	c.mu.Lock()
	if bad {
		return false // want `return with c\.mu still locked`
	}
	c.n++
	c.mu.Unlock()
	return true
}

type rack struct{ top *crate }

func (r *rack) push(bad bool) bool {
	c := &crate{}
	r.top = c
	c.mu.Lock()
	if bad {
		return false // want `return with c\.mu still locked`
	}
	c.n++
	c.mu.Unlock()
	return true
}

func ship(out chan<- *crate, bad bool) bool {
	c := &crate{}
	out <- c
	c.mu.Lock()
	if bad {
		return false // want `return with c\.mu still locked`
	}
	c.n++
	c.mu.Unlock()
	return true
}
