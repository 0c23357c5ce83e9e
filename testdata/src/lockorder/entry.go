package lockorder

import "sync"

// Unlock is called with tx.Mutex held, which keeps Defrag away.
type tx struct {
	sync.Mutex
	pending int
	be      *backend
}

type readTx struct{ mu sync.Mutex }

type backend struct {
	mu   sync.RWMutex
	tx   *tx
	read *readTx
}

func (t *tx) Unlock() {
	if t.pending > 0 {
		t.be.read.mu.Lock()
		t.be.begin()
		t.be.read.mu.Unlock()
	}
	t.Mutex.Unlock()
}

func (b *backend) begin() {
	b.mu.RLock()
	b.mu.RUnlock()
}

func (b *backend) Defrag() {
	b.tx.Mutex.Lock()
	defer b.tx.Mutex.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read.mu.Lock()
	b.read.mu.Unlock()
}

// Through an interface, nobody sees that the lock is held; that it must be is enough.
type locker interface{ Unlock() }

func (b *backend) Verify(l locker) {
	l.Unlock()
	b.tx.Unlock()
}
