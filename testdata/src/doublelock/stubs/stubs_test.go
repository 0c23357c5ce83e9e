package stubs

import (
	"sync"
	"testing"
)

func TestSet(t *testing.T) {
	e := newEngine()
	go e.run()
	e.dispatch = func(f func()) { f() }
	e.changed("a")
}

func TestNotify(t *testing.T) {
	n := &notifier{}
	n.notify = func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		println(n.n)
	}
	n.Add()
}

// Nothing else is put here.
type notifier struct {
	mu     sync.Mutex
	n      int
	notify func()
}

func (n *notifier) Add() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.n++
	n.notify() // want `n.mu is locked again at stubs_test.go:\d+ by TestNotify.func1, which deadlocks`
}
