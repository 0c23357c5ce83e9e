package silent

import "sync"

// A function that calls what it is given, on every way to its end, has called it.

type ticker struct {
	mu sync.Mutex
	n  int
}

func (t *ticker) pause(unlock func()) {
	t.n++
	unlock()
}

func (t *ticker) stop() {
	t.mu.Lock()
	t.pause(t.mu.Unlock)
}

func between(first, last func(), do func()) {
	first()
	defer last()
	do()
}

func (t *ticker) set(n int) {
	between(t.mu.Lock, t.mu.Unlock, func() { t.n = n })
}
