// A mutex that can be tried, as it was written before Go 1.18.
// TryLock sets the locked bit of the embedded mutex if it is 0, so that Unlock may follow it.
package silent

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

type triedMutex struct {
	sync.Mutex
}

// TryLock acquires the lock only if it is free.
func (m *triedMutex) TryLock() bool {
	return atomic.CompareAndSwapInt32((*int32)(unsafe.Pointer(&m.Mutex)), 0, 1)
}

type triedWindow struct {
	update triedMutex
	start  int64
	count  int
}

func (w *triedWindow) current(now int64) int {
	for {
		if now == w.start {
			return w.count
		}
		if w.update.TryLock() {
			w.start, w.count = now, 0
			w.update.Unlock()
		}
	}
}

func (w *triedWindow) Count(now int64) int {
	return w.current(now)
}
