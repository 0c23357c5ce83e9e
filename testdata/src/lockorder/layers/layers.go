// Package layers has objects of one type in two layers: the outer one leads, over an object of another type, to the inner one, and never back.
package layers

import "sync"

// A table of the outer layer asks a backend, which asks a table of the inner layer. The inner one's backend has no lock.

type backend interface {
	has(key string) bool
	drop()
}

type table struct {
	mu sync.RWMutex
	by backend
}

func newTable(by backend) *table { return &table{by: by} }

func (t *table) has(key string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.by.has(key)
}

func (t *table) drop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.by.drop()
}

type disk struct{}

func (disk) has(key string) bool { return key != "" }
func (disk) drop()               {}

type cached struct {
	mu    sync.Mutex
	inner *table
	keys  []string
}

func newCached() *cached { return &cached{inner: newTable(disk{})} }

func (c *cached) has(key string) bool { return c.inner.has(key) }

func (c *cached) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys = nil
}

func (c *cached) Warm() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range c.keys {
		c.inner.has(key)
	}
}

type Store struct{ high *table }

func Open() *Store { return &Store{high: newTable(newCached())} }

func (s *Store) Drop() { s.high.drop() }

// A secure registry has a registry inside, which it makes for itself.

type Registry struct {
	mu     sync.Mutex
	secure *Secure
	n      int
}

type Secure struct {
	*Registry
	mu sync.Mutex
}

func NewSecure() *Secure { return &Secure{Registry: NewRegistry()} }

func NewRegistry() *Registry { return &Registry{} }

func (r *Registry) Harden() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.secure == nil {
		r.secure = NewSecure()
	}
}

func (r *Registry) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.secure != nil {
		r.secure.close()
	}
}

func (s *Secure) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n = 0
}

func (r *Registry) load() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
}

func (s *Secure) Load() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Registry.load()
}

// The guard of a yard gets the yard that has made it: the two lead to each other.

type Yard struct {
	mu    sync.Mutex
	guard *Guard
	n     int
}

type Guard struct {
	mu   sync.Mutex
	yard *Yard
}

func NewYard() *Yard {
	y := &Yard{}
	y.guard = newGuard(y)
	return y
}

func newGuard(y *Yard) *Guard { return &Guard{yard: y} }

func (y *Yard) Close() {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.guard.stop() // want `\(\*Yard\)\.Close locks Yard\.mu, then Guard\.mu, and \(\*Guard\)\.Report \(layers\.go:\d+\) in the opposite order: can deadlock`
}

func (g *Guard) stop() {
	g.mu.Lock()
	defer g.mu.Unlock()
}

func (g *Guard) Report() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.yard.count()
}

func (y *Yard) count() {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.n++
}

// A dock is given its crane when both have been made.

type Dock struct {
	mu    sync.Mutex
	crane *Crane
	n     int
}

type Crane struct {
	mu   sync.Mutex
	dock *Dock
}

func NewDock() *Dock {
	d := &Dock{}
	c := &Crane{dock: d}
	d.take(c)
	return d
}

func (d *Dock) take(c *Crane) { d.crane = c }

func (d *Dock) Stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.crane.stop() // want `\(\*Dock\)\.Stop locks Dock\.mu, then Crane\.mu, and \(\*Crane\)\.Lift \(layers\.go:\d+\) in the opposite order: can deadlock`
}

func (c *Crane) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
}

func (c *Crane) Lift() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dock.count()
}

func (d *Dock) count() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n++
}
