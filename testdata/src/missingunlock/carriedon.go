package missingunlock

import "sync"

// What a turn of a loop puts into a list is locked when the list gets it, or it is not.

type chore struct {
	mu   sync.Mutex
	done bool
	late bool
}

type chores struct{ all []*chore }

// The list gets those that have been unlocked.
func (c *chores) open() (open []*chore) {
	for _, t := range c.all {
		t.mu.Lock() // want `t\.mu is still locked when the next iteration begins; other paths unlock it`
		if t.done {
			continue
		}
		late := t.late
		t.mu.Unlock()
		if late {
			open = append(open, t)
		}
	}
	return open
}

// So does a channel.
func (c *chores) send(to chan<- *chore) {
	for _, t := range c.all {
		t.mu.Lock() // want `t\.mu is still locked when the next iteration begins; other paths unlock it`
		if t.done {
			continue
		}
		t.mu.Unlock()
		to <- t
	}
}

// The list gets those that are locked.
func (c *chores) lockOpen() (locked []*chore) {
	for _, t := range c.all {
		t.mu.Lock()
		if t.done {
			t.mu.Unlock()
			continue
		}
		locked = append(locked, t)
	}
	return locked
}

// It gets some of them before they are unlocked, and all of them before they are locked.
func (c *chores) either() (locked, seen []*chore) {
	for _, t := range c.all {
		t.mu.Lock()
		if t.done {
			t.mu.Unlock()
			continue
		}
		if t.late {
			locked = append(locked, t)
			continue
		}
		t.mu.Unlock()
	}
	for _, t := range c.all {
		seen = append(seen, t)
		t.mu.Lock()
		if t.done {
			t.mu.Unlock()
		}
	}
	return locked, seen
}
