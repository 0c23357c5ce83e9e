package missingunlock

import "sync"

type cleaner struct {
	mu    sync.Mutex
	dirty int
}

// Silent shape 9.
func (c *cleaner) clean() bool {
	if !c.mu.TryLock() {
		return false
	}
	defer c.mu.Unlock()
	c.dirty = 0
	return true
}

// Silent shape 9: try first, then wait.
func (c *cleaner) mustClean(contended func()) {
	if !c.mu.TryLock() {
		contended()
		c.mu.Lock()
	}
	c.dirty = 0
	c.mu.Unlock()
}

// Silent shape 9: in a loop.
func (c *cleaner) spin(pause func()) {
	for !c.mu.TryLock() {
		pause()
	}
	c.dirty = 0
	c.mu.Unlock()
}

// Silent shape 9: the result is kept.
func (c *cleaner) maybe() {
	ok := c.mu.TryLock()
	c.dirty--
	if ok {
		c.mu.Unlock()
	}
}

// Got it and kept it.
type compactor struct {
	mu   sync.RWMutex
	size int
}

func (c *compactor) compact(min int) bool {
	if c.mu.TryLock() {
		if c.size < min {
			return false // want `return with c\.mu still locked`
		}
		c.size = 0
		c.mu.Unlock()
		return true
	}
	return false
}

func (c *compactor) read() (int, bool) {
	if !c.mu.TryRLock() {
		return 0, false
	}
	if c.size == 0 {
		return 0, true // want `return with c\.mu still read-locked`
	}
	n := c.size
	c.mu.RUnlock()
	return n, true
}

// Silent shape 3: a wrapper that says whether the lock was taken.
type elect struct {
	mu     sync.Mutex
	leader string
}

func (e *elect) try() bool { return e.mu.TryLock() }

func (e *elect) run(name string) {
	if !e.try() {
		return
	}
	e.leader = name
	e.mu.Unlock()
}

type vote struct {
	mu sync.Mutex
	n  int
}

func (v *vote) try() bool { return v.mu.TryLock() }

func (v *vote) cast(valid bool) {
	if !v.try() {
		return
	}
	if !valid {
		return // want `return with .*mu still locked`
	}
	v.n++
	v.mu.Unlock()
}

// The second try fails, and the first lock stays.
type tug struct{ mu sync.Mutex }

func (t *tug) with(o *tug, pull func()) bool {
	if t.mu.TryLock() && o.mu.TryLock() {
		pull()
		o.mu.Unlock()
		t.mu.Unlock()
		return true
	}
	return false // want `return with t\.mu still locked`
}

// A TryLock of two parts leaves the first locked if it gets both. So does what wraps it.
type airlock struct {
	outer sync.Mutex
	busy  bool
}

func (a *airlock) tryLock() bool {
	if !a.outer.TryLock() {
		return false
	}
	if a.busy {
		a.outer.Unlock()
		return false
	}
	return true
}

func (a *airlock) Unlock() { a.outer.Unlock() }

type hatch struct{ lock airlock }

func (h *hatch) TryLock() bool {
	locked := h.lock.tryLock()
	if !locked {
		println("busy")
	}
	return locked
}

// This one forgets what it tells.
func (a *airlock) empty() bool {
	if !a.outer.TryLock() {
		return true
	}
	if a.busy {
		return false // want `return with a\.outer still locked`
	}
	a.outer.Unlock()
	return true
}

func (h *hatch) check() { println(h.lock.empty()) }
