package doublelock

import "sync"

type ledger struct {
	mu, other sync.Mutex
	n         int
}

func (l *ledger) unlock() { l.mu.Unlock() }

// The goroutine may unlock what the caller holds, or not yet. In any case the function goes on.
func (l *ledger) handsOver() {
	go func() {
		l.n++
		l.mu.Unlock()
	}()
	l.unlock()
	l.other.Lock()
	l.other.Lock() // want `l\.other is locked again, which deadlocks: it is held since handed\.go:\d+`
}
