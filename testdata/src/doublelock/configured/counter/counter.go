// Package counter calls functions that its users have put into configurations, fields and a registry.
package counter

import "sync"

type Config struct {
	Changed func(int)
}

// A Counter keeps its configuration.
type Counter struct {
	mu  sync.Mutex
	n   int
	cfg Config
}

func New(cfg Config) *Counter { return &Counter{cfg: cfg} }

func (c *Counter) Value() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

func (c *Counter) Add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	c.cfg.Changed(c.n)
}

type Listener interface{ On(int) }

type Options struct {
	Listener Listener
}

// A Meter takes out of its options what it needs.
type Meter struct {
	mu sync.Mutex
	n  int
	l  Listener
}

func NewMeter(o *Options) (*Meter, error) { return &Meter{l: o.Listener}, nil }

func (m *Meter) Value() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.n
}

func (m *Meter) Add() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.n++
	m.l.On(m.n)
}

// A Gauge has a field for the function.
type Gauge struct {
	mu      sync.Mutex
	n       int
	Changed func(int)
}

func (g *Gauge) Value() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.n
}

func (g *Gauge) Add() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n++
	g.Changed(g.n)
}

var (
	mu      sync.Mutex
	sources = map[string]func() int{}
)

func Register(name string, source func() int) {
	mu.Lock()
	defer mu.Unlock()
	sources[name] = source
}

func Len() int {
	mu.Lock()
	defer mu.Unlock()
	return len(sources)
}

func Sum() (n int) {
	mu.Lock()
	defer mu.Unlock()
	for _, source := range sources {
		n += source()
	}
	return n
}

// Names copies the functions, and calls them without the lock.
var (
	namesMu sync.Mutex
	namers  []func() string
)

func RegisterName(f func() string) {
	namesMu.Lock()
	defer namesMu.Unlock()
	namers = append(namers, f)
}

func NumNames() int {
	namesMu.Lock()
	defer namesMu.Unlock()
	return len(namers)
}

func Names() (names []string) {
	namesMu.Lock()
	fs := append([]func() string(nil), namers...)
	namesMu.Unlock()
	for _, f := range fs {
		names = append(names, f())
	}
	return names
}

// A Tally keeps one function in two fields: the exported one is called without the lock.
type Tally struct {
	mu     sync.Mutex
	n      int
	inside func(int)
	After  func(int)
}

func (t *Tally) Watch(f func(int)) {
	t.inside = f
	t.After = f
}

func (t *Tally) Value() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}

func (t *Tally) Add() {
	t.mu.Lock()
	t.n++
	t.inside(t.n)
	t.mu.Unlock()
	t.After(t.n)
}
