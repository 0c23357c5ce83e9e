package missingunlock

import (
	"sync"
	"time"
)

// A mutex that measures how long it takes to lock it. Its Unlock is that of the embedded one.
type timedMutex struct {
	sync.Mutex
	took time.Duration
}

func (m *timedMutex) Lock() {
	start := time.Now()
	m.Mutex.Lock()
	m.took = time.Since(start)
}

func newTimed() sync.Locker { return new(timedMutex) }

// Nothing here is a pair with Unlock.
type timedCount struct {
	sync.Mutex
	n int
}

func (c *timedCount) Inc() {
	c.Mutex.Lock() // want `c.Mutex is locked here and never unlocked: the next Lock blocks forever`
	c.n++
}

func (c *timedCount) N() int {
	c.Lock()
	defer c.Unlock()
	return c.n
}
