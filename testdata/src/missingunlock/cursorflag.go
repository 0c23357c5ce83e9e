package missingunlock

import "sync"

type flagTable struct {
	mu   sync.RWMutex
	rows []int
}

func (t *flagTable) insert(r int) {
	t.mu.Lock()
	t.rows = append(t.rows, r)
	t.mu.Unlock()
}

// A flagCursor remembers whether it holds the lock of its table.
type flagCursor struct {
	t      *flagTable
	i      int
	locked bool
	done   bool
}

// Fine: who stops early calls Close.
func (c *flagCursor) Next() bool {
	if c.done {
		return false
	}
	if !c.locked {
		c.t.mu.RLock()
		c.locked = true
	}
	if c.i >= len(c.t.rows) {
		c.Close()
		return false
	}
	c.i++
	return true
}

func (c *flagCursor) Close() {
	c.done = true
	if c.locked {
		c.locked = false
		c.t.mu.RUnlock()
	}
}

// A carelessCursor notes only that it has begun.
type carelessCursor struct {
	t      *flagTable
	i      int
	begun  bool
	closed bool
}

func (c *carelessCursor) Next() bool {
	c.t.mu.RLock()
	c.begun = true
	if c.i >= len(c.t.rows) {
		c.t.mu.RUnlock()
		return false
	}
	c.i++
	return true // want `return with c\.t\.mu still read-locked`
}

func (c *carelessCursor) Close() {
	c.closed = true
	c.begun = false
}
