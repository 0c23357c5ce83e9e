// Package otherlock changes what waiters test under a lock that is not the one of the Cond.
package otherlock

import "sync"

type queue struct {
	mu    sync.Mutex
	other sync.Mutex
	c     *sync.Cond
	n     int
}

func newQueue() *queue {
	q := &queue{}
	q.c = sync.NewCond(&q.mu)
	return q
}

func (q *queue) Put() {
	q.other.Lock()
	defer q.other.Unlock()
	q.n++
	q.c.Signal() // want `Signal may fall between the test and the Wait`
}

func (q *queue) Get() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.n == 0 {
		q.c.Wait()
	}
	q.n--
}

// Those who wait hold both locks at their test, but only one from there to the Wait.
type both struct {
	mu    sync.Mutex
	other sync.Mutex
	c     *sync.Cond
	n     int
}

func newBoth() *both {
	b := &both{}
	b.c = sync.NewCond(&b.mu)
	return b
}

func (b *both) Put() {
	b.other.Lock()
	defer b.other.Unlock()
	b.n++
	b.c.Signal() // want `Signal may fall between the test and the Wait`
}

func (b *both) Get() {
	b.other.Lock()
	b.mu.Lock()
	for b.n == 0 {
		b.other.Unlock()
		b.c.Wait()
		b.mu.Unlock()
		b.other.Lock()
		b.mu.Lock()
	}
	b.n--
	b.mu.Unlock()
	b.other.Unlock()
}

// The lock that is held is of the same declaration as the one of the Cond, and can be the same.
type part struct {
	mu sync.Mutex
	c  *sync.Cond
	n  int
}

func newPart(of *part) *part {
	p := &part{}
	p.c = sync.NewCond(&of.mu)
	return p
}

func (p *part) Put() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n++
	p.c.Signal()
}

func (p *part) Get(of *part) {
	of.mu.Lock()
	defer of.mu.Unlock()
	for p.n == 0 {
		p.c.Wait()
	}
	p.n--
}
