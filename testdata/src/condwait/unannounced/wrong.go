// Package unannounced: changes that goroutines wait for, with and without a signal after them.
package unannounced

import (
	"errors"
	"io"
	"sync"
)

// One path of the function signals, and another one does not.
type Turn struct {
	mu   sync.Mutex
	cond *sync.Cond
	busy bool
}

func NewTurn() *Turn {
	t := &Turn{}
	t.cond = sync.NewCond(&t.mu)
	return t
}

var errNo = errors.New("no")

func (t *Turn) Do(f func() bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.busy {
		t.cond.Wait()
	}
	t.busy = true
	t.mu.Unlock()
	ok := f()
	t.mu.Lock()
	t.busy = false // want `no Signal follows this change of busy before the return at wrong\.go:\d+: the Wait at wrong\.go:\d+ keeps waiting`
	if !ok {
		return errNo
	}
	t.cond.Signal()
	return nil
}

// The end is announced by nobody.
type Queue struct {
	mu     sync.Mutex
	cond   *sync.Cond
	items  []int
	closed bool
}

func NewQueue() *Queue {
	q := &Queue{}
	q.cond = sync.NewCond(&q.mu)
	return q
}

func (q *Queue) Get() (int, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.closed {
		q.cond.Wait()
	}
	if len(q.items) == 0 {
		return 0, false
	}
	x := q.items[0]
	q.items = q.items[1:]
	return x, true
}

func (q *Queue) Put(x int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, x)
	q.cond.Signal()
}

func (q *Queue) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true // want `no Signal follows this change of closed before the function ends: the Wait at wrong\.go:\d+ keeps waiting`
}

// One of two functions that put something back forgets those who wait.
type Pool struct {
	mu   sync.Mutex
	cond sync.Cond
	used int
	max  int
	free []io.Closer
}

func NewPool(max int) *Pool {
	p := &Pool{max: max}
	p.cond.L = &p.mu
	return p
}

func (p *Pool) Get(open func() (io.Closer, error)) (io.Closer, error) {
	p.mu.Lock()
	for p.used >= p.max {
		p.cond.Wait()
	}
	p.used++
	if n := len(p.free); n > 0 {
		c := p.free[n-1]
		p.free = p.free[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	c, err := open()
	if err != nil {
		p.mu.Lock()
		p.used-- // want `no Signal follows this change of used before the return at wrong\.go:\d+: the Wait at wrong\.go:\d+ keeps waiting`
		p.mu.Unlock()
		return nil, err
	}
	return c, nil
}

func (p *Pool) Put(c io.Closer) {
	p.mu.Lock()
	p.used--
	p.free = append(p.free, c)
	p.mu.Unlock()
	p.cond.Signal()
}

// A helper, of whose callers one signals.
type Jobs struct {
	mu   sync.Mutex
	idle *sync.Cond
	left map[int]bool
	err  error
}

func NewJobs() *Jobs {
	j := &Jobs{left: make(map[int]bool)}
	j.idle = sync.NewCond(&j.mu)
	return j
}

func (j *Jobs) Wait() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.left) > 0 && j.err == nil {
		j.idle.Wait()
	}
	return j.err
}

func (j *Jobs) Add(i int) {
	j.mu.Lock()
	j.left[i] = true
	j.mu.Unlock()
}

func (j *Jobs) remove(i int) {
	delete(j.left, i) // want `no Signal follows this change of left before the function ends: the Wait at wrong\.go:\d+ keeps waiting`
}

func (j *Jobs) Done(i int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.remove(i)
	j.idle.Broadcast()
}

func (j *Jobs) Cancel(i int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.remove(i)
}

func (j *Jobs) Fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.err = err
	j.idle.Broadcast()
}

// States, tested by a function.
type state int

const (
	starting state = iota
	running
	stopped
)

type Machine struct {
	mu    sync.Mutex
	cond  *sync.Cond
	state state
}

func NewMachine() *Machine {
	m := &Machine{}
	m.cond = sync.NewCond(&m.mu)
	return m
}

func (m *Machine) isStarting() bool { return m.state == starting }

func (m *Machine) Await() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.isStarting() {
		m.cond.Wait()
	}
	return m.state == running
}

func (m *Machine) Started() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = running
	m.cond.Broadcast()
}

func (m *Machine) Failed() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = stopped // want `no Signal follows this change of state before the function ends: the Wait at wrong\.go:\d+ keeps waiting`
}

// Local variables.
func local(work func() error) error {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	done, failed := false, false
	go func() {
		err := work()
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failed = true // want `no Signal follows this change of failed before the return at wrong\.go:\d+: the Wait at wrong\.go:\d+ keeps waiting`
			return
		}
		done = true
		cond.Signal()
	}()
	mu.Lock()
	defer mu.Unlock()
	for !done && !failed {
		cond.Wait()
	}
	if failed {
		return errNo
	}
	return nil
}

// One Cond for both directions.
type Ring struct {
	mu   sync.Mutex
	cond *sync.Cond
	n    int
}

func NewRing() *Ring {
	r := &Ring{}
	r.cond = sync.NewCond(&r.mu)
	return r
}

func (r *Ring) Put() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.n >= 8 {
		r.cond.Wait()
	}
	r.n++
	r.cond.Broadcast()
}

func (r *Ring) Get() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.n == 0 {
		r.cond.Wait()
	}
	r.n-- // want `no Signal follows this change of n before the function ends: the Wait at wrong\.go:\d+ keeps waiting`
}

// What Leave finds says nothing of those who wait.
type booth struct {
	mu     sync.Mutex
	cond   sync.Cond
	taken  int
	closed bool
	quiet  bool
}

func newBooth() *booth {
	b := &booth{}
	b.cond.L = &b.mu
	return b
}

func (b *booth) Enter() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		if b.closed {
			return false
		}
		if b.taken < 4 {
			break
		}
		b.cond.Wait()
	}
	b.taken++
	return true
}

func (b *booth) Leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.quiet {
		b.taken-- // want `no Signal follows this change of taken`
		return
	}
	b.taken--
	b.cond.Signal()
}

// LeaveFor looks at another booth.
func (b *booth) LeaveFor(other *booth) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if other.closed {
		b.taken-- // want `no Signal follows this change of taken`
		return
	}
	b.taken--
	b.cond.Signal()
}

func (b *booth) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.cond.Broadcast()
}
