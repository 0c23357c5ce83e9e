// Package populations has objects of one type that are made in several places, with a function each: what the function of one does,
// it does under the lock of that one.
package populations

import "sync"

type Feed struct {
	mu   sync.Mutex
	dial func() string
	addr string
}

func (f *Feed) Subscribe(deep bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if deep {
		f.redial()
		return
	}
	f.addr = f.dial()
}

func (f *Feed) redial() { f.addr = f.dial() }

func (f *Feed) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.addr = ""
}

// Fine: the failover closes the feeds of sentinels only, which ask nobody.
type sentinel struct{ addr string }

func (s *sentinel) feed() *Feed {
	f := &Feed{dial: func() string { return s.addr }}
	return f
}

func (s *sentinel) Subscribe() *Feed {
	f := s.feed()
	f.Subscribe(false)
	return f
}

type failover struct {
	mu   sync.Mutex
	feed *Feed
	addr string
}

func (f *failover) Addr() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.addr
}

func (f *failover) Use(addr string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.feed = (&sentinel{addr}).Subscribe()
	f.addr = addr
}

func (f *failover) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.feed != nil {
		f.feed.Close()
	}
}

// The feeds of clients ask the failover, with their lock held.
type Client struct{ failover *failover }

func (c *Client) Feed() *Feed {
	return &Feed{dial: func() string { return c.failover.Addr() }}
}

// A relay closes the feed that asks it.
type Relay struct {
	mu   sync.Mutex
	feed *Feed
	addr string
}

func NewRelay() *Relay {
	r := &Relay{}
	r.feed = &Feed{dial: func() string { return r.Addr() }}
	return r
}

func (r *Relay) Addr() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.addr
}

func (r *Relay) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.feed.Close() // want `Relay\.Close locks Relay\.mu, then Feed\.mu, and Feed\.Subscribe .*in the opposite order`
}
