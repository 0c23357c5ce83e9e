package missingunlock

import (
	"sync"
	"sync/atomic"
)

// A transaction behind an interface has the lock of the store that made it.
type given interface{ Commit() }

type storeTxn struct {
	reads atomic.Bool
	rw    *sync.RWMutex
}

type txnStore struct {
	txLock  sync.RWMutex
	oneLock sync.RWMutex
}

func (m *txnStore) Begin(read bool) (given, error) {
	tx := &storeTxn{rw: &m.txLock}
	if read {
		m.txLock.RLock()
		tx.reads.Store(true)
	} else {
		m.txLock.Lock()
	}
	return tx, nil
}

func (m *txnStore) Locks() (*sync.RWMutex, *sync.RWMutex) { return &m.txLock, &m.oneLock }

// This one gives it another lock.
func (m *txnStore) BeginOther() (given, error) {
	tx := &storeTxn{rw: new(sync.RWMutex)}
	m.oneLock.Lock() // want `m.oneLock is locked here and never unlocked`
	return tx, nil
}

func (tx *storeTxn) Commit() {
	if tx.reads.Load() {
		tx.releaseRead()
	} else {
		tx.rw.Unlock()
	}
}

func (tx *storeTxn) releaseRead() {
	if tx.reads.CompareAndSwap(true, false) {
		tx.rw.RUnlock()
	}
}
