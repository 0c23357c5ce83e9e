// Package waitlib has mutexes of its own, and waits with a lock of its caller given back.
package waitlib

import "sync"

// An RWMutex counts who waits for it, if that is switched on.
type RWMutex struct {
	counted Mutex
	plain   sync.RWMutex
}

type Mutex struct {
	mu sync.Mutex
	n  int
}

var Counting bool

func (m *Mutex) Lock()   { m.mu.Lock(); m.n++ }
func (m *Mutex) Unlock() { m.n--; m.mu.Unlock() }

func (m *RWMutex) Lock() {
	if Counting {
		m.counted.Lock()
	} else {
		m.plain.Lock()
	}
}

func (m *RWMutex) Unlock() {
	if Counting {
		m.counted.Unlock()
	} else {
		m.plain.Unlock()
	}
}

// Wait waits for ready. The caller holds l.
func Wait(l sync.Locker, ready <-chan struct{}) {
	l.Unlock()
	<-ready
	l.Lock()
}
