// Package stubs has an engine whose calls a test runs at once.
package stubs

import "sync"

type engine struct {
	mu       sync.Mutex
	values   map[string]int
	queue    chan func()
	dispatch func(func())
}

func newEngine() *engine {
	e := &engine{values: map[string]int{}, queue: make(chan func(), 10)}
	e.dispatch = func(f func()) { e.queue <- f }
	return e
}

func (e *engine) run() {
	for f := range e.queue {
		f()
	}
}

func (e *engine) set(name string, v int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.values[name] = v
	e.dispatch(func() { e.changed(name) })
}

func (e *engine) changed(name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	println(name, e.values[name])
}
