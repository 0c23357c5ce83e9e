// Package kept registers functions with another package, which calls them with its lock held.
package kept

import (
	"sync"

	"lockorder/kept/hub"
)

// A function.
type view struct {
	mu sync.Mutex
	h  *hub.Hub
	n  int
}

func newView(h *hub.Hub) *view {
	v := &view{h: h}
	h.Register(func(n int) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.n = n
	})
	return v
}

func (v *view) size() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.h.Size() // want `\(\*view\)\.size locks view\.mu, then hub\.Hub\.mu, and hub\.\(\*Hub\)\.Set \(kept\.go:\d+\) in the opposite order: can deadlock`
}

// An object, through a function of this package.
type model struct {
	mu sync.Mutex
	h  *hub.Hub
	n  int
}

func (m *model) Changed(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.n = n
}

func listen(h *hub.Hub, l hub.Listener) { h.Listen(l) }

func newModel(h *hub.Hub) *model {
	m := &model{h: h}
	listen(h, m)
	return m
}

func (m *model) size() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.h.Size() // want `\(\*model\)\.size locks model\.mu, then hub\.Hub\.mu, and hub\.\(\*Hub\)\.Set \(kept\.go:\d+\) in the opposite order: can deadlock`
}

// A field.
type door struct {
	mu sync.Mutex
	h  *hub.Hub
}

func newDoor(h *hub.Hub) *door {
	d := &door{h: h}
	h.OnClose = d.shut
	return d
}

func (d *door) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
}

func (d *door) size() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.h.Size() // want `\(\*door\)\.size locks door\.mu, then hub\.Hub\.mu, and hub\.\(\*Hub\)\.Close \(kept\.go:\d+\) in the opposite order: can deadlock`
}

// A function that is called without the lock, and one that is registered under a lock of its own: what
// is held when it is registered says nothing of when it is called.
type quiet struct {
	mu sync.Mutex
	h  *hub.Hub
	n  int
}

func (q *quiet) start() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.h.RegisterQuiet(func(n int) {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.n = n
	})
}

type calm struct {
	mu sync.Mutex
	h  *hub.Hub
	n  int
}

func (c *calm) start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

func (c *calm) run() {
	c.h.Register(func(n int) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.n = n
	})
}
