// Package readtwice holds a read lock that a callee takes again: what has passed since the first acquisition counts.
package readtwice

import "sync"

// While one is in first with m2 held, the other has not read-locked rw yet, and then waits for m2 before it comes to both.
type gate struct {
	m1, m2 sync.Mutex
	rw     sync.RWMutex
	n      int
}

func (g *gate) first() {
	g.m2.Lock()
	g.rw.Lock() // want `gate\.m2, then gate\.rw, and \(\*gate\)\.second .* in the opposite order: can deadlock`
	g.n++
	g.rw.Unlock()
	g.m1.Lock()
	g.n++
	g.m1.Unlock()
	g.m2.Unlock()
}

func (g *gate) second() {
	g.rw.RLock()
	g.m2.Lock()
	g.n++
	g.m2.Unlock()
	g.both()
	g.rw.RUnlock()
}

func (g *gate) both() {
	g.rw.RLock()
	g.m1.Lock()
	g.m2.Lock()
	g.n++
	g.m2.Unlock()
	g.m1.Unlock()
	g.rw.RUnlock()
}

// Here it does not wait for m2 before.
type open struct {
	m1, m2 sync.Mutex
	rw     sync.RWMutex
	n      int
}

func (o *open) first() {
	o.m2.Lock()
	o.rw.Lock() // want `open\.m2, then open\.rw, and Run .* in the opposite order: can deadlock`
	o.n++
	o.rw.Unlock()
	o.m1.Lock() // want `\(\*open\)\.first locks open\.m2, then open\.m1, and Run .* in the opposite order: can deadlock`
	o.n++
	o.m1.Unlock()
	o.m2.Unlock()
}

func (o *open) second() {
	o.rw.RLock()
	o.both()
	o.rw.RUnlock()
}

func (o *open) both() {
	o.rw.RLock()
	o.m1.Lock()
	o.m2.Lock()
	o.n++
	o.m2.Unlock()
	o.m1.Unlock()
	o.rw.RUnlock()
}

func Run(g *gate, o *open) {
	go g.first()
	go g.second()
	go o.first()
	o.second()
}
