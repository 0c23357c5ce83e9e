package unlockunheld

import (
	"sync"
	"sync/atomic"
)

// The mode in which a lock is held is noted where the unlock asks for it: silent.

type noted struct {
	mu    sync.RWMutex
	write atomic.Bool
	items []int
}

func (q *noted) lock(write bool) {
	if write {
		q.mu.Lock()
	} else {
		q.mu.RLock()
	}
	q.write.Store(write)
}

func (q *noted) unlock() {
	if q.write.Swap(false) {
		q.mu.Unlock()
	} else {
		q.mu.RUnlock()
	}
}

func (q *noted) peek() int {
	q.lock(false)
	defer q.unlock()
	return len(q.items)
}

func (q *noted) push(i int) {
	q.lock(true)
	defer q.unlock()
	q.items = append(q.items, i)
}

// A transaction is for writing or not from its beginning to its end: silent.

type store struct {
	mu sync.RWMutex
	n  int
}

type txn struct {
	b       *store
	writing bool
}

func (t *txn) acquire() {
	if t.writing {
		t.b.mu.Lock()
	} else {
		t.b.mu.RLock()
	}
}

func (t *txn) release() {
	if t.writing {
		t.b.mu.Unlock()
	} else {
		t.b.mu.RUnlock()
	}
}

func (b *store) begin(writing bool) *txn {
	t := &txn{b: b, writing: writing}
	t.acquire()
	return t
}

func (b *store) Get() int {
	t := b.begin(false)
	defer t.release()
	return b.n
}

func (b *store) Set(n int) {
	t := b.begin(true)
	b.n = n
	t.release()
}

// Wrong: the caller says itself that it is the other mode.
func (b *store) free(writing bool) {
	if writing {
		b.mu.Unlock()
	} else {
		b.mu.RUnlock()
	}
}

func (b *store) Inc() {
	b.mu.Lock()
	b.n++
	b.free(false) // want `b.mu is read-unlocked at modes.go:\d+ by \(\*store\).free, but held for writing since modes.go:\d+: use Unlock`
}
