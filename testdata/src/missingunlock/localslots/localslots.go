// Package localslots has channels in a variable of a function, which are nobody's semaphore.
package localslots

import "sync"

type table struct {
	mu   sync.Mutex
	free chan struct{}
	n    int
}

func open() *table { return &table{free: make(chan struct{}, 4)} }

// A slot of a field's channel must be given back.
func (t *table) use() bool {
	t.free <- struct{}{}
	t.mu.Lock()
	t.n++
	full := t.n > 100
	t.mu.Unlock()
	if full {
		return false // want `return without giving back the slot of t\.free`
	}
	<-t.free
	return true
}

// The channels of a local slice are no semaphores of the package: only the last one ever has a value here.
func measureSelect(n int) {
	chans := make([]chan struct{}, 4)
	for i := range chans {
		chans[i] = make(chan struct{}, 1)
	}
	for range n {
		chans[3] <- struct{}{}
		select {
		case <-chans[0]:
		case <-chans[1]:
		case <-chans[2]:
		case <-chans[3]:
		}
	}
}
