package unlockunheld

import "sync"

// The Lock depends on a flag, and the Unlock does not.
type Flagged struct {
	mu       sync.Mutex
	readOnly bool
	n        int
}

func (f *Flagged) Count() int {
	if !f.readOnly {
		f.mu.Lock()
	}
	defer f.mu.Unlock() // want `f\.mu is unlocked, but locked \(at flagged\.go:14\) on some paths only: on the others, no caller can hold it`
	f.n++
	return f.n
}

// Both do.
type Flagged2 struct {
	mu       sync.Mutex
	readOnly bool
	n        int
}

func (f *Flagged2) Count() int {
	if !f.readOnly {
		f.mu.Lock()
		defer f.mu.Unlock()
	}
	f.n++
	return f.n
}

// The flag tells that the caller has the lock.
type Flagged3 struct {
	mu   sync.Mutex
	busy bool
	n    int
}

func (f *Flagged3) Begin() {
	f.mu.Lock()
	f.busy = true
}

func (f *Flagged3) End() {
	if !f.busy {
		f.mu.Lock()
	}
	f.busy = false
	f.n++
	f.mu.Unlock()
}
