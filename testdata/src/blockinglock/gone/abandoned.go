package gone

import (
	"context"
	"slices"
	"sync"
	"time"
)

// A waiter that has timed out stays on the list.
type queue struct {
	lock    sync.Mutex
	waiters []chan bool
	items   []int
}

func (q *queue) poll(timeout time.Duration) bool {
	q.lock.Lock()
	if len(q.items) == 0 {
		w := make(chan bool)
		q.waiters = append(q.waiters, w)
		q.lock.Unlock()
		select {
		case <-w:
		case <-time.After(timeout):
			return false
		}
		q.lock.Lock()
	}
	defer q.lock.Unlock()
	return len(q.items) > 0
}

func (q *queue) wake() {
	q.lock.Lock()
	defer q.lock.Unlock()
	for _, w := range q.waiters {
		w <- true // want `send to q.waiters\[…\] with q.lock held .*: its receiver may have ended \(abandoned.go:26\): deadlock`
	}
	q.waiters = nil
}

// A waiter that gives up wants the lock to take itself off the list.
type calls struct {
	mu      sync.Mutex
	pending map[int]chan string
	next    int
}

func (c *calls) do(ctx context.Context) (string, error) {
	ch := make(chan string)
	c.mu.Lock()
	c.next++
	id := c.next
	c.pending[id] = ch
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.pending, id)
		c.mu.Unlock()
	}()
	select {
	case s := <-ch:
		return s, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (c *calls) answer(id int, s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch, ok := c.pending[id]; ok {
		ch <- s // want `send to c.pending\[id\] with c.mu held: its receiver may receive no more, and wait for c.mu \(abandoned.go:58\): deadlock`
	}
}

// This one has room for the answer.
type roomy struct {
	mu      sync.Mutex
	waiters []chan bool
}

func (r *roomy) wait(timeout time.Duration) bool {
	w := make(chan bool, 1)
	r.mu.Lock()
	r.waiters = append(r.waiters, w)
	r.mu.Unlock()
	select {
	case ok := <-w:
		return ok
	case <-time.After(timeout):
		return false
	}
}

func (r *roomy) wake() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range r.waiters {
		w <- true
	}
	r.waiters = nil
}

// This one is taken off the list before it is sent to, and receives what is sent when it has given up.
type patient struct {
	mu      sync.Mutex
	waiters []chan bool
}

func (p *patient) wait(timeout time.Duration) bool {
	w := make(chan bool)
	p.mu.Lock()
	p.waiters = append(p.waiters, w)
	p.mu.Unlock()
	select {
	case ok := <-w:
		return ok
	case <-time.After(timeout):
		go func() {
			select {
			case <-w:
			case <-time.After(time.Minute):
			}
		}()
		return false
	}
}

func (p *patient) wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiters) > 0 {
		w := p.waiters[0]
		p.waiters = slices.Delete(p.waiters, 0, 1)
		w <- true
	}
}
