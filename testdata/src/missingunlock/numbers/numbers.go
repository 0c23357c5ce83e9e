// Command numbers has functions that unlock as an atomic number tells.
package main

import (
	"sync"
	"sync/atomic"
)

type door struct {
	mu    sync.Mutex
	state atomic.Int32
}

// Fine: who has opened the door closes it.
func (d *door) pass(open bool) {
	if open {
		d.mu.Lock()
		d.state.Store(1)
	} else {
		d.state.Store(0)
	}
	if d.state.Load() == 1 {
		d.mu.Unlock()
	}
}

func (d *door) slam(open bool) {
	if open {
		d.mu.Lock() // want `d.mu is locked here and never unlocked`
		d.state.Store(0)
	} else {
		d.state.Store(1)
	}
	if d.state.Load() == 1 {
		d.mu.Unlock()
	}
}

func main() {
	var d door
	d.pass(true)
	d.slam(true)
}
