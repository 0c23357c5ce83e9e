package doublelock

import (
	"context"
	"errors"
	"sync"
)

// Whether a callee locks may depend on what it is given. Whoever makes that for the call knows.
type header struct{ control bool }

type packet interface{ head() *header }

type datagram struct{ h header }

func (d *datagram) head() *header { return &d.h }

type fragment struct{ h header }

func (f *fragment) head() *header { return &f.h }

func newPacket(small bool) packet {
	if small {
		return &fragment{}
	}
	return &datagram{}
}

type wire struct {
	mu   sync.RWMutex
	left int
	in   chan packet
	last packet
}

func (w *wire) send(p packet) {
	if p.head().control {
		return
	}
	w.mu.Lock()
	w.left--
	w.mu.Unlock()
}

func (w *wire) ask() {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := newPacket(w.left > 0)
	p.head().control = true
	w.send(p)
}

// What comes from elsewhere has not been made for the call.
func (w *wire) forward() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.send(<-w.in) // want `w.mu is locked again at told.go:\d+ by \(\*wire\).send, which deadlocks`
}

func (w *wire) again() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.send(w.last) // want `w.mu is locked again at told.go:\d+ by \(\*wire\).send, which deadlocks`
}

func (w *wire) pass(p packet) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.send(p) // want `w.mu is locked again at told.go:\d+ by \(\*wire\).send, which deadlocks`
}

// A context that has been made for the call has a value.
type asked struct{}

func (w *wire) refresh(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.request(context.WithValue(ctx, asked{}, true))
}

func (w *wire) request(ctx context.Context) {
	for i := 0; i < 3; i++ {
		w.retry(ctx)
	}
}

func (w *wire) retry(ctx context.Context) bool {
	if ctx.Value(asked{}) != nil {
		return false
	}
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.left > 0
}

func (w *wire) reset(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.request(ctx) // want `w.mu is read-locked at told.go:\d+ by \(\*wire\).retry, which deadlocks`
}

// A test that is there to refuse a call says nothing: calls are correct.
func (w *wire) add(p packet) error {
	if !p.head().control {
		return errors.New("no control packet")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = p
	return nil
}

func (w *wire) restart() {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := newPacket(w.left > 0)
	p.head().control = true
	w.add(p) // want `w.mu is locked again at told.go:\d+ by \(\*wire\).add, which deadlocks`
}

// Nor does one that looks at something else as well.
func (w *wire) store(p packet) {
	if w.last.head() != p.head() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.last = p
	}
}

func (w *wire) swap() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.store(newPacket(true)) // want `w.mu is locked again at told.go:\d+ by \(\*wire\).store, which deadlocks`
}

// An object that another function fills holds what comes from there.
func (w *wire) fill(fill func(*datagram)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := new(datagram)
	fill(d)
	w.send(d) // want `w.mu is locked again at told.go:\d+ by \(\*wire\).send, which deadlocks`
}

// A function that takes the lock for some commands only knows for which ones the next function does.
type command interface{ name() string }

func (w *wire) handle(c command) {
	switch c.name() {
	case "get", "set":
		w.mu.Lock()
		defer w.mu.Unlock()
	}
	w.run(c)
}

func (w *wire) run(c command) {
	switch c.name() {
	case "load":
		w.load()
	case "get":
		println(w.left)
	}
}

func (w *wire) load() {
	w.mu.Lock()
	w.left++
	w.mu.Unlock()
}

func (w *wire) always(c command) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.run(c) // want `w.mu is locked again at told.go:\d+ by \(\*wire\).load, which deadlocks`
}
