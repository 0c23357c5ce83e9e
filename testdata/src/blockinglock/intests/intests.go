// Package intests has a channel that a test receives from, too, without the lock.
package intests

import "sync"

type daemon struct {
	mu  sync.Mutex
	run chan struct{}
	n   int
}

func newDaemon() *daemon {
	d := &daemon{run: make(chan struct{}, 1)}
	go d.loop()
	return d
}

func (d *daemon) loop() {
	for range d.run {
		d.mu.Lock()
		d.n++
		d.mu.Unlock()
	}
}

func (d *daemon) Follow() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.run <- struct{}{} // want `send to d.run with d.mu held \(since intests.go:27\): its receiver must lock d.mu first`
}
