// Package dns keeps callbacks, and calls them under two locks.
package dns

import (
	"sync"
	"time"
)

type entry struct {
	mu sync.Mutex
	cb func()
}

func (e *entry) set() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cb()
}

func (e *entry) remove() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cb = nil
}

// A Monitor holds its lock whenever it calls a callback, and whenever it removes one.
type Monitor struct {
	mu sync.RWMutex
	e  *entry
}

func (m *Monitor) Check() {
	m.mu.RLock()
	defer m.mu.RUnlock()
	m.e.set()
}

func (m *Monitor) Add(cb func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.e = &entry{cb: cb}
}

func (m *Monitor) Remove() {
	locked := m.mu.TryLock()
	for i := 0; !locked && i < 1000; i++ {
		time.Sleep(time.Nanosecond)
		locked = m.mu.TryLock()
	}
	if !locked {
		return
	}
	defer m.mu.Unlock()
	m.e.remove()
}

// A Loose monitor does not when it removes one.
type Loose struct {
	mu sync.RWMutex
	e  *item
}

type item struct {
	mu sync.Mutex
	cb func()
}

func (i *item) set() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.cb()
}

func (l *Loose) Check() {
	l.mu.RLock()
	defer l.mu.RUnlock()
	l.e.set()
}

func (l *Loose) Add(cb func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.e = &item{cb: cb}
}

func (l *Loose) Remove() {
	l.e.mu.Lock()
	defer l.e.mu.Unlock()
	l.e.cb = nil
}
