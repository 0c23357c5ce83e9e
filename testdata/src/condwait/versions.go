package condwait

import "sync"

// Unlock is called with the lock held, which it unlocks after the Broadcast.
type versioned[T any] struct {
	val     T
	mu      sync.RWMutex
	version int
	changed *sync.Cond
}

func newVersioned[T any](v T) *versioned[T] {
	x := &versioned[T]{val: v}
	x.changed = sync.NewCond(&x.mu)
	return x
}

func (v *versioned[T]) Lock() { v.mu.Lock() }

func (v *versioned[T]) Unlock() {
	v.version++
	v.changed.Broadcast()
	v.mu.Unlock()
}

func (v *versioned[T]) after(version int) T {
	v.mu.Lock()
	defer v.mu.Unlock()
	for v.version == version {
		v.changed.Wait()
	}
	return v.val
}
