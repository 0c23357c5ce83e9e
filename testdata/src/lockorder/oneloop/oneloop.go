// Package oneloop has goroutines of which an object has one only, which handles one event after the other.
package oneloop

import "sync"

type item struct {
	mu sync.Mutex
	n  int
}

// Fine: both orders are of the one goroutine that Start starts.
type Manager struct {
	mu    sync.Mutex
	items map[string]*item
	used  int
}

func (m *Manager) Start(add, all <-chan string, quit <-chan bool) {
	go func() {
		for {
			select {
			case <-quit:
				return
			case name := <-add:
				m.one(name)
			case <-all:
				m.each()
			}
		}
	}()
}

func (m *Manager) one(name string) {
	m.mu.Lock()
	i := m.items[name]
	m.mu.Unlock()
	i.mu.Lock()
	defer i.mu.Unlock()
	m.mu.Lock()
	m.used++
	m.mu.Unlock()
}

func (m *Manager) each() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, i := range m.items {
		i.mu.Lock()
		i.n++
		i.mu.Unlock()
	}
}

// Fine: so it is where the goroutine runs a method.
type keeper struct {
	mu    sync.Mutex
	boxes map[string]*box
	used  int
	add   chan string
	all   chan string
}

type box struct {
	mu sync.Mutex
	n  int
}

func (k *keeper) Run() { go k.handle() }

func (k *keeper) handle() {
	for {
		select {
		case name := <-k.add:
			k.one(name)
		case <-k.all:
			k.each()
		}
	}
}

func (k *keeper) one(name string) {
	k.mu.Lock()
	b := k.boxes[name]
	k.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	k.mu.Lock()
	k.used++
	k.mu.Unlock()
}

func (k *keeper) each() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, b := range k.boxes {
		b.mu.Lock()
		b.n++
		b.mu.Unlock()
	}
}

func runAll(keepers []*keeper) {
	for _, k := range keepers {
		k.Run()
	}
}

// A pool has as many workers as are added.
type Pool struct {
	mu    sync.Mutex
	jobs  map[string]*job
	used  int
	queue chan string
}

type job struct {
	mu sync.Mutex
	n  int
}

func (p *Pool) AddWorker() {
	go func() {
		for name := range p.queue {
			if name == "" {
				p.each() // want `AddWorker\.func1 locks Pool\.mu, then job\.mu, and in the opposite order`
			} else {
				p.one(name)
			}
		}
	}()
}

func (p *Pool) one(name string) {
	p.mu.Lock()
	j := p.jobs[name]
	p.mu.Unlock()
	j.mu.Lock()
	defer j.mu.Unlock()
	p.mu.Lock()
	p.used++
	p.mu.Unlock()
}

func (p *Pool) each() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, j := range p.jobs {
		j.mu.Lock()
		j.n++
		j.mu.Unlock()
	}
}

// Start is called once for each worker of the crew.
type crew struct {
	mu    sync.Mutex
	tasks map[string]*task
	used  int
	queue chan string
}

type task struct {
	mu sync.Mutex
	n  int
}

func newCrew(workers int) *crew {
	c := &crew{tasks: make(map[string]*task), queue: make(chan string)}
	for range workers {
		c.start()
	}
	return c
}

func (c *crew) start() {
	go func() {
		for name := range c.queue {
			if name == "" {
				c.each() // want `start\.func1 locks crew\.mu, then task\.mu, and in the opposite order`
			} else {
				c.one(name)
			}
		}
	}()
}

func (c *crew) one(name string) {
	c.mu.Lock()
	t := c.tasks[name]
	c.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	c.mu.Lock()
	c.used++
	c.mu.Unlock()
}

func (c *crew) each() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.tasks {
		t.mu.Lock()
		t.n++
		t.mu.Unlock()
	}
}
