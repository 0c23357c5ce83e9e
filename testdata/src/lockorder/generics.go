package lockorder

import "sync"

// One generic type stands for containers that have nothing to do with each other.
type list2[T any] struct {
	mu  sync.Mutex
	all []T
}

func (l *list2[T]) each(f func(T)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.all {
		f(x)
	}
}

func (l *list2[T]) Add(x T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, x)
}

type member struct {
	mu    sync.Mutex
	names list2[string]
}

type club struct{ members list2[*member] }

func (m *member) Name(s string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.names.Add(s)
}

func (c *club) All() {
	c.members.each(func(m *member) {
		m.mu.Lock()
		m.mu.Unlock()
	})
}

// A container that a struct has by value is no other's.
type box[T any] struct {
	mu  sync.Mutex
	val T
}

type cupboard struct {
	mu  sync.Mutex
	top box[string]
	low *box[string]
}

func (c *cupboard) Put(s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.top.mu.Lock() // want `\(\*cupboard\)\.Put locks cupboard\.mu, then cupboard\.top\.mu, and \(\*cupboard\)\.Get in the opposite order: can deadlock`
	c.top.val = s
	c.top.mu.Unlock()
	c.low.mu.Lock()
	c.low.val = s
	c.low.mu.Unlock()
}

func (c *cupboard) Get() string {
	c.top.mu.Lock()
	defer c.top.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.top.val
}

func (c *cupboard) Low() string {
	c.low.mu.Lock()
	defer c.low.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.low.val
}

// Two generic types of one package, which work together, have an order like others.
type flight[V any] struct {
	mu   sync.Mutex
	done bool
	val  V
}

type Flights[K comparable, V any] struct {
	mu sync.Mutex
	m  map[K]*flight[V]
}

func (g *Flights[K, V]) Done(key K) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	f := g.m[key]
	f.mu.Lock() // want `\(\*Flights\[K, V\]\)\.Done locks Flights\.mu, then flight\.mu, and \(\*Flights\[K, V\]\)\.Leave in the opposite order: can deadlock`
	defer f.mu.Unlock()
	return f.done
}

func (g *Flights[K, V]) Leave(key K, f *flight[V]) { g.leave(key, f) }

func (g *Flights[K, V]) leave(key K, f *flight[V]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.done {
		g.mu.Lock()
		delete(g.m, key)
		g.mu.Unlock()
	}
}
