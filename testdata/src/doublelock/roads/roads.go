// Package roads has locks that a goroutine comes to again by other roads: callbacks in slices and
// maps, pointers back to the owner, methods that the standard library calls.
package roads

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"sync"
)

type emitter struct {
	sync.Mutex
	handlers []func()
	byName   map[string]func()
}

func (e *emitter) on(f func()) {
	e.Lock()
	defer e.Unlock()
	e.handlers = append(e.handlers, f)
}

func (e *emitter) name(n string, f func()) {
	e.Lock()
	defer e.Unlock()
	e.byName[n] = f
}

func (e *emitter) count() int {
	e.Lock()
	defer e.Unlock()
	return len(e.handlers)
}

func (e *emitter) fire() {
	e.Lock()
	defer e.Unlock()
	for _, f := range e.handlers {
		f() // want `e is locked again at roads\.go:\d+ by \(\*emitter\)\.count`
	}
	e.byName["x"]() // want `e is locked again at roads\.go:\d+ by \(\*emitter\)\.count`
}

func use() {
	e := &emitter{byName: map[string]func(){}}
	e.on(func() { e.count() })
	e.name("x", func() { e.count() })
	e.fire()
}

// A pointer back to the owner, in the object that a field points to.
type engine struct {
	mu   sync.Mutex
	pump *pump
}

type pump struct{ e *engine }

func newEngine() *engine {
	e := &engine{}
	e.pump = &pump{e: e}
	return e
}

func (p *pump) stop() {
	p.e.mu.Lock()
	defer p.e.mu.Unlock()
	p.e.pump = nil
}

func (e *engine) stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pump.stop() // want `e\.mu is locked again at roads\.go:\d+ by \(\*pump\)\.stop`
}

// A pointer that is set just before the call.
type crew struct {
	mu   sync.Mutex
	boat *boat
}

type boat struct{ c *crew }

func (b *boat) sink() {
	b.c.mu.Lock()
	defer b.c.mu.Unlock()
}

func (c *crew) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.boat.c = c
	c.boat.sink() // want `c\.mu is locked again at roads\.go:\d+ by \(\*boat\)\.sink`
}

// Methods that the standard library calls.
type state struct {
	mu sync.Mutex
	v  map[string]int
}

func (s *state) MarshalJSON() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return json.Marshal(s.v)
}

func (s *state) LogValue() slog.Value {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slog.IntValue(len(s.v))
}

func (s *state) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.v[string(p)]++
	return len(p), nil
}

func (s *state) save(r io.Reader) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	slog.Info("save", "state", s) // want `s\.mu is locked again at roads\.go:\d+ by \(\*state\)\.LogValue`
	io.Copy(s, r)                 // want `s\.mu is locked again at roads\.go:\d+ by \(\*state\)\.Write`
	return json.Marshal(s)        // want `s\.mu is locked again at roads\.go:\d+ by \(\*state\)\.MarshalJSON`
}

type failure struct {
	mu  sync.Mutex
	err error
}

func (f *failure) Error() string { f.mu.Lock(); defer f.mu.Unlock(); return f.err.Error() }
func (f *failure) Unwrap() error { f.mu.Lock(); defer f.mu.Unlock(); return f.err }

func (f *failure) eof() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return errors.Is(f, io.EOF) // want `f\.mu is locked again at roads\.go:\d+ by \(\*failure\)\.Unwrap`
}

// A method of what a function is given, by its concrete type.
type closer struct {
	mu     sync.Mutex
	closed bool
}

func (c *closer) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	return nil
}

func shut(c io.Closer) { c.Close() }

func (c *closer) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	shut(c) // want `c\.mu is locked again at roads\.go:\d+ by \(\*closer\)\.Close`
}
