package doublelock

import "sync"

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) twice() {
	c.mu.Lock()
	c.n++
	c.mu.Lock() // want `c\.mu is locked again, which deadlocks: it is held since basic\.go:11`
	c.n++
	c.mu.Unlock()
}

// Again under a deferred unlock.
func (c *counter) reset() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.n
	if n > 0 {
		c.mu.Lock() // want `c\.mu is locked again`
		c.n = 0
		c.mu.Unlock()
	}
	return n
}

// Fine: unlocked in between.
func (c *counter) drain() int {
	c.mu.Lock()
	n := c.n
	c.mu.Unlock()
	c.mu.Lock()
	c.n -= n
	c.mu.Unlock()
	return n
}

// defer mu.Lock() written for Unlock.
type meter struct {
	mu sync.RWMutex
	v  float64
}

func (m *meter) add(v float64) {
	m.mu.Lock()
	defer m.mu.Lock() // want `deferred Lock of m\.mu runs when the function returns, with m\.mu held since basic\.go:\d+: a deadlock \(Unlock meant\?\)`
	m.v += v
}

func (m *meter) get() float64 {
	m.mu.RLock()
	defer m.mu.RLock() // want `deferred RLock of m\.mu`
	return m.v
}

// A package-level lock.
var (
	stateMu sync.Mutex
	state   = map[string]int{}
)

func setState(k string, v int) {
	stateMu.Lock()
	defer stateMu.Unlock()
	if _, ok := state[k]; !ok {
		stateMu.Lock() // want `stateMu is locked again`
		state[k] = 0
		stateMu.Unlock()
	}
	state[k] = v
}

// One branch only.
type door struct {
	mu   sync.Mutex
	open bool
}

func (d *door) slam(hard bool) {
	d.mu.Lock()
	if !hard {
		d.mu.Unlock()
	}
	d.mu.Lock() // want `d\.mu is locked again`
	d.open = false
	d.mu.Unlock()
}

// Silent shape 1: the lock is taken again under the condition that it was given back.
func (d *door) swing(slow bool, wait func()) {
	d.mu.Lock()
	if slow {
		d.mu.Unlock()
	}
	wait()
	if slow {
		d.mu.Lock()
	}
	d.open = !d.open
	d.mu.Unlock()
}

// Two locks of one type are two locks.
type wallet struct {
	mu    sync.Mutex
	coins int
}

func transfer(from, to *wallet, n int) {
	from.mu.Lock()
	defer from.mu.Unlock()
	to.mu.Lock()
	defer to.mu.Unlock()
	from.coins -= n
	to.coins += n
}

// As are two fields of one struct.
type duplex struct {
	read, write sync.Mutex
}

func (d *duplex) both(f func()) {
	d.read.Lock()
	d.write.Lock()
	f()
	d.write.Unlock()
	d.read.Unlock()
}

// Silent shape 9: TryLock does not wait.
func (c *counter) tryAgain() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mu.TryLock()
}

// Silent shape 9: lock if the try failed.
func (c *counter) hard() {
	if !c.mu.TryLock() {
		c.mu.Lock()
	}
	c.n = 0
	c.mu.Unlock()
}

// Locked after a try that succeeded.
func (c *counter) soft() {
	if c.mu.TryLock() {
		c.mu.Lock() // want `c\.mu is locked again`
		c.n = 0
		c.mu.Unlock()
	}
}

// TryLock of a lock that this goroutine holds fails.
func tryHeld(c *counter) {
	c.mu.Lock()
	if c.mu.TryLock() {
		c.mu.Lock() // never reached
	}
	c.mu.Unlock()
}
