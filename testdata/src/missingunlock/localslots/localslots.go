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

// A gate lets some in at a time. Its methods are a pair by their names.
type gate struct{ slots chan struct{} }

func newGate(n int) *gate { return &gate{slots: make(chan struct{}, n)} }

func (g *gate) Enter() { g.slots <- struct{}{} }
func (g *gate) Leave() { <-g.slots }

func fetch(g *gate, read func() ([]byte, error)) ([]byte, error) {
	g.Enter()
	b, err := read()
	if err != nil {
		return nil, err // want `return without giving back the slot of g\.slots, taken at localslots\.go:\d+ by \(\*gate\)\.Enter`
	}
	g.Leave()
	return b, nil
}

func fetchAll(g *gate, reads []func() error) {
	for _, read := range reads {
		g.Enter()
		go func() {
			defer g.Leave()
			_ = read()
		}()
	}
}

// These are no pair: who is told waits.
type bell struct{ rings chan struct{} }

func newBell(n int) *bell { return &bell{rings: make(chan struct{}, n)} }

func (b *bell) Ring() { b.rings <- struct{}{} }
func (b *bell) Hear() { <-b.rings }

func ringTwice(b *bell, late bool) {
	b.Ring()
	if late {
		return
	}
	b.Hear()
}
