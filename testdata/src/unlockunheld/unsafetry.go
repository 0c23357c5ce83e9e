package unlockunheld

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// A mutex that can be tried, whose TryLock takes the address of the whole struct for that of the mutex.
type tried struct {
	sync.Mutex
}

func (t *tried) TryLock() bool {
	return atomic.CompareAndSwapInt32((*int32)(unsafe.Pointer(t)), 0, 1)
}

func tryTwice() bool {
	lock := tried{}
	defer lock.Unlock()
	l := lock.TryLock()
	l = lock.TryLock()
	return l
}

// The struct begins with something else.
type numbered struct {
	n int32
	sync.Mutex
}

func (c *numbered) add() { atomic.AddInt32((*int32)(unsafe.Pointer(c)), 1) }

func countOnce() {
	c := numbered{}
	defer c.Unlock() // want `c is unlocked by this deferred call, but nothing has locked it since it was made`
	c.add()
}
