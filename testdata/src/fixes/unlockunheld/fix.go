package unlockunheld

import "sync"

type T struct {
	mu sync.RWMutex
	n  int
}

func (t *T) Read() int {
	t.mu.RLock()
	defer t.mu.Unlock() // want "held for reading"
	return t.n
}

func (t *T) Write(n int) {
	t.mu.Lock()
	t.n = n
	t.mu.RUnlock() // want "held for writing"
}

// Either may be right where the function takes the lock twice.
func (t *T) Both(write bool) {
	if write {
		t.mu.Lock()
		t.n++
		t.mu.Unlock()
	}
	t.mu.RLock()
	println(t.n)
	t.mu.Unlock() // want "held for reading"
}
