// Package lib calls what it has been given when it was made.
package lib

import "sync"

type Listener interface{ Released(n int) }

type Pool struct {
	mu       sync.Mutex
	used     int
	listener Listener
	check    func(n int) bool
}

func NewPool(l Listener, check func(n int) bool) *Pool {
	return &Pool{listener: l, check: check}
}

func (p *Pool) Take() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.used++
	return p.used < 10
}

// Release tells the listener when it has given its own lock back.
func (p *Pool) Release() int {
	p.mu.Lock()
	n := p.used
	p.used = 0
	p.mu.Unlock()
	p.listener.Released(n)
	return n
}

func (p *Pool) Check(n int) bool { return p.check(n) }
