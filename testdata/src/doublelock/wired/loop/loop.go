// Package loop runs functions one after the other in a goroutine of its own.
package loop

import (
	"context"
	"sync"
)

type Loop struct{ funcs chan func() }

func New() *Loop {
	l := &Loop{funcs: make(chan func(), 8)}
	go l.run()
	return l
}

func (l *Loop) run() {
	for f := range l.funcs {
		f()
	}
}

// Post has the loop run f, and does not wait.
func (l *Loop) Post(f func()) { l.funcs <- f }

// Call has the loop run f, and waits until it has.
func (l *Loop) Call(f func()) {
	ran := make(chan struct{})
	l.funcs <- func() {
		defer close(ran)
		f()
	}
	<-ran
}

// Ask is Call with an answer.
func (l *Loop) Ask(f func() int) int {
	answer := make(chan int, 1)
	l.Post(func() { answer <- f() })
	return <-answer
}

// Group is Call with a group.
func (l *Loop) Group(f func()) {
	var wg sync.WaitGroup
	wg.Add(1)
	l.Post(func() {
		defer wg.Done()
		f()
	})
	wg.Wait()
}

// Begin waits until the loop has come to f, and not until it has run it.
func (l *Loop) Begin(f func()) {
	begun := make(chan struct{})
	l.funcs <- func() {
		close(begun)
		f()
	}
	<-begun
}

// Try waits as long as there is time.
func (l *Loop) Try(ctx context.Context, f func()) error {
	ran := make(chan struct{})
	l.funcs <- func() {
		defer close(ran)
		f()
	}
	select {
	case <-ran:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A Desk serves requests in a goroutine of its own.
type Desk struct {
	requests chan request
	orders   chan *order
}

type request struct {
	f   func()
	ran chan struct{}
}

type order struct {
	f      func() int
	answer chan int
	told   chan struct{}
}

func Open() *Desk {
	d := &Desk{requests: make(chan request), orders: make(chan *order)}
	go d.serve()
	return d
}

func (d *Desk) serve() {
	for {
		select {
		case r := <-d.requests:
			r.f()
			close(r.ran)
		case o := <-d.orders:
			close(o.told)
			o.answer <- o.f()
		}
	}
}

// Do waits until f has run.
func (d *Desk) Do(f func()) {
	r := request{f, make(chan struct{})}
	d.requests <- r
	<-r.ran
}

// Order waits for what f returns.
func (d *Desk) Order(f func() int) int {
	answer := make(chan int, 1)
	d.orders <- &order{f: f, answer: answer, told: make(chan struct{})}
	return <-answer
}

// Place waits until f is about to run.
func (d *Desk) Place(f func() int) {
	o := &order{f: f, answer: make(chan int, 1), told: make(chan struct{})}
	d.orders <- o
	<-o.told
}

var last = make(chan struct{})

// Last waits for a channel of the package.
func (d *Desk) Last(f func()) {
	d.requests <- request{f, last}
	<-last
}
