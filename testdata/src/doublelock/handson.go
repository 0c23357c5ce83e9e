package doublelock

import (
	"errors"
	"sync"
)

type leafPage struct {
	lock sync.RWMutex
	data []byte
}

type pageTree struct {
	mu     sync.Mutex
	leaves map[int]*leafPage
}

func (t *pageTree) locked(id int) (*leafPage, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f, ok := t.leaves[id]
	if !ok {
		return nil, errors.New("no such page")
	}
	f.lock.RLock()
	return f, nil
}

func (t *pageTree) unlocker(f *leafPage) func() {
	if f == nil {
		return nil
	}
	return f.lock.RUnlock
}

func (t *pageTree) read(id int) ([]byte, func(), error) {
	f, err := t.locked(id)
	if err != nil {
		return nil, nil, err
	}
	return f.data, t.unlocker(f), nil
}

// Who gets the Unlock has called it.
func (t *pageTree) change() {
	_, unlock, _ := t.read(1)
	if unlock != nil {
		unlock()
	}
	f := t.leaves[1]
	f.lock.Lock()
	f.data = nil
	f.lock.Unlock()
}

// It never asks for the Unlock.
func (t *pageTree) changeWrong() {
	f, err := t.locked(1)
	if err != nil {
		return
	}
	f.lock.Lock() // want `f\.lock is locked for writing, which deadlocks`
	f.data = nil
	f.lock.Unlock()
	f.lock.RUnlock()
}
