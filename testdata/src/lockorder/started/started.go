// Package started has orders of locks of which one half belongs to a goroutine that the other half starts,
// once for each object.
package started

import (
	"errors"
	"sync"
)

// A link is connected once. Its receiver starts afterwards.
type link struct {
	mu   sync.Mutex
	conn chan int

	sessions sync.Mutex
	sess     map[int]int
}

func (l *link) Connect() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		return errors.New("connected")
	}
	l.conn = make(chan int)
	l.sessions.Lock()
	l.sess = map[int]int{}
	l.sessions.Unlock()
	go l.receive()
	return nil
}

func (l *link) receive() {
	for id := range l.conn {
		l.handle(id)
	}
}

func (l *link) handle(id int) {
	l.sessions.Lock()
	defer l.sessions.Unlock()
	l.mu.Lock()
	l.sess[id]++
	l.mu.Unlock()
}

// A relink can be connected again, while the first receiver still runs.
type relink struct {
	mu   sync.Mutex
	conn chan int

	sessions sync.Mutex
	sess     map[int]int
}

func (l *relink) Connect() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		return errors.New("connected")
	}
	l.conn = make(chan int)
	l.sessions.Lock() // want `\(\*relink\)\.Connect locks relink\.mu, then relink\.sessions, and \(\*relink\)\.receive in the opposite order: can deadlock`
	l.sess = map[int]int{}
	l.sessions.Unlock()
	go l.receive()
	return nil
}

func (l *relink) Reset() {
	l.mu.Lock()
	l.conn = nil
	l.mu.Unlock()
}

func (l *relink) receive() {
	for id := range l.conn {
		l.sessions.Lock()
		l.mu.Lock()
		l.sess[id]++
		l.mu.Unlock()
		l.sessions.Unlock()
	}
}

// A client is started by its manager, which is started once.
type client struct {
	mu      sync.Mutex
	handler func(int)
	ticks   chan int
	n       int
}

func (c *client) start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	go c.loop()
}

func (c *client) loop() {
	for range c.ticks {
		c.send()
	}
}

func (c *client) send() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	c.handler(c.n)
}

type Manager struct {
	mu      sync.Mutex
	started bool
	client  *client
	state   int
}

func NewManager() *Manager {
	m := &Manager{}
	m.client = &client{ticks: make(chan int), handler: m.set}
	return m
}

func (m *Manager) Start() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.started {
		return
	}
	m.started = true
	m.client.start()
}

func (m *Manager) set(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = n
}

// A restarter starts as often as it is told to.
type restarter struct {
	mu     sync.Mutex
	worker *worker
	state  int
}

type worker struct {
	mu      sync.Mutex
	handler func(int)
	ticks   chan int
	n       int
}

func newRestarter() *restarter {
	r := &restarter{}
	r.worker = &worker{ticks: make(chan int), handler: r.set}
	return r
}

func (w *worker) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	go w.loop()
}

func (w *worker) loop() {
	for range w.ticks {
		w.send()
	}
}

func (w *worker) send() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
	w.handler(w.n)
}

func (r *restarter) Start() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.worker.start() // want `\(\*restarter\)\.Start locks restarter\.mu, then worker\.mu, and \(\*worker\)\.loop in the opposite order: can deadlock`
}

func (r *restarter) set(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state = n
}

func use() {
	newRestarter().Start()
	l := &relink{}
	_ = l.Connect()
	l.Reset()
}
