// Package pool keeps connections to one server open for their next use.
package pool

import (
	"net"
	"sync"
)

// A Pool hands out connections. It is safe for concurrent use.
type Pool struct {
	addr string

	mu   sync.RWMutex
	idle []net.Conn
	used int
}

// Stats says how many connections a pool has.
type Stats struct {
	Idle, Open int
}

// New returns a pool of connections to addr.
func New(addr string) *Pool { return &Pool{addr: addr} }

// Get returns an idle connection, or a new one if there is none.
func (p *Pool) Get() (net.Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.idle); n > 0 {
		conn := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.used++
		return conn, nil
	}

	// Others need not wait for the server's answer.
	p.mu.Unlock()
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.used++
	return conn, nil
}

// Put takes a connection back.
func (p *Pool) Put(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.used--
	p.idle = append(p.idle, conn)
}

// Stats returns the pool's numbers of connections.
func (p *Pool) Stats() Stats {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return Stats{Idle: len(p.idle), Open: p.Open()}
}

// Open returns the number of open connections, idle or in use.
func (p *Pool) Open() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return len(p.idle) + p.used
}
