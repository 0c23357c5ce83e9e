package silent

import "sync"

// Shape 12: objects that nobody else sees yet, and package initialisation.

type engine struct {
	mu    sync.Mutex
	parts []string
	peer  *engine
}

func newEngine(parts ...string) *engine {
	e := &engine{}
	for _, p := range parts {
		e.attach(p)
	}
	return e
}

func (e *engine) attach(p string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.parts = append(e.parts, p)
}

// A new object is made locked, and published so.
func newBusy(publish func(*engine)) *engine {
	e := &engine{}
	e.mu.Lock()
	publish(e)
	return e
}

// A clone has a lock of its own.
func (e *engine) clone() *engine {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := newEngine(e.parts...)
	c.peer = e
	c.attach("clone")
	return c
}

var defaults = struct {
	sync.Mutex
	m map[string]*engine
}{m: map[string]*engine{}}

func init() {
	defaults.Lock()
	defaults.m["v8"] = newEngine("block", "heads")
	defaults.Unlock()
}

var fast = func() *engine {
	defaults.Lock()
	defer defaults.Unlock()
	return defaults.m["v8"]
}()
