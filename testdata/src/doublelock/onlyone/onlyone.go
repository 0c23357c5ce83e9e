// Package onlyone uses the interfaces of another package, of which it is known by what they are implemented.
package onlyone

import (
	"sync"

	"doublelock/onlyone/conf"
)

type model struct {
	conf conf.Store
	mu   sync.Mutex
	seen map[string]string
}

func newModel(c conf.Store) *model {
	m := &model{conf: c, seen: map[string]string{}}
	c.Listen(m) // want `c.mu is locked again at conf.go:25 by \(\*store\).Get`
	return m
}

func (m *model) Changed(name string) bool {
	v := m.conf.Get(name)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen[name] = v
	return true
}

// quiet does not ask.
type quiet struct {
	conf conf.Store
	n    int
}

// Fine.
func newQuiet(c conf.Store) *quiet {
	q := &quiet{conf: c}
	c.Listen(q)
	return q
}

func (q *quiet) Changed(string) bool { q.n++; return true }

type relay struct{ bus conf.Bus }

// Fine, as far as one can tell: there are two kinds of buses.
func newRelay(b conf.Bus) *relay {
	r := &relay{b}
	b.Listen(r)
	return r
}

func (r *relay) Changed(name string) bool { r.bus.Send(name); return true }

type drain struct{ sink conf.Sink }

// Fine, as far as one can tell: this package has a sink of its own.
func newDrain(s conf.Sink) *drain {
	d := &drain{s}
	s.Listen(d)
	return d
}

func (d *drain) Changed(name string) bool { d.sink.Send(name); return true }

type ownSink struct{}

func (ownSink) Send(string)          {}
func (ownSink) Listen(conf.Listener) {}

var _ = newDrain(ownSink{})
