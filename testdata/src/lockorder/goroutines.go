package lockorder

import "sync"

// Local variables that goroutines share.
func Captured() {
	var a, b sync.Mutex
	go func() {
		a.Lock()
		defer a.Unlock()
		b.Lock() // want `Captured\.func1 locks a, then b, and Captured \(goroutines\.go:\d+\) in the opposite order: can deadlock`
		b.Unlock()
	}()
	b.Lock()
	a.Lock()
	a.Unlock()
	b.Unlock()
}

// One goroutine takes both orders.
func Alone() {
	var a, b sync.Mutex
	a.Lock()
	b.Lock()
	b.Unlock()
	a.Unlock()
	b.Lock()
	a.Lock()
	a.Unlock()
	b.Unlock()
	go func() { a.Lock(); a.Unlock() }()
}

// Each goroutine takes both orders, and there are several.
func Workers(n int) {
	var a, b sync.Mutex
	for range n {
		go func() {
			a.Lock()
			b.Lock() // want `Workers\.func1 locks a, then b, and in the opposite order at goroutines\.go:\d+: can deadlock`
			b.Unlock()
			a.Unlock()
			b.Lock()
			a.Lock()
			a.Unlock()
			b.Unlock()
		}()
	}
}

// One goroutine only.
func Worker() {
	var a, b sync.Mutex
	go func() {
		a.Lock()
		b.Lock()
		b.Unlock()
		a.Unlock()
		b.Lock()
		a.Lock()
		a.Unlock()
		b.Unlock()
	}()
}

// Nobody else knows the object yet.
type conn struct {
	mu   sync.Mutex
	pool *pool
}

type pool struct {
	mu    sync.Mutex
	conns []*conn
}

func newConn(p *pool) *conn {
	c := &conn{pool: p}
	c.mu.Lock()
	defer c.mu.Unlock()
	p.mu.Lock()
	p.mu.Unlock()
	return c
}

func (p *pool) Each() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.mu.Lock()
		c.mu.Unlock()
	}
}

func (p *pool) Dial() *conn { return newConn(p) }

// Now somebody does.
type peer struct {
	mu  sync.Mutex
	set *peers
}

type peers struct {
	mu  sync.Mutex
	all []*peer
}

func (s *peers) Add() {
	p := &peer{set: s}
	s.all = append(s.all, p)
	p.mu.Lock()
	defer p.mu.Unlock()
	s.mu.Lock() // want `\(\*peers\)\.Add locks peer\.mu, then peers\.mu, and \(\*peers\)\.Each \(goroutines\.go:\d+\) in the opposite order: can deadlock`
	s.mu.Unlock()
}

func (s *peers) Each() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.all {
		p.mu.Lock()
		p.mu.Unlock()
	}
}

// A goroutine does not hold what the one that starts it holds.
type starter struct{ a, b sync.Mutex }

func (s *starter) Start() {
	s.a.Lock()
	defer s.a.Unlock()
	go s.run()
}

func (s *starter) run() {
	s.b.Lock()
	s.b.Unlock()
}

func (s *starter) BA() {
	s.b.Lock()
	defer s.b.Unlock()
	s.a.Lock()
	s.a.Unlock()
}

// Package initialisation is over before anything else runs.
var first, second sync.Mutex

func init() {
	first.Lock()
	second.Lock()
	second.Unlock()
	first.Unlock()
}

func SecondFirst() {
	second.Lock()
	first.Lock()
	first.Unlock()
	second.Unlock()
}

// Silent: nobody else knows the backend while it is made, though what its parts are made
// of knows it.
type engine struct {
	mu     sync.Mutex
	reader *reading
	writer *writing
}

type reading struct {
	mu sync.Mutex
	n  int
}

type writing struct {
	of
	mu sync.Mutex
}

type of struct{ engine *engine }

func newEngine() *engine {
	e := &engine{reader: &reading{}}
	e.writer = newWriting(e)
	go e.serve()
	return e
}

func newWriting(e *engine) *writing {
	w := &writing{of: of{engine: e}}
	w.flush()
	return w
}

func (w *writing) flush() {
	w.engine.reader.mu.Lock()
	defer w.engine.reader.mu.Unlock()
	w.engine.begin()
}

func (e *engine) begin() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.reader.n++
}

func (e *engine) serve() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.reader.mu.Lock()
	e.reader.n = 0
	e.reader.mu.Unlock()
}

// Not if the goroutine is running by then.
type motor struct {
	mu     sync.Mutex
	gauge  *reading
	driver *driving
}

type driving struct{ motor *motor }

func newMotor() *motor {
	m := &motor{gauge: &reading{}}
	go m.serve()
	m.driver = newDriving(m)
	return m
}

func newDriving(m *motor) *driving {
	d := &driving{motor: m}
	d.flush()
	return d
}

func (d *driving) flush() {
	d.motor.gauge.mu.Lock()
	defer d.motor.gauge.mu.Unlock()
	d.motor.begin()
}

func (m *motor) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gauge.n++
}

func (m *motor) serve() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gauge.mu.Lock() // want `\(\*motor\)\.serve locks motor\.mu, then reading\.mu, and newMotor \(goroutines\.go:\d+\) in the opposite order: can deadlock`
	m.gauge.n = 0
	m.gauge.mu.Unlock()
}
