// A package in which everything is in sight: the Unlock of what a callee has locked is asked for, handed on, and called
// by a helper.
package main

import (
	"errors"
	"sync"
)

type leafPage struct {
	lock sync.RWMutex
	data []byte
}

func (t *pageTree) unlocker(f *leafPage) func() {
	if f == nil {
		return nil
	}
	return f.lock.RUnlock
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

func (t *pageTree) find(id int) ([]byte, *leafPage, error) {
	f, err := t.locked(id)
	if err != nil {
		return nil, nil, err
	}
	return f.data, f, nil
}

func (t *pageTree) read(id int) ([]byte, func(), error) {
	data, f, err := t.find(id)
	unlock := t.unlocker(f)
	if err != nil {
		return nil, unlock, err
	}
	return data, unlock, nil
}

func (t *pageTree) peek(id int) []byte {
	data, f, err := t.find(id) // want `never unlocked`
	if f == nil || err != nil {
		return nil
	}
	return data
}

func run(unlock func()) {
	if unlock != nil {
		unlock()
	}
}

func main() {
	t := &pageTree{leaves: map[int]*leafPage{1: {}}}
	data, unlock, _ := t.read(1)
	run(unlock)
	_ = append(data, t.peek(2)...)
	f := t.leaves[1]
	f.lock.Lock()
	f.data = nil
	f.lock.Unlock()
}
