// Package crossed has pairs of locks that belong to two objects, or to one goroutine.
package crossed

import "sync"

// Silent: the connection belongs to one database and the lock that is waited for to another
// one. The orders are opposite for the locks of one database only.

type base struct {
	mu   sync.Mutex
	idle []*link
}

type link struct {
	mu sync.Mutex
	b  *base
}

func (b *base) take() *link { b.mu.Lock(); defer b.mu.Unlock(); return b.idle[0] }

func (l *link) with(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
}

func mirror(from, to *base) {
	l := from.take()
	l.with(func() { to.take() })
}

func (b *base) closeLinks() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.idle {
		l.mu.Lock() // want `base\.closeLinks locks base\.mu, then link\.mu, and link\.giveBack \(crossed\.go:\d+\) in the opposite order: can deadlock`
		l.b = nil
		l.mu.Unlock()
	}
}

func mirrors() { mirror(&base{}, &base{}) }

// Of one database they are.
func (l *link) giveBack() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.mu.Lock()
	l.b.mu.Unlock()
}

// Silent: one goroutine for each hub handles both messages.

type hub2 struct {
	mu    sync.Mutex
	once  sync.Once
	desks map[int]*desk2
	in    chan any
}

type desk2 struct {
	mu sync.Mutex
	n  int
}

func (h *hub2) Start() { h.once.Do(func() { go h.serve() }) }

func (h *hub2) serve() {
	for m := range h.in {
		switch m := m.(type) {
		case int:
			h.drop(m)
		case string:
			h.rename(len(m))
		}
	}
}

func (h *hub2) drop(id int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if d := h.desks[id]; d != nil {
		d.mu.Lock()
		d.n = 0
		d.mu.Unlock()
	}
}

func (h *hub2) rename(id int) {
	h.mu.Lock()
	d := h.desks[id]
	h.mu.Unlock()
	if d != nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		h.mu.Lock()
		d.n++
		h.mu.Unlock()
	}
}
