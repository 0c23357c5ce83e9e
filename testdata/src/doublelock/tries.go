package doublelock

import (
	"sync"
	"sync/atomic"
)

// A latch can be tried: the count shows whether somebody has it.
type latch struct {
	users atomic.Int32
	mu    sync.Mutex
}

func (l *latch) Lock() {
	l.users.Add(1)
	l.mu.Lock()
}

func (l *latch) Unlock() {
	l.mu.Unlock()
	l.users.Add(-1)
}

func (l *latch) TryLock() bool {
	if !l.users.CompareAndSwap(0, 1) {
		return false
	}
	l.mu.Lock()
	return true
}

func (l *latch) twice() {
	l.Lock()
	defer l.Unlock()
	if l.TryLock() {
		println("nobody had it")
	}
	l.Lock() // want `l\.mu is locked again at .* by \(\*latch\)\.Lock, which deadlocks`
}

// The flag says that it is closed, and not who has the lock.
func (l *latch) close() bool {
	if !l.users.CompareAndSwap(0, -1) {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return true
}

func (l *latch) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.close() // want `l\.mu is locked again at .* by \(\*latch\)\.close, which deadlocks`
}
