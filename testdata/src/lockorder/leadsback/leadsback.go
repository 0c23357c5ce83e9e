// Command leadsback starts goroutines with parts of an object, which have pointers to it.
package main

import "sync"

type conn struct {
	mu    sync.Mutex
	parts map[string]*part
	addr  string
}

type part struct {
	c    *conn
	mu   sync.Mutex
	dead bool
}

type plain struct {
	mu sync.Mutex
	n  int
}

func (c *conn) set(names ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.parts {
		p.stop()
	}
	for _, name := range names {
		c.parts[name] = &part{c: c}
	}
}

func (c *conn) lookup(name string) *part {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.parts[name]
}

func (c *conn) setAddr(addr string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addr = addr
}

func (p *part) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dead = true
}

func (p *part) note(addr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.c.setAddr(addr) // want `locks part.mu, then conn.mu`
}

// Nobody else knows the second one: fine, and so are the calls before the goroutine is started.
func main() {
	c, d := &conn{parts: map[string]*part{}}, &conn{parts: map[string]*part{}}
	c.set("a")
	d.set("a")
	p := c.lookup("a")
	go p.note("there")
	c.set("b")
	d.set("b")
}
