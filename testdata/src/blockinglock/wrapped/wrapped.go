// Package wrapped has locks in structs with methods of their own, which other structs have by value.
package wrapped

import "sync"

type mutex struct {
	m     sync.Mutex
	locks int
}

func (m *mutex) Lock() {
	m.m.Lock()
	m.locks++
}

func (m *mutex) Unlock() { m.m.Unlock() }

type Adder struct {
	mu   mutex
	ch   chan int
	done chan struct{}
	wg   sync.WaitGroup
	n    int
}

func NewAdder() *Adder {
	a := &Adder{ch: make(chan int), done: make(chan struct{})}
	go a.run()
	return a
}

func (a *Adder) run() {
	defer close(a.done)
	for v := range a.ch {
		a.add(v)
	}
}

func (a *Adder) add(v int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.n += v
}

func (a *Adder) Send(v int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ch <- v // want `send to a\.ch with a\.mu\.m held.*: its receiver .*must lock a\.mu\.m first`
}

func (a *Adder) Stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.ch)
	<-a.done // want `receive from a\.done with a\.mu\.m held.*: its close .* must lock a\.mu\.m first`
}

func (a *Adder) Later(v int) {
	a.wg.Add(1)
	go func() {
		defer a.wg.Done()
		a.add(v)
	}()
}

func (a *Adder) Wait() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.wg.Wait() // want `a\.wg\.Wait with a\.mu\.m held.*: its Done .* must lock a\.mu\.m first`
}

// The receiver needs another lock of the same type.
type Two struct {
	in, out mutex
	ch      chan int
	n       int
}

func NewTwo() *Two {
	t := &Two{ch: make(chan int)}
	go t.run()
	return t
}

func (t *Two) run() {
	for v := range t.ch {
		t.in.Lock()
		t.n += v
		t.in.Unlock()
	}
}

func (t *Two) Send(v int) {
	t.out.Lock()
	defer t.out.Unlock()
	t.ch <- v
}
