// Package received has locks that come with messages, and objects that are replaced.
package received

import "sync"

// A message may come with the lock that its sender holds.

type errand struct {
	run  chan struct{}
	done chan int
}

type office struct {
	mu      sync.Mutex
	current *errand
	queue   chan *errand
	sum     int
}

func (o *office) start(f func() int) *errand {
	e := &errand{make(chan struct{}, 1), make(chan int, 1)}
	go func() {
		<-e.run
		n := f()
		o.mu.Lock()
		o.current = nil
		e.done <- n
	}()
	return e
}

func (o *office) resume(e *errand) {
	o.mu.Lock()
	o.current = e
	o.mu.Unlock()
	e.run <- struct{}{}
}

func (o *office) loop() {
	for e := range o.queue {
		o.resume(e)
		o.sum += <-e.done
		o.mu.Unlock()
	}
}

// A field, or a package variable, that a callee puts another object into.

type shelf struct{ mu sync.Mutex }

func (s *shelf) lock()   { s.mu.Lock() }
func (s *shelf) unlock() { s.mu.Unlock() }

type library struct{ s *shelf }

func (l *library) next() {
	l.s = &shelf{}
	l.s.lock()
}

func twoShelves(l *library) (a, b *shelf) {
	l.next()
	a = l.s
	l.next()
	b = l.s
	return a, b
}

func doneWith(a, b *shelf) {
	a.unlock()
	b.unlock()
}

var open *shelf

func reopen() { open = &shelf{} }
func closed() { open.lock() }
func again()  { reopen() }

func inTurn() {
	again()
	defer closed()
}

func threeTimes() {
	for range 3 {
		inTurn()
	}
}
