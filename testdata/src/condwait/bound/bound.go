// Package bound: each goroutine waits for a number to reach a bound of its own.
package bound

import "sync"

type Log struct {
	mu      sync.Mutex
	cond    *sync.Cond
	written int64
}

func NewLog() *Log {
	l := &Log{}
	l.cond = sync.NewCond(&l.mu)
	return l
}

func (l *Log) Await(n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.written < n {
		l.cond.Wait()
	}
}

func (l *Log) Write(n int64) {
	l.mu.Lock()
	l.written = n
	l.mu.Unlock()
	l.cond.Signal() // want `Signal may wake a goroutine at bound\.go:\d+ with another n instead of the one that it is meant for: use Broadcast`
}

func (l *Log) WriteRight(n int64) {
	l.mu.Lock()
	l.written = n
	l.mu.Unlock()
	l.cond.Broadcast()
}

// A semaphore of which each takes as much as it wants: the one that is woken may want too much.
type Weights struct {
	mu   sync.Mutex
	cond *sync.Cond
	free int
}

func NewWeights(n int) *Weights {
	w := &Weights{free: n}
	w.cond = sync.NewCond(&w.mu)
	return w
}

func (w *Weights) Acquire(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.short(n) {
		w.cond.Wait()
	}
	w.free -= n
}

func (w *Weights) short(n int) bool { return n+1 > w.free }

func (w *Weights) Release(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.free += n
	w.cond.Signal() // want `Signal may wake a goroutine at bound\.go:\d+ with another n instead of the one that it is meant for: use Broadcast`
}

// Fine: one goroutine waits.
type single struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func newSingle(limit int) *single {
	s := &single{}
	s.cond = sync.NewCond(&s.mu)
	go s.run(limit)
	return s
}

func (s *single) run(limit int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.n < limit {
		s.cond.Wait()
	}
}

func (s *single) add() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	s.cond.Signal()
}

// Fine: who is woken in vain wakes the next.
type Relay struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func NewRelay() *Relay {
	r := &Relay{}
	r.cond = sync.NewCond(&r.mu)
	return r
}

func (r *Relay) Await(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.n < n {
		r.cond.Wait()
		r.cond.Signal()
	}
}

func (r *Relay) Add() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
	r.cond.Signal()
}

// A type that others know by an interface. Who has got what it wants wakes the next, but who has not does not.
type Memory interface {
	Acquire(n uint64)
	Release(n uint64)
}

type memory struct {
	mu   sync.Mutex
	cond sync.Cond
	free uint64
}

func NewMemory(n uint64) Memory {
	m := &memory{free: n}
	m.cond = *sync.NewCond(&m.mu)
	return m
}

func (m *memory) Acquire(n uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.free < n {
		m.cond.Wait()
	}
	m.free -= n
	m.cond.Signal()
}

func (m *memory) Release(n uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.free += n
	m.cond.Signal() // want `Signal may wake a goroutine at bound\.go:\d+ with another n instead of the one that it is meant for: use Broadcast`
}

// All who put something into a stream's queue pass the stream's limit, or none at all.
type queue struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func newQueue() *queue {
	q := &queue{}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *queue) put(limit int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for limit != 0 && q.n >= limit {
		q.cond.Wait()
	}
	q.n++
}

func (q *queue) get() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.n--
	q.cond.Signal()
}

type Stream struct {
	q     *queue
	limit int
}

func (s *Stream) Put()  { s.q.put(s.limit) }
func (s *Stream) Push() { s.q.put(0) }
func (s *Stream) Get()  { s.q.get() }

// Here there are two limits.
type line struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func newLine() *line {
	l := &line{}
	l.cond = sync.NewCond(&l.mu)
	return l
}

func (l *line) put(limit int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for limit != 0 && l.n >= limit {
		l.cond.Wait()
	}
	l.n++
}

func (l *line) get() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n--
	l.cond.Signal() // want `Signal may wake a goroutine at bound\.go:\d+ with another limit instead of the one that it is meant for: use Broadcast`
}

type Shop struct {
	l          *line
	soft, hard int
}

func NewShop() *Shop { return &Shop{l: newLine(), soft: 1, hard: 2} }

func (s *Shop) Put()  { s.l.put(s.soft) }
func (s *Shop) Must() { s.l.put(s.hard) }
func (s *Shop) Get()  { s.l.get() }
