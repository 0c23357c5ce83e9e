// Package once has sync.Onces, which who calls Do waits for while their functions run.
package once

import "sync"

type registry struct {
	mu    sync.Mutex
	items []*item
}

type item struct {
	once sync.Once
	r    *registry
	n    int
}

func (r *registry) add(i *item) {
	r.mu.Lock()
	r.items = append(r.items, i)
	r.mu.Unlock()
}

func (i *item) Use() int {
	i.once.Do(func() { i.r.add(i) })
	return i.n
}

func (i *item) peek() int {
	i.once.Do(func() { i.n = 1 })
	return i.n
}

func (r *registry) Sum() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, i := range r.items {
		n += i.peek() // want `registry\.Sum locks registry\.mu, then runs item\.once, and item\.Use \(once\.go:\d+\) in the opposite order: can deadlock`
	}
	return n
}

// The function has always run before the lock is taken.
type lazy struct {
	mu   sync.Mutex
	once sync.Once
	n    int
}

func (l *lazy) load() {
	l.mu.Lock()
	l.n = 1
	l.mu.Unlock()
}

func (l *lazy) Get() int {
	l.once.Do(l.load)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n
}

func (l *lazy) Set(n int) {
	l.once.Do(l.load)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n = n
	l.once.Do(l.load)
}

// All that takes the two runs within another Once.
type nested struct {
	mu          sync.Mutex
	outer, once sync.Once
	n           int
}

func (n *nested) Start() {
	n.outer.Do(func() {
		n.once.Do(func() {
			n.mu.Lock()
			n.n++
			n.mu.Unlock()
		})
	})
}

func (n *nested) Stop() {
	n.outer.Do(func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.once.Do(func() { n.n-- })
	})
}

// One half has no lock of its own in sight, but for the Once.
type server struct {
	mu      sync.Mutex
	clients map[string]*client
}

type client struct {
	once sync.Once
	stop chan struct{}
}

func (c *client) takeOver() {
	c.once.Do(func() { close(c.stop) })
}

func (c *client) end(s *server, id string) {
	c.once.Do(func() { // want `client\.end runs client\.once, then locks server\.mu, and server\.connect \(once\.go:\d+\) in the opposite order: can deadlock`
		close(c.stop)
		s.mu.Lock()
		delete(s.clients, id)
		s.mu.Unlock()
	})
}

func (s *server) connect(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.clients[id]; ok {
		c.takeOver()
	}
	c := &client{stop: make(chan struct{})}
	s.clients[id] = c
	go c.end(s, id)
}

func serve(ids chan string) {
	s := &server{clients: map[string]*client{}}
	for id := range ids {
		go s.connect(id)
	}
}
