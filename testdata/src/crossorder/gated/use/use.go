// Package use hands callbacks to monitors, and removes them, under a lock that the callbacks need.
package use

import (
	"sync"

	"crossorder/gated/dns"
)

type clients struct {
	mu sync.Mutex
	m  *dns.Monitor
	n  int
}

func (c *clients) onLookup() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

func (c *clients) start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m.Add(c.onLookup)
}

func (c *clients) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m.Remove()
}

func Run() {
	c := &clients{m: &dns.Monitor{}}
	c.start()
	go func() {
		for {
			c.m.Check()
		}
	}()
	c.Close()
}

type others struct {
	mu sync.Mutex
	m  *dns.Loose
	n  int
}

func (o *others) onLookup() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.n++
}

func (o *others) start() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.m.Add(o.onLookup)
}

func (o *others) Close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.m.Remove() // want `\(\*others\)\.Close locks others\.mu, then dns\.item\.mu, and dns\..* in the opposite order`
}

func RunOthers() {
	o := &others{m: &dns.Loose{}}
	o.start()
	go func() {
		for {
			o.m.Check()
		}
	}()
	o.Close()
}
