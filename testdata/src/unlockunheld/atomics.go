package unlockunheld

import (
	"sync"
	"sync/atomic"
)

// Whether the operation is won or not, the lock is unlocked.
func notGot(mu *sync.Mutex, n *atomic.Int32) {
	if !mu.TryLock() {
		if n.CompareAndSwap(0, 1) {
			println("first")
		}
		mu.Unlock() // want `mu is unlocked, but`
	}
}
