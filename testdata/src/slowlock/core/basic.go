// Package core has operations that may block for long in critical sections.
package core

import (
	"sync"
	"time"
)

type box struct {
	mu sync.Mutex
	rw sync.RWMutex
	n  int
}

func (b *box) direct() {
	b.mu.Lock()
	time.Sleep(time.Second) // want `^b.mu is held since basic.go:16 while time.Sleep sleeps$`
	b.mu.Unlock()
}

func (b *box) deferred() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n == 0 {
		time.Sleep(time.Second) // want `b.mu is held since basic.go:22 while time.Sleep sleeps`
	}
}

func (b *box) reader() {
	b.rw.RLock()
	defer b.rw.RUnlock()
	time.Sleep(time.Second) // want `b.rw is read-locked since basic.go:30 while time.Sleep sleeps`
}

func (b *box) outside() {
	time.Sleep(time.Second)
	b.mu.Lock()
	b.n++
	b.mu.Unlock()
	time.Sleep(time.Second)
}

func (b *box) released() {
	b.mu.Lock()
	b.n++
	b.mu.Unlock()
	time.Sleep(time.Second)
	b.mu.Lock()
	b.n--
	b.mu.Unlock()
}

func (b *box) onOnePath(wait bool) {
	b.mu.Lock()
	if !wait {
		b.mu.Unlock()
	}
	time.Sleep(time.Second) // want `b.mu is held since basic.go:54`
	if wait {
		b.mu.Unlock()
	}
}

func (b *box) tried() {
	if b.mu.TryLock() {
		time.Sleep(time.Second) // want `b.mu is held since basic.go:65`
		b.mu.Unlock()
		return
	}
	time.Sleep(time.Second)
}

// What a deferred call does, it does under the locks that are released after it.
func (b *box) deferredSleep() {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer time.Sleep(time.Second) // want `b.mu is held since basic.go:75 while time.Sleep sleeps`
	b.n++
}

func (b *box) deferredBefore() {
	defer time.Sleep(time.Second)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n++
}

func (b *box) anotherGoroutine() {
	b.mu.Lock()
	defer b.mu.Unlock()
	go time.Sleep(time.Second)
	go func() { time.Sleep(time.Second) }()
	time.AfterFunc(time.Second, func() { time.Sleep(time.Second) })
}

// Two locks around one operation are one finding, of the outer one.
func (b *box) nested() {
	b.rw.Lock()
	defer b.rw.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	time.Sleep(time.Second) // want `b.rw is held since basic.go:98`
}

// Nobody else can want the lock of an object that nobody else knows.
func newBox() *box {
	b := new(box)
	b.mu.Lock()
	time.Sleep(time.Second)
	b.mu.Unlock()
	return b
}
